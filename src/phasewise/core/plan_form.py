"""A plan as people type it: its fields, and what is wrong with them. Called by usecases/records."""

from dataclasses import replace
from datetime import date

from phasewise.core.model import Phase
from phasewise.core.plan import PLANNED, PhasePlan, Plan, PlanState
from phasewise.core.typed import LONG, SHORT, Typed, marked

WEEKS = marked("Give weeks from %(least)s to %(most)s, like 2.5")
NO_METRIC = marked("Say by which number you will know that it worked")
MOST_WEEKS = 104
MOST_IN_ALL = 208
"""Weeks of one phase, and of a whole project: a longer one is several."""


def read_plan(typed: Typed, before: Plan | None) -> Plan:
    """The plan that was typed: the first version, the draft of `before` put right, or, where `before` is
    accepted, the version after it, which says why. What is wrong is in `typed.problems`."""
    phases = tuple(_read_phase(typed, phase) for phase in PLANNED)
    total = sum(one.high for one in phases)
    if not typed.problems and total > MOST_IN_ALL:
        sentence = marked("These are %(weeks)s weeks: plan at most %(most)s, and split the project")
        typed.wrong("total", sentence, weeks=f"{total:g}", most=MOST_IN_ALL)
    elif not any(one.is_needed for one in phases):
        typed.wrong("total", marked("No phase is needed: stop the project with a decision instead of a plan"))
    is_change = before is not None and before.state is PlanState.ACCEPTED
    version = 1 if before is None else before.version + is_change
    needs_reason = marked("Say why the accepted plan changes") if version > 1 else ""
    plan = Plan(
        version=version,
        state=PlanState.DRAFT,
        phases=phases,
        method=typed.text("method"),
        data=typed.text("data"),
        success_metric=typed.text("success_metric", LONG, NO_METRIC),
        reason=typed.text("reason", LONG, needs_reason),
    )
    if before is None or is_change:
        return plan
    return replace(plan, presented_on=before.presented_on, audience=before.audience, feedback=before.feedback)


def read_presentation(typed: Typed, plan: Plan) -> Plan:
    """The plan as it was presented: when, to whom, and what they said."""
    return replace(
        plan,
        state=PlanState.PRESENTED,
        presented_on=typed.day("presented_on", has_come=True) or typed.today,
        audience=typed.text("audience", SHORT),
        feedback=typed.text("feedback"),
    )


def _read_phase(typed: Typed, phase: Phase) -> PhasePlan:
    name = f"{phase.value}_"
    reason = typed.text(f"{name}not_needed", SHORT)
    if reason:
        if any(typed.raw(f"{name}{part}") for part in ("low", "likely", "high")):
            typed.wrong(
                f"{name}not_needed", marked("Give weeks, or say why the phase is not needed; one of the two")
            )
        return PhasePlan(phase, not_needed=reason)
    low, likely, high = (
        typed.number(f"{name}{part}", 0, MOST_WEEKS, WEEKS) for part in ("low", "likely", "high")
    )
    if not likely:
        typed.wrong(f"{name}likely", marked("Give the likely weeks, or say why the phase is not needed"))
        return PhasePlan(phase)
    low, high = likely if low is None else low, likely if high is None else high
    if not low <= likely <= high:
        typed.wrong(f"{name}likely", marked("Low must not be above likely, nor likely above high"))
    return PhasePlan(phase, low, likely, high)


def typed_plan(plan: Plan) -> dict[str, str]:
    """The fields of the form that this plan was read from."""
    fields = {
        "method": plan.method,
        "data": plan.data,
        "success_metric": plan.success_metric,
        "reason": plan.reason,
        "presented_on": _day(plan.presented_on),
        "audience": plan.audience,
        "feedback": plan.feedback,
    }
    for one in plan.phases:
        weeks = {"low": one.low, "likely": one.likely, "high": one.high}
        fields[f"{one.phase.value}_not_needed"] = one.not_needed
        for part, value in weeks.items():
            fields[f"{one.phase.value}_{part}"] = f"{value:g}" if one.is_needed else ""
    return fields


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
