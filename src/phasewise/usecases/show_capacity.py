"""People by name, and how full their weeks were: for the page /people."""

from phasewise.core.model import Instant
from phasewise.core.weeks import weeks_up_to
from phasewise.usecases.as_of.frame import frame_at
from phasewise.usecases.as_of.loads import loads_at
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.person import Capacity


def show_capacity(deps: Deps, as_of: Instant | None, weeks: int, team: str | None = None) -> Capacity:
    """Who has a task that is not done, or had active time in the last weeks, at `as_of` (None: now); of a
    team, or of all."""
    with moment(deps, as_of) as at:
        shown = weeks_up_to(at.as_of, weeks, at.calendar)
        return Capacity(frame_at(deps, at), shown, loads_at(at, shown, team), at.policies.team_names())
