"""The poll: one thread that reads what changed in Jira, again and again, and does what commands ask of it.

`serve` runs one while it holds the serving lock: a `sync` command then hands its request over to it.
"""

import math
import threading
import time

from phasewise.errors import PhasewiseError
from phasewise.jira.trouble import LoginRefusedError
from phasewise.log import get_log
from phasewise.store import sites
from phasewise.usecases.deps import Deps
from phasewise.worker.synchronise import synchronise

log = get_log("poller")

LISTEN_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 300.0
REFUSALS = 3


class Poller:
    """Polls every `poll_seconds`, with a census first and then at every `census_every`-th poll.

    One synchronisation at a time. A failed one is tried again after a pause that doubles up to five
    minutes; once Jira has refused the token three times in a row it is left alone until somebody asks. What
    failed is in the sync state, on every page, and in the log.
    """

    def __init__(self, deps: Deps, poll_seconds: float, census_every: int) -> None:
        self._deps = deps
        self._poll_seconds = poll_seconds
        self._census_every = census_every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)
        self._failures = 0
        self._refusals = 0
        self._polls_to_census = 0
        self._due = time.monotonic()

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Ask it to stop and wait; what it was doing is cut between two transactions."""
        self._stop.set()
        if self._deps.jira is not None:
            self._deps.jira.stop()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                worked = self.step(time.monotonic())
            except PhasewiseError as error:
                log.warning("poll_failed", error=str(error))
                worked = False
            except Exception:  # whatever it is, it must not end the only thread that reads Jira
                log.exception("poll_crashed")
                worked = False
            if not worked:
                self._stop.wait(min(LISTEN_SECONDS, self._poll_seconds))

    def step(self, monotonic_seconds: float) -> bool:
        """Answer one request, or poll if it is time; False when there was nothing to do."""
        request = self._request()
        if request is not None:
            self._answer(request)
            return True
        if monotonic_seconds < self._due:
            return False
        self._poll()
        self._due = time.monotonic() + self._pause()
        return True

    def _pause(self) -> float:
        if self._refusals >= REFUSALS:
            return math.inf
        if not self._failures:
            return self._poll_seconds
        doubled: float = self._poll_seconds * 2.0 ** min(self._failures, 10)
        return min(doubled, max(LONGEST_PAUSE_SECONDS, self._poll_seconds))

    def _poll(self) -> None:
        census = self._polls_to_census <= 0
        self._polls_to_census = (self._census_every if census else self._polls_to_census) - 1
        self._failures += 1
        try:
            synchronise(self._deps, census=census)
        except Exception as error:
            self._refusals = self._refusals + 1 if isinstance(error, LoginRefusedError) else 0
            self._polls_to_census = 0 if census else self._polls_to_census
            raise
        finally:
            self._due = time.monotonic() + self._pause()
        self._failures = self._refusals = 0

    def _request(self) -> sites.SyncRequest | None:
        """The synchronisation that a command has handed over, marked as begun."""
        with self._deps.database.read() as connection:
            if not sites.has_request(connection, self._deps.site_id):
                return None
        with self._deps.database.write() as connection:
            return sites.next_request(connection, self._deps.site_id, self._deps.now())

    def _answer(self, request: sites.SyncRequest) -> None:
        report, error = None, None
        try:
            if self._deps.jira is not None:
                self._deps.jira.client().allow_one_try()
            report = synchronise(self._deps, census=True, full=request.full)
            self._failures = self._refusals = 0
            self._due = time.monotonic() + self._pause()
        except Exception as failure:
            error = str(failure) or type(failure).__name__
            raise
        finally:
            with self._deps.database.write() as connection:
                sites.finish_request(
                    connection,
                    self._deps.site_id,
                    request.request_id,
                    self._deps.now(),
                    error=error,
                    report=report,
                )
