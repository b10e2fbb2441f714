"""How far the team kept to one active ticket per person, week by week. No person has such a number."""

from phasewise.core.calendar import days
from phasewise.core.compliance import Share
from phasewise.core.model import Instant
from phasewise.core.weeks import Week, weeks_up_to
from phasewise.usecases.as_of.shares import shares_at, shares_of_team
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, listing, moment
from phasewise.usecases.policies.naming import team_named
from phasewise.usecases.views import Listing, WeekCompliance


def show_compliance(
    deps: Deps, as_of: Instant | None, weeks: int, team: str | None = None
) -> Listing[WeekCompliance]:
    """The last report weeks that began before `as_of` (None: now), oldest first, of everybody or of a team;
    the one that still runs is measured up to `as_of`. NotFoundError names the teams that there are."""
    with moment(deps, as_of) as at:
        rows = _of_all(at, weeks) if team is None else _of_team(at, weeks, team)
        return listing(at, "compliance", rows, None)


def _of_all(at: Moment, weeks: int) -> list[WeekCompliance]:
    shown = weeks_up_to(at.as_of, weeks, at.calendar)
    return [_row(week, share) for week, share in zip(shown, shares_at(at, shown), strict=True)]


def _of_team(at: Moment, weeks: int, team: str) -> list[WeekCompliance]:
    named = team_named(at.policies.rulebook, team)
    shown = weeks_up_to(at.as_of, weeks, at.policies.rulebook.for_project(named.name).calendar)
    shares = shares_of_team(at, shown, named.name)
    return [_row(week, share) for week, share in zip(shown, shares, strict=True)]


def _row(week: Week, share: Share | None) -> WeekCompliance:
    """Without a share the numbers are withheld, not zero."""
    return WeekCompliance(
        label=week.label,
        start=week.start,
        end=week.end,
        compliance=None if share is None or share.kept is None else round(share.kept, 3),
        active_person_days=None if share is None else days(share.active),
        over_person_days=None if share is None else days(share.over),
    )
