"""The numbers of a project: section 5 of the definitions."""

import json

from tests.core.builders import (
    ANA,
    BEN,
    CLEO,
    DAY,
    EPIC,
    OTHER_EPIC,
    PARIS,
    SUBTASK,
    TASK,
    interval,
    life,
    paris,
)

from phasewise.core.calendar import TICKS_PER_DAY, calendar_of, days
from phasewise.core.figures import ProjectFigures, Tally, TaskLife, from_json, settle, to_json
from phasewise.core.model import Group, Interval, Phase, State
from phasewise.core.timeline import pieces_of

CALENDAR = calendar_of(PARIS)
R, D, M, NONE = Phase.RESEARCH, Phase.DATA_EXPLORATION, Phase.MODELING, Phase.NONE
ACTIVE, PAUSED, WATCHING, DONE, IDLE = (
    Group.ACTIVE,
    Group.PAUSED,
    Group.WATCHING,
    Group.DONE,
    Group.TODO,
)
MON = paris("2026-03-02 00:00")
TUE, WED, THU, FRI = (MON + n * DAY for n in range(1, 5))
NEXT_MON = MON + 7 * DAY
EPIC_LIFE = life((MON - 30 * DAY, IDLE), issue=EPIC)


def team(*own: Interval, subtasks: tuple[tuple[Interval, ...], ...] = ()) -> TaskLife:
    return TaskLife(own[0].issue, own, subtasks, pieces_of(own, subtasks), own[-1].end)


def one(*steps: tuple[int, Group], task: int = TASK, **more: object) -> TaskLife:
    return team(*life(*steps, issue=task, **more))


def figures(
    *lives: TaskLife, cut: int | None = None, epic: tuple[Interval, ...] = EPIC_LIFE
) -> ProjectFigures:
    return settle(EPIC, epic, lives, CALENDAR, cut)


def in_days(tally: Tally, as_of: int = NEXT_MON) -> float:
    return days(tally.at(as_of, CALENDAR))


# ------------------------------------------------------------------ state


def test_a_project_without_active_time_has_not_started() -> None:
    found = figures(one((MON, IDLE)))
    assert (found.state, found.phases_now, found.last_phase, found.idle_since) == (
        State.NOT_STARTED,
        (),
        None,
        None,
    )
    assert figures().state is State.NOT_STARTED


def test_a_project_is_active_while_a_task_or_a_subtask_is() -> None:
    through_subtask = team(*life((MON, IDLE)), subtasks=(life((TUE, ACTIVE), issue=SUBTASK),))
    assert figures(one((MON, ACTIVE))).state is State.ACTIVE
    assert figures(through_subtask).state is State.ACTIVE
    assert figures(through_subtask, cut=TUE).state is State.NOT_STARTED


def test_watching_comes_before_paused_and_both_before_idle() -> None:
    watching, paused = one((MON, ACTIVE), (TUE, WATCHING)), one((MON, PAUSED), task=11)
    assert figures(watching, paused).state is State.WATCHING
    assert figures(one((MON, ACTIVE), (TUE, IDLE)), paused).state is State.PAUSED
    assert figures(one((MON, ACTIVE), (TUE, DONE))).state is State.IDLE


def test_a_done_epic_makes_the_project_done_whatever_its_tasks_do() -> None:
    done = life((MON, IDLE), (TUE, DONE), issue=EPIC)
    assert figures(one((MON, ACTIVE)), epic=done).state is State.DONE
    assert figures(one((MON, ACTIVE)), epic=done, cut=TUE).state is State.ACTIVE
    removed = life((MON, DONE), until=TUE, issue=EPIC)
    assert figures(one((MON, ACTIVE)), epic=removed).state is State.ACTIVE


def test_phases_now_are_those_of_active_tasks_in_phase_order() -> None:
    found = figures(
        one((MON, ACTIVE)),
        one((MON, ACTIVE), task=11, phase=D),
        one((MON, ACTIVE), task=12, phase=NONE),
        one((MON, IDLE), task=13, phase=R),
    )
    assert (found.phases_now, found.last_phase, found.idle_since) == ((D, M), None, None)
    unnamed = figures(one((MON, ACTIVE), phase=NONE))
    assert (unnamed.state, unnamed.phases_now, unnamed.last_phase) == (State.ACTIVE, (), None)


def test_an_idle_project_names_the_phase_that_ended_last_ties_the_later_one() -> None:
    earlier = one((MON, ACTIVE), (TUE, DONE), phase=Phase.RESULTS_ANALYSIS)
    tied = [one((MON, ACTIVE), (WED, DONE), task=n, phase=p) for n, p in enumerate((D, M, NONE), 11)]
    found = figures(earlier, *tied)
    assert (found.last_phase, found.idle_since) == (M, WED)
    assert figures(earlier, tied[2]).last_phase is NONE


# ------------------------------------------------------------------ time


def test_effort_is_summed_task_by_task_and_touched_is_their_union() -> None:
    found = figures(
        one((MON, ACTIVE), (WED, DONE)), one((TUE, ACTIVE), (THU, DONE), task=11), one((FRI, ACTIVE), task=12)
    )
    assert [in_days(tally) for tally in (found.effort, found.touched, found.elapsed)] == [5.0, 4.0, 5.0]
    assert in_days(found.effort, FRI + DAY // 2) == 4.5
    assert found.effort == Tally(4 * TICKS_PER_DAY, (FRI,))


def test_an_idle_project_has_elapsed_from_its_first_start_to_its_last_end() -> None:
    found = figures(one((MON, ACTIVE), (TUE, IDLE)), one((THU, ACTIVE), (FRI, IDLE), task=11))
    assert (found.elapsed, in_days(found.touched)) == (Tally(4 * TICKS_PER_DAY, ()), 2.0)
    assert figures(one((MON, IDLE))).elapsed == Tally(0, ())


def test_each_phase_has_its_tasks_its_time_and_its_visits() -> None:
    found = figures(
        team(interval(MON, TUE, phase=D), interval(TUE, WED), interval(WED, None, DONE)),
        one((MON, ACTIVE), (WED, IDLE), task=11),
        one((MON, ACTIVE), (TUE, IDLE), task=12, phase=NONE),
    )
    numbers = {p: (n.tasks, n.tasks_done, n.visits) for p, n in found.by_phase.items()}
    assert numbers == {**dict.fromkeys(Phase, (0, 0, 0)), M: (2, 1, 1), D: (0, 0, 1), NONE: (1, 0, 0)}
    assert [in_days(found.by_phase[p].effort) for p in (D, M, NONE)] == [1.0, 3.0, 1.0]
    assert [in_days(found.by_phase[p].touched) for p in (D, M, NONE)] == [1.0, 2.0, 1.0]
    assert sum(in_days(n.effort) for n in found.by_phase.values()) == in_days(found.effort)


def test_visits_have_their_own_time() -> None:
    found = figures(
        one((MON, ACTIVE), (TUE, IDLE), (THU, ACTIVE), phase=D),
        one((MON, ACTIVE), (TUE, DONE), task=11, phase=D),
        one((TUE, ACTIVE), (WED, DONE), task=12),
    )
    shown = [
        (v.visit.phase, v.visit.is_return, in_days(v.effort), in_days(v.touched), in_days(v.elapsed))
        for v in found.visits
    ]
    assert shown == [(D, False, 2.0, 1.0, 1.0), (M, False, 1.0, 1.0, 1.0), (D, True, 2.0, 2.0, 2.0)]
    assert found.loops == 1
    assert found.visits[2].elapsed == Tally(0, (THU,))


def test_a_visit_elapses_through_its_pauses() -> None:
    (numbers,) = figures(one((MON, ACTIVE), (TUE, IDLE), (FRI, ACTIVE), (FRI + DAY, DONE))).visits
    assert [in_days(tally) for tally in (numbers.effort, numbers.touched, numbers.elapsed)] == [2, 2, 5]


def test_time_counts_for_the_project_a_task_was_in_then() -> None:
    moved = team(interval(MON, TUE), interval(TUE, None, project=OTHER_EPIC))
    found = figures(moved)
    assert (found.state, in_days(found.effort), found.by_phase[M].tasks) == (State.IDLE, 1.0, 0)


def test_a_removed_task_is_in_no_list_but_its_effort_stays() -> None:
    gone = team(*life((MON, ACTIVE), until=WED))
    found = figures(gone)
    assert (found.by_phase[M].tasks, in_days(found.effort), found.state) == (0, 2.0, State.IDLE)
    before = figures(gone, cut=WED)
    assert (before.by_phase[M].tasks, before.state) == (1, State.ACTIVE)
    assert figures(TaskLife(TASK, (), (), (), MON)).state is State.NOT_STARTED


# ------------------------------------------------------------------ people, cuts and keeping


def test_people_are_known_by_the_end_of_their_last_active_time() -> None:
    handed_over = team(
        interval(MON, TUE, person=BEN),
        interval(TUE, WED, person=None),
        interval(WED, THU, IDLE, person=CLEO),
        interval(THU),
        subtasks=(
            life((TUE, ACTIVE), (WED, DONE), issue=SUBTASK, person=CLEO),
            life((MON - 9 * DAY, ACTIVE), until=MON, issue=SUBTASK + 1, person="5b10:dora"),
        ),
    )
    earlier = one((MON - DAY, ACTIVE), (MON, IDLE), person=BEN)
    assert figures(handed_over, earlier).last_active == {ANA: None, BEN: TUE, CLEO: WED}


def test_a_cut_sees_what_was_before_it_and_measures_up_to_it() -> None:
    lives = (one((MON, ACTIVE), (WED, DONE)), one((THU, ACTIVE), task=11, phase=D))
    found = figures(*lives, cut=TUE)
    assert (found.settled_at, found.state, found.effort) == (MON, State.ACTIVE, Tally(0, (MON,)))
    assert in_days(found.effort, TUE) == 1.0
    assert figures(*lives).settled_at == THU
    assert figures(epic=()).settled_at == 0


def test_no_phase_makes_no_visit_and_interrupts_none() -> None:
    resumed = one((MON, ACTIVE), (TUE, IDLE), (THU, ACTIVE))
    unnamed = one((WED, ACTIVE), (THU, IDLE), task=12, phase=NONE)
    assert [(v.visit.start, v.visit.end) for v in figures(resumed, unnamed).visits] == [(MON, None)]
    assert figures(unnamed).visits == ()


def test_figures_come_back_from_json_as_they_went() -> None:
    busy = figures(one((MON, ACTIVE), (TUE, IDLE)), one((TUE, ACTIVE), task=11, phase=D))
    idle = figures(one((MON, ACTIVE), (TUE, IDLE)))
    for found in (busy, idle, figures()):
        assert from_json(json.loads(json.dumps(to_json(found)))) == found
