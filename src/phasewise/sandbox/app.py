"""The server: routes put together, trouble before and around them. `serve` and the tests make one.

Trouble is made at the ASGI level, where an answer can be cut and a connection dropped.
"""

import asyncio
import email.utils
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from phasewise.sandbox import (
    routes_agile,
    routes_browse,
    routes_cloud_search,
    routes_comments,
    routes_control,
    routes_dc_search,
    routes_field_making,
    routes_fields,
    routes_hooks,
    routes_issue,
    routes_meta,
    routes_move,
    routes_site,
    routes_write,
)
from phasewise.sandbox.answers import RefusedError
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.hooks import Hooks
from phasewise.sandbox.render import Renderer
from phasewise.sandbox.spoil import Spoiled
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World


class SandboxApp(FastAPI):
    """The application of one site."""

    def __init__(self, world: World, trouble: Trouble, base_url: str) -> None:
        super().__init__(title=world.title, docs_url=None, redoc_url=None, openapi_url=None)
        self.world = world
        self.trouble = trouble
        self.desk = Desk(world, trouble, base_url)
        self.hooks = Hooks(world, trouble, Renderer(world, base_url, "2"))
        world.listeners.append(self.hooks.heard)
        routes_control.apply_trouble(world, trouble)
        self._mount()

    def _mount(self) -> None:
        desk = self.desk
        searching = routes_cloud_search if self.world.cloud else routes_dc_search
        moving = routes_move.cloud_routes if self.world.cloud else routes_move.datacenter_routes
        # Fixed paths such as /issue/bulkfetch come before /issue/{issue}.
        for router in (
            searching.routes(desk),
            moving(desk),
            routes_site.routes(desk),
            routes_meta.routes(desk),
            routes_fields.routes(desk),
            routes_field_making.routes(desk),
            routes_comments.routes(desk),
            routes_write.routes(desk),
            routes_issue.routes(desk),
            routes_agile.routes(desk),
            routes_browse.routes(desk),
            routes_hooks.routes(desk, self.hooks),
            routes_control.routes(desk, self.hooks),
        ):
            self.include_router(router)
        self.add_exception_handler(RefusedError, _refused)
        self.add_exception_handler(HTTPException, _not_found)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith("/_sandbox"):
            await super().__call__(scope, receive, send)
            return
        trouble = self.trouble
        if trouble.latency_ms:
            await asyncio.sleep(trouble.latency_ms / 1000)
        if trouble.is_rate_limited():
            await _rate_limited(trouble)(scope, receive, send)
            return
        fault = trouble.fault(scope["method"], path)
        dated = self._with_headers(scope, send)
        if fault is None:
            await super().__call__(scope, receive, dated)
        else:
            await Spoiled(fault, super().__call__)(scope, receive, send, dated)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        """Adds the sandbox's own clock, and who the caller is, as Jira's front end does."""
        date = email.utils.formatdate(self.world.now() / 1000, usegmt=True).encode()
        who = self._who(scope)

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra: list[tuple[bytes, bytes]] = [(b"date", date), *who]
                message = {**message, "headers": [*message.get("headers", []), *extra]}
            await send(message)

        return dated

    def _who(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        try:
            caller = self.desk.caller(Request(scope))
        except RefusedError:
            return []
        if self.world.cloud:
            return [(b"x-aaccountid", caller.user_id.encode())] if caller.user_id else []
        user = self.world.users.get(caller.user_id or "")
        return [(b"x-ausername", (user.name if user else "anonymous").encode("ascii", "replace"))]


def create_app(
    world: World, *, trouble: Trouble | None = None, base_url: str = "http://127.0.0.1"
) -> SandboxApp:
    """The application; `base_url` is what `self` links and serverInfo say."""
    return SandboxApp(world, trouble or Trouble(), base_url)


async def _refused(_request: Request, refused: Exception) -> Response:
    assert isinstance(refused, RefusedError)  # noqa: S101 - registered for nothing else.
    return refused.response()


async def _not_found(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return RefusedError(status, f"HTTP {status}").response()


def _rate_limited(trouble: Trouble) -> Response:
    headers: dict[str, Any] = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0"}
    if trouble.retry_after is not None:
        headers["Retry-After"] = trouble.retry_after
    if trouble.rate_limit_reason is not None:
        headers["RateLimit-Reason"] = trouble.rate_limit_reason
    return RefusedError(429, "Rate limit exceeded.", headers=headers).response()
