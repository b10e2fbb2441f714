"""The detectors: section 4 of the definitions."""

from tests.core.builders import (
    BEN,
    DAY,
    EPIC,
    NEXT_TASK,
    PARIS,
    SUBTASK,
    TASK,
    UTC_WEEK,
    interval,
    life,
    paris,
    utc,
)

from phasewise.core.calendar import calendar_of
from phasewise.core.detectors import CLOCKS_APART_MS, OwnMove, flip_flop, moves_among, rabbit_hole
from phasewise.core.figures import TaskLife, settle
from phasewise.core.findings import issues, seen_at, subject_of
from phasewise.core.model import Finding, Group, HistoryItem, Interval, Limits, Phase, Rule, Severity
from phasewise.core.timeline import pieces_of

CALENDAR = calendar_of(PARIS)
ACTIVE, PAUSED, TODO, WATCHING, DONE = Group.ACTIVE, Group.PAUSED, Group.TODO, Group.WATCHING, Group.DONE
LIMITS = Limits(version=3)

Life = tuple[Interval, ...]


def ticket(*steps: tuple[str, Group], until: str | None = None, **more: object) -> Life:
    """Steps on 2 March 2026 (a Monday) by their time, or by their whole date."""
    moments = [(paris(at if " " in at else f"2026-03-02 {at}"), group) for at, group in steps]
    return life(*moments, until=None if until is None else paris(until), **more)


def flips(own: Life, *subtasks: Life) -> list[tuple]:
    return [(one.start, one.end) for one in flip_flop(own, subtasks, CALENDAR, LIMITS)]


TO_AND_FRO = (("08:00", TODO), ("09:00", ACTIVE), ("10:00", PAUSED), ("15:00", ACTIVE))


def test_three_switches_within_a_day_are_a_flip_flop_until_a_day_passes_without() -> None:
    (finding,) = flip_flop(ticket(*TO_AND_FRO), (), CALENDAR, LIMITS)
    assert (finding.rule, finding.severity, finding.policy_version) == (Rule.FLIP_FLOP, Severity.HINT, 3)
    assert (finding.task, finding.project, subject_of(finding)) == (TASK, EPIC, str(TASK))
    assert finding.start == finding.known_from == paris("2026-03-02 15:00")
    assert finding.end == paris("2026-03-03 15:00")
    assert [one.start for one in finding.evidence] == [
        paris(f"2026-03-02 {at}") for at in ("09:00", "10:00", "15:00")
    ]


def test_what_we_moved_ourselves_is_nobodys_switch() -> None:
    own = ticket(*TO_AND_FRO, ("15:30", PAUSED))
    ours = {(TASK, own[2].start), (TASK, own[3].start)}
    assert flip_flop(own, (), CALENDAR, LIMITS, ours) == ()
    assert len(flip_flop(own, (), CALENDAR, LIMITS, {(TASK, own[2].start)})) == 1


def test_a_move_of_ours_is_the_nearest_change_between_the_same_statuses_and_no_other() -> None:
    at = 10 * CLOCKS_APART_MS
    told = [
        HistoryItem(n, 0, at + shift, "us", field, before, after)
        for n, (shift, field, before, after) in enumerate(
            [
                (-5, "status", "3", "1"),
                (2, "status", "3", "1"),
                (0, "status", "1", "3"),
                (1, "resolution", "3", "1"),
            ]
        )
    ]
    move = OwnMove(TASK, "3", "1", at - 60_000, at)
    assert moves_among([move], {TASK: told}) == {(TASK, at + 2)}
    assert moves_among([move], {SUBTASK: told}) == frozenset()
    late = OwnMove(TASK, "3", "1", at + 2 * CLOCKS_APART_MS, at + 3 * CLOCKS_APART_MS)
    assert moves_among([late], {TASK: told}) == frozenset()


def test_a_flip_flop_is_open_until_its_day_is_over() -> None:
    (finding,) = flip_flop(ticket(*TO_AND_FRO), (), CALENDAR, LIMITS)
    assert seen_at(finding, finding.start) is None
    assert getattr(seen_at(finding, paris("2026-03-03 15:00")), "end", 0) is None
    assert getattr(seen_at(finding, paris("2026-03-03 15:01")), "end", 0) == paris("2026-03-03 15:00")


def test_a_switch_a_day_keeps_a_flip_flop_open() -> None:
    own = ticket(*TO_AND_FRO, ("2026-03-03 15:00", TODO), ("2026-03-04 15:01", ACTIVE))
    assert flips(own) == [(paris("2026-03-02 15:00"), paris("2026-03-04 15:00"))]


def test_three_switches_within_more_than_a_day_are_none() -> None:
    assert (
        flips(ticket(("08:00", TODO), ("09:00", ACTIVE), ("10:00", PAUSED), ("2026-03-03 09:01", ACTIVE)))
        == []
    )
    assert (
        flips(ticket(("08:00", TODO), ("09:00", ACTIVE), ("10:00", PAUSED), ("2026-03-03 09:00", ACTIVE)))
        != []
    )


def test_a_weekend_does_not_take_up_the_day() -> None:
    own = ticket(
        ("2026-03-06 12:00", ACTIVE),
        ("2026-03-06 18:00", TODO),
        ("2026-03-07 10:00", ACTIVE),
        ("2026-03-09 08:00", TODO),
    )
    assert flips(own) == [(paris("2026-03-09 08:00"), paris("2026-03-10 08:00"))]


def test_watching_and_done_are_no_switches() -> None:
    steps = (
        ("08:00", TODO),
        ("09:00", ACTIVE),
        ("10:00", WATCHING),
        ("11:00", ACTIVE),
        ("12:00", DONE),
        ("13:00", ACTIVE),
    )
    assert flips(ticket(*steps)) == []
    assert flips(ticket(("08:00", TODO), ("09:00", PAUSED), ("10:00", TODO), ("11:00", PAUSED))) == []


def test_a_new_assignee_is_no_switch() -> None:
    early = ticket(("08:00", TODO), ("09:00", ACTIVE), until="2026-03-02 10:00")
    late = ticket(("10:00", ACTIVE), ("11:00", PAUSED), person=BEN)
    assert flips((*early, *late)) == []


def test_a_sub_task_that_goes_to_and_fro_is_its_tasks_and_its_owners() -> None:
    own = ticket(("2026-03-01 08:00", TODO))
    (finding,) = flip_flop(own, [ticket(*TO_AND_FRO, issue=SUBTASK, person=BEN)], CALENDAR, LIMITS)
    assert (finding.task, finding.person, issues(finding)) == (TASK, BEN, (TASK,))
    assert {one.issue for one in finding.evidence} == {SUBTASK}


def test_two_tickets_of_a_task_are_one_finding_but_their_switches_do_not_add_up() -> None:
    sub = ticket(("08:00", TODO), ("10:30", ACTIVE), ("11:00", TODO), ("17:00", ACTIVE), issue=SUBTASK)
    assert flips(ticket(*TO_AND_FRO), sub) == [(paris("2026-03-02 15:00"), paris("2026-03-03 17:00"))]
    assert flips(ticket(*TO_AND_FRO[:3]), sub[:3]) == []


def test_a_removed_task_and_one_without_a_life_have_no_flip_flop() -> None:
    assert flips(ticket(*TO_AND_FRO, until="2026-03-02 16:00")) == [
        (paris("2026-03-02 15:00"), paris("2026-03-02 16:00"))
    ]
    gone = ticket(("08:00", TODO), until="2026-03-02 14:00")
    assert flips(gone, ticket(*TO_AND_FRO, issue=SUBTASK)) == []
    assert flips(()) == []


def test_a_day_that_never_comes_ends_no_flip_flop() -> None:
    steps = (
        (utc("2200-12-31 20:00"), TODO),
        *((utc(f"2200-12-31 2{n}:30"), g) for n, g in ((0, ACTIVE), (1, TODO), (2, ACTIVE))),
    )
    (finding,) = flip_flop(life(*steps), (), calendar_of(UTC_WEEK), LIMITS)
    assert finding.end is None


# ------------------------------------------------------------------ rabbit hole

MONDAY = paris("2026-03-02 00:00")
EPIC_LIFE = life((paris("2026-01-01 00:00"), TODO), issue=EPIC)


def day(n: float) -> int:
    """So many days after Monday, 2 March 2026: a Monday at each multiple of seven."""
    return MONDAY + round(n * DAY)


def working(own: Life, task: int = TASK, *subtasks: Life) -> TaskLife:
    return TaskLife(task, own, subtasks, pieces_of(own, subtasks), None)


def one(
    start: float, end: float | None = None, then: Group = DONE, task: int = TASK, **more: object
) -> TaskLife:
    """A task that is active from one day to another."""
    steps = [(day(start), ACTIVE)] + ([] if end is None else [(day(end), then)])
    return working(life(*steps, issue=task, **more), task)


def holes(*lives: TaskLife, epic: Life = EPIC_LIFE, **accepted: list[int]) -> list[Finding]:
    figures = settle(EPIC, epic, lives, CALENDAR)
    when = {Phase(phase): instants for phase, instants in accepted.items()}
    return list(rabbit_hole(epic, lives, figures, CALENDAR, LIMITS, when))


def times(found: list[Finding]) -> list[tuple]:
    return [(one.start, one.end) for one in found]


def test_four_weeks_in_one_visit_with_nothing_done_are_a_rabbit_hole() -> None:
    (finding,) = holes(one(0))
    assert (finding.rule, finding.severity, finding.policy_version) == (Rule.RABBIT_HOLE, Severity.HINT, 3)
    assert (finding.project, finding.task, finding.person, subject_of(finding)) == (
        EPIC,
        None,
        None,
        str(EPIC),
    )
    assert (finding.start, finding.known_from, finding.end) == (
        paris("2026-03-28 00:00"),
        paris("2026-03-28 00:00"),
        None,
    )
    assert (issues(finding), finding.detail) == ((TASK,), {"phases": "modeling"})


def test_two_at_once_reach_four_weeks_in_two() -> None:
    (finding,) = holes(one(0), one(0, task=NEXT_TASK))
    assert (finding.start, issues(finding)) == (day(12), (TASK, NEXT_TASK))


def test_a_done_task_closes_it_and_an_early_one_forbids_it() -> None:
    assert times(holes(one(0), one(1, 30, task=NEXT_TASK))) == [(day(14.5), day(30))]
    assert holes(one(0), one(1, 2, task=NEXT_TASK)) == []


def test_a_deliverable_that_is_accepted_closes_it_if_it_is_one_of_that_phase_and_visit() -> None:
    assert times(holes(one(0), modeling=[day(40)])) == [(day(26), day(40))]
    assert holes(one(0), modeling=[day(3)]) == []
    assert times(holes(one(0), modeling=[day(-1)], research=[day(3)])) == [(day(26), None)]


def test_a_task_done_in_another_phase_project_or_before_does_not_count() -> None:
    early = working(life((day(-9), TODO), (day(-8), DONE), issue=NEXT_TASK), NEXT_TASK)
    other = working(life((day(1), TODO), (day(2), DONE), issue=12, phase=Phase.RESEARCH), 12)
    elsewhere = working(life((day(1), TODO), (day(2), DONE), issue=13, project=901), 13)
    assert len(holes(one(0), early, other, elsewhere)) == 1


def test_it_waits_while_nothing_is_active_and_closes_when_another_phase_begins() -> None:
    stuck = one(0, 40, PAUSED)
    assert [found.end for found in holes(stuck)] == [None]
    after = one(44, 45, PAUSED, task=NEXT_TASK, phase=Phase.PRODUCTIZATION)
    assert [found.end for found in holes(stuck, after)] == [day(44)]


def test_a_phase_that_began_during_the_visit_does_not_close_it() -> None:
    beside = one(30, 50, PAUSED, task=NEXT_TASK, phase=Phase.PRODUCTIZATION)
    assert [found.end for found in holes(one(0, 40, PAUSED), beside)] == [None]


def test_two_visits_of_two_weeks_are_none() -> None:
    between = one(16, 17, PAUSED, task=NEXT_TASK, phase=Phase.RESEARCH)
    assert holes(one(0, 15, PAUSED), between, one(18, 33, PAUSED, task=12)) == []


def test_less_than_four_weeks_are_none_while_nobody_goes_on() -> None:
    assert holes(one(0, 20, PAUSED)) == []


def test_an_epic_that_is_done_closes_it_and_reopened_opens_it_again() -> None:
    epic = life((day(-30), TODO), (day(30), DONE), (day(35), TODO), issue=EPIC)
    assert times(holes(one(0, 29, PAUSED), epic=epic)) == [(day(26), day(30)), (day(35), None)]
    assert holes(one(0), epic=()) == []


def test_the_time_of_sub_tasks_counts_and_is_evidence() -> None:
    sub = life((day(0), ACTIVE), issue=SUBTASK, person=BEN)
    (finding,) = holes(working(life((day(-1), TODO)), TASK, sub))
    assert [(entry.issue, entry.counts_as) for entry in finding.evidence] == [(SUBTASK, TASK)]


def test_two_visits_that_come_to_it_at_one_instant_are_one_finding() -> None:
    (finding,) = holes(one(0), one(0, 60, task=NEXT_TASK, phase=Phase.RESEARCH))
    assert (finding.detail, finding.end) == ({"phases": "research modeling"}, None)
    assert issues(finding) == (TASK, NEXT_TASK)


def test_what_is_outside_the_phase_is_no_evidence() -> None:
    before = interval(day(-5), day(0), phase=Phase.RESEARCH)
    (finding,) = holes(working((before, interval(day(0)))))
    assert [entry.start for entry in finding.evidence] == [day(0)]


def test_what_a_task_did_in_another_project_is_no_effort_in_this_one() -> None:
    before = interval(day(-5), day(0), project=901)
    (finding,) = holes(working((before, interval(day(0)))))
    assert (finding.start, len(finding.evidence)) == (day(26), 1)


def test_four_weeks_that_never_come_are_none() -> None:
    assert holes(working(life((utc("2200-12-20 00:00"), ACTIVE)))) == []
