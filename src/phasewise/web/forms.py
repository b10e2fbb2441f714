"""What a form of a page sent, as text by field. `guard` has made sure by then that the page was ours."""

import asyncio
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _

MOST_FORM_BYTES = 64 << 10
MOST_FIELDS = 200
LONG_FORM_BYTES = 2 << 20
LONG_FORM_FIELDS = 4_000
"""Of a form about every project of a team: some ninety with all that can be said of each, in any script."""
FORM_SECONDS = 20.0
PASSWORDS = frozenset({"password", "again", "current"})
"""Taken as they were typed."""
FORM_TYPE = "application/x-www-form-urlencoded"


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields by name, without surrounding blanks but for passwords; of a name sent twice the last one.

    Raises BadRequestError for what no form of ours sends.
    """
    return await _read(request, MOST_FORM_BYTES, MOST_FIELDS)


async def long_form_of(request: Request) -> Mapping[str, str]:
    """The same of a form that may be long."""
    return await _read(request, LONG_FORM_BYTES, LONG_FORM_FIELDS)


async def _read(request: Request, most_bytes: int, most_fields: int) -> Mapping[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise BadRequestError(_("Send the form as %(type)s", type=FORM_TYPE))
    try:
        async with asyncio.timeout(FORM_SECONDS):
            body = await _body_of(request, most_bytes)
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=most_fields,
        )
    except (ValueError, TimeoutError):
        raise BadRequestError(_("The form cannot be read: load the page again and repeat it")) from None
    return {name: value if name in PASSWORDS else value.strip() for name, value in fields}


async def _body_of(request: Request, most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise BadRequestError(_("The form is larger than %(n)s KiB: write less", n=most_bytes >> 10))
    return bytes(body)


Form = Annotated[Mapping[str, str], Depends(form_of)]
LongForm = Annotated[Mapping[str, str], Depends(long_form_of)]
