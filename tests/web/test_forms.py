"""What a form sent is read within limits, and nothing else than a form."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import pytest
from fastapi import Request
from starlette.types import Message

from phasewise.errors import BadRequestError
from phasewise.web.forms import (
    FORM_TYPE,
    LONG_FORM_BYTES,
    LONG_FORM_FIELDS,
    MOST_FIELDS,
    MOST_FORM_BYTES,
    form_of,
    long_form_of,
)

Reading = Callable[[Request], Coroutine[Any, Any, Mapping[str, str]]]


def read(body: bytes, kind: str = FORM_TYPE, of: Reading = form_of) -> dict[str, str]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}
    return dict(asyncio.run(of(Request(scope, receive))))


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


def test_a_form_about_every_project_may_be_longer_and_has_an_end_too() -> None:
    fields = MOST_FIELDS * 4
    body = b"&".join(b"remark-%d=%s" % (n, b"x" * 2_000) for n in range(fields))
    assert len(read(body, of=long_form_of)) == fields
    for over in (b"&".join([b"a=1"] * (LONG_FORM_FIELDS + 1)), b"a=" + b"x" * LONG_FORM_BYTES):
        with pytest.raises(BadRequestError):
            read(over, of=long_form_of)
