"""What the things of records are called on the pages, and days as they are printed. By record_pages."""

from datetime import date
from enum import StrEnum

from phasewise.core.ab_tests import AbState
from phasewise.core.decisions import Choice, CriterionState, Outcome
from phasewise.core.deliverables import Audience, Check, DeliverableState, Progress, Slot
from phasewise.core.due import DueKind
from phasewise.core.plan import PlanState
from phasewise.core.results import HypothesisState, ResultState, Verdict
from phasewise.core.typed import Sentence
from phasewise.i18n.speaking import _, language, marked
from phasewise.i18n.writing import DAY_OF_YEAR, date_text
from phasewise.web.values import StateMark

WORDS: tuple[tuple[StrEnum, str], ...] = (
    (Slot.PLAN, marked("Research plan")),
    (Slot.EDA_NOTEBOOK, marked("Commented notebook")),
    (Slot.CORE_QUERIES, marked("Core queries")),
    (Slot.PROTOTYPE, marked("Prototype")),
    (Slot.EVALUATION_REPORT, marked("Evaluation report")),
    (Slot.CHECKLIST, marked("Checklist")),
    (Slot.MERGE, marked("Merge")),
    (Slot.CODE_REVIEW, marked("Review by two")),
    (Slot.AB_TEST, marked("A/B test")),
    (Slot.REPORT, marked("Report")),
    (Slot.RESULT, marked("Result")),
    (Check.COMMENTS, marked("Every function has its comment")),
    (Check.FORMAT, marked("Formatted by the team's convention")),
    (Check.ROWS_IN, marked("Emits how many rows it extracted")),
    (Check.ROWS_OUT, marked("Emits how many rows it put out")),
    (Check.ERRORS, marked("Emits its error by several metrics")),
    (Check.FEATURE_IMPORTANCE, marked("Emits the importance of its features")),
    (Check.INTEGRATION_TESTS, marked("Has integration tests")),
    (Audience.INTERNAL, marked("Internal")),
    (Audience.EXTERNAL, marked("External")),
    (Choice.GO, marked("Go")),
    (Choice.PIVOT, marked("Pivot")),
    (Choice.STOP, marked("Stop")),
    (Outcome.SHIPPED, marked("Shipped")),
    (Outcome.USEFUL_NEGATIVE, marked("Useful negative")),
    (Outcome.STOPPED_EARLY, marked("Stopped early")),
    (Outcome.INCONCLUSIVE, marked("Inconclusive")),
    (Verdict.WON, marked("Won")),
    (Verdict.LOST, marked("Lost")),
    (Verdict.FLAT, marked("Flat")),
    (Verdict.INVALID, marked("Invalid")),
    (HypothesisState.UNTESTED, marked("Untested")),
    (HypothesisState.CONFIRMED, marked("Confirmed")),
    (HypothesisState.REFUTED, marked("Refuted")),
    (DueKind.REVIEW, marked("Review")),
    (DueKind.CHECK_IN, marked("Check-in")),
    (DueKind.KILL_CRITERION, marked("Kill criterion")),
    (DueKind.VERDICT, marked("Verdict")),
)

STATES: tuple[tuple[StrEnum, tuple[str, str]], ...] = (
    (DeliverableState.MISSING, ("not_started", marked("Missing"))),
    (DeliverableState.DRAFT, ("idle", marked("Draft"))),
    (DeliverableState.PRESENTED, ("watching", marked("Presented"))),
    (DeliverableState.ACCEPTED, ("done", marked("Accepted"))),
    (DeliverableState.REWORK, ("flagged", marked("Rework"))),
    (PlanState.DRAFT, ("idle", marked("Draft"))),
    (PlanState.PRESENTED, ("watching", marked("Presented"))),
    (PlanState.ACCEPTED, ("done", marked("Accepted"))),
    (Progress.NOTHING, ("not_started", marked("Nothing yet"))),
    (Progress.PARTIAL, ("active", marked("Partial"))),
    (Progress.COMPLETE, ("done", marked("Complete"))),
    (AbState.PLANNED, ("not_started", marked("Planned"))),
    (AbState.RUNNING, ("active", marked("Running"))),
    (AbState.ENDED, ("done", marked("Ended"))),
    (AbState.CANCELLED, ("idle", marked("Cancelled"))),
    (ResultState.DRAFT, ("idle", marked("Draft"))),
    (ResultState.COMPLETE, ("done", marked("Complete"))),
    (CriterionState.OPEN, ("not_started", marked("Open"))),
    (CriterionState.MET, ("flagged", marked("Met: stop"))),
    (CriterionState.NOT_MET, ("done", marked("Not met: go on"))),
)
"""Icon and word. Pairs and no mapping: members of two enumerations are equal where their values are."""


def word(one: StrEnum) -> str:
    """A kind, a choice, a slot."""
    return _(_WORDS[_key(one)])


def mark(state: StrEnum, reason: str = "") -> StateMark:
    """A state as an icon with its word."""
    icon, text = _STATES[_key(state)]
    return StateMark(icon, _(text), reason)


def options(kind: type[StrEnum], *left_out: StrEnum) -> tuple[tuple[str, str], ...]:
    """What can be chosen, as value and word."""
    return tuple((one.value, _word_of(one)) for one in kind if one not in left_out)


def day_text(day: date | None) -> str:
    """`Apr 3, 2026` as the reader's language writes it; nothing for none."""
    return "" if day is None else date_text(day, DAY_OF_YEAR, language())


def said(problem: str) -> str:
    """What is wrong with a field, in the reader's language."""
    return _(problem.text, **problem.values) if isinstance(problem, Sentence) else problem


def _word_of(one: StrEnum) -> str:
    return _(_STATES[_key(one)][1]) if _key(one) in _STATES else word(one)


def _key(one: StrEnum) -> tuple[str, str]:
    """Members of two enumerations with the same value are equal, as strings are."""
    return type(one).__name__, one.value


_WORDS = {_key(one): text for one, text in WORDS}
_STATES = {_key(one): shown for one, shown in STATES}
