"""What Jira told and what became of it, for the API and the pages, latest first."""

from dataclasses import replace

from phasewise.core.model import Instant
from phasewise.store.boards import Page
from phasewise.store.inbox import DELIVERY_PLACE, DeliveryRow, DeliveryState, deliveries_at, newest
from phasewise.usecases.as_of.work_rows import delivery_row
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.paging import Paging, Place, cut
from phasewise.usecases.views import DeliveryShown, Listing

DELIVERIES = "deliveries"

__all__ = ["DELIVERIES", "DELIVERY_PLACE", "show_deliveries"]


def show_deliveries(
    deps: Deps, as_of: Instant | None, asked: Paging, state: DeliveryState | None
) -> Listing[DeliveryShown]:
    """One page of the deliveries received before `as_of` (None: all), each in the state it has now."""
    with moment(deps, as_of) as at:
        if as_of is None:  # they are stamped by our clock, not by Jira's, and it may have been set back
            at = replace(at, as_of=max(deps.now(), newest(at.connection, at.site_id)) + 1)
        page = Page(asked.limit + 1, asked.after)
        found, last = cut(deliveries_at(at.connection, at.site_id, at.as_of, state, page), asked, _place_of)
        return listing(at, DELIVERIES, [delivery_row(row) for row in found], last)


def _place_of(row: DeliveryRow) -> Place:
    return (row.received_at, row.delivery_id)
