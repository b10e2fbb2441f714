"""The drainer: one thread of a node that sees deliveries through as soon as they are there.

Webhooks of this process wake it; for those that other processes took in it looks five times a second.
"""

import threading

from phasewise.errors import PhasewiseError
from phasewise.log import get_log
from phasewise.usecases.deps import Deps
from phasewise.usecases.drain_inbox import drain
from phasewise.usecases.enforce import enforce

log = get_log("drainer")

LOOK_SECONDS = 0.2
HELD_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


class Drainer:
    """Drains again and again until it is stopped.

    After trouble it pauses, each time twice as long, up to a minute. The same trouble is logged once; none
    ends the thread.
    """

    def __init__(self, deps: Deps, node_id: str) -> None:
        self._deps = deps
        self._node_id = node_id
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drainer", daemon=True)
        self._failures = 0
        self._said = ""

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """A delivery was stored."""
        self._woken.set()

    def stop(self, timeout_seconds: float = 2.0) -> None:
        """Begin nothing more and wait; whoever ends the waits for Jira (`JiraClients.stop`) waits less."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            seconds = self.step()
            if self._failures:
                self._stopping.wait(seconds)  # being woken tells nothing about the trouble
            elif seconds:
                self._woken.wait(seconds)

    def step(self) -> float:
        """Drain once; how many seconds to wait, unless woken, before the next time."""
        try:
            report = drain(self._deps, self._node_id)
            if report.claimed:
                enforce(self._deps)
        except PhasewiseError as error:
            return self._after_trouble(str(error))
        except Exception as error:  # whatever it is, it must not end the only thread that drains
            return self._after_trouble(repr(error), error)
        if self._failures:
            log.info("draining_again")
        self._failures, self._said = 0, ""
        if report.failed:
            log.warning("deliveries_set_aside", count=report.failed)
        if report.claimed:
            return 0.0
        return HELD_SECONDS if report.is_held else LOOK_SECONDS

    def _after_trouble(self, said: str, crash: Exception | None = None) -> float:
        self._failures += 1
        if said != self._said and not self._stopping.is_set():
            self._said = said
            if crash is None:
                log.warning("drain_paused", error=said)
            else:
                log.error("drain_crashed", error=said, exc_info=crash)
        return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10))
