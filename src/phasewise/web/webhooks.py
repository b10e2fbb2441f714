"""POST /webhooks/jira: a delivery is answered once it is durable (docs/webhooks.md)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.requests import ClientDisconnect

from phasewise.errors import StoreError
from phasewise.jira.signature import HEADER, is_secret, is_signed
from phasewise.log import get_log
from phasewise.usecases.deps import Deps
from phasewise.usecases.receive_deliveries import PayloadError, Received, keep_deliveries, read_delivery
from phasewise.web.body import RefusedBodyError, Room, read_body
from phasewise.web.intake import Intake
from phasewise.web.problems import documented, problem

router = APIRouter(tags=["webhooks"])
log = get_log(__name__)

IDENTIFIER = "x-atlassian-webhook-identifier"
RETRY_SECONDS = 30
LARGE_BYTES = 256 << 10
"""A body from this size on is hashed and parsed in a thread, so that nobody else waits for it; one at a time,
as parsed it takes several times its size."""
UNSIGNED = "The delivery is not signed with a secret that is known here"
NOT_STORED = "The delivery cannot be stored at the moment; send it again"

ANSWERS: dict[int | str, dict[str, Any]] = {
    204: {"description": "Stored, or stored before"},
    **documented(400, 401, 408, 413, 415, 503),
}
ANSWERS[503]["headers"] = {
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}, "required": False}
}
TAKEN = {
    "requestBody": {
        "required": True,
        "description": "Whatever Jira sends, up to 25 MiB.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
}


def _header(name: str, about: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": False, "description": about, "schema": schema}


HEADERS = [
    _header("X-Hub-Signature", "HMAC-SHA256 of the raw body by the secret.", "^sha256=[0-9A-Fa-f]{64}$"),
    _header("X-Atlassian-Webhook-Identifier", "The same for every try.", "^[A-Za-z0-9._:+=@-]{1,128}$"),
]

SECRET = {"name": "secret", "in": "path", "required": True, "schema": {"type": "string"}}


class Told:
    """One line a minute in the log about what may happen thousands of times, with its number."""

    def __init__(self, event: str, every_seconds: float = 60.0) -> None:
        self._event = event
        self._every_seconds = every_seconds
        self._number = 0
        self._at = -every_seconds

    def count(self, **fields: object) -> None:
        self._number += 1
        now = time.monotonic()
        if now - self._at >= self._every_seconds:
            log.warning(self._event, deliveries=self._number, **fields)
            self._number, self._at = 0, now


def open_intake(app: FastAPI, deps: Deps | None, on_delivery: Callable[[], None]) -> None:
    """Make what the routes share. `on_delivery` is called after each commit, by the writing thread."""
    app.state.on_delivery = on_delivery
    app.state.refused = Told("delivery_refused")
    app.state.not_stored = Told("delivery_not_stored")
    app.state.room = Room()
    app.state.one_large = asyncio.Semaphore(1)
    if deps is not None:
        app.state.intake = Intake(partial(keep_deliveries, deps), lambda: app.state.on_delivery())


@asynccontextmanager
async def storing(app: FastAPI) -> AsyncIterator[None]:
    """While the application lives; at its end what was accepted is stored."""
    yield
    if app.state.deps is not None:
        await asyncio.to_thread(app.state.intake.stop)


@router.post(
    "/webhooks/jira",
    status_code=204,
    response_class=Response,
    responses=ANSWERS,
    summary="A delivery of Jira, signed",
    openapi_extra={**TAKEN, "parameters": [{**HEADERS[0], "required": True}, HEADERS[1]]},
)
async def receive(request: Request) -> Response:
    """A delivery that Jira has signed."""
    signatures = request.headers.getlist(HEADER)
    deps: Deps = request.app.state.deps
    return await _receive(request, signatures, may_be_read=bool(signatures and deps.webhook_secrets))


@router.post(
    "/webhooks/jira/{secret:path}",
    status_code=204,
    response_class=Response,
    responses=ANSWERS,
    summary="The same of a Jira that cannot sign",
    openapi_extra={**TAKEN, "parameters": [SECRET, *HEADERS]},
)
async def receive_unsigned(request: Request) -> Response:
    """A delivery of a Jira that cannot sign, and has the secret in the address instead."""
    deps: Deps = request.app.state.deps
    known = is_secret(request.path_params["secret"], deps.webhook_secrets)
    return await _receive(request, request.headers.getlist(HEADER), may_be_read=known, vouched=known)


async def _receive(
    request: Request, signatures: list[str], *, may_be_read: bool, vouched: bool = False
) -> Response:
    room: Room = request.app.state.room
    try:
        with room.share() as share:
            # The body of a delivery that is refused anyway is only counted, so that its sender can end.
            body = await read_body(request, share if may_be_read else None)
            if not may_be_read:
                return _refused(request)
            return await _taken(request, body, signatures if signatures or not vouched else None)
    except RefusedBodyError as error:
        headers = {"retry-after": str(RETRY_SECONDS)} if error.status == 503 else None
        return problem(error.status, str(error), headers=headers)
    except PayloadError as error:
        return problem(400, str(error))
    except (StoreError, MemoryError) as error:
        not_stored: Told = request.app.state.not_stored
        not_stored.count(error=str(error) or "There is not enough memory for it")
        return problem(503, NOT_STORED, headers={"retry-after": str(RETRY_SECONDS)})
    except ClientDisconnect:
        return problem(400, "The sender ended before its body did")


async def _taken(request: Request, body: bytearray, signatures: list[str] | None) -> Response:
    deps: Deps = request.app.state.deps
    identifiers = request.headers.getlist(IDENTIFIER)

    def read() -> Received | None:
        if signatures is not None and not is_signed(body, signatures, deps.webhook_secrets):
            return None
        return read_delivery(deps, body, identifiers)

    if len(body) < LARGE_BYTES:
        received = read()
    else:
        async with request.app.state.one_large:
            received = await asyncio.to_thread(read)
    if received is None:
        return _refused(request)
    intake: Intake = request.app.state.intake
    await intake.accept(received)
    return Response(status_code=204)


def _refused(request: Request) -> Response:
    refused: Told = request.app.state.refused
    refused.count(secret_is_set=bool(request.app.state.deps.webhook_secrets))
    return problem(401, UNSIGNED)
