"""What was finished week by week, and how long it took. Called by show_portfolio."""

from collections.abc import Sequence

from phasewise.core.calendar import days
from phasewise.core.completions import Completion
from phasewise.core.percentiles import nearest_rank
from phasewise.store.derived import completions_between
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
    found = completions_between(at.connection, at.site_id, first, today - 1, ours)
    ends = [today - 7 * back for back in reversed(range(WEEKS))]
    return Flow(
        finished=tuple(len(_within(found, end - 7, end)) for end in ends),
        cycle_days=tuple(_cycle_days(_within(found, end - 7 * CYCLE_WEEKS, end)) for end in ends),
    )


def _within(found: Sequence[Completion], first: int, last: int) -> list[Completion]:
    """Those from the day `first` up to, and without, the day `last`."""
    return [one for one in found if first <= one.day < last]


def _cycle_days(found: Sequence[Completion]) -> float | None:
    ages = [one.age_ticks for one in found if one.age_ticks is not None]
    return days(nearest_rank(ages, PERCENT)) if ages else None
