"""Who was at work on what in the week of a report, and for how long. Called by build_digest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from phasewise.core.calendar import Calendar, Ticks, days
from phasewise.core.model import Instant
from phasewise.core.stretches import Stretch, merged, overlap
from phasewise.store.report_facts import at_work
from phasewise.usecases.reports.ground import Ground

Where = int | None
"""A project, by issue id; None: in no project."""


@dataclass(frozen=True, slots=True)
class WeekWork:
    """Working days of the week: `days` of each person with an active ticket; `by_project` the same in each
    project; `effort` what each project took, task by task."""

    days: Mapping[str, float]
    by_project: Mapping[Where, Mapping[str, float]]
    effort: Mapping[Where, float]


def work_in_week(ground: Ground) -> WeekWork:
    at, week = ground.at, ground.wanted.week
    span = (week.start, min(week.end, at.as_of))
    worked = at_work(at.connection, at.site_id, *span)
    pieces: defaultdict[int, list[tuple[Where, Stretch]]] = defaultdict(list)
    for piece in ground.pieces:
        if piece.stretch[1] > week.start:
            pieces[piece.task].append((piece.project, piece.stretch))
    whole: defaultdict[str, list[Stretch]] = defaultdict(list)
    where: defaultdict[Where, defaultdict[str, list[Stretch]]] = defaultdict(lambda: defaultdict(list))
    for task, by_person in worked.items():
        for person, stretches in by_person.items():
            whole[person] += stretches
            for project, mine in _in_projects(merged(stretches), pieces.get(task, ())):
                where[project][person] += mine
    return WeekWork(
        days={person: _days(ground, person, mine, span) for person, mine in whole.items()},
        by_project={
            project: {person: _days(ground, person, mine, span) for person, mine in by_person.items()}
            for project, by_person in where.items()
        },
        effort=_effort(ground, pieces.values(), span),
    )


def _in_projects(
    mine: Sequence[Stretch], pieces: Iterable[tuple[Where, Stretch]]
) -> Iterable[tuple[Where, list[Stretch]]]:
    """A person's time on a task by the project that the task was in."""
    for project, stretch in pieces:
        both = overlap(mine, [stretch])
        if both:
            yield project, list(both)


def _days(ground: Ground, person: str, stretches: Iterable[Stretch], span: Stretch) -> float:
    """By the calendar of the person's team; time on two tickets at once counts once."""
    return days(_ticks(ground.at.policies.for_person(person).calendar, merged(stretches), span))


def _effort(
    ground: Ground, pieces: Iterable[Iterable[tuple[Where, Stretch]]], span: tuple[Instant, Instant]
) -> dict[Where, float]:
    ticks: defaultdict[Where, Ticks] = defaultdict(int)
    for some in pieces:
        for project, stretch in some:
            ticks[project] += _ticks(ground.at.policies.for_project(project).calendar, [stretch], span)
    return {project: days(spent) for project, spent in ticks.items()}


def _ticks(calendar: Calendar, stretches: Sequence[Stretch], span: tuple[Instant, Instant]) -> Ticks:
    return sum(calendar.working_ticks(start, end) for start, end in overlap(stretches, [span]))
