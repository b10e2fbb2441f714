"""What was finished in a project, and what was worked in it week by week. Called by show_project_page."""

from collections import Counter
from collections.abc import Iterable

from phasewise.core.calendar import days
from phasewise.core.model import Instant, Phase, Piece
from phasewise.core.percentiles import nearest_rank
from phasewise.core.weeks import Week, weeks_up_to
from phasewise.store.boards import issues_by_id
from phasewise.store.project_pages import finished_in, pieces_in
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.moment import Moment
from phasewise.usecases.project import Cycle, Finish, WeekWork

CYCLE_WEEKS = 26
HALF, MOST = 50, 85
WORK_WEEKS = 12


def cycle_of(at: Moment, project: int) -> Cycle:
    """What was finished on the last 182 whole local days before the day of `as_of`, which is not over yet."""
    today = at.calendar.local_date(at.as_of).toordinal()
    found = finished_in(at.connection, at.site_id, project, today - 7 * CYCLE_WEEKS, today - 1)
    issues = issues_by_id(at.connection, at.site_id, (one.task for one in found))
    ages = [one.age_ticks for one in found if one.age_ticks is not None]
    return Cycle(
        weeks=CYCLE_WEEKS,
        finished=tuple(
            Finish(
                ticket_of(at, issues[one.task]),
                one.done_at,
                None if one.age_ticks is None else days(one.age_ticks),
            )
            for one in found
        ),
        half=days(nearest_rank(ages, HALF)) if ages else None,
        most=days(nearest_rank(ages, MOST)) if ages else None,
    )


def weeks_of(at: Moment, project: int) -> tuple[WeekWork, ...]:
    """The last report weeks, oldest first, with what was worked in each: task by task, as effort is."""
    weeks = weeks_up_to(at.as_of, WORK_WEEKS, at.calendar)
    pieces = pieces_in(at.connection, at.site_id, project, at.as_of, since=weeks[0].start)
    return tuple(_week(at, week, pieces) for week in weeks)


def _week(at: Moment, week: Week, pieces: Iterable[Piece]) -> WeekWork:
    ticks: Counter[Phase] = Counter()
    for piece in pieces:
        start, end = max(piece.start, week.start), min(_end(piece, at.as_of), week.end)
        if start < end:
            ticks[piece.phase] += at.calendar.working_ticks(start, end)
    return WeekWork(
        label=week.label,
        start=week.start,
        end=week.end,
        days={phase: days(ticks[phase]) for phase in Phase if ticks[phase]},
        total=days(ticks.total()),
    )


def _end(piece: Piece, as_of: Instant) -> Instant:
    return as_of if piece.end is None else piece.end
