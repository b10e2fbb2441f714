"""The poll: when Jira is read, when it is left alone, and the synchronisations that commands ask for.

The engine asks every node whether it is time, and lets one of them do it. How the polls went is in the store
(`store.polls`), so that it does not matter which.
"""

import time

from phasewise.errors import RetiredError, StoreError
from phasewise.jira.trouble import LoginRefusedError
from phasewise.log import get_log
from phasewise.store import polls, sites
from phasewise.store.clock import database_time
from phasewise.store.db import Connection
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.lock import one_synchronisation
from phasewise.usecases.deps import Deps
from phasewise.worker.synchronise import synchronise, synchronise_alone

log = get_log("poller")

LONGEST_PAUSE_SECONDS = 300.0
REFUSALS = 3

TOLD = """Jira has refused the log-in of Phasewise three times, so that it is not asked any more.

Jira:   {url}
Reason: {reason}

Set it right and start Phasewise again, or run `phasewise sync`. Until then the pages show what was read
before; what Jira tells by webhook is kept and read later.
"""


class Poller:
    """Polls every `poll_seconds`, with a census first and then at every `census_every`-th poll.

    A failed poll is tried again after a pause that doubles up to five minutes; once Jira has refused the same
    token three times in a row it is left alone until that changes or somebody asks. What failed is in the
    sync state, on every page, and in the log.
    """

    def __init__(self, deps: Deps, poll_seconds: float, census_every: int) -> None:
        self._deps = deps
        self._poll_seconds = poll_seconds
        self._census_every = census_every
        self._token = deps.jira.access.digest if deps.jira else ""
        self._not_before = 0.0

    def begin(self) -> None:
        """Where nobody else has been polling: the first poll is due at once, with a census."""
        with self._deps.database.write() as connection:
            polls.save_poll_state(connection, self._deps.site_id, ended_at=None, failures=0, to_census=0)

    def is_due(self) -> bool:
        """Whether a request waits, or it is time to poll."""
        with self._deps.database.read() as connection:
            return sites.has_request(connection, self._deps.site_id) or self._is_time(connection)

    def run(self) -> None:
        """Answer every request that waits, then poll if it is time. Raises what the first failure raised."""
        while (request := self._request()) is not None:
            self._answer(request)
        with one_synchronisation(self._deps.database, self._deps.site_id):
            # Somebody may have polled while this one waited for its turn.
            with self._deps.database.read() as connection:
                is_time = self._is_time(connection)
            if is_time:
                self._poll()

    def _is_time(self, connection: Connection) -> bool:
        site_id = self._deps.site_id
        if time.monotonic() < self._not_before or polls.is_stopped(connection, site_id, self._token):
            return False
        state = polls.poll_state(connection, site_id)
        if state.ended_at is None:
            return True
        # Without a sign: a clock that was set back must not stop the polls until it is there again.
        passed = abs(database_time(connection, self._deps.now()) - state.ended_at)
        return passed >= pause_seconds(state.failures, self._poll_seconds) * 1000

    def _poll(self) -> None:
        with self._deps.database.read() as connection:
            left = polls.poll_state(connection, self._deps.site_id).to_census
        census = left <= 0
        try:
            synchronise_alone(self._deps, census=census)
        except Exception as error:
            self._not_before = time.monotonic() + self._poll_seconds  # in case it cannot be noted
            self._note_failure(error, 0 if census else left - 1)
            self._not_before = 0.0
            raise
        with self._deps.database.write() as connection:
            self._ended(connection, failures=0, to_census=(self._census_every if census else left) - 1)

    def _note_failure(self, error: Exception, to_census: int) -> None:
        if isinstance(error, RetiredError):
            return  # it did not fail, it was told to end
        with self._deps.database.write() as connection:
            state = polls.poll_state(connection, self._deps.site_id)
            refusals = 0
            if isinstance(error, LoginRefusedError):
                refusals = 1 + (state.refusals if state.refused_token == self._token else 0)
            token = self._token if refusals else None
            failed = {"failures": state.failures + 1, "refusals": refusals, "refused_token": token}
            self._ended(connection, **failed, to_census=to_census)
            if refusals == REFUSALS:
                log.error("polls_stopped", reason=str(error))
                self._stop(connection, str(error))

    def _stop(self, connection: Connection, reason: str) -> None:
        """Leave Jira alone, and have the one mailed who can set it right."""
        now = self._deps.now()
        polls.stop(connection, self._deps.site_id, reason, now)
        if self._deps.admin_email:
            text = TOLD.format(url=self._deps.jira.access.url if self._deps.jira else "", reason=reason)
            body = {"subject": "Phasewise no longer reads Jira", "text": text}
            effect = Effect(f"stopped:{now}", EffectKind.MAIL, self._deps.admin_email, body)
            add_effect(connection, self._deps.site_id, effect, now)

    def _ended(self, connection: Connection, **columns: int | str | None) -> None:
        at = database_time(connection, self._deps.now())
        polls.save_poll_state(connection, self._deps.site_id, ended_at=at, **columns)

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
            with self._deps.database.write() as connection:
                self._ended(connection, failures=0)
        except Exception as failure:
            error = str(failure) or type(failure).__name__
            raise
        finally:
            self._finish(request, error, report)

    def _finish(
        self, request: sites.SyncRequest, error: str | None, report: dict[str, object] | None
    ) -> None:
        """Tell who asked. A request that was cut short because this node ends is answered by the next."""
        try:
            with self._deps.database.write() as connection:
                sites.finish_request(
                    connection,
                    self._deps.site_id,
                    request.request_id,
                    self._deps.now(),
                    error=error,
                    report=report,
                )
        except StoreError:
            log.warning("request_not_answered", request=request.request_id)


def pause_seconds(failures: int, poll_seconds: float) -> float:
    """How long Jira is left alone after so many failed polls in a row."""
    if not failures:
        return poll_seconds
    doubled: float = poll_seconds * 2.0 ** min(failures, 10)
    return min(doubled, max(LONGEST_PAUSE_SECONDS, poll_seconds))
