"""The census: which ids the scope matches now, and what became of the others. sync_site calls it.

What left is found by no query: deleted, moved, hidden. Each is confirmed by a read, and nothing is removed
after a census that may be incomplete.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from phasewise.jira.stream import in_parallel
from phasewise.store import census, closure, issues
from phasewise.usecases.confirm_ids import confirm, visible
from phasewise.usecases.sync_run import Listing, SyncRun

if TYPE_CHECKING:
    from phasewise.core.model import Instant

MANY = 20
LARGE_SHARE = 0.3
COUNTED_ENOUGH = 0.9


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
    vanished, hidden = visible(run, ids)
    if is_mass(len(vanished), live) and not scope_changed:
        run.warn(
            "mass_disappearance",
            f"{len(vanished)} of {live} issues are no longer found at once; nothing is removed. If they were "
            "really deleted or moved, change PHASEWISE_JIRA_SCOPE so that it says so; else check the "
            "permissions of the account",
        )
        return hidden
    for batch in in_parallel(run.asked, vanished, run.client.ids_per_read):
        found = run.deps.database.transact(partial(confirm, run, batch=batch, is_blind=is_blind))
        run.tally.read += len(batch.records)
        run.tally.removed += len(found.removed)
    return hidden


def is_mass(vanished: int, live: int) -> bool:
    """Whether so many disappear at once that a lost permission is more likely than a deletion."""
    return vanished > MANY and vanished > live * LARGE_SHARE


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
    for batch in in_parallel(run.along, set(along) - seen.keys(), run.client.ids_per_read):
        missing |= batch.missing
    gone, hidden = visible(run, sorted(missing))
    with run.deps.database.write() as connection:
        leaving = {*gone, *closure.without_anchor(connection, run.site_id)}
        for issue_id in sorted(leaving):
            census.mark_removed(connection, run.site_id, issue_id, run.jira_now, exactly=False)
    run.tally.removed += len(leaving)
    return hidden
