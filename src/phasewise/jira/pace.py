"""How many reads in flight hide that Jira takes its time. `stream` asks; `wire` tells how long it waited."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

Seconds = Callable[[], float]
FEWEST = 2
LATELY = 8
"""Of about so many reads is what they cost the average."""


class _Waits(threading.local):
    seconds = 0.0


_waits = _Waits()


@contextmanager
def waiting() -> Iterator[None]:
    """While nothing but Jira's answer is waited for, by this thread."""
    began = time.monotonic()
    try:
        yield
    finally:
        _waits.seconds += time.monotonic() - began


def seconds_waited() -> float:
    """How long this thread has waited for Jira since it began."""
    return _waits.seconds


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """What the thread that asks has done so far: waited for Jira, and worked (processor time), in seconds."""

    waited: Seconds = seconds_waited
    worked: Seconds = time.thread_time


class Pace:
    """While one read waits for Jira there is room to work on others: on as many as fill the wait.

    So many, and one: how long a read waits, by the processor time that reading and storing it takes. More
    of them would only lie finished in memory and take the interpreter from each other. Since that lengthens
    waits, too, what counts is a wait that a quarter of the latest reads kept to. Before the first is known,
    as many as allowed.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waits: deque[float] = deque(maxlen=LATELY)
        self._reading = self._storing = 0.0

    @property
    def wanted(self) -> int:
        """How many may be in flight: `FEWEST` to `most`."""
        if not self._waits:
            return self._most
        wait, work = sorted(self._waits)[len(self._waits) // 4], self._reading + self._storing
        if wait >= work * self._most:
            return self._most
        return min(self._most, max(FEWEST, 1 + ceil(wait / work)))

    def was_read(self, waited: float, worked: float) -> None:
        """A read waited so many seconds for Jira, and took the processor for so many."""
        self._reading = self._reading + (worked - self._reading) / LATELY if self._waits else worked
        self._waits.append(waited)

    def was_stored(self, worked: float) -> None:
        """Storing a result took the processor so many seconds."""
        self._storing += (worked - self._storing) / LATELY
