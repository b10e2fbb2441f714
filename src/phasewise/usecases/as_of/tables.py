"""Every table that can be exported, as rows of the API's models, page by page. Called by export_table."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from phasewise.core.model import Kind
from phasewise.store.boards import IssueRow, Page, TaskFilter, issues_begun, projects_at, tasks_at
from phasewise.store.derived import intervals_of
from phasewise.store.finding_pages import FindingFilter, findings_at
from phasewise.usecases.as_of.board import lanes
from phasewise.usecases.as_of.findings import finding_rows, place_of
from phasewise.usecases.as_of.hands import hands_at
from phasewise.usecases.as_of.people import person_rows
from phasewise.usecases.as_of.projects import figures_at, project_rows, visit_row
from phasewise.usecases.as_of.tasks import interval_rows, task_rows
from phasewise.usecases.moment import Moment
from phasewise.usecases.views import (
    Card,
    FindingShown,
    IntervalShown,
    PersonShown,
    ProjectListed,
    TaskListed,
    VisitShown,
)

AT_ONCE = 500


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


def projects(at: Moment) -> Iterator[ProjectListed]:
    for issues in _project_pages(at):
        yield from project_rows(at, issues)


def visits(at: Moment) -> Iterator[VisitExported]:
    for issues in _project_pages(at):
        figures = figures_at(at, [issue.id for issue in issues])
        for issue in issues:
            for visit in figures[issue.id].visits:
                row = visit_row(at, issue.id, visit)
                yield VisitExported(project=str(issue.id), key=issue.key, **dict(row))


def tasks(at: Moment) -> Iterator[TaskListed]:
    def page(after: Page) -> list[IssueRow]:
        return tasks_at(at.connection, at.site_id, at.as_of, TaskFilter(), after)

    for issues in _pages(page, IssueRow.place_of):
        yield from task_rows(at, issues)


def intervals(at: Moment) -> Iterator[IntervalExported]:
    """Those of removed issues, too: their effort stays."""

    def page(after: Page) -> list[IssueRow]:
        return issues_begun(at.connection, at.site_id, at.as_of, after)

    for issues in _pages(page, lambda issue: (issue.id,)):
        found = intervals_of(at.connection, at.site_id, [issue.id for issue in issues])
        for issue in issues:
            for row in interval_rows(found.get(issue.id, ()), at.as_of):
                yield IntervalExported(issue=str(issue.id), key=issue.key, kind=issue.kind, **dict(row))


def findings(at: Moment) -> Iterator[FindingShown]:
    def page(after: Page) -> list[Any]:
        return findings_at(at.connection, at.site_id, at.as_of, FindingFilter(strengths=at.strengths), after)

    for found in _pages(page, place_of):
        yield from finding_rows(at, found)


def people(at: Moment) -> Iterator[PersonShown]:
    yield from person_rows(at, hands_at(at))


def board(at: Moment) -> Iterator[CardExported]:
    for lane in lanes(at, hands_at(at)):
        for card in lane.cards:
            yield CardExported(person=lane.person, display_name=lane.display_name, **dict(card))


Table = tuple[type[BaseModel], Callable[[Moment], Iterator[BaseModel]]]

TABLES: Mapping[str, Table] = {
    "projects": (ProjectListed, projects),
    "tasks": (TaskListed, tasks),
    "intervals": (IntervalExported, intervals),
    "visits": (VisitExported, visits),
    "findings": (FindingShown, findings),
    "people": (PersonShown, people),
    "board": (CardExported, board),
}
"""The model of a row and where the rows come from, by the name of the table."""


def _project_pages(at: Moment) -> Iterator[list[IssueRow]]:
    return _pages(lambda page: projects_at(at.connection, at.site_id, at.as_of, page), IssueRow.place_of)


def _pages(read: Callable[[Page], list[Any]], place: Callable[[Any], tuple[Any, ...]]) -> Iterator[list[Any]]:
    """All rows in pages, so that no table is ever held as a whole."""
    page = Page(AT_ONCE)
    while rows := read(page):
        yield rows
        page = Page(AT_ONCE, place(rows[-1]))
