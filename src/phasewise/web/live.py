"""GET /events: tells open pages that what they show has changed (server-sent events). Included by `app`.

One look at the revision of the store serves all the streams of a process, and only while there are any.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from phasewise.errors import StoreError
from phasewise.log import get_log
from phasewise.web.problems import problem

LOOK_SECONDS = 0.3
HEARTBEAT_SECONDS = 15.0
LIFE_SECONDS = 900.0
"""Then a stream ends, and its page opens the next: one whose reader vanished unnoticed lasts no longer."""
RETRY_MS = 1_000
MOST_STREAMS = 500
OVER = "event: over\ndata: over\n\n"
"""Whoever listens may hear no more: the page, fetched again, leads to signing in."""

router = APIRouter(include_in_schema=False)
log = get_log(__name__)


def always(*_: object) -> bool:
    return True


class Live:
    """The open streams of this process. `look` reads the revision, `lets_in` says whether who asked may still
    hear it; both may block: threads call them."""

    def __init__(
        self,
        look: Callable[[], int],
        *,
        lets_in: Callable[[Request], bool] = always,
        look_seconds: float = LOOK_SECONDS,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        most: int = MOST_STREAMS,
    ) -> None:
        self._look = look
        self.lets_in = lets_in
        self._look_seconds = look_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._most = most
        self._ended = False
        self._revision: int | None = None
        self._news = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None
        self.open_streams = 0

    @property
    def is_full(self) -> bool:
        return self.open_streams >= self._most

    def end(self) -> None:
        """End every stream, and those to come: the process stops. Called in the event loop."""
        self._ended = True
        self._tell()

    async def events(self, seen: int | None, may_hear: Callable[[], bool] = always) -> AsyncIterator[str]:
        """The revision whenever it is not the one that was `seen` last, and a comment now and then; the end,
        once whoever listens may hear no more. `may_hear` may block: a thread calls it."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LIFE_SECONDS
        yield f"retry: {RETRY_MS}\n\n"
        while not self._ended and loop.time() < until:
            news = self._news
            if self._revision is not None and self._revision != seen:
                if not await asyncio.to_thread(may_hear):
                    yield OVER
                    return
                seen = self._revision
                yield f"id: {seen}\ndata: {seen}\n\n"
            try:
                await asyncio.wait_for(news.wait(), self._heartbeat_seconds)
            except TimeoutError:
                if not await asyncio.to_thread(may_hear):
                    yield OVER
                    return
                yield ":\n\n"

    @contextmanager
    def joined(self) -> Iterator[None]:
        """As long as somebody is in here, the store is looked at."""
        self.open_streams += 1
        if self._watcher is None:
            self._revision = None
            self._watcher = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            self.open_streams -= 1
            if not self.open_streams:
                self._watcher.cancel()
                self._watcher = None

    async def _watch(self) -> None:
        failing = False
        while not self._ended:
            try:
                self._note(await asyncio.to_thread(self._look))
                failing = False
            except StoreError as error:
                if not failing:
                    log.warning("live_look_failed", error=str(error))
                failing = True
            await asyncio.sleep(self._look_seconds)

    def _note(self, revision: int) -> None:
        if revision != self._revision:
            self._revision = revision
            self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Events(StreamingResponse):
    """One stream, counted for as long as it is answered, however that ends."""

    def __init__(self, live: Live, seen: int | None, may_hear: Callable[[], bool] = always) -> None:
        # Proxies that gather an answer before they pass it on are asked not to.
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(live.events(seen, may_hear), headers=headers, media_type="text/event-stream")
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._live.joined():
            await super().__call__(scope, receive, send)


@router.get("/events")
async def get_events(request: Request) -> Response:
    """The revision of what pages show: at once, unless the browser has seen it, and whenever it changes."""
    live: Live = request.app.state.live
    if live.is_full:
        return problem(503, "Too many pages are open at once; this one is not kept up to date", headers=WAIT)
    return Events(live, _seen(request.headers.get("last-event-id", "")), partial(live.lets_in, request))


WAIT = {"retry-after": "30"}


def _seen(last_event_id: str) -> int | None:
    return int(last_event_id) if last_event_id.isascii() and last_event_id[:19].isdigit() else None
