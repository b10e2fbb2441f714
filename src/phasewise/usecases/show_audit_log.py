"""Who decided what, latest first: for admins, on a page and in the API."""

from phasewise.core.model import Instant
from phasewise.store.audit_log import ENTRY_PLACE, Entry, entries_at
from phasewise.store.boards import Page
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.paging import Paging, cut
from phasewise.usecases.views import EntryShown, Listing

AUDIT_LOG = "audit-log"

__all__ = ["AUDIT_LOG", "ENTRY_PLACE", "show_audit_log"]


def show_audit_log(deps: Deps, as_of: Instant | None, asked: Paging) -> Listing[EntryShown]:
    """One page of the log up to `as_of` (None: now), latest first."""
    with moment(deps, as_of) as at:
        # What was written in this very millisecond is in it, too.
        until = at.as_of + 1 if as_of is None and asked.as_of is None else at.as_of
        found = entries_at(at.connection, at.site_id, until, Page(asked.limit + 1, asked.after))
        rows, last = cut(found, asked, lambda entry: (entry.at, entry.entry_id))
        return listing(at, AUDIT_LOG, [_shown(entry) for entry in rows], last)


def _shown(entry: Entry) -> EntryShown:
    return EntryShown(
        id=entry.entry_id,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        detail=dict(entry.detail),
        address=entry.address,
    )
