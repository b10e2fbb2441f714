"""Findings where the limits changed, said by hand; tests/naive/ compares many more."""

from collections.abc import Iterable

from tests.core.builders import (
    ANA,
    EPIC,
    HOUR,
    MINUTE,
    NEXT_TASK,
    OTHER_EPIC,
    TASK,
    THIRD_TASK,
    interval,
    life,
    utc,
)

from phasewise.core.calendar import calendar_of
from phasewise.core.findings import issues, started_last
from phasewise.core.hygiene import nothing_active
from phasewise.core.model import CalendarRules, Finding, Group, Limits, Phase, Policy, Severity
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, PolicyVersion, Timeline, timeline_of
from phasewise.core.rules import Held, five_days, held_of, one_active, over_limit
from phasewise.core.versions import by_versions, numbered

MONDAY = utc("2026-03-02 00:00")
NOON = MONDAY + 12 * HOUR
WEEK = calendar_of(CalendarRules())


def changed(at: int, before: Limits, after: Limits) -> Timeline:
    both = enumerate(((EVER, before), (at, after)), 1)
    return timeline_of(
        [(start, PolicyVersion(DEFAULT_TEAM, n, start, Policy(one))) for n, (start, one) in both]
    )


def hold(*stretches: tuple[int, int, int | None]) -> list[Held]:
    """Tickets that Ana has active: which, from when, until when."""
    return [one for issue, *when in stretches for one in held_of([interval(*when, issue=issue)], issue)]


def over(held: Iterable[Held], along: Timeline) -> list[Finding]:
    mine = list(held)
    return list(by_versions(along, lambda limits: over_limit(mine, limits)))


TWO = hold((TASK, MONDAY, None), (NEXT_TASK, MONDAY + HOUR, None))


def test_a_higher_limit_ends_a_finding_that_stays_as_it_was() -> None:
    (found,) = over(TWO, changed(NOON, Limits(), Limits(one_active=2)))
    assert (found.start, found.end, found.policy_version) == (MONDAY + HOUR, NOON, 1)


def test_a_lower_limit_begins_a_finding_that_names_who_came_last_before() -> None:
    (found,) = over(TWO, changed(NOON, Limits(one_active=2), Limits()))
    assert (found.start, found.known_from, found.end, found.policy_version) == (NOON, NOON, None, 2)
    assert started_last(found) == NEXT_TASK


def test_a_finding_that_both_see_goes_on() -> None:
    (found,) = over(TWO, changed(NOON, Limits(), Limits(grace_minutes=0)))
    assert (found.start, found.end, found.policy_version) == (MONDAY + HOUR, None, 1)
    assert [(one.issue, one.start, one.end) for one in found.evidence] == [
        (TASK, MONDAY + HOUR, None),
        (NEXT_TASK, MONDAY + HOUR, None),
    ]


def test_a_hand_over_across_the_change_is_none() -> None:
    moment = hold((TASK, MONDAY, NOON + MINUTE), (NEXT_TASK, NOON - MINUTE, None))
    assert over(moment, changed(NOON, Limits(), Limits(watching=1))) == []


def test_what_was_not_known_before_the_change_comes_to_be_known_after_it() -> None:
    late = hold((TASK, MONDAY, None), (NEXT_TASK, NOON - 5 * MINUTE, None))
    (found,) = over(late, changed(NOON, Limits(), Limits(watching=1)))
    assert (found.start, found.known_from) == (NOON - 5 * MINUTE, NOON + 10 * MINUTE)


def test_a_task_that_a_lower_limit_makes_old_was_never_old_before() -> None:
    own = life((MONDAY, Group.ACTIVE))
    thursday = utc("2026-03-05 06:00")
    along = changed(thursday, Limits(), Limits(five_days=2.0))
    (found,) = by_versions(along, lambda limits: five_days(own, (), WEEK, limits), own)
    assert (found.start, found.breach_at, found.severity) == (thursday, thursday, Severity.BREACH)
    assert found.policy_version == 2


def test_a_breach_stays_one_under_a_higher_limit_while_it_warns() -> None:
    own = life((MONDAY, Group.ACTIVE))
    along = changed(utc("2026-03-05 12:00"), Limits(five_days=3.0), Limits(five_days=4.0))
    (found,) = by_versions(along, lambda limits: five_days(own, (), WEEK, limits), own)
    assert (found.start, found.breach_at) == (utc("2026-03-04 00:00"), utc("2026-03-05 00:00"))


def test_a_finding_that_starts_with_the_version_is_of_the_project_of_then() -> None:
    own = (interval(MONDAY, NOON), interval(NOON, None, project=OTHER_EPIC, person="else"))
    thursday = utc("2026-03-05 06:00")
    along = changed(thursday, Limits(), Limits(five_days=2.0))
    (found,) = by_versions(along, lambda limits: five_days(own, (), WEEK, limits), own)
    assert (found.project, found.person) == (OTHER_EPIC, "else")
    assert EPIC != OTHER_EPIC


def test_what_no_limit_bears_on_has_the_number_in_force_at_its_start() -> None:
    held = held_of(life((MONDAY, Group.PAUSED)), TASK)
    along = changed(NOON, Limits(), Limits(five_days=2.0))
    (found,) = numbered(along, nothing_active(ANA, held, WEEK, Limits()))
    assert (found.start, found.policy_version) == (utc("2026-03-03 00:00"), 2)


def test_what_was_put_away_before_the_limit_fell_is_not_named() -> None:
    gone = hold(
        (TASK, MONDAY, None), (NEXT_TASK, MONDAY, None), (THIRD_TASK, MONDAY + HOUR, MONDAY + 2 * HOUR)
    )
    (_, found) = over(gone, changed(NOON, Limits(one_active=2), Limits()))
    assert issues(found) == (TASK, NEXT_TASK)
    assert started_last(found) == NEXT_TASK


def test_who_came_by_assignment_is_remembered_in_each_part() -> None:
    came = Held(interval(NOON - HOUR, issue=NEXT_TASK), NEXT_TASK, by_assignment=True)
    (found,) = over([*hold((TASK, MONDAY, None)), came], changed(NOON, Limits(), Limits(grace_minutes=0)))
    assert found.detail["assigned"] == f"{NEXT_TASK}@{NOON - HOUR}"
    assert found.detail["started_last_by_assignment"] == 1


def test_a_ticket_that_changes_its_phase_did_not_enter_anew() -> None:
    first, then = interval(MONDAY, MONDAY + 2 * HOUR), interval(MONDAY + 2 * HOUR, phase=Phase.RESEARCH)
    changing = [Held(first, TASK), Held(then, TASK), *hold((NEXT_TASK, MONDAY + HOUR, None))]
    (found,) = over(changing, changed(NOON, Limits(), Limits(one_active=1, grace_minutes=60)))
    assert started_last(found) == NEXT_TASK
    looser = changed(NOON, Limits(one_active=2), Limits())
    assert started_last(over(changing, looser)[0]) == NEXT_TASK


def test_two_stretches_with_time_between_are_two_findings() -> None:
    twice = hold((TASK, MONDAY, None), (NEXT_TASK, MONDAY, MONDAY + HOUR), (THIRD_TASK, NOON + HOUR, None))
    found = over(twice, changed(NOON, Limits(), Limits(watching=1)))
    assert [(one.start, one.end, one.policy_version) for one in found] == [
        (MONDAY, MONDAY + HOUR, 1),
        (NOON + HOUR, None, 2),
    ]


def test_with_one_policy_all_is_as_the_rule_finds_it() -> None:
    always = timeline_of([(EVER, PolicyVersion(DEFAULT_TEAM, 1, EVER, Policy()))])
    assert over(TWO, always) == list(one_active(TWO, Limits()))
