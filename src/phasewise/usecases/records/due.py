"""What of the records asks for somebody: reviews, check-ins, kill criteria, verdicts; each goes by itself.

`due_at` answers within a moment that others have opened, `show_due` the page /due.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from phasewise.core.ab_tests import AbState, ended_by, verdict_due
from phasewise.core.decisions import CriterionState
from phasewise.core.deliverables import Slot
from phasewise.core.due import DueKind
from phasewise.core.model import Instant
from phasewise.core.results import ResultState
from phasewise.store.boards import IssueRow, issues_by_id
from phasewise.store.project_records import latest
from phasewise.store.record_nouns import AB_TEST, DELIVERABLE, KILL_CRITERION, RESULT
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment, sync_facts
from phasewise.usecases.portfolio import SyncFacts, Ticket
from phasewise.usecases.records.lacking import Lacking, lacking_at

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Due:
    """Something that asks for somebody on a day; `late_days` is 0 up to that day. `name` is that of the
    record, `what` says it in people's own words; a review has its `slot`."""

    kind: DueKind
    project: Ticket
    on: date
    late_days: int
    name: str
    what: str
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """The same before it is known whether the day has come, and what the project is called."""

    kind: DueKind
    project: int
    on: date
    name: str
    what: str
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class DueFacts:
    """What the page of all that is due shows, in order of the days."""

    as_of: Instant
    now: Instant
    zone: str
    today: date
    due: tuple[Due, ...]
    lacking: tuple[Lacking, ...]
    sync: SyncFacts


def show_due(deps: Deps, as_of: Instant | None) -> DueFacts:
    """What is due at `as_of` (None: now), or within a week from then, and what was never recorded."""
    with moment(deps, as_of) as at:
        return DueFacts(
            as_of=at.as_of,
            now=deps.now(),
            zone=at.policy.calendar.zone,
            today=at.calendar.local_date(at.as_of),
            due=due_at(at),
            lacking=lacking_at(at),
            sync=sync_facts(at),
        )


def due_at(at: Moment, projects: Iterable[int] | None = None, within: timedelta = SOON) -> tuple[Due, ...]:
    """What of these projects (None: all that are there) is due, or will be within a time, oldest first."""
    wanted = None if projects is None else list(projects)
    asks = [*_reviews(at, wanted), *_tests(at, wanted), *_criteria(at, wanted)]
    epics = issues_by_id(at.connection, at.site_id, {ask.project for ask in asks})
    there = {project: epic for project, epic in epics.items() if epic.exists_at(at.as_of)}
    due = [_due(at, there[ask.project], ask) for ask in asks if ask.project in there]
    soon = (one for one in due if one.on <= today_of(at, one.project.id) + within)
    return tuple(sorted(soon, key=lambda one: (one.on, one.project.key, one.kind, one.name)))


def today_of(at: Moment, project: int) -> date:
    """The day of the moment where the project's team is."""
    return at.of_project(project).calendar.local_date(at.as_of)


def _due(at: Moment, epic: IssueRow, ask: Ask) -> Due:
    ticket = Ticket(epic.id, epic.key, epic.summary, at.url(epic.key))
    late = (today_of(at, epic.id) - ask.on).days
    return Due(ask.kind, ticket, ask.on, max(0, late), ask.name, ask.what, ask.slot)


def _reviews(at: Moment, projects: Sequence[int] | None) -> Iterator[Ask]:
    """A review that was planned, and not held since."""
    for kept in latest(at.connection, at.site_id, DELIVERABLE, projects, at.asked):
        one = kept.value
        if one.review_on is not None and one.is_review_due:
            yield Ask(DueKind.REVIEW, kept.of.project, one.review_on, kept.of.name, "", one.slot)


def _tests(at: Moment, projects: Sequence[int] | None) -> Iterator[Ask]:
    """The first check-in that was missed or comes next while a test runs, and its result once it is due."""
    results = latest(at.connection, at.site_id, RESULT, projects, at.asked)
    told = {(one.of.project, one.value.test) for one in results if one.value.state is ResultState.COMPLETE}
    for kept in latest(at.connection, at.site_id, AB_TEST, projects, at.asked):
        test, project = kept.value, kept.of.project
        checks = test.missed(date.max) if test.state is AbState.RUNNING else ()
        if checks:
            yield Ask(DueKind.CHECK_IN, project, checks[0], kept.of.name, test.title)
        calendar = at.of_project(project).calendar
        verdict = verdict_due(ended_by(test, calendar.local_date(kept.at)), calendar)
        if verdict is not None and (project, kept.of.name) not in told:
            yield Ask(DueKind.VERDICT, project, verdict, kept.of.name, test.title)


def _criteria(at: Moment, projects: Sequence[int] | None) -> Iterator[Ask]:
    """A kill criterion that nobody has answered."""
    for kept in latest(at.connection, at.site_id, KILL_CRITERION, projects, at.asked):
        if kept.value.state is CriterionState.OPEN:
            yield Ask(DueKind.KILL_CRITERION, kept.of.project, kept.value.by, kept.of.name, kept.value.text)
