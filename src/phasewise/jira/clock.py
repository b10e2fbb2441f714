"""The clock and the sleep the Jira client uses, passed in so that no test waits."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from phasewise.core.model import Instant


def wall_clock() -> Instant:
    """Milliseconds since the epoch by this machine's clock."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """`sleep` may raise to end a wait early (a process that is asked to stop does)."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], Instant] = wall_clock
