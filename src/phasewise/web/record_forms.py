"""The forms of records: which fields each has, with what was typed and what is wrong with it. Called by
record_pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from phasewise.core.ab_tests import AbState, AbTest, typed_ab_test
from phasewise.core.decisions import (
    Choice,
    CriterionState,
    Decision,
    KillCriterion,
    Outcome,
    typed_criterion,
    typed_decision,
)
from phasewise.core.deliverable_form import typed_deliverable
from phasewise.core.deliverables import Audience, Check, Deliverable, DeliverableState, Slot
from phasewise.core.plan import PLANNED, Plan
from phasewise.core.plan_form import typed_plan
from phasewise.core.results import HypothesisState, Result, ResultState, Verdict, typed_result
from phasewise.core.typed import ADDRESS, LONG, SHORT
from phasewise.i18n.speaking import _
from phasewise.web.record_values import Field, FieldRow
from phasewise.web.record_words import options, said, word
from phasewise.web.wording import phase_tag

DAY, DECIMAL = 10, 9


@dataclass(frozen=True, slots=True)
class Filled:
    """What is in a form: as it was typed and refused, or as it is kept. `anchor` is that of the form whose
    typing it is; empty: of none."""

    anchor: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""

    def of(self, anchor: str, kept: Mapping[str, str]) -> "Boxes":
        """The fields of one form."""
        is_mine = anchor == self.anchor
        return Boxes(self.typed if is_mine else kept, self.problems if is_mine else {})

    def is_in(self, anchor: str) -> bool:
        return anchor == self.anchor


@dataclass(frozen=True, slots=True)
class Boxes:
    """The values of a form's fields, and what is wrong with them."""

    values: Mapping[str, str]
    problems: Mapping[str, str]

    def text(self, name: str, label: str, hint: str = "", required: bool = False) -> Field:
        return self._box(name, label, "text", SHORT, hint, required)

    def area(self, name: str, label: str, hint: str = "", required: bool = False) -> Field:
        return self._box(name, label, "area", LONG, hint, required)

    def day(self, name: str, label: str, hint: str = "", required: bool = False) -> Field:
        return self._box(name, label, "date", DAY, hint, required)

    def link(self, name: str, label: str, hint: str = "") -> Field:
        return self._box(name, label, "url", ADDRESS, hint)

    def decimal(self, name: str, label: str, hint: str = "") -> Field:
        return self._box(name, label, "decimal", DECIMAL, hint)

    def check(self, name: str, label: str) -> Field:
        return self._box(name, label, "check")

    def choice(self, name: str, label: str, choices: tuple[tuple[str, str], ...], nothing: str = "") -> Field:
        """One of a list; `nothing` is the word for none of them."""
        listed = (("", nothing), *choices) if nothing else choices
        value, problem = self.values.get(name, ""), said(self.problems.get(name, ""))
        return Field(name, label, "select", value, problem, options=listed)

    def problem(self, name: str) -> str:
        return said(self.problems.get(name, ""))

    def _box(
        self, name: str, label: str, kind: str, most: int = SHORT, hint: str = "", required: bool = False
    ) -> Field:
        value, problem = self.values.get(name, ""), said(self.problems.get(name, ""))
        return Field(name, label, kind, value, problem, hint, required, most)


# ------------------------------------------------------------------ the plan


def kept_plan(plan: Plan | None) -> dict[str, str]:
    return typed_plan(plan) if plan else {}


def plan_rows(boxes: Boxes) -> tuple[FieldRow, ...]:
    """The weeks of each later phase, or why there are none."""
    return tuple(
        FieldRow(
            phase_tag(phase),
            (
                boxes.decimal(f"{phase.value}_low", _("Low")),
                boxes.decimal(f"{phase.value}_likely", _("Likely")),
                boxes.decimal(f"{phase.value}_high", _("High")),
                boxes.text(f"{phase.value}_not_needed", _("Or why it is not needed")),
            ),
        )
        for phase in PLANNED
    )


def plan_fields(boxes: Boxes, is_change: bool) -> tuple[Field, ...]:
    """All that a plan says beside its weeks."""
    reason = (boxes.area("reason", _("Why the plan changes"), required=True),) if is_change else ()
    return (
        *reason,
        boxes.area("success_metric", _("Success metric"), _("By which number you will know"), required=True),
        boxes.area("method", _("Method")),
        boxes.area("data", _("Data")),
    )


def presentation_fields(boxes: Boxes) -> tuple[Field, ...]:
    return (
        boxes.day("presented_on", _("Presented on"), _("Empty: today")),
        boxes.text("audience", _("To whom")),
        boxes.area("feedback", _("What they said")),
    )


# ------------------------------------------------------------------ deliverables


def deliverable_fields(boxes: Boxes, slot: Slot, people: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    """What a slot asks for."""
    if slot is Slot.CHECKLIST:
        return tuple(boxes.check(check.value, word(check)) for check in Check)
    if slot is Slot.CODE_REVIEW:
        persons = (("author", _("Author")), ("scientist", _("Scientist")), ("engineer", _("Engineer")))
        chosen = [boxes.choice(name, label, people, _("Nobody")) for name, label in persons]
        return (*chosen, boxes.link("link", _("Link")))
    common = (
        boxes.choice("state", _("State"), options(DeliverableState, DeliverableState.MISSING)),
        boxes.link("link", _("Link")),
        boxes.text("version", _("Version or commit")),
        boxes.text("shared_with", _("Shared with")),
        boxes.day("review_on", _("Will be shown on")),
    )
    ready = (boxes.day("ready_on", _("Ready to deploy from")),) if slot is Slot.MERGE else ()
    return (*common, *ready)


def kept_deliverable(one: Deliverable | None, slot: Slot, owner: str | None) -> dict[str, str]:
    """As it is kept; the author of code is the owner of the project until somebody says otherwise."""
    if one is not None:
        return typed_deliverable(one)
    return {"state": DeliverableState.DRAFT.value, "author": owner or "" if slot is Slot.CODE_REVIEW else ""}


def review_fields(boxes: Boxes) -> tuple[Field, ...]:
    states = (DeliverableState.PRESENTED, DeliverableState.ACCEPTED, DeliverableState.REWORK)
    verdicts = options(DeliverableState, *(one for one in DeliverableState if one not in states))
    return (
        boxes.day("on", _("Shown on"), _("Empty: today")),
        boxes.choice("kind", _("Audience"), options(Audience)),
        boxes.text("audience", _("To whom")),
        boxes.choice("verdict", _("What came of it"), verdicts),
        boxes.area("feedback", _("What they said")),
        boxes.area("actions", _("What follows")),
    )


# ------------------------------------------------------------------ decisions, tests, results


def decision_fields(boxes: Boxes) -> tuple[Field, ...]:
    return (
        boxes.choice("choice", _("Decision"), options(Choice)),
        boxes.day("on", _("On"), _("Empty: today")),
        boxes.text("agreed_by", _("Who agreed")),
        boxes.area("why", _("Why"), _("For a pivot: what was believed, what was found, where it goes")),
        boxes.choice("outcome", _("How the project ended"), options(Outcome), _("It goes on")),
    )


def kept_decision(one: Decision | None) -> dict[str, str]:
    return typed_decision(one) if one else {}


def criterion_fields(boxes: Boxes) -> tuple[Field, ...]:
    return (
        boxes.area("text", _("We stop if"), required=True),
        boxes.day("by", _("It asks on"), required=True),
        boxes.choice("state", _("What became of it"), options(CriterionState)),
        boxes.area("answer", _("Answer")),
    )


def kept_criterion(one: KillCriterion | None) -> dict[str, str]:
    return typed_criterion(one) if one else {}


def test_fields(boxes: Boxes) -> tuple[Field, ...]:
    needed = _("Needed before it runs")
    return (
        boxes.text("title", _("Title")),
        boxes.choice("state", _("State"), options(AbState)),
        boxes.day("starts_on", _("Starts on")),
        boxes.day("ends_on", _("Ends on")),
        boxes.text("surface", _("Surface"), _("Where people see it: tests of one surface share its traffic")),
        boxes.decimal("traffic", _("Traffic in percent")),
        boxes.area("variants", _("Variants")),
        boxes.area("control", _("Control"), needed),
        boxes.area("metrics", _("Metrics")),
        boxes.area("guards", _("Guard metrics")),
        boxes.area("reading_rule", _("Reading rule"), needed),
        boxes.text("agreed_by", _("Agreed by")),
        boxes.text(
            "check_ins", _("Check-ins"), _("Days with blanks between them, like 2026-12-01 2026-12-08")
        ),
        boxes.day("verdict_on", _("Verdict due on"), _("It may be months ahead")),
    )


def kept_test(one: AbTest | None) -> dict[str, str]:
    return typed_ab_test(one) if one else {}


def result_fields(boxes: Boxes, tests: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    """What came out of one of the tests, or of the project."""
    return (
        boxes.choice("test", _("Of which test"), tests, _("Of the project")),
        boxes.choice("verdict", _("What came out"), options(Verdict), _("Not chosen")),
        boxes.choice("state", _("State"), options(ResultState)),
        boxes.text("effect", _("Effect")),
        boxes.text("interval", _("Interval")),
        boxes.link("link", _("Report")),
        boxes.area("hypothesis", _("Why it did not win"), _("Needed before it is complete, unless it won")),
        boxes.choice("hypothesis_state", _("Is that so?"), options(HypothesisState)),
        boxes.area("evidence", _("Evidence")),
        boxes.area("next_step", _("What is done next")),
    )


def kept_result(one: Result | None) -> dict[str, str]:
    return typed_result(one) if one else {}
