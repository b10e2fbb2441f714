"""Decisions, kill criteria and results as people type them."""

from datetime import date

from phasewise.core.decisions import (
    Choice,
    CriterionState,
    Outcome,
    read_criterion,
    read_decision,
    typed_criterion,
    typed_decision,
)
from phasewise.core.results import (
    HypothesisState,
    ResultState,
    Verdict,
    read_result,
    typed_result,
)
from phasewise.core.typed import Typed

BEGUN, TODAY = date(2026, 3, 2), date(2026, 4, 1)


def typed(**fields: str) -> Typed:
    return Typed(fields, BEGUN, TODAY)


def test_a_decision_is_read_as_it_was_typed() -> None:
    form = typed(choice="stop", on="2026-03-20", agreed_by="Board", outcome="useful_negative")
    one = read_decision(form)
    assert form.problems == {}
    assert (one.choice, one.outcome, one.agreed_by) == (Choice.STOP, Outcome.USEFUL_NEGATIVE, "Board")
    assert read_decision(typed(**typed_decision(one))) == one


def test_a_decision_is_one_of_three_and_a_pivot_says_where_it_goes() -> None:
    form = typed()
    assert read_decision(form).on == TODAY
    assert form.problems == {"choice": "Choose go, pivot or stop"}
    form = typed(choice="pivot")
    assert typed_decision(read_decision(form))["outcome"] == ""
    assert form.problems == {"why": "Say what was found, and where it goes"}


def test_a_kill_criterion_has_a_day_on_which_it_asks() -> None:
    form = typed(text="Below the baseline", by="2026-06-01")
    one = read_criterion(form)
    assert (one.by, one.state, form.problems) == (date(2026, 6, 1), CriterionState.OPEN, {})
    assert read_criterion(typed(**typed_criterion(one))) == one
    form = typed()
    read_criterion(form)
    assert form.problems == {
        "by": "Give the day on which it asks, like 2026-12-01",
        "text": "Say what would make you stop",
    }


def test_a_result_that_won_needs_no_hypothesis() -> None:
    form = typed(verdict="won", state="complete", effect="+2 %", interval="1 to 3 %")
    one = read_result(form)
    assert (one.verdict, one.state, form.problems) == (Verdict.WON, ResultState.COMPLETE, {})
    assert read_result(typed(**typed_result(one))) == one


def test_complete_is_refused_without_a_hypothesis_where_it_did_not_win() -> None:
    draft = typed(verdict="lost")
    assert read_result(draft).hypothesis_state is HypothesisState.UNTESTED
    assert draft.problems == {}
    form = typed(verdict="lost", state="complete")
    read_result(form)
    assert form.problems == {
        "hypothesis": "Say why you think it did not win: without it the result stays a draft"
    }
    form = typed(verdict="flat", state="complete", hypothesis="Too few users", hypothesis_state="confirmed")
    read_result(form)
    assert form.problems == {}


def test_a_result_says_what_came_out() -> None:
    form = typed(link="javascript:x")
    read_result(form)
    assert form.problems.keys() == {"verdict", "link"}
