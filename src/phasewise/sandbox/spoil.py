"""Spoils one answer the way a `Fault` says: `app` calls it in place of the application."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from phasewise.sandbox.trouble import Fault

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form action='/login'>"
    b"<h1>Jira is unavailable</h1><p>Please log in, or try again later.</p></form></body></html>"
)


class ConnectionCut(Exception):  # noqa: N818 - the end of an answer, no error of ours.
    """Raised where no connection can be closed, so that the answer ends all the same."""


class Spoiled:
    """One request with a fault."""

    def __init__(self, fault: Fault, app: Application) -> None:
        self.fault = fault
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, raw_send: Send, send: Send) -> None:
        """`send` adds the usual headers; `raw_send` is the server's own, which knows the connection."""
        kind = self.fault.kind
        if kind == "drop":
            await _cut(raw_send)
        elif kind == "status":
            headers = {"content-type": "application/json;charset=UTF-8", **self.fault.headers}
            await _whole(send, self.fault.status, self.fault.body.encode(), headers)
        elif kind == "html":
            await _whole(send, 200, _LOGIN_PAGE, {"content-type": "text/html;charset=UTF-8"})
        elif kind == "redirect":
            await _whole(send, 302, b"", {"location": self.fault.location})
        else:
            await self._after(scope, receive, raw_send, send)

    async def _after(self, scope: Scope, receive: Receive, raw_send: Send, send: Send) -> None:
        """The faults that need the true answer: the request is carried out first."""
        start: dict[str, Any] = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self.app(scope, receive, collect)
        kind = self.fault.kind
        if kind == "apply_then_drop":
            await _cut(raw_send)
            return
        half = bytes(body[: len(body) // 2])
        if kind == "half_json":
            headers = [(k, v) for k, v in start["headers"] if k != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(half)).encode())]})
            await send({"type": "http.response.body", "body": half})
        elif kind == "truncate":
            await send(dict(start))
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await _cut(raw_send)
        else:
            await send(dict(start))
            for n in range(len(body)):
                await asyncio.sleep(self.fault.delay_ms / 1000)
                await send({"type": "http.response.body", "body": bytes(body[n : n + 1]), "more_body": True})
            await send({"type": "http.response.body", "body": b""})


async def _whole(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*encoded, length]})
    await send({"type": "http.response.body", "body": body})


async def _cut(send: Send) -> None:
    """Closes the connection after what was sent; uvicorn's `send` belongs to an object that holds it."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionCut
    transport.close()
    # The server hears of it in the next rounds of the loop; before that it would answer 500 for us.
    for _ in range(3):
        await asyncio.sleep(0)
