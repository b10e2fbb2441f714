"""How far the team kept to one active ticket per person, week by week. No person has such a number."""

from phasewise.core.calendar import days
from phasewise.core.compliance import Share
from phasewise.core.model import Instant
from phasewise.core.weeks import Week, weeks_up_to
from phasewise.usecases.as_of.shares import shares_at
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.views import Listing, WeekCompliance


def show_compliance(deps: Deps, as_of: Instant | None, weeks: int) -> Listing[WeekCompliance]:
    """The last report weeks that began before `as_of` (None: now), oldest first; the one that still runs is
    measured up to `as_of`."""
    with moment(deps, as_of) as at:
        shown = weeks_up_to(at.as_of, weeks, at.calendar)
        rows = [_row(week, share) for week, share in zip(shown, shares_at(at, shown), strict=True)]
        return listing(at, "compliance", rows, None)


def _row(week: Week, share: Share) -> WeekCompliance:
    return WeekCompliance(
        label=week.label,
        start=week.start,
        end=week.end,
        compliance=None if share.kept is None else round(share.kept, 3),
        active_person_days=days(share.active),
        over_person_days=days(share.over),
    )
