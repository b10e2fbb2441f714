"""Projects, tasks and people as tables: what they are made of, how long it took, who has what in hand."""

from collections.abc import Iterator

from pydantic import BaseModel

from phasewise.core.model import Kind, Phase
from phasewise.core.weeks import weeks_up_to
from phasewise.store.boards import IssueRow, Page, TaskFilter, issues_begun, tasks_at
from phasewise.store.derived import intervals_of
from phasewise.usecases.as_of.board import lanes
from phasewise.usecases.as_of.hands import hands_at
from phasewise.usecases.as_of.loads import loads_at
from phasewise.usecases.as_of.people import person_rows
from phasewise.usecases.as_of.project_flow import cycle_of, weeks_of
from phasewise.usecases.as_of.projects import figures_at, project_rows, visit_row
from phasewise.usecases.as_of.tasks import interval_rows, task_rows
from phasewise.usecases.moment import Moment
from phasewise.usecases.tables.pages import in_pages, projects_in_pages
from phasewise.usecases.views import (
    Card,
    Days,
    IntervalShown,
    PersonShown,
    ProjectListed,
    Stamp,
    TaskListed,
    VisitShown,
)

WEEKS = 12
"""Of the map of people, as on its page."""


class IntervalExported(IntervalShown):
    """An interval with the issue it belongs to, which is a project, a task or a sub-task."""

    issue: str
    key: str
    kind: Kind


class VisitExported(VisitShown):
    """A visit with its project."""

    project: str
    key: str


class CardExported(Card):
    """A card with the person whose lane it is in."""

    person: str | None
    display_name: str | None


class Finished(BaseModel):
    """A task that was finished in a project in the last 26 weeks, as on its page; without an age where its
    history is incomplete."""

    project: str
    project_key: str
    id: str
    key: str
    summary: str
    done_at: Stamp
    age_days: Days | None


class PhaseWeek(BaseModel):
    """The working days that were worked on a project in a phase in one of the last twelve report weeks."""

    project: str
    key: str
    week: str
    start: Stamp
    end: Stamp
    phase: Phase
    effort_days: Days


class PersonWeek(BaseModel):
    """The working days of a week on which somebody had an active ticket, was away, could have worked."""

    person: str
    display_name: str | None
    week: str
    start: Stamp
    end: Stamp
    active_days: Days
    away_days: Days
    work_days: Days


def projects(at: Moment) -> Iterator[ProjectListed]:
    for issues in projects_in_pages(at):
        yield from project_rows(at, issues)


def visits(at: Moment) -> Iterator[VisitExported]:
    for issues in projects_in_pages(at):
        figures = figures_at(at, [issue.id for issue in issues])
        for issue in issues:
            for visit in figures[issue.id].visits:
                row = visit_row(at, issue.id, visit)
                yield VisitExported(project=str(issue.id), key=issue.key, **dict(row))


def tasks(at: Moment) -> Iterator[TaskListed]:
    def page(after: Page) -> list[IssueRow]:
        return tasks_at(at.connection, at.site_id, at.as_of, TaskFilter(), after)

    for issues in in_pages(page, IssueRow.place_of):
        yield from task_rows(at, issues)


def intervals(at: Moment) -> Iterator[IntervalExported]:
    """Those of removed issues, too: their effort stays."""

    def page(after: Page) -> list[IssueRow]:
        return issues_begun(at.connection, at.site_id, at.as_of, after)

    for issues in in_pages(page, lambda issue: (issue.id,)):
        found = intervals_of(at.connection, at.site_id, [issue.id for issue in issues])
        for issue in issues:
            for row in interval_rows(found.get(issue.id, ()), at.as_of):
                yield IntervalExported(issue=str(issue.id), key=issue.key, kind=issue.kind, **dict(row))


def people(at: Moment) -> Iterator[PersonShown]:
    yield from person_rows(at, hands_at(at))


def board(at: Moment) -> Iterator[CardExported]:
    for lane in lanes(at, hands_at(at)):
        for card in lane.cards:
            yield CardExported(person=lane.person, display_name=lane.display_name, **dict(card))


def finished(at: Moment) -> Iterator[Finished]:
    """By project, the earliest first."""
    for issues in projects_in_pages(at):
        for issue in issues:
            for one in cycle_of(at.of_project(issue.id), issue.id).finished:
                yield Finished(
                    project=str(issue.id),
                    project_key=issue.key,
                    id=str(one.ticket.id),
                    key=one.ticket.key,
                    summary=one.ticket.summary,
                    done_at=one.at,
                    age_days=one.days,
                )


def occupancy(at: Moment) -> Iterator[PhaseWeek]:
    """By project and week, phases in their order; nothing of what was not worked in."""
    for issues in projects_in_pages(at):
        for issue in issues:
            for week in weeks_of(at.of_project(issue.id), issue.id):
                for phase, worked in week.days.items():
                    yield PhaseWeek(
                        project=str(issue.id),
                        key=issue.key,
                        week=week.label,
                        start=week.start,
                        end=week.end,
                        phase=phase,
                        effort_days=worked,
                    )


def capacity(at: Moment) -> Iterator[PersonWeek]:
    """By name and week."""
    weeks = weeks_up_to(at.as_of, WEEKS, at.calendar)
    for one in loads_at(at, weeks):
        for week, active, away, work in zip(weeks, one.days, one.away, one.work_days, strict=True):
            yield PersonWeek(
                person=one.person.id,
                display_name=one.person.name,
                week=week.label,
                start=week.start,
                end=week.end,
                active_days=active,
                away_days=away,
                work_days=work,
            )
