"""What a form sent is read within limits, and nothing else than a form."""

import asyncio

import pytest
from fastapi import Request
from starlette.types import Message

from phasewise.errors import BadRequestError
from phasewise.web.forms import FORM_TYPE, MOST_FIELDS, MOST_FORM_BYTES, form_of


def read(body: bytes, kind: str = FORM_TYPE) -> dict[str, str]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}
    return dict(asyncio.run(form_of(Request(scope, receive))))


def test_the_fields_come_by_name_without_surrounding_blanks() -> None:
    assert read(b"reason=+two%20of%20them+&until=2026-12-01&who=%D0%AF&empty=") == {
        "reason": "two of them",
        "until": "2026-12-01",
        "who": "Я",
        "empty": "",
    }
    assert read(b"", f"{FORM_TYPE}; charset=UTF-8") == {}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"reason=x", "text/plain"),
        (b"reason=x", "multipart/form-data; boundary=x"),
        (b"reason=%FF", FORM_TYPE),
        (b"\xff=x", FORM_TYPE),
        (b"no field at all", FORM_TYPE),
        (b"&".join([b"a=1"] * (MOST_FIELDS + 1)), FORM_TYPE),
        (b"a=" + b"x" * MOST_FORM_BYTES, FORM_TYPE),
    ],
)
def test_s11_what_no_form_of_ours_sends_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(BadRequestError):
        read(body, kind)
