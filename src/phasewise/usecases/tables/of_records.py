"""What leads record of projects as tables: as it stood at the instant, of the projects that existed then."""

from collections.abc import Iterator
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from phasewise.core.ab_tests import AbState
from phasewise.core.decisions import Choice, CriterionState, Outcome
from phasewise.core.deliverables import Slot
from phasewise.core.due import DueKind
from phasewise.core.model import Phase
from phasewise.core.results import HypothesisState, ResultState, Verdict
from phasewise.store.boards import IssueRow, issues_by_id
from phasewise.store.project_records import Kept, Noun, Value, latest, recorded
from phasewise.store.record_nouns import DECISION, KILL_CRITERION, RESULT
from phasewise.usecases.as_of.plans import plan_at
from phasewise.usecases.as_of.projects import figures_at
from phasewise.usecases.as_of.record_rows import deliverable_rows, plan_row
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import Ticket
from phasewise.usecases.record_views import DeliverableShown, PlanShown
from phasewise.usecases.records.due import due_at
from phasewise.usecases.records.lacking import lacking_at
from phasewise.usecases.records.show_records import tests_at
from phasewise.usecases.tables.pages import projects_in_pages
from phasewise.usecases.views import Stamp


class OfProject(BaseModel):
    """Of which project a row is: its issue id, and its key."""

    project: str
    key: str


Row = TypeVar("Row", bound=OfProject)


class PlanExported(PlanShown, OfProject):
    """The plan of a project that counts, or its draft, against what was spent."""


class DeliverableExported(DeliverableShown, OfProject):
    """What a phase of a project delivers, where it was begun."""


class DecisionExported(OfProject):
    """Go, pivot or stop."""

    on: date
    choice: Choice
    agreed_by: str
    why: str
    outcome: Outcome | None
    saved_at: Stamp


class CriterionExported(OfProject):
    """By what a project would be stopped, and on which day it is asked."""

    by: date
    text: str
    state: CriterionState
    answer: str
    saved_at: Stamp


class AbTestExported(OfProject):
    """An A/B test. `traffic` is the percentage of the surface that is in it."""

    name: str
    title: str
    state: AbState
    starts_on: date | None
    ends_on: date | None
    verdict_on: date | None
    surface: str
    traffic: float | None
    variants: str
    control: str
    metrics: str
    guards: str
    reading_rule: str
    agreed_by: str


class ResultExported(OfProject):
    """What came out; `test` is the name of the A/B test it is about."""

    test: str
    verdict: Verdict
    state: ResultState
    effect: str
    interval: str
    link: str
    next_step: str
    hypothesis: str
    hypothesis_state: HypothesisState
    evidence: str
    saved_at: Stamp


class DueExported(OfProject):
    """What asks for somebody on a day; `what` says it in people's own words, of a review its `slot`."""

    on: date
    kind: DueKind
    name: str
    what: str
    slot: Slot | None
    late_days: int


class LackingExported(OfProject):
    """What was never recorded of a project: its plan, or what another phase delivers."""

    phase: Phase
    slot: Slot


def plans(at: Moment) -> Iterator[PlanExported]:
    for issues in projects_in_pages(at):
        figures = figures_at(at, [issue.id for issue in issues])
        for issue in issues:
            records = recorded(at.connection, at.site_id, issue.id, at.asked)
            plan = plan_at(at, records, figures[issue.id])
            if plan is not None:
                yield _row(PlanExported, issue, plan_row(plan))


def deliverables(at: Moment) -> Iterator[DeliverableExported]:
    for issues in projects_in_pages(at):
        for issue in issues:
            for one in deliverable_rows(recorded(at.connection, at.site_id, issue.id, at.asked)):
                yield _row(DeliverableExported, issue, one)


def decisions(at: Moment) -> Iterator[DecisionExported]:
    """Without those that were withdrawn."""
    for issue, kept in _latest(at, DECISION):
        if not kept.value.withdrawn:
            yield _row(DecisionExported, issue, kept.value, saved_at=kept.at)


def criteria(at: Moment) -> Iterator[CriterionExported]:
    for issue, kept in _latest(at, KILL_CRITERION):
        yield _row(CriterionExported, issue, kept.value, saved_at=kept.at)


def tests(at: Moment) -> Iterator[AbTestExported]:
    """In the order in which they begin."""
    for one in tests_at(at):
        yield _row(AbTestExported, one.project, one.test, name=one.name)


def results(at: Moment) -> Iterator[ResultExported]:
    for issue, kept in _latest(at, RESULT):
        yield _row(ResultExported, issue, kept.value, saved_at=kept.at)


def due(at: Moment) -> Iterator[DueExported]:
    """What is due, or will be within a week, oldest first."""
    for one in due_at(at):
        yield _row(DueExported, one.project, one)


def lacking(at: Moment) -> Iterator[LackingExported]:
    for one in lacking_at(at):
        missing = [(phase, slot) for phase, slots in one.slots.items() for slot in slots]
        for phase, slot in [*([(Phase.RESEARCH, Slot.PLAN)] if one.plan else []), *missing]:
            yield _row(LackingExported, one.project, None, phase=phase, slot=slot)


def _row(model: type[Row], project: IssueRow | Ticket, record: object, **more: object) -> Row:
    """What a record has of the fields of a row, and of which project it is."""
    own = {name: getattr(record, name) for name in model.model_fields if hasattr(record, name)}
    return model(**{**own, **more, "project": str(project.id), "key": project.key})


def _latest(at: Moment, noun: Noun[Value]) -> list[tuple[IssueRow, Kept[Value]]]:
    """The records of a noun, by the key of their project and the name of the record."""
    kept = latest(at.connection, at.site_id, noun, None, at.asked)
    epics = issues_by_id(at.connection, at.site_id, {one.of.project for one in kept})
    there = [(epics[one.of.project], one) for one in kept if one.of.project in epics]
    return sorted(
        ((epic, one) for epic, one in there if epic.exists_at(at.as_of)),
        key=lambda found: (found[0].place_of(), found[1].of.name),
    )
