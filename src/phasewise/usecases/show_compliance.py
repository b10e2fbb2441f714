"""How far the team kept to one active ticket per person, week by week. No person has such a number."""

from dataclasses import replace

from phasewise.core.calendar import days
from phasewise.core.compliance import share_of
from phasewise.core.model import Instant
from phasewise.core.stretches import Stretch
from phasewise.core.weeks import Week, weeks_up_to
from phasewise.store.replay import active_between, over_between
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, listing, moment
from phasewise.usecases.views import Listing, WeekCompliance


def show_compliance(deps: Deps, as_of: Instant | None, weeks: int) -> Listing[WeekCompliance]:
    """The last report weeks that began before `as_of` (None: now), oldest first; the one that still runs is
    measured up to `as_of`."""
    with moment(deps, as_of) as at:
        shown = weeks_up_to(at.as_of, weeks, at.calendar)
        active = active_between(at.connection, at.site_id, shown[0].start, at.as_of)
        over = over_between(at.connection, at.site_id, shown[0].start, at.as_of)
        return listing(at, "compliance", [_row(at, week, [*active.values()], over) for week in shown], None)


def _row(
    at: Moment, week: Week, active: list[list[Stretch]], over: list[tuple[Instant, Stretch]]
) -> WeekCompliance:
    share = share_of(active, over, replace(week, end=min(week.end, at.as_of)), at.calendar)
    return WeekCompliance(
        label=week.label,
        start=week.start,
        end=week.end,
        compliance=None if share.kept is None else round(share.kept, 3),
        active_person_days=days(share.active),
        over_person_days=days(share.over),
    )
