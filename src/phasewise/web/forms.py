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
FORM_SECONDS = 20.0
PASSWORDS = frozenset({"password", "again", "current"})
"""Taken as they were typed."""
FORM_TYPE = "application/x-www-form-urlencoded"


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields by name, without surrounding blanks but for passwords; of a name sent twice the last one.

    Raises BadRequestError for what no form of ours sends.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise BadRequestError(_("Send the form as %(type)s", type=FORM_TYPE))
    try:
        async with asyncio.timeout(FORM_SECONDS):
            body = await _body_of(request)
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except (ValueError, TimeoutError):
        raise BadRequestError(_("The form cannot be read: load the page again and repeat it")) from None
    return {name: value if name in PASSWORDS else value.strip() for name, value in fields}


async def _body_of(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FORM_BYTES:
            raise BadRequestError(_("The form is larger than 64 KiB: write less"))
    return bytes(body)


Form = Annotated[Mapping[str, str], Depends(form_of)]
