"""From deliveries to figures: the issues that they name are read again, stored, and what follows is computed.

The drainer and `phasewise replay` call it, any number of processes at once, beside the poll.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from phasewise.core.model import Instant
from phasewise.errors import JiraError, PhasewiseError, SettingsError, StoreError
from phasewise.jira import jql
from phasewise.jira.ahead import Asking
from phasewise.jira.client import CLOUD, JiraClient
from phasewise.jira.stream import in_parallel
from phasewise.log import get_log
from phasewise.store import census, claims, issues, sites
from phasewise.store.claims import Claimed
from phasewise.store.sites import SyncState
from phasewise.usecases.bring_epics import bring_epics
from phasewise.usecases.confirm_ids import Confirmed, confirm, visible
from phasewise.usecases.deps import Deps
from phasewise.usecases.draining.deletions import told_deletions
from phasewise.usecases.draining.errand import APPLIED, LEASE_MS, Errand, Fate, Settled, Verdict
from phasewise.usecases.draining.reading import read_tolerantly, reason_of
from phasewise.usecases.judge import judge
from phasewise.usecases.leaving import SETTLED_MS
from phasewise.usecases.map_site import ask_site, map_site, remembered
from phasewise.usecases.sweep_ids import is_mass
from phasewise.usecases.sync_run import STORED_AT_ONCE, Batch, SyncRun, gathered, without_hidden

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = get_log("drain")

AT_ONCE = 2_000
"""Deliveries claimed in one transaction, and about as many issues read before they are judged."""

BACKLOG = 20_000
"""Deliveries seen through together, at most."""

READ_AT_ONCE = 50
"""Issues of one read: few, so that what Jira must be asked one after the other goes side by side."""

BEFORE_JUDGING_MS = 3_000
"""So long a backlog is read and stored before what follows from it is computed."""

OUTSIDE = "The scope does not match the issue"
NOT_SHOWN = "Jira does not show the issue"
HIDDEN = "The account can no longer see the Jira project of the issue; what is known of it is kept"
TOO_MANY = "Too many issues disappeared at once: nothing is removed, see the warnings of the synchronisation"
NOT_CLEAR = "It changed again and again while it was read"


@dataclass(frozen=True, slots=True)
class DrainReport:
    """What a drain did with the deliveries it claimed.

    `retried` wait for another try, `failed` were set aside; `issues` were decided, `changed` of them stored
    anew or removed. `is_held`: deliveries wait for something else, the first synchronisation, or somebody who
    sets a refused token right.
    """

    claimed: int = 0
    applied: int = 0
    ignored: int = 0
    retried: int = 0
    failed: int = 0
    issues: int = 0
    changed: int = 0
    is_held: bool = False

    def __add__(self, other: "DrainReport") -> "DrainReport":
        return DrainReport(
            self.claimed + other.claimed,
            self.applied + other.applied,
            self.ignored + other.ignored,
            self.retried + other.retried,
            self.failed + other.failed,
            self.issues + other.issues,
            self.changed + other.changed,
        )


def drain(deps: Deps, node_id: str) -> DrainReport:
    """Take the deliveries that wait, some two thousand at a time, and see them through.

    JiraError where Jira cannot be asked now, StoreError where the database cannot: what did not end waits as
    before and has lost no try.
    """
    if deps.jira is None:
        raise SettingsError("PHASEWISE_JIRA_URL and PHASEWISE_JIRA_TOKEN are missing: set both")
    client = deps.jira.client()
    with deps.database.read() as connection:
        if not claims.is_waiting(connection, deps.site_id, deps.now()):
            return DrainReport()
        state = sites.sync_state(connection, deps.site_id)
    if not _may_begin(state, client):
        return DrainReport(is_held=True)
    try:
        report = _drained(deps, node_id, client, state)
    except JiraError:
        judge(deps)
        raise
    judge(deps)
    return report


def _drained(deps: Deps, node_id: str, client: JiraClient, state: SyncState) -> DrainReport:
    """Without the judging, which costs the less the more is judged together."""
    report, began = DrainReport(), deps.now()
    while True:
        at = deps.now()
        errand = Errand(deps, node_id, _claimed(deps, node_id, at), at)
        report += _see_through(errand, client, state)
        if len(errand.claimed) < AT_ONCE or deps.now() - began >= BEFORE_JUDGING_MS:
            return report


def _claimed(deps: Deps, node_id: str, at: Instant) -> list[Claimed]:
    """The oldest deliveries that wait. Of a backlog so many more that an issue named again and again is read
    once, wherever in it that is; but no more once most of what comes names other issues."""
    claim = partial(
        claims.claim, site_id=deps.site_id, node_id=node_id, at=at, until=at + LEASE_MS, limit=AT_ONCE
    )
    found = some = deps.database.transact(claim)
    named = {issue_id for one in found for issue_id in one.issue_ids}
    while len(some) == AT_ONCE and len(found) < BACKLOG:
        some, known = deps.database.transact(claim), len(named)
        found = found + some
        named.update(issue_id for one in some for issue_id in one.issue_ids)
        if len(named) - known > AT_ONCE // 2:
            break
    return found


def _may_begin(state: SyncState, client: JiraClient) -> bool:
    """Whether there is a store to add to, of this scope, and Jira may be asked."""
    is_other_scope = state.scope is not None and state.scope != client.access.scope
    return state.watermark is not None and not is_other_scope and state.stopped_reason is None


def _see_through(errand: Errand, client: JiraClient, state: SyncState) -> DrainReport:
    changed = 0
    try:
        errand.refuse_empty()
        with Asking() as asking:
            changed = _apply(_begin(errand.deps, client, asking, state), errand)
    except BaseException:
        with suppress(StoreError):  # the lease runs out anyway
            errand.give_back()
        raise
    return DrainReport(
        claimed=len(errand.claimed),
        applied=errand.applied,
        ignored=errand.ignored,
        retried=errand.retried,
        failed=errand.failed,
        issues=len(errand.decided),
        changed=changed,
    )


def _begin(deps: Deps, client: JiraClient, asking: Asking, state: SyncState) -> SyncRun:
    """A run by the mapping that is known. Its clock is Jira's, by what the last poll saw of it."""
    clause = jql.scope_clause(client.access.scope)
    mapped = remembered(deps, client) or map_site(
        deps, client, clause, ask_site(client, asking), thoroughly=False
    )
    jira_now = deps.now() + (state.clock_skew_ms or 0)
    return SyncRun(deps, client, asking, clause, mapped, jira_now, state.last_census_at or 0)


def _apply(run: SyncRun, errand: Errand) -> int:
    """Read what is named and store it; how many issues changed by it."""
    try:
        changed = _read_and_store(run, errand)
    except JiraError as error:
        run = without_hidden(run, error)
        changed = _read_and_store(run, errand)
    applied = [issue_id for issue_id, verdict in errand.decided.items() if verdict.fate is Fate.APPLIED]
    if changed:
        bring_epics(run, of=applied)
    return changed


def _read_and_store(run: SyncRun, errand: Errand) -> int:
    """Until all is decided; an issue that somebody else decided meanwhile is read once more."""
    changed = 0
    for _ in range(3):
        reads = in_parallel(partial(read_tolerantly, run), errand.left, READ_AT_ONCE)
        for batch in gathered(reads, STORED_AT_ONCE):
            run = _relearned(run, batch)
            changed += _store(run, errand, batch)
        if not errand.left:
            return changed
    broken = dict.fromkeys(errand.left, Verdict(Fate.BROKEN, NOT_CLEAR))
    _end(errand, broken)
    return changed


def _relearned(run: SyncRun, batch: Batch) -> SyncRun:
    """The run with Jira's own lists asked again, where the batch shows something that they did not have: a
    status nobody knows, or an issue that lost its phase because Jira no longer sends the field."""
    with run.deps.database.read() as connection:
        known = {status.id for status in sites.statuses(connection, run.site_id)}
        lost = (
            {} if run.fields.phase_is_gone else issues.stored_options(connection, run.site_id, batch.unphased)
        )
    if not lost and all(record.status_id in known for record in batch.records):
        return run
    asked = ask_site(run.client, run.asking)
    return replace(run, mapped=map_site(run.deps, run.client, run.clause, asked, thoroughly=False))


def _store(run: SyncRun, errand: Errand, batch: Batch) -> int:
    """Store the batch and end the deliveries that it decides, in one transaction; how many issues changed.

    Where that breaks, for a reason nobody foresaw, the halves are tried, down to the issue that breaks it.
    """
    kept = _kept(run, batch)
    deleted = told_deletions(errand, batch, run.jira_now)

    def write(connection: "Connection") -> tuple[Confirmed, Settled]:
        found = confirm(run, connection, batch, kept=kept, deleted=deleted)
        return found, errand.settle(connection, dict(_verdicts(run, batch, found, kept)))

    try:
        found, settled = run.deps.database.transact(write)
    except PhasewiseError:
        raise
    except Exception as error:  # One issue that nobody foresaw must not keep the others waiting.
        return _store_apart(run, errand, batch, error)
    errand.note(settled)
    return found.saved.new + found.saved.changed + len(found.removed)


def _store_apart(run: SyncRun, errand: Errand, batch: Batch, error: Exception) -> int:
    if len(batch.ids) == 1:
        log.warning("issue_breaks", issue=batch.ids[0], error=reason_of(error))
        _end(errand, {batch.ids[0]: Verdict(Fate.BROKEN, reason_of(error))})
        return 0
    middle = len(batch.ids) // 2
    halves = (batch.ids[:middle], batch.ids[middle:])
    return sum(_store(run, errand, batch.only(half)) for half in halves)


def _end(errand: Errand, verdicts: dict[int, Verdict]) -> None:
    errand.note(errand.deps.database.transact(partial(errand.settle, verdicts=verdicts)))


def _kept(run: SyncRun, batch: Batch) -> dict[int, str]:
    """Issues that Jira does not show and that stay nevertheless, and why: as the census decides it."""
    live = [i for i in batch.missing if (version := batch.before.get(i)) is not None and version[1] is None]
    if not live:
        return {}
    gone, hidden = visible(run, live)
    kept = dict.fromkeys(set(live).difference(gone), HIDDEN)
    with run.deps.database.read() as connection:
        count = census.live_count(connection, run.site_id)
        no_access = sites.sync_state(connection, run.site_id).no_access
    if not set(hidden).issubset(no_access):
        with run.deps.database.write() as connection:
            both = sorted({*hidden, *no_access})
            sites.save_sync_state(connection, run.site_id, no_access=both)
    run.tally.gone.update(gone)
    if is_mass(len(run.tally.gone), count):
        kept.update(dict.fromkeys(gone, TOO_MANY))
    return kept


def _verdicts(
    run: SyncRun, batch: Batch, found: Confirmed, kept: dict[int, str]
) -> Iterator[tuple[int, Verdict]]:
    updated = {record.id: record.updated for record in batch.records}
    for issue_id in batch.ids:
        if issue_id in found.stored or issue_id in found.removed:
            yield issue_id, APPLIED
        elif issue_id in found.outside:
            is_early = updated[issue_id] >= run.jira_now - SETTLED_MS and run.client.deployment != CLOUD
            yield issue_id, Verdict(Fate.LAGGING if is_early else Fate.IGNORED, OUTSIDE)
        elif issue_id in kept:
            yield issue_id, Verdict(Fate.IGNORED, kept[issue_id])
        elif issue_id in found.gone:
            yield issue_id, Verdict(Fate.IGNORED, NOT_SHOWN)
        elif str(issue_id) in batch.unreadable:
            yield issue_id, Verdict(Fate.BROKEN, batch.unreadable[str(issue_id)])
