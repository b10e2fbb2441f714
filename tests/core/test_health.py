"""The health of a project by rule: a table of what is open and what was spent."""

import pytest

from phasewise.core.calendar import ticks_of
from phasewise.core.health import Colour, Health, HealthReason, OpenTrouble, Spending, health_of
from phasewise.core.model import Rule, Severity


def trouble(severity: Severity, days: float = 0.0, rule: Rule = Rule.FIVE_DAYS) -> OpenTrouble:
    return OpenTrouble(rule, severity, ticks_of(days))


BREACH, WARNING, HINT = Severity.BREACH, Severity.WARNING, Severity.HINT


@pytest.mark.parametrize(
    ("found", "spending", "colour", "reason"),
    [
        ([], None, "green", "clear"),
        ([trouble(HINT, 9)], None, "green", "clear"),
        ([trouble(WARNING, 9)], None, "amber", "warning"),
        ([trouble(BREACH, 2)], None, "amber", "breach"),
        ([trouble(BREACH, 2.001), trouble(WARNING)], None, "red", "breach_open"),
        ([], Spending(4.0, 4.0, 6.0), "green", "clear"),
        ([], Spending(4.1, 4.0, 6.0), "amber", "over_likely"),
        ([], Spending(6.0, 4.0, 6.0), "amber", "over_likely"),
        ([], Spending(6.1, 4.0, 6.0), "red", "over_high"),
        ([trouble(BREACH, 1)], Spending(6.1, 4.0, 6.0), "red", "over_high"),
        ([trouble(BREACH, 3)], Spending(6.1, 4.0, 6.0), "red", "breach_open"),
        ([trouble(WARNING)], Spending(4.1, 4.0, 6.0), "amber", "warning"),
    ],
)
def test_the_first_reason_that_holds_gives_the_colour(
    found: list[OpenTrouble], spending: Spending | None, colour: str, reason: str
) -> None:
    health = health_of(found, spending)
    assert (health.colour, health.reason) == (Colour(colour), HealthReason(reason))


def test_a_long_breach_names_how_many_and_how_long_the_longest() -> None:
    health = health_of([trouble(BREACH, 3), trouble(BREACH, 4.5), trouble(BREACH, 1)])
    assert health.arguments == {"rule": "five_days", "count": 2, "days": 4.5}


def test_what_was_spent_is_told_with_what_was_planned() -> None:
    spending = Spending(5.0, 4.0, 6.0)
    expected = {"spent": 5.0, "likely": 4.0}
    assert health_of([], spending) == Health(Colour.AMBER, HealthReason.OVER_LIKELY, expected)
