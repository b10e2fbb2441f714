"""One reading of the store at one instant: what show_*, audits and exports compute from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from phasewise.core.calendar import Calendar
from phasewise.core.leave import Leave
from phasewise.core.model import Instant, Limits, Policy, SiteMapping, Strengths
from phasewise.core.rights import OPERATOR, Asker
from phasewise.core.rulebook import Timeline
from phasewise.core.send_times import Overdue
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _, marked
from phasewise.store import sites
from phasewise.store.boards import site_url
from phasewise.usecases.deps import Deps
from phasewise.usecases.in_force import InForce, in_force
from phasewise.usecases.paging import Place, cursor_after
from phasewise.usecases.portfolio import SyncFacts
from phasewise.usecases.reports.show_sending import overdue_in
from phasewise.usecases.views import Freshness, Item, Listing

if TYPE_CHECKING:
    from sqlalchemy import Connection

TOLERATED_SKEW_MS = 60_000
"""Clocks that agree this well are taken for equal: what Jira says of its time is rounded and delayed."""

STALE_AFTER_SECONDS = 900.0
WITHHELD = marked("Whoever runs Phasewise sees why")


@dataclass(frozen=True, slots=True)
class Moment:
    """A transaction that reads, and the instant at which everything is seen.

    `policies` says what counts for a task or a person; the calendar and the limits of the moment are those of
    `counts`: the default team's, a project's or a person's. `asked` is the instant as it was asked for; None:
    now, when all that people wrote down counts, however the clocks differ. `state` is how far Jira was read;
    `overdue` looks which report is. `asker` is who is told what is found.
    """

    connection: "Connection"
    site_id: int
    as_of: Instant
    policies: InForce
    counts: Timeline
    jira_url: str
    sync: Freshness
    state: sites.SyncState
    asked: Instant | None = None
    overdue: Callable[[], Overdue | None] = lambda: None
    asker: Asker = OPERATOR

    def of_project(self, project: int) -> "Moment":
        """The same with what counts for a project."""
        counts = self.policies.for_project(project)
        return self if counts is self.counts else replace(self, counts=counts)

    def of_team(self, team: str) -> "Moment":
        """The same with what counts for a team."""
        return replace(self, counts=self.policies.rulebook.for_project(team))

    def of_person(self, person: str) -> "Moment":
        """The same with what counts for a person."""
        counts = self.policies.for_person(person)
        return self if counts is self.counts else replace(self, counts=counts)

    @property
    def policy(self) -> Policy:
        """The policy in force at the instant."""
        return self.counts.at(self.as_of).policy

    @property
    def calendar(self) -> Calendar:
        return self.counts.calendar

    @property
    def leave(self) -> Leave:
        return self.policies.leave

    @property
    def limits(self) -> Limits:
        return self.counts.limits_at(self.as_of)

    @property
    def strengths(self) -> Strengths:
        """Those of all teams, whose each finding is."""
        return self.policies.rulebook.strengths_at(self.as_of)

    def mapping(self) -> SiteMapping:
        """What statuses and options of the phase field mean: always as the newest policy has it."""
        return sites.site_mapping(self.connection, self.site_id, self.newest)

    @property
    def newest(self) -> Policy:
        """The newest policy of the default team, whose mapping and leave hold for all history."""
        return self.policies.rulebook.default.newest.policy

    def url(self, key: str) -> str:
        """Where Jira shows the issue."""
        is_plain = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
        return f"{self.jira_url}/browse/{key if is_plain else quote(key, safe='')}"


@contextmanager
def moment(deps: Deps, as_of: Instant | None) -> Iterator[Moment]:
    """The store as of an instant; None: now. Raises BadRequestError if it lies in the future."""
    now = deps.now()
    with deps.database.read() as connection:
        state = sites.sync_state(connection, deps.site_id)
        seen_at = instant_seen(now, state, as_of)
        policies = in_force(connection, deps)
        yield Moment(
            connection=connection,
            site_id=deps.site_id,
            as_of=seen_at,
            policies=policies,
            counts=policies.usual,
            jira_url=site_url(connection, deps.site_id),
            sync=freshness(deps, state),
            state=state,
            asked=as_of,
            overdue=cache(partial(overdue_in, deps, connection, policies.rulebook)),
            asker=deps.asker,
        )


def instant_seen(now: Instant, state: sites.SyncState, as_of: Instant | None) -> Instant:
    """The instant at which everything is seen; None: now. Raises BadRequestError if it lies in the future."""
    present = present_by(now, state)
    # An instant finer than a millisecond was rounded up, so that "now" may be one ahead.
    if as_of is not None and as_of > max(now, present) + 1:
        raise BadRequestError(_("as_of lies in the future; give an instant that has passed, or leave it out"))
    return present if as_of is None else as_of


def sync_facts(at: Moment) -> SyncFacts:
    """How fresh the data is, as pages tell it."""
    state = at.state
    return SyncFacts(
        synced_at=state.last_success_at,
        error=at.sync.last_error,
        error_at=state.last_error_at,
        is_stale=at.sync.stale,
        backfill_done=state.backfill_done,
        backfill_total=state.backfill_total,
        stopped=trouble_told(at.asker, state.stopped_reason),
        stopped_at=state.stopped_at,
        revision=state.revision,
        overdue=at.overdue(),
    )


def listing(at: Moment, name: str, items: list[Item], last: Place | None) -> Listing[Item]:
    """One page of the list `name`; `last` is the place of its last row where more rows follow."""
    following = cursor_after(name, last, at.as_of)
    return Listing[Item](items=items, next=following, as_of=at.as_of, sync=at.sync)


def present_by(now: Instant, state: sites.SyncState) -> Instant:
    """Now, by Jira's clock where it is known to differ from ours: all of history is told in Jira's time."""
    skew = state.clock_skew_ms or 0
    return now + skew if abs(skew) > TOLERATED_SKEW_MS else now


def skew_sentence(skew_ms: int) -> str | None:
    """What to say of Jira's clock, so many milliseconds ahead of ours; None where the two agree."""
    if abs(skew_ms) <= TOLERATED_SKEW_MS:
        return None
    return f"Jira's clock is {skew_ms / 60_000:+.1f} minutes from ours: set this machine's clock"


def freshness(deps: Deps, state: sites.SyncState) -> Freshness:
    """How far behind Jira the store is: everything before the watermark is in it.

    It is stale after a quarter of an hour, or after three polls where these are further apart.
    """
    now, tolerated = deps.now(), max(STALE_AFTER_SECONDS, 3 * deps.poll_seconds)
    lag = None if state.watermark is None else max(0, present_by(now, state) - state.watermark) / 1000
    return Freshness(
        last_success_at=state.last_success_at,
        watermark=state.watermark,
        mode="webhook+poll" if deps.webhook_secrets else "poll",
        lag_seconds=lag,
        stale=lag is None or lag > tolerated,
        last_error=trouble_told(deps.asker, state.last_error),
    )


def trouble_told(asker: Asker, text: str | None) -> str | None:
    """What went wrong outside, as it was said, for those who work here: it may name hosts and accounts.
    Others are told that something did."""
    return text if text is None or asker.sees_people else _(WITHHELD)
