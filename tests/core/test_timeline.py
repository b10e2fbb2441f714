"""Section 2 of the definitions: the life of an issue in intervals, and of a task in pieces."""

from dataclasses import replace

from tests.core.builders import (
    ANA,
    BEN,
    DOING,
    EPIC,
    HOUR,
    MAPPING,
    NEXT_SUBTASK,
    OTHER_EPIC,
    PROJECTS,
    SHIPPED,
    STRANGE,
    SUBTASK,
    TASK,
    TODO,
    change,
    interval,
    issue,
    life,
    move,
    moves,
    paris,
)

from phasewise.core.model import Group, Interval, Issue, Kind, Phase, Piece, SiteMapping, Tracked
from phasewise.core.stretches import FOREVER
from phasewise.core.timeline import (
    clip_intervals,
    clip_pieces,
    intervals_of,
    option_stretches,
    pieces_of,
)

T = paris("2026-03-02 10:00")
ACTIVE, PAUSED, DONE, IDLE = Group.ACTIVE, Group.PAUSED, Group.DONE, Group.TODO


def intervals(issue: Issue) -> tuple[Interval, ...]:
    return intervals_of(issue, MAPPING, PROJECTS)


def seen(issue: Issue, *names: str) -> list[tuple]:
    return [tuple(getattr(i, name) for name in ("start", "end", *names)) for i in intervals(issue)]


def test_an_issue_that_never_changed_is_one_open_interval_of_its_current_values() -> None:
    task = issue(created=T, status=DOING, phase_option="m", assignee=ANA, parent=EPIC)
    assert intervals(task) == (Interval(TASK, T, None, DOING, ACTIVE, Phase.MODELING, ANA, EPIC, False),)


def test_before_its_first_change_a_field_has_that_changes_from() -> None:
    task = issue(created=T, changes=moves((T + HOUR, DOING), (T + 2 * HOUR, SHIPPED)), status=STRANGE)
    assert seen(task, "status") == [
        (T, T + HOUR, TODO),
        (T + HOUR, T + 2 * HOUR, DOING),
        (T + 2 * HOUR, None, SHIPPED),
    ]


def test_a_change_at_or_before_creation_only_sets_what_to_begin_with() -> None:
    task = issue(created=T, changes=moves((T - HOUR, STRANGE), (T, DOING), (T + HOUR, SHIPPED)))
    assert seen(task, "status") == [(T, T + HOUR, DOING), (T + HOUR, None, SHIPPED)]


def test_changes_at_one_instant_apply_together() -> None:
    at = T + HOUR
    task = issue(
        created=T,
        changes=(
            change(at, Tracked.ASSIGNEE, None, ANA, history_id=3),
            move(at, STRANGE, DOING, history_id=2),
            move(at, TODO, STRANGE, history_id=1),
        ),
        status=DOING,
    )
    assert seen(task, "status", "person") == [(T, at, TODO, None), (at, None, DOING, ANA)]


def test_neighbours_that_read_the_same_are_one() -> None:
    mapping = SiteMapping(groups={DOING: ACTIVE}, phases={"m": Phase.MODELING, "m2": Phase.MODELING})
    task = issue(
        created=T,
        status=DOING,
        parent=EPIC,
        changes=(
            change(T + 1, Tracked.PHASE, "m", "m2"),
            change(T + 1001, Tracked.PARENT, "1", "2"),
            change(T + 2001, Tracked.STATUS, DOING, DOING),
        ),
    )
    assert [(i.start, i.end, i.project) for i in intervals_of(task, mapping, PROJECTS)] == [(T, None, None)]


def test_a_flag_makes_active_read_as_paused_and_nothing_else() -> None:
    flags = (
        change(T + HOUR, Tracked.FLAG, None, "[10019]"),
        change(T + 3 * HOUR, Tracked.FLAG, "[10019]", None),
    )
    task = issue(created=T, changes=(*flags, *moves((T + 2 * HOUR, SHIPPED), since=DOING)))
    assert seen(task, "group", "flagged") == [
        (T, T + HOUR, ACTIVE, False),
        (T + HOUR, T + 2 * HOUR, PAUSED, True),
        (T + 2 * HOUR, T + 3 * HOUR, DONE, True),
        (T + 3 * HOUR, None, DONE, False),
    ]
    assert intervals(issue(created=T, status=DOING, flagged=True))[0].group is PAUSED


def test_a_status_nobody_knows_reads_as_todo_and_an_option_nobody_knows_as_none() -> None:
    first = intervals(issue(created=T, status=STRANGE, phase_option="x"))[0]
    assert (first.group, first.phase, first.status) == (IDLE, Phase.NONE, STRANGE)


def test_a_removed_issue_ends_when_it_was_removed_and_hears_nothing_after() -> None:
    gone = issue(
        created=T, changes=moves((T + HOUR, DOING), (T + 2 * HOUR, SHIPPED)), removed_at=T + 2 * HOUR
    )
    assert seen(gone, "status") == [(T, T + HOUR, TODO), (T + HOUR, T + 2 * HOUR, DOING)]
    assert seen(issue(created=T, removed_at=T)) == []


def test_subtasks_and_epics_have_neither_phase_nor_project() -> None:
    subtask = issue(SUBTASK, Kind.SUBTASK, created=T, phase_option="m", parent=TASK)
    epic = issue(EPIC, Kind.PROJECT, created=T, phase_option="m", parent=OTHER_EPIC)
    assert [(i.phase, i.project) for i in (*intervals(subtask), *intervals(epic))] == [(Phase.NONE, None)] * 2


def test_the_option_of_a_phase_is_followed_though_it_maps_to_nothing() -> None:
    task = issue(
        created=T,
        removed_at=T + 9 * HOUR,
        changes=(
            *moves((T + HOUR, DOING)),
            change(T + 2 * HOUR, Tracked.PHASE, None, "x"),
            change(T + 3 * HOUR, Tracked.PHASE, "x", "y"),
        ),
    )
    assert list(option_stretches(task)) == [
        (T, T + 2 * HOUR, None),
        (T + 2 * HOUR, T + 3 * HOUR, "x"),
        (T + 3 * HOUR, T + 9 * HOUR, "y"),
    ]
    assert list(option_stretches(issue(created=T, removed_at=T))) == []
    assert list(option_stretches(issue(created=T))) == [(T, FOREVER, None)]


def pieces(task: tuple[Interval, ...], *subtasks: tuple[Interval, ...]) -> list[tuple]:
    return [(p.start, p.end, p.phase) for p in pieces_of(task, subtasks)]


def test_a_piece_runs_on_through_another_assignee_but_not_through_another_phase() -> None:
    task = (
        interval(0, 10),
        interval(10, 20, person=BEN),
        interval(20, 30, phase=Phase.RESEARCH),
        interval(30, 40, IDLE),
        interval(40, None),
    )
    assert pieces(task) == [(0, 20, Phase.MODELING), (20, 30, Phase.RESEARCH), (40, None, Phase.MODELING)]
    assert pieces_of(task[:1], ()) == (Piece(TASK, 0, 10, Phase.MODELING, EPIC),)


def test_a_piece_ends_where_the_task_changes_its_project() -> None:
    assert [(p.end, p.project) for p in pieces_of((interval(0, 9), interval(9, project=None)), ())] == [
        (9, EPIC),
        (None, None),
    ]


def test_a_task_is_active_while_any_of_its_subtasks_is() -> None:
    task = life((0, IDLE), (10, ACTIVE), (20, DONE))
    first = life((2, ACTIVE), (4, DONE), (18, ACTIVE), (25, DONE), issue=SUBTASK)
    second = life((3, ACTIVE), (6, IDLE), (40, ACTIVE), issue=NEXT_SUBTASK)
    third = life((4, ACTIVE), (5, IDLE), issue=NEXT_SUBTASK + 1)
    assert [p[:2] for p in pieces(task, first, second, third)] == [(2, 6), (10, 25), (40, None)]


def test_subtask_time_outside_the_life_of_the_task_is_no_piece() -> None:
    task = life((10, IDLE), (12, PAUSED), until=20)
    assert [p[:2] for p in pieces(task, life((0, ACTIVE), issue=SUBTASK))] == [(10, 20)]
    assert pieces(task, life((20, ACTIVE), issue=SUBTASK)) == []
    assert pieces(task, life((5, ACTIVE), until=10, issue=SUBTASK)) == []


def test_what_ends_at_or_after_the_instant_is_still_open_then() -> None:
    task = life((0, IDLE), (10, ACTIVE), (20, DONE))
    assert clip_intervals(task, 20) == life((0, IDLE), (10, ACTIVE))
    assert clip_intervals(task, 21) == task
    assert clip_intervals(task, 0) == ()
    both = (Piece(TASK, 0, 10, Phase.NONE, None), Piece(TASK, 20, None, Phase.NONE, None))
    assert clip_pieces(both, 10) == (Piece(TASK, 0, None, Phase.NONE, None),)
    assert clip_pieces(both, 21) == both


def test_x13_another_workflow_with_its_own_statuses_does_not_end_what_is_active() -> None:
    """A task that lies in a status of the new scheme's same category goes on, under the new status."""
    mapping = replace(MAPPING, groups={**MAPPING.groups, "20301": ACTIVE})
    task = issue(created=T, changes=moves((T + HOUR, DOING), (T + 3 * HOUR, "20301")), phase_option="m")
    lived = intervals_of(task, mapping, PROJECTS)
    assert [(one.start, one.status, one.group) for one in lived] == [
        (T, TODO, IDLE),
        (T + HOUR, DOING, ACTIVE),
        (T + 3 * HOUR, "20301", ACTIVE),
    ]
    assert [(piece.start, piece.end) for piece in pieces_of(lived, ())] == [(T + HOUR, None)]
