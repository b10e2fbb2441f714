"""When a task was finished, for counting finished tasks and their cycle time. Called when a task is judged.

A task counts on a local day if it entered `done` on it and still was done when the day ended: at most once
a day, and what a past day counts never changes by what comes after it. One that is done again later counts
again then. One that began its life in `done` never entered it.
"""

from collections.abc import Sequence
from datetime import date

from phasewise.core.calendar import Calendar, Ticks
from phasewise.core.leave import NO_LEAVE, Leave
from phasewise.core.model import Instant, Interval
from phasewise.core.rules import DONE, Life, age_in, lives_of
from phasewise.core.values import value


@value(frozen=True, slots=True)
class Completion:
    """`day` is the proleptic ordinal of the local date, `age_ticks` the age the task had reached; None
    where its history is incomplete, so that nobody knows."""

    day: int
    done_at: Instant
    age_ticks: Ticks | None


def completions_of(
    task: Sequence[Interval],
    subtasks: Sequence[Sequence[Interval]],
    calendar: Calendar,
    leave: Leave = NO_LEAVE,
    *,
    incomplete: bool,
) -> tuple[Completion, ...]:
    """The completions of one task, in order."""
    return completions_in(task, lives_of(task, subtasks, leave), calendar, incomplete=incomplete)


def completions_in(
    task: Sequence[Interval], lives: Sequence[Life], calendar: Calendar, *, incomplete: bool
) -> tuple[Completion, ...]:
    """The same from the lives of the task."""
    found = []
    for done_at, end in _done_runs(task):
        day = calendar.local_date(done_at).toordinal()
        if end is None or end >= calendar.midnight(date.fromordinal(day + 1)):
            age = None if incomplete else age_in(lives, calendar, done_at)
            found.append(Completion(day, done_at, age))
    return tuple(found)


def _done_runs(task: Sequence[Interval]) -> list[tuple[Instant, Instant | None]]:
    """When the task entered `done`, and when it left it again."""
    runs: list[tuple[Instant, Instant | None]] = []
    before = DONE
    for own in task:
        if own.group is DONE:
            if before is DONE and runs:
                runs[-1] = (runs[-1][0], own.end)
            elif before is not DONE:
                runs.append((own.start, own.end))
        before = own.group
    return runs
