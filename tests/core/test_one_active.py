"""One active ticket per person: section 4 of the definitions, and the caps on what is parked."""

from tests.core.builders import (
    ANA,
    BEN,
    HOUR,
    MINUTE,
    NEXT_TASK,
    SUBTASK,
    TASK,
    THIRD_TASK,
    interval,
    life,
    paris,
)

from phasewise.core.findings import issues, seen_at, started_last
from phasewise.core.model import Finding, Group, Interval, Limits, Rule, Severity
from phasewise.core.rules import Held, held_of, one_active, over_cap

T = paris("2026-03-02 10:00")
ACTIVE, PAUSED, WATCHING, DONE, IDLE = (
    Group.ACTIVE,
    Group.PAUSED,
    Group.WATCHING,
    Group.DONE,
    Group.TODO,
)
LIMITS = Limits(version=7)


def active(task: int, start: int, end: int | None = None, issue: int | None = None) -> Held:
    return Held(interval(start, end, issue=issue or task), task)


def found(*held: Held, limits: Limits = LIMITS) -> list[tuple[int, int | None]]:
    return [(one.start, one.end) for one in one_active(held, limits)]


def test_two_active_tickets_are_a_breach_from_the_second_start_to_the_first_end() -> None:
    first, second = active(TASK, T, T + 5 * HOUR), active(NEXT_TASK, T + HOUR, None)
    (finding,) = one_active([first, second], LIMITS)
    assert (finding.rule, finding.severity, finding.person) == (Rule.ONE_ACTIVE, Severity.BREACH, ANA)
    assert (finding.start, finding.end) == (T + HOUR, T + 5 * HOUR)
    assert (finding.known_from, finding.policy_version) == (T + HOUR + 15 * MINUTE, 7)
    assert [(e.issue, e.interval_start, e.start, e.end, e.counts_as) for e in finding.evidence] == [
        (TASK, T, T + HOUR, T + 5 * HOUR, TASK),
        (NEXT_TASK, T + HOUR, T + HOUR, T + 5 * HOUR, NEXT_TASK),
    ]


def test_a_person_with_one_ticket_or_none_breaks_nothing() -> None:
    assert found() == []
    assert found(active(TASK, T), active(TASK, T, issue=SUBTASK)) == []
    assert found(active(TASK, T, T + HOUR), active(NEXT_TASK, T + HOUR)) == []


def test_a_subtask_counts_as_its_parent_and_beside_another_task() -> None:
    assert found(active(TASK, T, issue=SUBTASK), active(NEXT_TASK, T + HOUR)) == [(T + HOUR, None)]


def test_a_task_is_held_until_the_last_that_counts_as_it_ends() -> None:
    whole = [active(TASK, T, T + HOUR), active(TASK, T, T + 2 * HOUR, issue=SUBTASK)]
    assert found(*whole, active(NEXT_TASK, T)) == [(T, T + 2 * HOUR)]


def test_a_handover_within_the_grace_is_no_breach() -> None:
    other = active(NEXT_TASK, T)
    assert found(other, active(TASK, T, T + 15 * MINUTE)) == []
    assert found(other, active(TASK, T, T + 15 * MINUTE + 1)) == [(T, T + 15 * MINUTE + 1)]
    assert found(other, active(TASK, T, T + 1), limits=Limits(grace_minutes=0)) == [(T, T + 1)]


def test_an_open_stretch_is_not_known_until_it_outlasts_the_grace() -> None:
    (finding,) = one_active([active(TASK, T), active(NEXT_TASK, T)], LIMITS)
    assert seen_at(finding, T + 15 * MINUTE) is None
    seen = seen_at(finding, T + 15 * MINUTE + 1)
    assert seen is not None
    assert (seen.start, seen.end) == (T, None)


def test_one_ticket_taken_for_another_at_the_same_instant_goes_on_as_one_stretch() -> None:
    held = [active(TASK, T), active(NEXT_TASK, T, T + HOUR), active(THIRD_TASK, T + HOUR, T + 2 * HOUR)]
    (finding,) = one_active(held, LIMITS)
    assert (finding.start, finding.end) == (T, T + 2 * HOUR)
    assert issues(finding) == (TASK, NEXT_TASK, THIRD_TASK)


def test_a_limit_of_two_allows_two() -> None:
    two = [active(TASK, T), active(NEXT_TASK, T)]
    assert found(*two, limits=Limits(one_active=2)) == []
    assert found(*two, active(THIRD_TASK, T + 1), limits=Limits(one_active=2)) == [(T + 1, None)]


def the_one(*held: Held) -> Finding:
    (finding,) = one_active(held, LIMITS)
    return finding


def test_the_ticket_that_entered_last_is_named_whatever_the_order_of_ids() -> None:
    assert started_last(the_one(active(NEXT_TASK, T), active(TASK, T + HOUR))) == TASK
    assert started_last(the_one(active(TASK, T), active(NEXT_TASK, T))) == NEXT_TASK


def test_a_ticket_does_not_enter_again_when_only_its_phase_changes_or_a_subtask_joins() -> None:
    long_running = [active(NEXT_TASK, T - HOUR, T), active(NEXT_TASK, T, issue=SUBTASK), active(NEXT_TASK, T)]
    assert started_last(the_one(*long_running, active(TASK, T))) == TASK
    later = [active(TASK, T - HOUR, T + HOUR), active(TASK, T + HOUR)]
    assert started_last(the_one(*later, active(NEXT_TASK, T))) == NEXT_TASK


def test_a_ticket_that_left_and_came_back_entered_when_it_came_back() -> None:
    held = [active(TASK, T), active(NEXT_TASK, T + 1), active(THIRD_TASK, T + 2)]
    back = [active(TASK, T, T + HOUR), active(TASK, T + 2 * HOUR), *held[1:]]
    assert started_last(the_one(*held)) == THIRD_TASK
    assert started_last(the_one(*back)) == TASK
    seen = seen_at(the_one(*back), T + 2 * HOUR)
    assert seen is not None
    assert started_last(seen) == THIRD_TASK


def test_who_entered_later_is_not_seen_before() -> None:
    finding = the_one(active(TASK, T), active(NEXT_TASK, T), active(THIRD_TASK, T + HOUR, T + 2 * HOUR))
    seen = seen_at(finding, T + HOUR)
    assert seen is not None
    assert (issues(seen), started_last(seen)) == ((TASK, NEXT_TASK), NEXT_TASK)
    after = seen_at(finding, T + 2 * HOUR)
    assert after is not None
    assert (issues(after), started_last(after)) == ((TASK, NEXT_TASK, THIRD_TASK), THIRD_TASK)
    assert [one.end for one in after.evidence] == [None, None, None]


def handed_over(start: int, at: int, task: int) -> tuple[Interval, ...]:
    """A ticket that Ben was active on, until it became Ana's."""
    return (interval(start, at, issue=task, person=BEN), interval(at, None, issue=task))


def test_a_ticket_that_came_by_reassignment_is_told_apart() -> None:
    bens, given = held_of(handed_over(T, T + HOUR, NEXT_TASK), NEXT_TASK)
    assert (bens.by_assignment, given.by_assignment) == (False, True)
    finding = the_one(active(TASK, T), given, active(THIRD_TASK, T + 2 * HOUR))
    assert finding.detail["started_last_by_assignment"] == 0
    seen = seen_at(finding, T + 2 * HOUR)
    assert seen is not None
    assert (started_last(seen), seen.detail["started_last_by_assignment"]) == (NEXT_TASK, 1)


def test_a_ticket_moved_and_assigned_at_once_did_not_come_by_reassignment() -> None:
    steps = (
        interval(T, T + HOUR, IDLE, person=BEN),
        interval(T + HOUR, T + 2 * HOUR),
        interval(T + 2 * HOUR),
    )
    assert [one.by_assignment for one in held_of(steps, TASK)] == [False, False, False]
    both = [Held(interval(T, issue=SUBTASK), TASK, by_assignment=True), active(TASK, T)]
    assert the_one(active(NEXT_TASK, T - 1), *both).detail["started_last_by_assignment"] == 0


def test_nobody_holds_what_has_no_assignee() -> None:
    assert held_of(life((T, ACTIVE), person=None), TASK) == ()
    assert [one.orphan for one in held_of(life((T, ACTIVE), issue=SUBTASK), SUBTASK, orphan=True)] == [True]


def test_watching_and_paused_do_not_count_but_have_caps_without_grace() -> None:
    tasks = (TASK, NEXT_TASK, THIRD_TASK)
    parked = [Held(interval(T + n, T + 9, PAUSED, issue=task), task) for n, task in enumerate(tasks)]
    assert found(*parked) == []
    (hint,) = over_cap(parked, Rule.PAUSED_OVER_CAP, LIMITS)
    assert (hint.rule, hint.severity, hint.person) == (Rule.PAUSED_OVER_CAP, Severity.HINT, ANA)
    assert (hint.start, hint.end, hint.known_from) == (T + 2, T + 9, T + 2)
    assert (issues(hint), started_last(hint)) == (tasks, None)
    assert over_cap(parked, Rule.WATCHING_OVER_CAP, LIMITS) == ()


def test_a_subtask_without_a_parent_counts_only_for_the_one_active_rule() -> None:
    limits = Limits(watching=0)
    orphan = Held(interval(T, None, WATCHING, issue=SUBTASK), SUBTASK, orphan=True)
    assert over_cap([orphan], Rule.WATCHING_OVER_CAP, limits) == ()
    assert over_cap([Held(orphan.interval, TASK)], Rule.WATCHING_OVER_CAP, limits) != ()
    assert found(Held(interval(T, issue=SUBTASK), SUBTASK, orphan=True), active(TASK, T)) == [(T, None)]
