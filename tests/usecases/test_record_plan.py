"""Plans are recorded, presented, accepted and changed; yesterday's numbers stay."""

from dataclasses import replace

import pytest
from tests.store.records import at, epic
from tests.usecases.recording import NOW, PLAN, SKIPPED, later, recorder, story, worked
from tests.web.story import remove, tell

from phasewise.core.model import Phase
from phasewise.core.plan import PlanState
from phasewise.errors import ConflictError
from phasewise.store.db import Database
from phasewise.store.project_records import EditedMeanwhileError
from phasewise.usecases.deps import Deps
from phasewise.usecases.record_views import PlanShown
from phasewise.usecases.records.ground import FormError
from phasewise.usecases.records.record_plan import accept_plan, present_plan, record_plan
from phasewise.usecases.show_projects import show_project


def shown(deps: Deps) -> PlanShown:
    plan = show_project(deps, "ML-1", None).plan
    assert plan is not None
    return plan


def test_a_draft_counts_for_nothing_until_it_is_accepted(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database)
    kept = record_plan(deps, "ML-1", PLAN, 0)
    assert show_project(deps, "ML-1", None).planned_weeks is None
    assert shown(deps).state is PlanState.DRAFT
    kept = present_plan(deps, "ML-1", {"audience": "Board", "feedback": "Go on"}, kept.edit)
    kept = accept_plan(deps, "ML-1", kept.edit)
    assert (kept.edit, kept.value.audience, kept.value.feedback) == (3, "Board", "Go on")
    assert show_project(deps, "ML-1", None).planned_weeks == 5.5
    with pytest.raises(ConflictError, match="no draft"):
        accept_plan(deps, "ML-1", kept.edit)


def test_a_plan_with_a_return_equals_the_hand_computation(sqlite_database: Database) -> None:
    """Exploration 3 + 3 days, modeling 5 + 9 days: 1.2 and 2.8 weeks, planned 1 and 2."""
    deps = recorder(sqlite_database)
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    plan = shown(deps)
    explored, modeled = (plan.by_phase[phase] for phase in (Phase.DATA_EXPLORATION, Phase.MODELING))
    assert (explored.spent_weeks, explored.variance_weeks, explored.remaining_weeks) == (1.2, 0.2, 0.0)
    assert (modeled.spent_weeks, modeled.variance_weeks, modeled.remaining_weeks) == (2.8, 0.8, 0.0)
    assert (plan.planned_weeks, plan.spent_weeks, plan.variance_weeks) == (5.5, 4.0, -1.5)
    assert (plan.remaining_weeks, plan.research_weeks, plan.none_weeks) == (2.5, 0.2, 0.0)
    assert [one.closed for one in plan.by_phase.values()] == [False] * 5


def test_a_skipped_phase_is_in_no_sum(sqlite_database: Database) -> None:
    """A day of A/B testing that was not planned: it is shown, and compared with nothing."""
    deps = recorder(sqlite_database, [*story(), worked(7, Phase.AB_TESTING, 28, 29, person="eve")])
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN | SKIPPED, 0).edit)
    plan = shown(deps)
    skipped = plan.by_phase[Phase.AB_TESTING]
    assert (skipped.not_needed, skipped.likely_weeks, skipped.closed) == ("Nobody sees it", None, True)
    assert (skipped.spent_weeks, skipped.variance_weeks, skipped.remaining_weeks) == (0.2, None, 0.0)
    assert (plan.planned_weeks, plan.spent_weeks, plan.variance_weeks) == (4.5, 4.0, -0.5)


def test_yesterdays_numbers_do_not_change_when_the_plan_does(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database)
    first = accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    tomorrow = later(deps, NOW + 86_400_000)
    tell(tomorrow, [worked(8, Phase.MODELING, 32.5, None)])
    before = show_project(tomorrow, "ML-1", NOW + 1)
    change = PLAN | {"modeling_likely": "6", "modeling_high": "7", "reason": "The data is worse than thought"}
    draft = record_plan(tomorrow, "ML-1", change, first.edit)
    assert shown(tomorrow).version == 1
    accept_plan(tomorrow, "ML-1", draft.edit)
    plan = shown(tomorrow)
    assert (plan.version, plan.planned_weeks, plan.reason) == (2, 9.5, "The data is worse than thought")
    # One day for each of two people: the plan of four weeks more leaves 5.8 - 2.8 weeks, less both days.
    assert (plan.by_phase[Phase.MODELING].spent_weeks, plan.variance_weeks) == (3.1, -5.2)
    assert show_project(tomorrow, "ML-1", NOW + 1) == before
    assert before.planned_weeks == 5.5


def test_scope_grows_with_tasks_added_after_the_plan(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database)
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    tomorrow = later(deps, NOW + 86_400_000)
    assert (shown(deps).tasks_planned, shown(deps).tasks_now) == (5, 5)
    tell(tomorrow, [replace(worked(9, Phase.MODELING, 32.5, 32.6), created=at(32.4))])
    plan = shown(tomorrow)
    assert (plan.tasks_planned, plan.tasks_now, plan.scope_growth_percent) == (5, 6, 20.0)


def test_of_two_who_edit_the_same_plan_the_second_is_told(database: Database) -> None:
    deps = recorder(database)
    first = record_plan(deps, "ML-1", PLAN | {"method": "Mine"}, 0)
    assert record_plan(deps, "ML-1", PLAN | {"method": "Mine"}, 0) == first
    with pytest.raises(EditedMeanwhileError, match="meanwhile"):
        record_plan(deps, "ML-1", PLAN | {"method": "Theirs"}, 0)
    second = record_plan(deps, "ML-1", PLAN | {"method": "Theirs"}, first.edit)
    assert (second.edit, shown(deps).method) == (2, "Theirs")


def test_nothing_is_recorded_of_a_project_that_is_gone(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database)
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    remove(deps, 1, at(31))
    with pytest.raises(ConflictError, match="gone from Jira"):
        record_plan(deps, "ML-1", PLAN | {"reason": "x"}, 2)
    assert show_project(deps, "ML-1", None).planned_weeks == 5.5


def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database)
    with pytest.raises(FormError) as error:
        record_plan(deps, "ML-1", PLAN | {"modeling_likely": "-1", "success_metric": ""}, 0)
    assert error.value.problems.keys() == {"modeling_likely", "success_metric"}
    assert show_project(deps, "ML-1", None).plan is None


def test_a_plan_goes_with_its_project_to_another_key_and_through_a_new_load(
    sqlite_database: Database,
) -> None:
    deps = recorder(sqlite_database)
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    tell(deps, [epic(1, key="DS-7", space_key="DS", updated=NOW), *story()[1:]])
    assert show_project(deps, "DS-7", None).planned_weeks == 5.5
    assert show_project(deps, "ML-1", None).key == "DS-7"
