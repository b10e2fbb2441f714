"""The census: which ids the scope matches now, and what became of the others. sync_site calls it.

What left is found by no query: deleted, moved, hidden. Each is confirmed by a read, and nothing is removed
after a census that may be incomplete.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from phasewise.core.model import Instant, IssueRecord
from phasewise.jira import jql
from phasewise.jira.reading import ReadResult
from phasewise.jira.stream import in_parallel
from phasewise.store import census, closure, issues
from phasewise.usecases.sync_run import Listing, SyncRun

if TYPE_CHECKING:
    from sqlalchemy import Connection

MANY = 20
LARGE_SHARE = 0.3
COUNTED_ENOUGH = 0.9
SETTLED_MS = 600_000
"""An index may lag: an issue that changed within ten minutes and seems to have left is asked about again."""

HISTORY_NAMES = {
    "project": ("project", "key"),
    "key": ("project", "key"),
    "issuekey": ("project", "key"),
    "type": ("issuetype", "issue type"),
    "issuetype": ("issuetype", "issue type"),
    "parent": ("issueparentassociation", "parent", "epic link"),
    "component": ("components", "component"),
    "fixversion": ("fixversions", "fix version"),
    "affectedversion": ("versions", "version"),
    "statuscategory": ("status",),
    "duedate": ("duedate",),
    "due": ("duedate",),
    "level": ("security",),
}
"""How histories name what JQL names: the field id, and the name where there is no id. Others are the same."""


def take_census(run: SyncRun, listing: Listing) -> bool:
    """Stream every id of the scope into the census. Whether it is whole enough to conclude from."""
    with run.deps.database.write() as connection:
        census.start_census(connection, run.site_id)
        along = set(census.ids_along(connection, run.site_id))
    counted = 0
    for page in listing.pages:
        with run.deps.database.write() as connection:
            census.add_census(connection, run.site_id, page)
            census.mark_present(connection, run.site_id, along.intersection(page))
            run.tally.renamed.update(closure.renamed_ids(connection, run.site_id, page))
        counted += len(page)
    run.tally.listed = counted
    expected = listing.expected()
    if expected is not None and counted < expected * COUNTED_ENOUGH and expected - counted > MANY:
        run.warn(
            "census_short",
            f"Jira says that about {expected} issues are in scope but listed only {counted}: nothing is "
            "removed; if it stays so, narrow PHASEWISE_JIRA_SCOPE",
        )
        return False
    if counted == 0:
        run.warn(
            "scope_empty",
            "The scope matches no issue that the account can see: check PHASEWISE_JIRA_SCOPE and the "
            "account's Browse Projects permission",
        )
    return True


def sweep(run: SyncRun, ids: Sequence[int], *, scope_changed: bool) -> tuple[str, ...]:
    """Remove those of the ids that left the scope or Jira, once confirmed. The keys of hidden Jira projects.

    An issue of a hidden project is kept as it is: nothing says that it is gone. A sudden disappearance of
    many is taken for a fault and changes nothing, unless the scope itself was changed. Where the scope lists
    nothing at all, what can still be read has not left it unless its history says so: a search may be down.
    """
    is_blind = run.tally.listed == 0 and not scope_changed
    with run.deps.database.read() as connection:
        live = census.live_count(connection, run.site_id)
    vanished, hidden = _visible(run, ids)
    if len(vanished) > MANY and len(vanished) > live * LARGE_SHARE and not scope_changed:
        run.warn(
            "mass_disappearance",
            f"{len(vanished)} of {live} issues are no longer found at once; nothing is removed. If they were "
            "really deleted or moved, change PHASEWISE_JIRA_SCOPE so that it says so; else check the "
            "permissions of the account",
        )
        return hidden
    for some, result in in_parallel(lambda some: (some, _read(run, some)), vanished, run.client.ids_per_read):
        _confirm(run, some, result, is_blind)
    return hidden


def _confirm(run: SyncRun, ids: list[int], result: ReadResult, is_blind: bool) -> None:
    """Decide one by one: here after all, out of scope, or gone."""
    records, _ = run.translate(result.issues, matched=True)
    matching = run.client.matching(run.clause, [record.id for record in records])
    run.tally.read += len(records)

    def decide(connection: "Connection") -> int:
        for record in records:
            run.save_as(record, connection, matched=record.id in matching)
        loose = set(closure.without_anchor(connection, run.site_id))
        removed = 0
        for record in records:
            if record.id in loose and record.id not in matching:
                removed += _leave(run, connection, record, is_blind)
        for issue_id in result.missing.intersection(ids):
            census.mark_removed(connection, run.site_id, issue_id, run.jira_now, exactly=False)
        return removed + len(result.missing)

    run.tally.removed += run.deps.database.transact(decide)


def _leave(run: SyncRun, connection: "Connection", record: IssueRecord, is_blind: bool) -> bool:
    """Remove an issue that the scope no longer matches; not yet, where the index may lag or be down."""
    left_at = left_scope_at(record, run)
    if left_at is None and (is_blind or record.updated >= run.jira_now - SETTLED_MS):
        run.save_as(record, connection, matched=True)
        return False
    at = run.jira_now if left_at is None else left_at
    census.mark_removed(connection, run.site_id, record.id, at, exactly=left_at is not None)
    return True


def _read(run: SyncRun, ids: list[int]) -> ReadResult:
    return run.client.read(ids, run.fields.requested)


def left_scope_at(record: IssueRecord, run: SyncRun) -> Instant | None:
    """When the issue left the scope: its last change of a field the scope names, if it came after the census
    that still saw it. None where no such change is known: the scope may ask about time, groups or filters."""
    names = _history_names(run)
    last = max((item.at for item in record.history if item.field.casefold() in names), default=None)
    return last if last is not None and last >= run.seen_until - SETTLED_MS else None


def _history_names(run: SyncRun) -> set[str]:
    found: set[str] = set()
    for name in jql.scope_names(run.clause):
        field_id = run.mapped.clauses.get(name, name)
        found.update(
            HISTORY_NAMES.get(name, HISTORY_NAMES.get(field_id.lower(), (name, field_id.casefold())))
        )
    return found


def sweep_along(run: SyncRun) -> tuple[str, ...]:
    """Remove those that only came along and are gone, or are no longer the epic or sub-task of anything in
    scope; read again those that changed. The keys of Jira projects hidden now."""
    with run.deps.database.read() as connection:
        along = census.ids_along(connection, run.site_id)
        known = issues.known_updates(connection, run.site_id, along)
    seen: dict[int, Instant | None] = {}
    for some in in_parallel(run.client.updates, along, run.client.ids_per_read):
        seen |= some
    changed = [issue_id for issue_id in along if seen.get(issue_id) != known[issue_id]]
    missing: set[int] = set()
    run.read([issue_id for issue_id in changed if issue_id in seen], matched=False)
    for result in in_parallel(
        lambda some: _read(run, some), set(along) - seen.keys(), run.client.ids_per_read
    ):
        missing |= result.missing
    gone, hidden = _visible(run, sorted(missing))
    with run.deps.database.write() as connection:
        leaving = {*gone, *closure.without_anchor(connection, run.site_id)}
        for issue_id in sorted(leaving):
            census.mark_removed(connection, run.site_id, issue_id, run.jira_now, exactly=False)
    run.tally.removed += len(leaving)
    return hidden


def _visible(run: SyncRun, ids: Iterable[int]) -> tuple[list[int], tuple[str, ...]]:
    """Those of the ids whose Jira project the account can still see, and the keys of the other projects."""
    wanted = list(ids)
    with run.deps.database.read() as connection:
        spaces = closure.spaces_of(connection, run.site_id, wanted)
    sees = {space: run.client.project_visible(space[0] or space[1]) for space in set(spaces.values())}
    kept = [issue_id for issue_id in wanted if issue_id in spaces and sees[spaces[issue_id]]]
    return kept, tuple(sorted(key for (_, key), is_seen in sees.items() if not is_seen))
