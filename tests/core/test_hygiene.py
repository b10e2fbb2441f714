"""Hygiene: hints about tasks and persons start when their condition became true."""

import pytest
from tests.core.builders import (
    ANA,
    DOING,
    EPIC,
    HOUR,
    MAPPING,
    NEXT_TASK,
    PARIS,
    PROJECTS,
    SHIPPED,
    STRANGE,
    SUBTASK,
    TASK,
    change,
    issue,
    life,
    moves,
    paris,
)

from phasewise.core.calendar import calendar_of
from phasewise.core.findings import issues
from phasewise.core.hygiene import nothing_active, task_hygiene
from phasewise.core.model import (
    CalendarRules,
    Finding,
    Group,
    Interval,
    Issue,
    Limits,
    Rule,
    Severity,
    SiteMapping,
    Tracked,
)
from phasewise.core.rules import Held
from phasewise.core.timeline import intervals_of

T = paris("2026-03-02 10:00")
TIDY = {"phase_option": "m", "parent": EPIC, "assignee": ANA}
ACTIVE, DONE, IDLE, PAUSED = Group.ACTIVE, Group.DONE, Group.TODO, Group.PAUSED


def hints(
    task: Issue, *subtasks: tuple[Interval, ...], mapping: SiteMapping = MAPPING
) -> tuple[Finding, ...]:
    own = intervals_of(task, mapping, PROJECTS)
    return task_hygiene(task, own, subtasks, mapping, Limits(version=4))


def found(task: Issue, *subtasks: tuple[Interval, ...], mapping: SiteMapping = MAPPING) -> list[tuple]:
    return [(h.rule, h.start, h.end) for h in hints(task, *subtasks, mapping=mapping)]


def test_a_tidy_task_gives_no_hint() -> None:
    assert found(issue(created=T, status=DOING, estimate_days=5.0, **TIDY)) == []


@pytest.mark.parametrize(("missing", "rule"), [("phase_option", Rule.NO_PHASE), ("parent", Rule.NO_PROJECT)])
def test_what_a_task_lacks_is_a_hint_until_it_is_done(missing: str, rule: Rule) -> None:
    steps = moves((T + HOUR, DOING), (T + 2 * HOUR, SHIPPED), (T + 3 * HOUR, DOING))
    task = issue(created=T, **{**TIDY, missing: None}, changes=steps)
    assert found(task) == [(rule, T, T + 2 * HOUR), (rule, T + 3 * HOUR, None)]


def test_a_hint_names_the_task_and_whose_and_where_it_was_then() -> None:
    task = issue(
        created=T,
        **TIDY,
        changes=(
            change(T + HOUR, Tracked.PHASE, "m", None),
            change(T + 2 * HOUR, Tracked.ASSIGNEE, ANA, None),
        ),
    )
    (hint,) = hints(task)
    assert (hint.rule, hint.severity, hint.policy_version) == (Rule.NO_PHASE, Severity.HINT, 4)
    assert (hint.task, hint.person, hint.project) == (TASK, ANA, EPIC)
    assert (hint.start, hint.known_from, issues(hint)) == (T + HOUR, T + HOUR, (TASK,))
    assert [(e.interval_start, e.end) for e in hint.evidence] == [
        (T + HOUR, T + 2 * HOUR),
        (T + 2 * HOUR, None),
    ]


def test_an_unmapped_option_is_no_phase_and_is_named_as_what_it_is() -> None:
    task = issue(
        created=T,
        **TIDY,
        changes=(
            change(T + HOUR, Tracked.PHASE, None, "x"),
            change(T + 2 * HOUR, Tracked.PHASE, "x", "y"),
            *moves((T + 3 * HOUR, SHIPPED)),
        ),
    )
    assert found(task) == [
        (Rule.NO_PHASE, T, T + 3 * HOUR),
        (Rule.UNMAPPED_PHASE_OPTION, T + HOUR, T + 3 * HOUR),
    ]


def test_an_unmapped_status_is_a_hint_even_when_it_has_a_group() -> None:
    mapping = SiteMapping({**MAPPING.groups, "9": DONE}, MAPPING.phases, frozenset({"9"}))
    task = issue(created=T, **TIDY, changes=moves((T + HOUR, STRANGE), (T + 2 * HOUR, "9")))
    assert found(task, mapping=mapping) == [(Rule.UNMAPPED_STATUS, T + HOUR, None)]


def test_active_without_an_assignee_is_a_hint_for_the_task_or_its_subtasks() -> None:
    task = issue(created=T, **{**TIDY, "assignee": None}, changes=moves((T + HOUR, DOING)))
    (own,) = hints(task)
    assert (own.rule, own.start, own.person) == (Rule.NO_ASSIGNEE, T + HOUR, None)
    subtask = life((T - HOUR, ACTIVE), (T + HOUR, DONE), issue=SUBTASK, person=None)
    (through_subtask,) = hints(issue(created=T, **TIDY), subtask)
    assert (through_subtask.rule, through_subtask.start, through_subtask.end) == (
        Rule.NO_ASSIGNEE,
        T,
        T + HOUR,
    )
    assert [(e.issue, e.start, e.counts_as) for e in through_subtask.evidence] == [(SUBTASK, T, TASK)]


def test_a_done_task_is_not_asked_for_an_assignee() -> None:
    subtask = life((T, ACTIVE), issue=SUBTASK, person=None)
    assert found(issue(created=T, status=SHIPPED, **TIDY), subtask) == []


def test_an_estimate_above_the_limit_is_a_hint_from_the_creation() -> None:
    task = issue(created=T, estimate_days=5.1, **TIDY, changes=moves((T + HOUR, SHIPPED)))
    assert found(task) == [(Rule.ESTIMATE_TOO_LONG, T, T + HOUR)]


def held(*steps: tuple[str, Group], until: str | None = None, task: int = TASK, **more: bool) -> list[Held]:
    end = None if until is None else paris(until)
    intervals = life(*((paris(start), group) for start, group in steps), until=end, issue=task)
    return [Held(one, task, **more) for one in intervals]


def idle(*ones: Held) -> list[tuple[int, int | None]]:
    return [(f.start, f.end) for f in nothing_active(ANA, ones, calendar_of(PARIS), Limits())]


def test_open_work_and_none_active_for_more_than_a_working_day_is_a_hint() -> None:
    mine = held(("2026-03-02 10:00", IDLE), ("2026-03-04 10:00", ACTIVE))
    assert idle(*mine) == [(paris("2026-03-03 10:00"), paris("2026-03-04 10:00"))]
    (hint,) = nothing_active(ANA, mine, calendar_of(PARIS), Limits(version=2))
    assert (hint.rule, hint.severity, hint.person) == (Rule.NOTHING_ACTIVE, Severity.HINT, ANA)
    assert (hint.known_from, hint.policy_version, issues(hint)) == (hint.start, 2, (TASK,))
    assert [(e.start, e.end) for e in hint.evidence] == [
        (paris("2026-03-02 10:00"), paris("2026-03-04 10:00"))
    ]


def test_exactly_one_working_day_is_not_more_than_one() -> None:
    assert idle(*held(("2026-03-06 00:00", IDLE), ("2026-03-09 00:00", ACTIVE))) == []
    assert idle(*held(("2026-03-06 00:00", IDLE))) == [(paris("2026-03-09 00:00"), None)]


def test_another_active_ticket_or_nothing_open_at_all_is_no_waiting() -> None:
    waiting = held(("2026-03-02 10:00", IDLE))
    assert idle(*waiting, *held(("2026-03-01 10:00", ACTIVE), task=NEXT_TASK)) == []
    assert idle(*held(("2026-03-02 10:00", DONE))) == []
    assert idle() == []


def test_waiting_goes_on_from_one_ticket_to_the_next_and_ends_with_the_last() -> None:
    first = held(("2026-03-02 10:00", PAUSED), ("2026-03-03 09:00", DONE))
    second = held(("2026-03-03 09:00", IDLE), until="2026-03-05 10:00", task=NEXT_TASK)
    assert idle(*first, *second) == [(paris("2026-03-03 10:00"), paris("2026-03-05 10:00"))]


def test_an_orphan_does_not_count_and_a_team_that_never_works_never_waits() -> None:
    assert idle(*held(("2026-03-02 10:00", IDLE), orphan=True)) == []
    waiting = held(("2026-03-02 10:00", IDLE))
    assert nothing_active(ANA, waiting, calendar_of(CalendarRules(weekdays=())), Limits()) == ()
