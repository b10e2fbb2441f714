"""What sorts the tables of a project's page, and what their files have. Called by projects and project_page.

The address names one of them (`table`) with the order of its rows; the others stay as they come.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from phasewise.core.model import Group, Phase
from phasewise.i18n.speaking import marked
from phasewise.terms import phase_short
from phasewise.usecases.project import Finish, ProjectPageFacts, WeekWork
from phasewise.usecases.views import PhaseNumbers, TaskListed, VisitShown
from phasewise.web.columns import instant_column, phase_column
from phasewise.web.here import Here
from phasewise.web.plan_tables import plan
from phasewise.web.tables import AskedOne, Column, Framed, Table

PhaseLine = tuple[Phase, PhaseNumbers]
ALL_GROUPS = list(Group)


class Which(StrEnum):
    """The tables of the page."""

    TASKS = "tasks"
    VISITS = "visits"
    FINISHED = "finished"
    WEEKS = "weeks"
    PHASES = "phases"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Tables:
    """Those of its own, as the page shows them; that of the plan is among what was recorded."""

    tasks: Framed[TaskListed]
    visits: Framed[VisitShown]
    finished: Framed[Finish]
    weeks: Framed[WeekWork]
    phases: Framed[PhaseLine]


def tables_of(facts: ProjectPageFacts, asked: AskedOne, here: Here) -> Tables:
    """The tables, one of them in the order that is asked for."""
    return Tables(
        tasks=asked.frame(tasks(facts), here),
        visits=asked.frame(visits(facts), here),
        finished=asked.frame(finished(facts), here),
        weeks=asked.frame(weeks(facts), here),
        phases=asked.frame(phases(facts), here),
    )


def tasks(facts: ProjectPageFacts) -> Table[TaskListed]:
    """The tasks that are shown: open ones first. Who has them only for whoever may know."""

    def who(task: TaskListed) -> str | None:
        person = facts.person(task.assignee)
        return None if person is None else person.name

    def age(task: TaskListed) -> float | None:
        return task.age_days if task.id in facts.ever_active else None

    shown: tuple[Column[TaskListed], ...] = (
        Column("task", marked("Task"), lambda task: task.summary),
        phase_column(lambda task: task.phase),
        Column(
            "state",
            marked("State"),
            lambda task: ALL_GROUPS.index(task.status_group),
            lambda task: task.status_group.value,
        ),
        *([Column("assignee", marked("Assignee"), who)] if facts.shows_people else []),
        Column("age_days", marked("Age, working days"), age),
    )
    more: tuple[Column[TaskListed], ...] = (
        Column("key", "key", lambda task: task.key),
        Column("flagged", "flagged", lambda task: task.flagged),
        Column("history_incomplete", "history_incomplete", lambda task: task.history_incomplete),
    )
    return Table(Which.TASKS, (*facts.open, *facts.done), (*shown, *more), len(shown))


def visits(facts: ProjectPageFacts) -> Table[VisitShown]:
    """The visits of the time shown, oldest first."""

    def reason(visit: VisitShown) -> str | None:
        chosen = facts.reasons.get((visit.phase, visit.start))
        return None if chosen is None else chosen.reason.value

    columns: tuple[Column[VisitShown], ...] = (
        phase_column(lambda visit: visit.phase),
        instant_column("start", marked("From"), lambda visit: visit.start),
        instant_column("end", marked("To"), lambda visit: visit.end),
        Column("effort_days", marked("Effort"), lambda visit: visit.effort_days),
        Column("touched_days", marked("Touched"), lambda visit: visit.touched_days),
        Column("elapsed_days", marked("Elapsed"), lambda visit: visit.elapsed_days),
        Column("is_return", marked("Return"), lambda visit: visit.is_return),
        Column("reason", "reason", reason),
    )
    return Table(Which.VISITS, facts.visits, columns, 7)


def finished(facts: ProjectPageFacts) -> Table[Finish]:
    """What was finished in the weeks of the chart, the latest first."""
    columns: tuple[Column[Finish], ...] = (
        Column("ticket", marked("Ticket"), lambda one: one.ticket.summary),
        instant_column("done", marked("Done"), lambda one: one.at),
        Column("days", marked("Working days"), lambda one: one.days),
        Column("key", "key", lambda one: one.ticket.key),
    )
    return Table(Which.FINISHED, facts.cycle.finished[::-1], columns, 3)


def weeks(facts: ProjectPageFacts) -> Table[WeekWork]:
    """The report weeks, oldest first, with the phases that were worked in."""
    columns: tuple[Column[WeekWork], ...] = (
        Column("week", marked("Week"), lambda week: week.start, lambda week: week.label),
        *(_days_in(phase) for phase in worked_in(facts)),
        Column("all", marked("All"), lambda week: week.total),
    )
    return Table(Which.WEEKS, facts.weeks, columns, len(columns))


def _days_in(phase: Phase) -> Column[WeekWork]:
    return Column(phase.value, phase_short(phase), lambda week: week.days.get(phase, 0.0))


def phases(facts: ProjectPageFacts) -> Table[PhaseLine]:
    """A line a phase, in their order; without a phase only where there is something."""
    lines = [
        (phase, numbers)
        for phase, numbers in facts.listed.by_phase.items()
        if phase is not Phase.NONE or numbers.tasks or numbers.effort_days
    ]
    columns: tuple[Column[PhaseLine], ...] = (
        phase_column(lambda line: line[0]),
        Column("tasks_done", marked("Done"), lambda line: line[1].tasks_done),
        Column("visits", marked("Visits"), lambda line: line[1].visits),
        Column("effort_days", marked("Effort"), lambda line: line[1].effort_days),
        Column("touched_days", marked("Touched"), lambda line: line[1].touched_days),
        Column("tasks", "tasks", lambda line: line[1].tasks),
    )
    return Table(Which.PHASES, lines, columns, 5)


def table_of(which: Which, facts: ProjectPageFacts) -> Table[Any]:
    """One of the tables, for its file."""
    match which:
        case Which.TASKS:
            return tasks(facts)
        case Which.VISITS:
            return visits(facts)
        case Which.FINISHED:
            return finished(facts)
        case Which.WEEKS:
            return weeks(facts)
        case Which.PHASES:
            return phases(facts)
        case Which.PLAN:
            return plan(facts.records.shown)


def worked_in(facts: ProjectPageFacts) -> tuple[Phase, ...]:
    """The phases that any of the weeks has work in."""
    return tuple(phase for phase in Phase if any(week.days.get(phase) for week in facts.weeks))
