"""A mail server that does to one mail what a crash point says, and keeps all else. For test_report_kills."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import Envelope, Session

from tests.mail.post_office import PostOffice


@dataclass(frozen=True)
class Point:
    """What goes wrong in a run, with the `number`-th mail or transaction.

    `commit`: a worker dies `before` or `after` the commit; `stage`: it dies when the server has heard the
    recipient (`rcpt`), the whole mail (`end`), or has kept it (`kept`); `drop`: the server hangs up after
    `354`, or after it kept the mail (`end`); `answer`: it says this at `rcpt` or at the `end`; `half`: it
    refuses every second recipient; `time`: a worker dies after so many milliseconds.
    """

    kind: str
    number: int = 0
    how: str = ""


@dataclass
class TroubledOffice(PostOffice):
    """`point` is what goes wrong now; `kill` ends a worker. `drops` counts the mails of which the client
    cannot know, `refused` who got a 5xx."""

    point: Point = field(default_factory=lambda: Point("none"))
    kill: Callable[[], object] = lambda: None
    counted: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    drops: int = 0
    hangs_up: bool = False
    refused: set[str] = field(default_factory=set)

    def begin(self, point: Point, kill: Callable[[], object]) -> None:
        """Another run."""
        self.point, self.kill, self.drops, self.hangs_up = point, kill, 0, False
        for kept in (self.counted, self.refused, self.accepted, self.said):
            kept.clear()

    def _is_it(self, kind: str, at: str) -> bool:
        """Whether the point is now: once in a run."""
        if self.point.kind != kind or not self.point.how.endswith(at):
            return False
        with self.lock:
            self.counted[at] += 1
            return self.counted[at] == self.point.number

    def _answer(self, at: str, address: str) -> str | None:
        """What is said instead of 250."""
        is_half = self.point.kind == "half" and at == "rcpt" and int(address[1:3]) % 2 == self.point.number
        said = "550 5.1.1 nobody here" if is_half else None
        if self._is_it("answer", at):
            said = f"{self.point.how[:3]} trouble"
        if said is not None and said.startswith("5"):
            self.refused.add(address)
        return said

    @property
    def drop_after_354(self) -> bool:
        """Once, for the mail whose recipient was just heard: the library reads it at other times too."""
        with self.lock:
            is_now, self.hangs_up = self.hangs_up, False
            self.drops += is_now
        return is_now

    @drop_after_354.setter
    def drop_after_354(self, _: bool) -> None:
        pass

    async def handle_RCPT(self, _s: Any, _x: Session, envelope: Envelope, address: str, _o: Any) -> str:  # noqa: N802
        if self._is_it("stage", "rcpt"):
            await asyncio.to_thread(self.kill)
        if said := self._answer("rcpt", address):
            return said
        envelope.rcpt_tos.append(address)
        self.hangs_up = self._is_it("drop", "354")
        return "250 OK"

    async def handle_DATA(self, server: Any, _x: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        if self._is_it("stage", "end"):
            await asyncio.to_thread(self.kill)
        if said := self._answer("end", address):
            return said
        assert isinstance(envelope.content, bytes)
        self.accepted.append((address, envelope.content))
        if self._is_it("stage", "kept"):
            await asyncio.to_thread(self.kill)
        if self._is_it("drop", "end"):
            self.drops += 1
            server.transport.abort()
        return "250 OK"
