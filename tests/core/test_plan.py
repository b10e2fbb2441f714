"""The plan against what was spent, worked out by hand."""

from phasewise.core.model import Phase
from phasewise.core.plan import PLANNED, Growth, PhasePlan, Plan, PlanState, against_plan, closed_phases

WEEKS = {Phase.DATA_EXPLORATION: 2.0, Phase.MODELING: 4.0, Phase.PRODUCTIZATION: 3.0}


def plan(state: PlanState = PlanState.ACCEPTED) -> Plan:
    """Two, four and three weeks likely, half to double; no A/B test; one week to analyse."""
    phases = {phase: PhasePlan(phase, weeks / 2, weeks, weeks * 2) for phase, weeks in WEEKS.items()}
    phases[Phase.AB_TESTING] = PhasePlan(Phase.AB_TESTING, not_needed="Nobody sees it")
    phases[Phase.RESULTS_ANALYSIS] = PhasePlan(Phase.RESULTS_ANALYSIS, 1, 1, 1)
    return Plan(1, state, tuple(phases[phase] for phase in PLANNED))


def test_what_is_planned_is_likely_over_the_phases_that_are_needed() -> None:
    assert (plan().likely_weeks, plan().high_weeks) == (10.0, 19.0)
    assert plan().spent_weeks({Phase.MODELING: 2.0, Phase.AB_TESTING: 5.0, Phase.RESEARCH: 7.0}) == 2.0


def test_variance_leaves_out_research_what_has_no_phase_and_what_is_not_needed() -> None:
    spent = {Phase.RESEARCH: 3.0, Phase.NONE: 0.5, Phase.MODELING: 5.5, Phase.AB_TESTING: 1.0}
    against = against_plan(plan(), spent, ())
    assert (against.planned, against.spent, against.variance) == (10.0, 5.5, -4.5)
    assert against.apart == {Phase.RESEARCH: 3.0, Phase.NONE: 0.5}
    assert [one.variance for one in against.phases] == [-2.0, 1.5, -3.0, None, -1.0]


def test_nothing_remains_of_a_phase_that_is_closed_or_over_its_plan() -> None:
    spent = {Phase.DATA_EXPLORATION: 0.5, Phase.MODELING: 5.0, Phase.PRODUCTIZATION: 1.0}
    against = against_plan(plan(), spent, {Phase.DATA_EXPLORATION})
    assert [one.remaining for one in against.phases] == [0.0, 0.0, 2.0, 0.0, 1.0]
    assert against.remaining == 3.0


def test_a_phase_is_closed_when_its_tasks_are_done_and_its_deliverable_is_accepted() -> None:
    tasks = {Phase.DATA_EXPLORATION: (3, 3), Phase.MODELING: (2, 1), Phase.RESEARCH: (1, 1)}
    delivered = {Phase.DATA_EXPLORATION, Phase.MODELING, Phase.RESULTS_ANALYSIS}
    closed = closed_phases(tasks, delivered, None)
    assert closed == {Phase.DATA_EXPLORATION, Phase.RESULTS_ANALYSIS}
    assert closed_phases(tasks, delivered, plan()) == closed | {Phase.AB_TESTING}


def test_scope_grows_by_tasks_done_or_not() -> None:
    assert round(Growth(12, 20).percent or 0) == 67
    assert Growth(0, 3).percent is None
