"""Every table that can be exported, as rows of the API's models, page by page. Called by export_table."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from phasewise.core.model import Instant, Kind
from phasewise.core.stretches import FOREVER
from phasewise.store.boards import IssueRow, Page, TaskFilter, issues_begun, projects_at, tasks_at
from phasewise.store.derived import intervals_of
from phasewise.store.effect_pages import EffectRow, effects_page
from phasewise.store.finding_pages import FindingFilter, findings_at
from phasewise.store.inbox import DeliveryRow, deliveries_at
from phasewise.store.reports import Report, mail_counts, reports_page
from phasewise.usecases.as_of.board import lanes
from phasewise.usecases.as_of.findings import finding_rows, place_of
from phasewise.usecases.as_of.hands import hands_at
from phasewise.usecases.as_of.people import person_rows
from phasewise.usecases.as_of.projects import figures_at, project_rows, visit_row
from phasewise.usecases.as_of.tasks import interval_rows, task_rows
from phasewise.usecases.as_of.work_rows import delivery_row, effect_row, report_row
from phasewise.usecases.moment import Moment
from phasewise.usecases.report_views import ReportListed
from phasewise.usecases.views import (
    Card,
    DeliveryShown,
    EffectShown,
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


def deliveries(at: Moment) -> Iterator[DeliveryShown]:
    """Those received before the instant, by our own clock; in the state they have now."""

    def page(after: Page) -> list[DeliveryRow]:
        return deliveries_at(at.connection, at.site_id, _until(at), None, after)

    for found in _pages(page, lambda row: (row.received_at, row.delivery_id)):
        yield from map(delivery_row, found)


def effects(at: Moment) -> Iterator[EffectShown]:
    """Those made before the instant, by our own clock; as they are now."""

    def page(after: Page) -> list[EffectRow]:
        return effects_page(at.connection, at.site_id, _until(at), None, after)

    for found in _pages(page, lambda row: (row.created_at, row.key)):
        yield from map(effect_row, found)


def reports(at: Moment) -> Iterator[ReportListed]:
    """Those of weeks that ended by the instant, of every team."""

    def page(after: Page) -> list[Report]:
        return reports_page(at.connection, at.site_id, None, after, at.as_of)

    for found in _pages(page, lambda row: (row.instant, row.team)):
        mails = mail_counts(at.connection, at.site_id, found)
        yield from (report_row(one, mails.get((one.team, one.week))) for one in found)


def _until(at: Moment) -> Instant:
    """The instant asked for; now is not Jira's, and no clock is asked: all there is."""
    return FOREVER if at.asked is None else at.as_of


Table = tuple[type[BaseModel], Callable[[Moment], Iterator[BaseModel]]]

TABLES: Mapping[str, Table] = {
    "projects": (ProjectListed, projects),
    "tasks": (TaskListed, tasks),
    "intervals": (IntervalExported, intervals),
    "visits": (VisitExported, visits),
    "findings": (FindingShown, findings),
    "people": (PersonShown, people),
    "board": (CardExported, board),
    "deliveries": (DeliveryShown, deliveries),
    "effects": (EffectShown, effects),
    "reports": (ReportListed, reports),
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
