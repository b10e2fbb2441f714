"""Plans against what was spent, and what was delivered, at an instant. Called where projects are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from phasewise.core.calendar import TICKS_PER_DAY
from phasewise.core.deliverables import DeliverableState, Slot, delivered, state_of
from phasewise.core.figures import ProjectFigures
from phasewise.core.model import Instant, Phase
from phasewise.core.plan import AgainstPlan, Growth, Plan, PlanState, against_plan, closed_phases
from phasewise.store.project_records import Kept, Latest, Noun, Recorded, Value, latest
from phasewise.store.record_nouns import AB_TEST, DELIVERABLE, PLAN, RESULT
from phasewise.usecases.as_of.projects import figures_at
from phasewise.usecases.moment import Moment

MISSING = DeliverableState.MISSING


@dataclass(frozen=True, slots=True)
class PlanAt:
    """A plan with what was spent against it; `growth` only where it was accepted."""

    kept: Kept[Plan]
    against: AgainstPlan
    growth: Growth | None

    @property
    def plan(self) -> Plan:
        return self.kept.value


def plan_at(at: Moment, recorded: Recorded, figures: ProjectFigures) -> PlanAt | None:
    """The plan that counts at the instant, or the draft where none was accepted; None without a plan."""
    kept = recorded.latest(PLAN, PlanState.ACCEPTED.value) or recorded.latest(PLAN)
    return plan_seen(at, kept[0], figures, slots_in(recorded)) if kept else None


def plan_seen(
    at: Moment, kept: Kept[Plan], figures: ProjectFigures, states: Mapping[Slot, DeliverableState]
) -> PlanAt:
    """One edit of a plan against the figures of its project; `states` are those of its slots."""
    project, plan = kept.of.project, kept.value
    is_accepted = plan.state is PlanState.ACCEPTED
    growth = Growth(tasks_at(at, project, kept.at), _count(figures)) if is_accepted else None
    against = against_at(plan, figures, spent_weeks(at, project, figures), states)
    return PlanAt(kept, against, growth)


def against_at(
    plan: Plan,
    figures: ProjectFigures,
    spent: Mapping[Phase, float],
    states: Mapping[Slot, DeliverableState],
) -> AgainstPlan:
    """A plan against the weeks `spent` by phase; `states` are those of the slots of its project."""
    tasks = {phase: (numbers.tasks, numbers.tasks_done) for phase, numbers in figures.by_phase.items()}
    return against_plan(plan, spent, closed_phases(tasks, delivered(states), plan))


def spent_weeks(at: Moment, project: int, figures: ProjectFigures) -> dict[Phase, float]:
    """The effort by phase in weeks, not rounded."""
    at = at.of_project(project)
    week = TICKS_PER_DAY * at.calendar.week_days_at(at.as_of)
    return {phase: one.effort.at(at.as_of, at.calendar) / week for phase, one in figures.by_phase.items()}


def tasks_at(at: Moment, project: int, when: Instant) -> int:
    """How many tasks the project had at another instant."""
    return _count(figures_at(replace(at, as_of=min(when, at.as_of)), [project])[project])


def _count(figures: ProjectFigures) -> int:
    return sum(numbers.tasks for numbers in figures.by_phase.values())


def slot_states(at: Moment, projects: Iterable[int] | None) -> dict[int, dict[Slot, DeliverableState]]:
    """How far each slot of these projects (None: all) is, where it is begun."""
    wanted = None if projects is None else list(projects)

    def last(noun: Noun[Value], state: str | None = None) -> list[Kept[Value]]:
        return latest(at.connection, at.site_id, noun, wanted, at.asked, state)

    return _slots(last)


def slots_in(recorded: Recorded) -> dict[Slot, DeliverableState]:
    """The same of one project, from what is recorded of it."""
    return next(iter(_slots(recorded.latest).values()), {})


def _slots(last: Latest) -> dict[int, dict[Slot, DeliverableState]]:
    found: dict[int, dict[Slot, DeliverableState]] = {}

    def put(project: int, slot: Slot, state: DeliverableState) -> None:
        if state is not MISSING:
            found.setdefault(project, {})[slot] = state

    for plan in last(PLAN):
        put(plan.of.project, Slot.PLAN, DeliverableState(plan.value.state.value))
    for plan in last(PLAN, PlanState.ACCEPTED.value):
        put(plan.of.project, Slot.PLAN, DeliverableState.ACCEPTED)
    for one in last(DELIVERABLE):
        put(one.of.project, one.value.slot, one.value.state)
    for project, tests in _by_project(last(AB_TEST)).items():
        put(project, Slot.AB_TEST, state_of(Slot.AB_TEST, {test.state for test in tests}))
    for project, results in _by_project(last(RESULT)).items():
        put(project, Slot.RESULT, state_of(Slot.RESULT, {one.state for one in results}))
    return found


def _by_project(kept: Iterable[Kept[Value]]) -> Mapping[int, list[Value]]:
    found: dict[int, list[Value]] = {}
    for one in kept:
        found.setdefault(one.of.project, []).append(one.value)
    return found
