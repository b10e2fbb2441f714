"""Answers kept for as long as nothing changed: the next one who asks the same gets the same bytes.

`Keeping` is given to the routes that are open all day: the portfolio, the board, people, findings, a project,
the API's lists.
"""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from phasewise.core.model import Instant
from phasewise.i18n.speaking import language
from phasewise.web.visitors import Visiting

LASTS_MS = 5_000
MINUTE_MS = 60_000
PATIENCE_SECONDS = 5.0
MOST_ANSWERS, MOST_BYTES = 64, 16_000_000
PACKED_LEVEL = 7
"""A little smaller than what the middleware makes of other answers. The highest is twice the work for two per
cent less, which counts in the first answer after a change."""

OF_AN_INSTANT = frozenset({"as_of", "cursor"})
HTML, JSON = "text/html; charset=utf-8", "application/json"


@dataclass(slots=True)
class _Slot:
    """What was answered last to one question, by which state of the database, and when."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    state: str = ""
    made_at: Instant = 0
    body: bytes = b""

    def is_good(self, state: str, now: Instant) -> bool:
        """Whether it would be made the same again: nothing was written since, and the clock has moved so
        little that nobody waits for what it changes; never beyond the minute, which pages print."""
        is_fresh = self.made_at <= now < self.made_at + LASTS_MS
        return self.state == state and is_fresh and self.made_at // MINUTE_MS == now // MINUTE_MS


class Kept:
    """The answers of one application. `state` is the database's: see store/watch."""

    def __init__(self, state: Callable[[], str], patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._state = state
        self._patience_seconds = patience_seconds
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._turn = threading.Lock()

    def answer(self, question: Hashable, now: Callable[[], Instant], make: Callable[[], bytes]) -> bytes:
        """What `make` makes, or made for the same question while nothing changed. Those who ask at once wait
        for the first of them, but not for long: one after the other they would wait for ever on a database
        that is stuck. The state is looked at before anything is read: a write in between makes another one,
        by which the answer is not found again."""
        slot = self._slot(question)
        if not slot.turn.acquire(timeout=self._patience_seconds):
            return make()
        try:
            state, at = self._state(), now()
            if not slot.is_good(state, at):
                slot.body = make()
                slot.state, slot.made_at = state, at
                self._let_go()
            return slot.body
        finally:
            slot.turn.release()

    def _slot(self, question: Hashable) -> _Slot:
        """Where its answer is, or will be. Of questions without an answer, too, only so many are kept."""
        with self._turn:
            slot = self._slots.setdefault(question, _Slot())
            self._slots.move_to_end(question)
            while len(self._slots) > MOST_ANSWERS:
                self._slots.popitem(last=False)
            return slot

    def _let_go(self) -> None:
        """Forget what was asked longest ago, where all together is too large."""
        with self._turn:
            while sum(len(slot.body) for slot in self._slots.values()) > MOST_BYTES:
                self._slots.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Keep:
    """The answers kept, and what this request asks; None: for something that is not kept."""

    kept: Kept
    question: Hashable | None
    is_packed: bool
    now: Callable[[], Instant]

    def page(self, make: Callable[[], str]) -> Response:
        """The page that `make` makes, or made."""
        return self._response(lambda: make().encode(), HTML)

    def listing(self, make: Callable[[], BaseModel]) -> Response:
        """The same for the JSON of a model."""
        return self._response(lambda: make().model_dump_json(by_alias=True).encode(), JSON)

    def _response(self, make: Callable[[], bytes], media_type: str) -> Response:
        if self.question is None:
            return Response(make(), media_type=media_type)
        if not self.is_packed:
            return Response(self.kept.answer(self.question, self.now, make), media_type=media_type)
        body = self.kept.answer(self.question, self.now, lambda: gzip.compress(make(), PACKED_LEVEL, mtime=0))
        headers = {"content-encoding": "gzip", "vary": "Accept-Encoding"}
        return Response(body, headers=headers, media_type=media_type)


async def keeping(request: Request, visitor: Visiting) -> Keep:
    """What is asked is an address, by somebody, in a language; of another instant nothing is kept."""
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    address = request.scope["path"], request.scope["query_string"]
    who = visitor.asker, visitor.is_open, visitor.known and visitor.known.account
    question = (address, who, language(), is_packed)
    is_of_now = OF_AN_INSTANT.isdisjoint(request.query_params)
    return Keep(
        request.app.state.kept, question if is_of_now else None, is_packed, request.app.state.deps.now
    )


Keeping = Annotated[Keep, Depends(keeping)]
