"""The poll: one thread that reads what changed in Jira, again and again, and does what commands ask of it.

`serve` runs one while it holds the serving lock: a `sync` command then hands its request over to it.
"""

import threading
from collections.abc import Callable

from phasewise.errors import PhasewiseError
from phasewise.log import get_log
from phasewise.store import sites
from phasewise.usecases.deps import Deps
from phasewise.worker.synchronise import synchronise

log = get_log("poller")

LISTEN_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 300.0


class Poller:
    """Polls every `poll_seconds`, with a census first and then at every `census_every`-th poll.

    A poll never overlaps another; a failed one is tried again after a pause that doubles up to five
    minutes, and what failed is in the sync state, on every page, and in the log.
    """

    def __init__(self, deps: Deps, poll_seconds: float, census_every: int) -> None:
        self._deps = deps
        self._poll_seconds = poll_seconds
        self._census_every = census_every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)
        self._failures = 0
        self._polls_to_census = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Ask it to stop and wait; what it was doing is cut between two transactions."""
        self._stop.set()
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        wait = 0.0
        while not self._stop.is_set():
            if self._answer_request():
                continue
            if wait > 0:
                pause = min(LISTEN_SECONDS, wait)
                self._stop.wait(pause)
                wait -= pause
                continue
            self._poll()
            wait = self._pause()

    def _pause(self) -> float:
        backoff: float = self._poll_seconds * 2.0 ** min(self._failures, 10)
        return backoff if not self._failures else min(backoff, max(LONGEST_PAUSE_SECONDS, self._poll_seconds))

    def _poll(self) -> None:
        census = self._polls_to_census <= 0
        self._polls_to_census = self._census_every if census else self._polls_to_census
        self._polls_to_census -= 1
        error = self._guarded(lambda: synchronise(self._deps, census=census))
        self._failures = self._failures + 1 if error else 0
        if error and census:
            self._polls_to_census = 0

    def _answer_request(self) -> bool:
        """Run one synchronisation that a command handed over; False when there is none."""
        with self._deps.database.write() as connection:
            request = sites.next_request(connection, self._deps.site_id, self._deps.now())
        if request is None:
            return False
        report: dict[str, object] = {}
        error = self._guarded(lambda: report.update(synchronise(self._deps, census=True, full=request.full)))
        with self._deps.database.write() as connection:
            sites.finish_request(
                connection,
                self._deps.site_id,
                request.request_id,
                self._deps.now(),
                error=error,
                report=report,
            )
        return True

    def _guarded(self, work: Callable[[], object]) -> str | None:
        """Do it; a failure is logged and returned as one line, never raised: the poll must go on."""
        try:
            work()
        except PhasewiseError as error:
            log.warning("poll_failed", error=str(error))
            return str(error)
        except Exception as error:  # whatever it is, it must not end the only thread that reads Jira
            log.exception("poll_crashed")
            return f"{type(error).__name__}: {error}"
        return None
