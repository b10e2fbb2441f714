"""The health of a project, proposed by rule: a colour and why, as a code with its arguments.

Called where projects are shown and where reports are made; a lead may override it in a report.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from phasewise.core.calendar import TICKS_PER_DAY, Ticks, days
from phasewise.core.model import Rule, Severity
from phasewise.core.values import value

RED_AFTER: Ticks = 2 * TICKS_PER_DAY
"""A breach that is open for longer makes its project red."""

Argument = str | int | float


class Colour(StrEnum):
    """Worst first, as projects are listed."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class HealthReason(StrEnum):
    """Why a project has its colour. The arguments of each: `breach_open` and `breach`: rule, count, days
    (working days that the longest is open); `over_high`: spent, high; `over_likely`: spent, likely (weeks);
    `warning`: rule, count; `clear`: none."""

    BREACH_OPEN = "breach_open"
    OVER_HIGH = "over_high"
    BREACH = "breach"
    WARNING = "warning"
    OVER_LIKELY = "over_likely"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Health:
    """`arguments` are what the words of the reason need."""

    colour: Colour
    reason: HealthReason
    arguments: Mapping[str, Argument] = field(default_factory=dict)


@value(frozen=True, slots=True)
class OpenTrouble:
    """An open, unwaived finding of a project, and the working time since it started or became a breach."""

    rule: Rule
    severity: Severity
    open_for: Ticks


@dataclass(frozen=True, slots=True)
class Spending:
    """Weeks spent in the phases that are planned, and what the plan says of them."""

    spent: float
    likely: float
    high: float


CLEAR = Health(Colour.GREEN, HealthReason.CLEAR)


def health_of(troubles: Iterable[OpenTrouble], spending: Spending | None = None) -> Health:
    """The proposed health; the first reason that holds, in the order of `HealthReason`. Hints never count.

    A breach of up to two working days makes it amber, as the warning that it is at least. `spending` None:
    there is no accepted plan.
    """
    found = list(troubles)
    breaches = [one for one in found if one.severity is Severity.BREACH]
    warnings = [one for one in found if one.severity is Severity.WARNING]
    long = [one for one in breaches if one.open_for > RED_AFTER]
    if long:
        return Health(Colour.RED, HealthReason.BREACH_OPEN, _open_for(long))
    if spending is not None and spending.spent > spending.high:
        arguments: dict[str, Argument] = {"spent": spending.spent, "high": spending.high}
        return Health(Colour.RED, HealthReason.OVER_HIGH, arguments)
    if breaches:
        return Health(Colour.AMBER, HealthReason.BREACH, _open_for(breaches))
    if warnings:
        rule = max(warnings, key=_worst_first).rule.value
        return Health(Colour.AMBER, HealthReason.WARNING, {"rule": rule, "count": len(warnings)})
    if spending is not None and spending.spent > spending.likely:
        arguments = {"spent": spending.spent, "likely": spending.likely}
        return Health(Colour.AMBER, HealthReason.OVER_LIKELY, arguments)
    return CLEAR


def _open_for(breaches: list[OpenTrouble]) -> dict[str, Argument]:
    longest = max(breaches, key=_worst_first)
    return {"rule": longest.rule.value, "count": len(breaches), "days": days(longest.open_for)}


def _worst_first(one: OpenTrouble) -> tuple[Ticks, str]:
    return one.open_for, one.rule.value
