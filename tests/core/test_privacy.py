"""Private first: who sees a finding from when."""

import pytest
from tests.core.builders import ANA, PARIS, paris, utc

from phasewise.core.calendar import calendar_of
from phasewise.core.model import Finding, Instant, Limits, Rule, Severity
from phasewise.core.privacy import PRIVATE, visible_to_lead, visible_to_person

CALENDAR = calendar_of(PARIS)
FRIDAY = paris("2026-03-06 10:00")


def hint(rule: Rule, start: Instant = FRIDAY, person: str | None = ANA) -> Finding:
    return Finding(rule, Severity.HINT, start, start, None, person=person)


@pytest.mark.parametrize("rule", sorted(PRIVATE))
def test_a_hint_about_a_person_is_theirs_alone_for_a_working_day(rule: Rule) -> None:
    assert visible_to_person(hint(rule)) == FRIDAY
    assert visible_to_lead(hint(rule), CALENDAR, Limits()) == paris("2026-03-09 10:00")


@pytest.mark.parametrize("rule", sorted(set(Rule) - PRIVATE))
def test_everything_else_is_seen_by_all_at_once(rule: Rule) -> None:
    assert visible_to_person(hint(rule)) == visible_to_lead(hint(rule), CALENDAR, Limits()) == FRIDAY


def test_the_policy_says_how_long_a_hint_is_private() -> None:
    found = hint(Rule.FLIP_FLOP)
    assert visible_to_lead(found, CALENDAR, Limits(private_days=2.5)) == paris("2026-03-10 22:00")
    saturday = hint(Rule.FLIP_FLOP, paris("2026-03-07 10:00"))
    assert visible_to_lead(saturday, CALENDAR, Limits(private_days=0)) == paris("2026-03-07 10:00")


def test_what_is_nobodys_is_seen_by_no_person_and_what_never_comes_by_no_lead() -> None:
    assert visible_to_person(hint(Rule.NO_ASSIGNEE, person=None)) is None
    assert visible_to_lead(hint(Rule.FLIP_FLOP, utc("2200-12-31 20:00")), CALENDAR, Limits()) is None


@pytest.mark.parametrize("rule", Rule)
@pytest.mark.parametrize("days", [0.0, 1.0, 3.5])
def test_a_person_sees_what_is_about_them_no_later_than_anybody_else(rule: Rule, days: float) -> None:
    finding = hint(rule)
    theirs, everybodys = (
        visible_to_person(finding),
        visible_to_lead(finding, CALENDAR, Limits(private_days=days)),
    )
    assert theirs is not None
    assert everybodys is not None
    assert theirs <= everybodys
