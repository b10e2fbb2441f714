"""The five-day task: section 4 of the definitions."""

import pytest
from tests.core.builders import BEN, EPIC, PARIS, SUBTASK, TASK, interval, life, paris

from phasewise.core.calendar import TICKS_PER_DAY, calendar_of, days
from phasewise.core.findings import issues, seen_at
from phasewise.core.model import CalendarRules, Group, Interval, Limits, Rule, Severity
from phasewise.core.rules import age_ticks, five_days

CALENDAR = calendar_of(PARIS)
ACTIVE, PAUSED, WATCHING, DONE, IDLE = (
    Group.ACTIVE,
    Group.PAUSED,
    Group.WATCHING,
    Group.DONE,
    Group.TODO,
)
LIMITS = Limits(version=3)

Life = tuple[Interval, ...]


def task(*steps: tuple[str, Group], until: str | None = None, issue: int = TASK) -> Life:
    end = None if until is None else paris(until)
    return life(*((paris(start), group) for start, group in steps), until=end, issue=issue)


def found(own: Life, *subtasks: Life, limits: Limits = LIMITS) -> list[tuple]:
    return [(f.start, f.breach_at, f.end) for f in five_days(own, subtasks, CALENDAR, limits)]


def age(own: Life, at: str, *subtasks: Life) -> float:
    return days(age_ticks(own, subtasks, CALENDAR, paris(at)))


def test_a_task_warns_after_four_days_and_is_a_breach_after_five() -> None:
    (finding,) = five_days(task(("2026-03-02 10:00", ACTIVE)), (), CALENDAR, LIMITS)
    assert (finding.rule, finding.severity, finding.policy_version) == (Rule.FIVE_DAYS, Severity.BREACH, 3)
    assert (finding.task, finding.project, issues(finding)) == (TASK, EPIC, (TASK,))
    assert finding.start == finding.known_from == paris("2026-03-06 10:00")
    assert (finding.breach_at, finding.end) == (paris("2026-03-09 10:00"), None)


def test_exactly_five_days_on_friday_midnight_breach_on_monday() -> None:
    own = task(("2026-03-02 00:00", ACTIVE))
    assert found(own) == [(paris("2026-03-06 00:00"), paris("2026-03-09 00:00"), None)]
    assert found(task(("2026-03-02 00:00", ACTIVE), ("2026-03-09 00:00", DONE))) == [
        (paris("2026-03-06 00:00"), None, paris("2026-03-09 00:00"))
    ]


def test_a_finding_is_a_warning_until_it_is_a_breach_and_open_until_it_ends() -> None:
    own = task(("2026-03-02 10:00", ACTIVE), ("2026-03-11 10:00", DONE))
    (finding,) = five_days(own, (), CALENDAR, LIMITS)
    assert seen_at(finding, paris("2026-03-06 10:00")) is None
    warning = seen_at(finding, paris("2026-03-09 10:00"))
    assert warning is not None
    assert (warning.severity, warning.breach_at, warning.end) == (Severity.WARNING, None, None)
    assert [one.end for one in warning.evidence] == [None]
    breach = seen_at(finding, paris("2026-03-11 10:00"))
    assert breach is not None
    assert (breach.severity, breach.breach_at) == (Severity.BREACH, paris("2026-03-09 10:00"))
    assert breach.end is None
    assert seen_at(finding, paris("2026-03-11 10:01")) == finding


def test_a_task_done_in_time_is_no_finding() -> None:
    assert found(task(("2026-03-02 10:00", ACTIVE), ("2026-03-06 10:00", DONE))) == []
    assert found(task(("2026-03-02 10:00", ACTIVE), ("2026-03-06 09:59", IDLE))) == []
    assert found(task(("2026-03-02 10:00", IDLE))) == []


def test_a_task_that_stops_when_it_reaches_four_days_is_a_warning() -> None:
    own = task(("2026-03-02 10:00", ACTIVE), ("2026-03-06 10:00", IDLE))
    assert found(own) == [(paris("2026-03-06 10:00"), None, None)]


@pytest.mark.parametrize("group", [PAUSED, WATCHING, IDLE])
def test_time_in_no_active_state_neither_ages_nor_closes(group: Group) -> None:
    own = task(("2026-03-02 00:00", ACTIVE), ("2026-03-06 12:00", group), ("2026-03-16 12:00", ACTIVE))
    assert found(own) == [(paris("2026-03-06 00:00"), paris("2026-03-17 00:00"), None)]
    assert age(own, "2026-03-16 12:00") == 4.5


def test_a_breach_waits_for_work_to_go_on() -> None:
    own = task(("2026-03-02 00:00", ACTIVE), ("2026-03-07 00:00", IDLE), ("2026-03-10 15:00", ACTIVE))
    assert found(own) == [(paris("2026-03-06 00:00"), paris("2026-03-10 15:00"), None)]


def test_reassignment_does_not_reset_the_age() -> None:
    start, handover = paris("2026-03-02 10:00"), paris("2026-03-04 10:00")
    own = (interval(start, handover), interval(handover, person=BEN))
    (finding,) = five_days(own, (), CALENDAR, LIMITS)
    assert finding.start == paris("2026-03-06 10:00")
    assert finding.person == BEN


def test_a_reopened_task_starts_again() -> None:
    own = task(
        ("2026-03-02 00:00", ACTIVE),
        ("2026-03-12 00:00", DONE),
        ("2026-03-16 00:00", ACTIVE),
    )
    first, second = five_days(own, (), CALENDAR, LIMITS)
    assert (first.start, first.end) == (paris("2026-03-06 00:00"), paris("2026-03-12 00:00"))
    assert (second.start, second.end) == (paris("2026-03-20 00:00"), None)
    assert [e.interval_start for e in second.evidence] == [paris("2026-03-16 00:00")]
    assert [age(own, at) for at in ("2026-03-12 00:00", "2026-03-16 00:00", "2026-03-17 00:00")] == [8, 8, 1]


def test_a_subtask_ages_its_task_but_not_beside_it_and_not_while_it_is_done() -> None:
    own = task(("2026-03-02 00:00", ACTIVE), ("2026-03-03 00:00", IDLE), ("2026-03-06 00:00", DONE))
    beside = task(("2026-03-02 12:00", ACTIVE), ("2026-03-04 00:00", IDLE), issue=SUBTASK)
    later = task(("2026-03-05 00:00", ACTIVE), issue=SUBTASK + 1)
    assert age(own, "2026-03-20 00:00", beside, later) == 3.0
    assert found(own, beside, later) == []
    assert found(own, beside, later, limits=Limits(five_days=4.0)) == []
    (finding,) = five_days(own, (beside, later), CALENDAR, Limits(five_days=3.0))
    assert (finding.start, finding.end) == (paris("2026-03-04 00:00"), paris("2026-03-06 00:00"))
    assert issues(finding) == (TASK,)
    assert {one.issue for one in finding.evidence} == {TASK, SUBTASK, SUBTASK + 1}


def test_a_task_created_done_has_no_age() -> None:
    own = task(("2026-03-02 00:00", DONE))
    assert age(own, "2026-03-10 00:00", task(("2026-03-02 00:00", ACTIVE), issue=SUBTASK)) == 0
    assert age(task(("2026-03-02 00:00", ACTIVE)), "2026-03-02 00:00") == 0


def test_a_removed_task_closes_its_finding() -> None:
    own = task(("2026-03-02 00:00", ACTIVE), until="2026-03-12 00:00")
    assert found(own) == [(paris("2026-03-06 00:00"), paris("2026-03-09 00:00"), paris("2026-03-12 00:00"))]


def test_with_a_limit_of_a_day_or_less_the_warning_starts_with_the_work() -> None:
    own = task(("2026-03-01 09:00", IDLE), ("2026-03-01 12:00", ACTIVE))
    assert found(own, limits=Limits(five_days=1.0)) == [
        (paris("2026-03-01 12:00"), paris("2026-03-03 00:00"), None)
    ]
    assert found(own, limits=Limits(five_days=0.0))[0][:2] == (
        paris("2026-03-01 12:00"),
        paris("2026-03-02 00:00"),
    )


def test_half_an_hour_more_than_a_limit_with_a_fraction() -> None:
    own = task(("2026-03-02 00:00", ACTIVE))
    assert found(own, limits=Limits(five_days=2.5))[0][:2] == (
        paris("2026-03-03 12:00"),
        paris("2026-03-04 12:00"),
    )


def test_what_never_comes_is_no_finding() -> None:
    own = task(("2026-03-02 00:00", ACTIVE))
    idle_team = calendar_of(CalendarRules(weekdays=()))
    assert five_days(own, (), idle_team, LIMITS) == ()
    (always,) = five_days(own, (), idle_team, Limits(five_days=1.0))
    assert (always.severity, always.breach_at) == (Severity.WARNING, None)


def test_the_age_of_an_open_task_is_measured_up_to_the_instant() -> None:
    own = task(("2026-03-27 12:00", ACTIVE))
    assert age(own, "2026-03-30 12:00") == 1.0
    assert age_ticks(own, (), CALENDAR, paris("2026-03-30 12:00")) == TICKS_PER_DAY
