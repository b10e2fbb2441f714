"""How fresh and how complete the store is: for /api/v1/sync, and the short of it for /readyz."""

from phasewise.core.model import Instant
from phasewise.store import counts, inbox, sites
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import freshness, instant_seen
from phasewise.usecases.views import Backfill, Readiness, Sync, Warned


def show_sync(deps: Deps, as_of: Instant | None = None) -> Sync:
    """The state of the synchronisation now, and how many issues there were at the instant; the words of Jira
    only for those who work here. Raises BadRequestError if the instant lies in the future."""
    now = deps.now()
    with deps.database.read() as connection:
        state = sites.sync_state(connection, deps.site_id)
        seen_at = instant_seen(now, state, as_of)
        held = counts.count_all(connection, deps.site_id, None if as_of is None else seen_at)
        told = inbox.counts(connection, deps.site_id)
    sees_all = deps.asker.sees_people
    return Sync(
        **freshness(deps, state).model_dump(),
        inbox_pending=told.pending,
        inbox_failed=told.failed,
        issues=held.issues,
        issues_incomplete=held.incomplete,
        removed=held.removed,
        unreadable=held.unreadable,
        waiting=held.waiting,
        backfill=Backfill(done=state.backfill_done, total=state.backfill_total),
        warnings=[Warned(code=one["code"], text=one["text"]) for one in state.warnings if sees_all],
        no_access=list(state.no_access),
    )


def show_revision(deps: Deps) -> int:
    """Another number whenever something changed that a page shows."""
    with deps.database.read() as connection:
        return sites.revision(connection, deps.site_id)


def show_readiness(deps: Deps) -> Readiness:
    """Fresh data or not, at the cost of two short looks: probes ask this every few seconds."""
    now = deps.now()
    with deps.database.read() as connection:
        state = sites.sync_state(connection, deps.site_id)
        oldest = inbox.oldest_pending(connection, deps.site_id)
    return Readiness(
        oldest_delivery_seconds=None if oldest is None else max(0, now - oldest) / 1000,
        stopped_reason=state.stopped_reason,
        **freshness(deps, state).model_dump(),
        backfill=Backfill(done=state.backfill_done, total=state.backfill_total),
    )
