"""Issues that were read by id, decided one by one: here, out of scope, or gone. For the sweep and the drain.

Only what was read is believed, and only where nobody stored anything else since that read began.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from phasewise.core.model import Instant, IssueRecord
from phasewise.store import census, closure, issues
from phasewise.store.issues import SaveReport
from phasewise.store.sites import WRITING_ISSUES, lock
from phasewise.usecases.leaving import SETTLED_MS, left_scope_at
from phasewise.usecases.sync_run import Batch, SyncRun

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOTHING_TOLD: Mapping[int, Instant] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of the issues of a batch, by id.

    `stored` are here, `outside` are out of scope; `gone` are those that Jira does not show, `removed` those
    that left with this. `again` must be read again: something else was stored since the read began.
    """

    saved: SaveReport
    stored: frozenset[int]
    outside: frozenset[int]
    gone: frozenset[int]
    removed: frozenset[int]
    again: frozenset[int]


def confirm(
    run: SyncRun,
    connection: "Connection",
    batch: Batch,
    *,
    is_blind: bool = False,
    kept: Collection[int] = (),
    deleted: Mapping[int, Instant] = NOTHING_TOLD,
) -> Confirmed:
    """Store what is here, remove what left.

    The records of the batch say whether the scope matches them. `kept` are missing ids that stay as they
    are, `deleted` says when Jira told that others were deleted; `is_blind`: the scope lists nothing at all,
    so that it tells nothing.
    """
    lock(connection, WRITING_ISSUES, run.site_id)
    now = issues.versions(connection, run.site_id, {*batch.ids, *(record.id for record in batch.records)})
    again = batch.removed_meanwhile(now)
    records = [record for record in batch.records if record.id not in again]
    live = {issue_id for issue_id, (_, removed_at) in now.items() if removed_at is None}
    followers = closure.followers(connection, run.site_id, batch.ids)
    here = [record for record in records if record.matched or record.id in live]
    saved = run.save(connection, batch, here)
    others = [record for record in records if not record.matched and record.id not in live]
    along = closure.anchored(connection, run.site_id, others)
    saved += run.save_records(connection, along)
    removed = _leave_scope(run, connection, here, is_blind)
    changed = {i for i in batch.missing if now.get(i) != batch.before.get(i)}
    gone = batch.missing.difference(kept, changed)
    removed |= _remove(run, connection, gone & (live | (deleted.keys() & now.keys())), deleted)
    loose = closure.without_anchor(connection, run.site_id, among=followers)
    removed |= _remove(run, connection, set(loose).difference(batch.ids))
    stored = frozenset(record.id for record in (*here, *along))
    return Confirmed(
        saved=saved,
        stored=stored,
        outside=frozenset(record.id for record in records) - stored,
        gone=frozenset(gone),
        removed=frozenset(removed),
        again=again | frozenset(changed),
    )


def _leave_scope(
    run: SyncRun, connection: "Connection", records: Iterable[IssueRecord], is_blind: bool
) -> set[int]:
    """Remove those that the scope no longer matches and that nothing else keeps here."""
    unmatched = {record.id: record for record in records if not record.matched}
    loose = closure.without_anchor(connection, run.site_id, among=unmatched)
    return {i for i in loose if _leave(run, connection, unmatched[i], is_blind)}


def _leave(run: SyncRun, connection: "Connection", record: IssueRecord, is_blind: bool) -> bool:
    """Remove an issue that the scope no longer matches; not yet, where the index may lag or be down."""
    left_at = left_scope_at(connection, record, run)
    if left_at is None and (is_blind or record.updated >= run.jira_now - SETTLED_MS):
        census.mark_present(connection, run.site_id, [record.id])
        return False
    at = run.jira_now if left_at is None else left_at
    census.mark_removed(connection, run.site_id, record.id, at, exactly=left_at is not None)
    return True


def _remove(
    run: SyncRun,
    connection: "Connection",
    ids: Collection[int],
    deleted: Mapping[int, Instant] = NOTHING_TOLD,
) -> set[int]:
    """Those of the ids whose end is another one by this: what Jira told, or now."""
    ended: set[int] = set()
    for issue_id in sorted(ids):
        at = deleted.get(issue_id, run.jira_now)
        if census.mark_removed(connection, run.site_id, issue_id, at, exactly=issue_id in deleted):
            ended.add(issue_id)
    return ended


def visible(run: SyncRun, ids: Iterable[int]) -> tuple[list[int], tuple[str, ...]]:
    """Those of the ids whose Jira project the account can still see, and the keys of the other projects."""
    wanted = list(ids)
    with run.deps.database.read() as connection:
        spaces = closure.spaces_of(connection, run.site_id, wanted)
    sees = {space: run.client.project_visible(space[0] or space[1]) for space in set(spaces.values())}
    kept = [issue_id for issue_id in wanted if issue_id in spaces and sees[spaces[issue_id]]]
    return kept, tuple(sorted(key for (_, key), is_seen in sees.items() if not is_seen))
