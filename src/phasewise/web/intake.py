"""Group commit: deliveries that wait at the same time are stored in one transaction. `webhooks` uses it.

One thread writes. A delivery is answered only when the transaction that has it was committed.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from phasewise.errors import PhasewiseError, StoreError
from phasewise.log import get_log
from phasewise.usecases.receive_deliveries import Received

log = get_log(__name__)

PATIENCE_SECONDS = 4.0
ENOUGH = 16
"""Of so many that arrive together, the commit is not put off for others."""
MOST_ROWS = 300
MOST_BYTES = 32 << 20
STOP_SECONDS = 2.0
TOO_BUSY = "A delivery could not be stored in time: the database is busy"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery whose request waits; `until` is by the monotonic clock."""

    received: Received
    answer: asyncio.Future[None]
    loop: asyncio.AbstractEventLoop
    until: float

    @property
    def is_given_up(self) -> bool:
        return self.answer.done() or time.monotonic() > self.until


class Intake:
    """Stores what `accept` is given by `keep`, then calls `on_stored`; its thread starts with the first."""

    def __init__(
        self,
        keep: Callable[[Sequence[Received]], None],
        on_stored: Callable[[], object],
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._keep = keep
        self._on_stored = on_stored
        self._patience_seconds = patience_seconds
        self._arriving: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        self._waiting: deque[Waiting] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_stopping = False

    async def accept(self, received: Received) -> None:
        """Return once the delivery is durable. StoreError when it cannot be stored, or not soon enough."""
        loop = asyncio.get_running_loop()
        until = time.monotonic() + self._patience_seconds
        one = Waiting(received, loop.create_future(), loop, until)
        arriving = self._arriving.setdefault(loop, [])
        arriving.append(one)
        if len(arriving) == 1:
            loop.call_soon(self._gather, loop, 0)
        timer = loop.call_later(self._patience_seconds, _settle, [one.answer], StoreError(TOO_BUSY))
        try:
            await one.answer
        finally:
            timer.cancel()

    def stop(self, timeout_seconds: float = STOP_SECONDS) -> None:
        """Store what waits, then end the thread."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(timeout_seconds)

    def _gather(self, loop: asyncio.AbstractEventLoop, before: int) -> None:
        """Hand over what arrived once a turn of the loop brings no more: together it costs one commit."""
        arrived = len(self._arriving[loop])
        if before < arrived < ENOUGH:
            loop.call_soon(self._gather, loop, arrived)
        else:
            self._hand_over(self._arriving.pop(loop))

    def _hand_over(self, arrived: Sequence[Waiting]) -> None:
        with self._changed:
            self._waiting.extend(arrived)
            if self._thread is None or not self._thread.is_alive():
                self._is_stopping = False
                self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while batch := self._next_batch():
            error = self._try([one.received for one in batch])
            if error is None or len(batch) == 1:
                _answer(batch, error)
            else:
                self._one_by_one(batch)

    def _next_batch(self) -> list[Waiting]:
        """What waits now, in the order it came; empty when it is time to stop."""
        with self._changed:
            while True:
                batch: list[Waiting] = []
                size = 0
                while self._waiting and len(batch) < MOST_ROWS and size < MOST_BYTES:
                    one = self._waiting.popleft()
                    if not one.is_given_up:
                        batch.append(one)
                        size += len(one.received.body)
                if batch or self._is_stopping:
                    return batch
                self._changed.wait()

    def _one_by_one(self, batch: Sequence[Waiting]) -> None:
        """After a batch that failed: one delivery must not keep the others out."""
        for one in batch:
            if not one.is_given_up:
                _answer([one], self._try([one.received]))

    def _try(self, received: Sequence[Received]) -> Exception | None:
        try:
            self._keep(received)
        except PhasewiseError as error:
            return error
        except Exception as error:  # whatever it is, it must not end the only thread that stores deliveries
            log.exception("delivery_not_stored", deliveries=len(received))
            return error
        self._on_stored()
        return None


def _answer(batch: Sequence[Waiting], error: Exception | None) -> None:
    """Wake the requests, one call for each event loop."""
    for loop in {one.loop for one in batch}:
        mine = [one.answer for one in batch if one.loop is loop]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, mine, error)


def _settle(answers: Sequence[asyncio.Future[None]], error: Exception | None) -> None:
    for answer in answers:
        if answer.done():
            continue
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(StoreError(str(error)))
