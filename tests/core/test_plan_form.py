"""A plan as people type it: what is taken, and the sentence for what is not."""

from dataclasses import replace
from datetime import date

import pytest

from phasewise.core.model import Phase
from phasewise.core.plan import PlanState
from phasewise.core.plan_form import read_plan, read_presentation, typed_plan
from phasewise.core.typed import Typed

BEGUN, TODAY = date(2026, 3, 2), date(2026, 4, 1)
GOOD = {
    "data_exploration_likely": "2",
    "modeling_low": "3",
    "modeling_likely": "4,5",
    "modeling_high": "8",
    "productization_likely": "3.25",
    "ab_testing_not_needed": "Nobody sees it",
    "results_analysis_likely": "1",
    "success_metric": "AUC above 0.8",
}


def typed(**fields: str) -> Typed:
    return Typed(GOOD | fields, BEGUN, TODAY)


def problems(**fields: str) -> dict[str, str]:
    found = typed(**fields)
    read_plan(found, None)
    return found.problems


def test_a_plan_is_read_as_it_was_typed() -> None:
    found = typed()
    plan = read_plan(found, None)
    assert found.problems == {}
    assert (plan.version, plan.state, plan.likely_weeks) == (1, PlanState.DRAFT, 10.75)
    modeling = plan.phases[1]
    assert (modeling.phase, modeling.low, modeling.likely, modeling.high) == (Phase.MODELING, 3, 4.5, 8)
    assert plan.skipped == {Phase.AB_TESTING}
    again = Typed(typed_plan(plan), BEGUN, TODAY)
    assert read_plan(again, None) == plan


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("modeling_likely", "-2", "Give weeks from 0 to 104, like 2.5"),
        ("modeling_likely", "520", "Give weeks from 0 to 104, like 2.5"),
        ("modeling_likely", "nan", "Give weeks from 0 to 104, like 2.5"),
        ("modeling_likely", "2.123", "Give weeks from 0 to 104, like 2.5"),
        ("modeling_likely", "", "Give the likely weeks, or say why the phase is not needed"),
        ("modeling_likely", "0", "Give the likely weeks, or say why the phase is not needed"),
        ("modeling_likely", "9", "Low must not be above likely, nor likely above high"),
        ("modeling_not_needed", "why not", "Give weeks, or say why the phase is not needed; one of the two"),
        ("success_metric", "", "Say by which number you will know that it worked"),
        ("method", "x" * 10_000, "Write at most 2,000 characters; these are 10,000"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(field: str, value: str, sentence: str) -> None:
    assert problems(**{field: value}) == {field: sentence}


def test_a_plan_of_ten_years_is_several_projects() -> None:
    years = {f"{phase}_likely": "104" for phase in ("data_exploration", "productization", "results_analysis")}
    assert "320 weeks" in problems(**years)["total"]


def test_a_plan_without_any_phase_is_none() -> None:
    words = {name: "" for name in GOOD if name.endswith(("_low", "_likely", "_high"))}
    reasons = {name.replace("_likely", "_not_needed"): "No" for name in words if name.endswith("_likely")}
    assert problems(**words, **reasons) == {
        "total": "No phase is needed: stop the project with a decision instead of a plan"
    }


def test_an_accepted_plan_changes_for_a_reason_only() -> None:
    first = read_plan(typed(), None)
    draft = read_presentation(typed(audience="Board"), first)
    assert read_plan(typed(), draft).version == 1
    assert read_plan(typed(), draft).audience == "Board"
    accepted = replace(draft, state=PlanState.ACCEPTED)
    silent = typed()
    read_plan(silent, accepted)
    assert silent.problems == {"reason": "Say why the accepted plan changes"}
    changed = read_plan(typed(reason="The data was late"), accepted)
    assert (changed.version, changed.state, changed.audience) == (2, PlanState.DRAFT, "")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-03-01", "The project began on 2026-03-02: give that day or a later one"),
        ("2026-04-02", "This day has not come yet: give 2026-04-01 or an earlier one"),
        ("yesterday", "Give a day like 2026-12-01"),
    ],
)
def test_a_plan_is_presented_on_a_day_of_the_project(day: str, sentence: str) -> None:
    form = typed(presented_on=day)
    read_presentation(form, read_plan(typed(), None))
    assert form.problems == {"presented_on": sentence}


def test_a_plan_is_presented_today_unless_said_otherwise() -> None:
    plan = read_presentation(typed(feedback="Fine"), read_plan(typed(), None))
    assert (plan.state, plan.presented_on, plan.feedback) == (PlanState.PRESENTED, TODAY, "Fine")
    plan = read_presentation(typed(presented_on="2026-03-20"), plan)
    assert typed_plan(plan)["presented_on"] == "2026-03-20"
