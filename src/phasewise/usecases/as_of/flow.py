"""What was finished week by week, and how long it took. Called by show_portfolio."""

from collections.abc import Iterable

from phasewise.core.calendar import Ticks, days
from phasewise.core.percentiles import nearest_rank
from phasewise.store.derived import ages_done
from phasewise.store.teams import Ours
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import Flow

WEEKS = 12
CYCLE_WEEKS = 4
"""One week has too few tickets for a percentile; four have enough, and still follow a change."""

PERCENT = 85


def flow_at(at: Moment, ours: Ours | None = None) -> Flow:
    """The last twelve times seven whole local days before the day of `as_of`, which is not over yet; of what
    is in the projects of a team, or of all."""
    today = at.calendar.local_date(at.as_of).toordinal()
    first = today - 7 * (WEEKS + CYCLE_WEEKS - 1)
    weeks: list[list[Ticks | None]] = [[] for _ in range(WEEKS + CYCLE_WEEKS - 1)]
    for day, age in ages_done(at.connection, at.site_id, first, today - 1, ours):
        weeks[(day - first) // 7].append(age)
    return Flow(
        finished=tuple(len(week) for week in weeks[CYCLE_WEEKS - 1 :]),
        cycle_days=tuple(_cycle_days(weeks[n : n + CYCLE_WEEKS]) for n in range(WEEKS)),
    )


def _cycle_days(weeks: Iterable[Iterable[Ticks | None]]) -> float | None:
    ages = [age for week in weeks for age in week if age is not None]
    return days(nearest_rank(ages, PERCENT)) if ages else None
