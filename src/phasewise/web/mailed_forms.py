"""A form that a mail program sends for its reader, in either of the two ways that RFC 8058 names. Called by
unsubscribe."""

import asyncio
from collections.abc import Mapping
from email import message_from_bytes
from email.policy import HTTP
from typing import Annotated

from fastapi import Depends, Request

from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.web.forms import form_of

PARTS_TYPE = "multipart/form-data"
MOST_BYTES = 16 << 10
SECONDS = 10.0


async def mailed_form_of(request: Request) -> Mapping[str, str]:
    """The fields by name. Raises BadRequestError for what cannot be read."""
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != PARTS_TYPE:
        return await form_of(request)
    try:
        async with asyncio.timeout(SECONDS):
            body = await _body_of(request)
    except TimeoutError:
        raise BadRequestError(_("The form did not come whole; send it again")) from None
    head = f"content-type: {kind}\r\n\r\n".encode("latin-1")
    fields: dict[str, str] = {}
    for part in message_from_bytes(head + body, policy=HTTP).walk():
        name, value = part.get_param("name", "", "content-disposition"), part.get_payload()
        if isinstance(value, str):
            fields[str(name)] = value.strip()
    return fields


async def _body_of(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BadRequestError(_("The form is larger than 16 KiB"))
    return bytes(body)


MailedForm = Annotated[Mapping[str, str], Depends(mailed_form_of)]
