"""How far the team kept to one active ticket per person, week by week. No person has such a number."""

from phasewise.core.model import Instant
from phasewise.core.weeks import weeks_up_to
from phasewise.usecases.as_of.shares import shares_at, shares_of_team, week_rows
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
    return week_rows(shown, shares_at(at, shown))


def _of_team(at: Moment, weeks: int, team: str) -> list[WeekCompliance]:
    named = team_named(at.policies.rulebook, team)
    shown = weeks_up_to(at.as_of, weeks, at.policies.rulebook.for_project(named.name).calendar)
    return week_rows(shown, shares_of_team(at, shown, named.name))
