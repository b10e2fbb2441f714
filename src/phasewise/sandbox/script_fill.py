"""Fills the stints of a desk with tasks, ends the projects, and leaves the present as it is meant to look."""

from collections.abc import Sequence

from phasewise.sandbox.script_desk import Desk
from phasewise.sandbox.script_events import MINUTE, Status, Values
from phasewise.sandbox.script_tracks import Ending, Stint
from phasewise.sandbox.script_ways import WAYS

_PAUSE, _LEAST = 0.03, 0.35
_TEST_DAYS = 14


def fill(desk: Desk, track: Sequence[Stint], until_ms: int) -> None:
    """Works through the stints of a person until an instant; nothing is left open then, save by an ending."""
    cursor = 0.0
    for n, stint in enumerate(track):
        project = desk.projects[stint.project]
        ready = max(stint.start_ms, project.created_ms + 45 * MINUTE, desk.opens_ms + 45 * MINUTE)
        cursor = max(cursor, desk.diary.position(ready)) + _PAUSE
        # Half a minute early: the opening of a day thereby reads as the closing of the one before.
        end = desk.diary.position(min(stint.end_ms, until_ms)) - 0.001
        if not stint.helping:
            _plan_too_much(desk, stint, cursor, end)
        cursor = _fill_stint(desk, stint, cursor, end, _test_until(stint, track[n + 1 :]))


def leave_todo(desk: Desk, stint: Stint, before: float, count: int, *, assigned: bool = True) -> None:
    """Tasks of a stint that nobody has begun."""
    assignee: Values = {"assignee": desk.person.key if assigned else None}
    for _ in range(count):
        desk.open_task(stint, before - desk.rng.uniform(0, 4), assignee)


def _fill_stint(desk: Desk, stint: Stint, cursor: float, end: float, test_until_ms: int | None) -> float:
    ending = desk.projects[stint.project].ending if stint.last else Ending.ACTIVE
    testing = stint.phase == "ab_testing" and not stint.helping
    reserved = min(2.2 if ending is Ending.PAUSED else 0.8 if testing else 0.0, (end - cursor) * 0.6)
    cursor = _fill_plainly(desk, stint, cursor, end - reserved)
    if testing and (ending is Ending.WATCHING or end - cursor > 0.1):
        cursor = _start_test(desk, stint, cursor + _PAUSE, end, test_until_ms)
    if ending is Ending.PAUSED:
        _get_stuck(desk, stint, cursor + _PAUSE, end)
    elif ending is Ending.IDLE:
        leave_todo(desk, stint, end, 3)
    elif ending is Ending.FINISHED:
        desk.edit(max(cursor, end) + 0.05, desk.projects[stint.project].epic, {"status": Status.DONE})
    return max(cursor, end)


def _fill_plainly(desk: Desk, stint: Stint, cursor: float, end: float) -> float:
    """One way after the other; a task ends before a long absence begins."""
    ways, weights = list(WAYS), list(WAYS.values())
    while end - cursor > _LEAST:
        limit = min(end, desk.diary.next_break(cursor) - 0.02)
        if limit - cursor <= _LEAST:
            cursor = max(cursor, limit + 0.04)
            continue
        target = min(limit, cursor + _length(desk))
        if limit - target < _LEAST:
            target = limit
        way = desk.rng.choices(ways, weights)[0]
        cursor = way(desk, stint, cursor, target) + desk.rng.uniform(0.01, 0.05)
    return cursor


def _length(desk: Desk) -> float:
    """Working days a task takes: mostly two or three, one in ten more than a week."""
    if desk.rng.random() < 0.1:
        return desk.rng.uniform(5.3, 8.5)
    return min(4.3, max(0.5, desk.rng.lognormvariate(0.75, 0.5)))


def _plan_too_much(desk: Desk, stint: Stint, start: float, end: float) -> None:
    """Now and then a task is planned, never begun, and deleted."""
    if desk.rng.random() < 0.3 and end - start > 2:
        ref = desk.open_task(stint, start)
        owner = desk.projects[stint.project].owner.key
        desk.pen.delete(desk.at(desk.rng.uniform(start, end)), owner, ref)


def _test_until(stint: Stint, later: Sequence[Stint]) -> int | None:
    own = (s for s in later if s.project == stint.project and not s.helping)
    after = next(own, None)
    return None if after is None else after.start_ms


def _start_test(desk: Desk, stint: Stint, start: float, end: float, until_ms: int | None) -> float:
    """Sets an A/B test up and lets it run, watched, while its owner works on something else."""
    running = max(start + 0.1, min(end, start + 0.6))
    ref = desk.open_task(stint, start, {"assignee": desk.person.key}, kind="test")
    desk.begin(start, ref)
    desk.edit(running, ref, {"status": Status.TESTING})
    done = running + _TEST_DAYS if until_ms is None else desk.diary.position(until_ms) + 0.02
    desk.edit(max(done, running + 1), ref, {"status": Status.DONE})
    return max(running, end)


def _get_stuck(desk: Desk, stint: Stint, start: float, end: float) -> None:
    """Two tasks that wait for others: one flagged, one blocked."""
    middle = start + max(0.2, end - start) / 2
    flagged, blocked = desk.open_task(stint, start), desk.open_task(stint, middle)
    desk.begin(start, flagged)
    desk.edit(middle - 0.05, flagged, {"flagged": True})
    desk.begin(middle, blocked)
    desk.edit(max(end, middle + 0.1), blocked, {"status": Status.BLOCKED})
