"""What a report says of the records: plans against what was spent, A/B tests, deliverables, what is due.

All of it as it stood at the report's instant. Called by build_digest.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from phasewise.core.ab_tests import AbState
from phasewise.core.deliverables import Deliverable, DeliverableState, Slot
from phasewise.core.digest import AbTestTold, Asked, Delivered, PhaseSpent, PlanSpent, Ticket
from phasewise.core.model import Instant
from phasewise.core.plan import AgainstPlan, PhaseAgainstPlan, Plan, PlanState
from phasewise.core.results import ResultState
from phasewise.store.boards import issues_by_id
from phasewise.store.project_records import Kept, Noun, RecordId, Value, entered, latest
from phasewise.store.record_nouns import AB_TEST, DELIVERABLE, PLAN, RESULT
from phasewise.usecases.as_of.plans import against_at, slot_states, spent_weeks
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.records.due import due_at
from phasewise.usecases.reports.ground import Ground

TOLD_STATES = (DeliverableState.PRESENTED, DeliverableState.ACCEPTED, DeliverableState.REWORK)
OVER = (AbState.ENDED, AbState.CANCELLED)
IN_ORDER = tuple(Slot)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The lists of a report that are about records, each in the order of time."""

    tests: tuple[AbTestTold, ...]
    delivered: tuple[Delivered, ...]
    due: tuple[Asked, ...]


def recorded_in(ground: Ground) -> Recorded:
    """Of the projects of the team that are there at the instant, done ones too: a verdict may come late."""
    book = _Book(ground)
    tests = sorted(book.tests(), key=lambda one: (one.starts_on or date.max, one.project.key, one.title))
    delivered = sorted(book.delivered(), key=lambda one: (one.at, one.project.key, IN_ORDER.index(one.slot)))
    return Recorded(tuple(tests), tuple(delivered), tuple(book.due()))


class _Book:
    """What was recorded of the team's projects before the instant."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._at = ground.on_paper()
        self._tickets: dict[int, Ticket | None] = {}
        self._entered: dict[tuple[str, str], Mapping[RecordId, Sequence[Instant]]] = {}

    def tests(self) -> Iterator[AbTestTold]:
        """Those that run, and those that ended or were called off since the report before."""
        for kept, project in self._there(AB_TEST):
            test, lately = kept.value, self._since(AB_TEST, kept)
            if test.state is AbState.RUNNING or (test.state in OVER and lately is not None):
                yield AbTestTold(
                    project=project,
                    title=test.title,
                    state=test.state,
                    starts_on=test.starts_on,
                    ends_on=test.ends_on,
                    surface=test.surface,
                    traffic=test.traffic,
                    is_new=lately is not None,
                )

    def delivered(self) -> Iterator[Delivered]:
        """What came into a state since the report before and is in it still, or was shown once more."""
        for one, project in self._there(DELIVERABLE):
            if one.value.state not in TOLD_STATES:
                continue
            if self._is_shown_lately(one):
                yield Delivered(project, one.value.slot, one.value.state, one.at)
            else:
                yield from self._came(DELIVERABLE, one, project, one.value.slot, one.value.state)
        for plan, project in self._there(PLAN, PlanState.ACCEPTED):  # whatever is drafted since
            yield from self._came(PLAN, plan, project, Slot.PLAN, DeliverableState.ACCEPTED)
        for plan, project in self._there(PLAN):
            if plan.value.state is PlanState.PRESENTED:
                yield from self._came(PLAN, plan, project, Slot.PLAN, DeliverableState.PRESENTED)
        for result, project in self._there(RESULT):
            if result.value.state is ResultState.COMPLETE:
                yield from self._came(RESULT, result, project, Slot.RESULT, DeliverableState.ACCEPTED)

    def _is_shown_lately(self, one: Kept[Deliverable]) -> bool:
        since = self._ground.wanted.since
        day = self._at.of_project(one.of.project).calendar.local_date(since)
        return one.at >= since and any(review.on >= day for review in one.value.reviews)

    def due(self) -> Iterator[Asked]:
        """What asks for somebody at the instant, or within a week from it."""
        for one in due_at(self._at):
            if self._ground.is_of_team(one.project.id):
                ticket = Ticket(one.project.id, one.project.key, one.project.summary, one.project.url)
                yield Asked(one.kind, ticket, one.on, one.late_days, one.what, one.slot)

    # ------------------------------------------------------------ what is there

    def _there(self, noun: Noun[Value], state: str | None = None) -> Iterator[tuple[Kept[Value], Ticket]]:
        kept = latest(self._at.connection, self._at.site_id, noun, None, self._at.asked, state)
        self._look_up({one.of.project for one in kept})
        for one in kept:
            ticket = self._tickets[one.of.project]
            if ticket is not None:
                yield one, ticket

    def _look_up(self, projects: Iterable[int]) -> None:
        at = self._at
        unknown = {one for one in projects if one not in self._tickets}
        found = issues_by_id(at.connection, at.site_id, unknown)
        for project in unknown:
            issue = found.get(project)
            is_there = issue is not None and issue.exists_at(at.as_of) and self._ground.is_of_team(project)
            self._tickets[project] = ticket_of(at, issue) if issue is not None and is_there else None

    def _came(
        self, noun: Noun[Value], kept: Kept[Value], project: Ticket, slot: Slot, state: DeliverableState
    ) -> Iterator[Delivered]:
        since = self._since(noun, kept)
        if since is not None:
            yield Delivered(project, slot, state, since)

    def _since(self, noun: Noun[Value], kept: Kept[Value]) -> Instant | None:
        """When it came into its state, if that was since the report before."""
        since = self._ground.wanted.since
        if kept.at < since:
            return None
        came = self._came_in(noun, str(getattr(kept.value, "state", "")))
        last = max(when for when in came[kept.of] if when <= kept.at)
        return last if last >= since else None

    def _came_in(self, noun: Noun[Value], state: str) -> Mapping[RecordId, Sequence[Instant]]:
        """When each record came into a state: asked once for all of them."""
        if (noun.word, state) not in self._entered:
            there = [project for project, ticket in self._tickets.items() if ticket is not None]
            found: defaultdict[RecordId, list[Instant]] = defaultdict(list)
            for of, when in entered(self._at.connection, self._at.site_id, noun, there, state):
                found[of].append(when)
            self._entered[noun.word, state] = found
        return self._entered[noun.word, state]


# ------------------------------------------------------------------ plans


def plans_spent(ground: Ground) -> dict[int, PlanSpent]:
    """By project the plan that counts at the instant against what was spent up to it."""
    at = ground.on_paper()
    states = slot_states(at, ground.plans) if ground.plans else {}
    return {
        project: _spent(
            plan,
            against_at(
                plan,
                ground.figures[project],
                spent_weeks(at, project, ground.figures[project]),
                states.get(project, {}),
            ),
        )
        for project, plan in ground.plans.items()
    }


def _spent(plan: Plan, against: AgainstPlan) -> PlanSpent:
    """Rounded as the API rounds it."""
    return PlanSpent(
        version=plan.version,
        planned_weeks=round(against.planned, 3),
        spent_weeks=round(against.spent, 3),
        variance_weeks=round(against.variance, 3),
        remaining_weeks=round(against.remaining, 3),
        phases=tuple(_phase(row) for row in against.phases),
    )


def _phase(row: PhaseAgainstPlan) -> PhaseSpent:
    variance = row.variance
    return PhaseSpent(
        phase=row.plan.phase,
        likely_weeks=row.plan.likely if row.plan.is_needed else None,
        spent_weeks=round(row.spent, 3),
        variance_weeks=None if variance is None else round(variance, 3),
        remaining_weeks=round(row.remaining, 3),
        closed=row.is_closed,
    )
