"""The ways a task goes: straight through, flagged, blocked, reopened, handed over, moved, deleted and so on.

Each way works at a desk on a stint from one position to another, and returns where the person is free again.
"""

from collections.abc import Callable

from phasewise.sandbox.script_desk import Desk
from phasewise.sandbox.script_events import Status, Values
from phasewise.sandbox.script_tracks import Stint

Way = Callable[[Desk, Stint, float, float], float]

_GAP = 0.02
"""Ten minutes between one ticket and the next."""


def straight(desk: Desk, stint: Stint, start: float, end: float) -> float:
    desk.work(start, end, desk.open_task(stint, start))
    return end


def flagged(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """An impediment for some hours in the middle."""
    ref = desk.open_task(stint, start)
    third = (end - start) / 3
    desk.begin(start, ref)
    desk.edit(start + third, ref, {"flagged": True})
    desk.say(start + third + 0.002, ref, "waiting")
    desk.edit(start + third * desk.rng.uniform(1.2, 1.9), ref, {"flagged": False})
    desk.finish(start + 2 * third, end, ref)
    return end


def blocked(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """Blocked in the middle; something small is done meanwhile. A team-managed space has no such status."""
    if desk.projects[stint.project].space == "GROW":
        return flagged(desk, stint, start, end)
    ref = desk.open_task(stint, start)
    third = (end - start) / 3
    small_start, small_end = start + third + _GAP, start + 2 * third - _GAP
    desk.begin(start, ref)
    desk.edit(start + third, ref, {"status": Status.BLOCKED})
    desk.work(small_start, small_end, desk.open_task(stint, small_start))
    desk.edit(start + 2 * third, ref, {"status": Status.IN_PROGRESS})
    desk.finish(start + 2 * third, end, ref)
    return end


def two_at_once(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """The next ticket begins before this one is done: for some hours, or for days."""
    first, length = desk.open_task(stint, start), end - start
    overlap = length * desk.rng.choice((0.08, 0.15, 0.35, 0.5))
    middle = start + length * 0.55
    desk.work(start, middle, first)
    second_start = middle - overlap
    desk.work(second_start, end, desk.open_task(stint, second_start))
    return end


def reopened(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """Done, then found wanting after the next ticket."""
    ref, next_start = desk.open_task(stint, start), start + (end - start) * 0.45
    again = start + (end - start) * 0.8
    desk.work(start, next_start, ref)
    desk.work(next_start + _GAP, again, desk.open_task(stint, next_start + _GAP))
    desk.edit(again + _GAP, ref, {"status": Status.TODO})
    desk.edit(again + _GAP * 1.5, ref, {"status": Status.IN_PROGRESS})
    desk.finish(again + _GAP * 1.5, end, ref)
    return end


def in_parts(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """Sub-tasks are worked on while the task itself waits in To Do."""
    ref = desk.open_task(stint, start)
    count = desk.rng.choice((2, 2, 3))
    length = (end - start) / count
    for n in range(count):
        since, until = start + n * length + _GAP, start + (n + 1) * length - _GAP
        part = desk.open_part(stint, ref, desk.at(since))
        desk.work(since, until, part)
    desk.begin(end - _GAP / 4, ref)
    desk.edit(end, ref, {"status": Status.DONE})
    return end


def taken_over(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """Planned for a colleague."""
    desk.work(start, end, desk.open_task(stint, start, {"assignee": desk.colleague().key}))
    return end


def handed_over(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """Given away in flight; the colleague, with a ticket of their own, closes it soon."""
    ref, colleague = desk.open_task(stint, start), desk.colleague().key
    handed = end - min(0.3, (end - start) / 4)
    desk.begin(start, ref)
    desk.say(handed - 0.004, ref, "handing")
    desk.edit(handed, ref, {"assignee": colleague})
    desk.pen.edit(desk.at(end), colleague, ref, {"status": Status.DONE})
    return end


def without_phase(desk: Desk, stint: Stint, start: float, end: float) -> float:
    desk.work(start, end, desk.open_task(stint, start, {"phase": None}))
    return end


def without_epic(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """A chore of the team."""
    end = min(end, start + desk.rng.uniform(0.3, 1.2))
    values: Values = {"parent": None, "phase": None, "space": "ML", "labels": "chore"}
    desk.work(start, end, desk.open_task(stint, start, values, kind="chore"))
    return end


def phase_set_late(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """The phase is filled in while the work goes on, or only after it."""
    ref = desk.open_task(stint, start, {"phase": None})
    desk.work(start, end, ref)
    late = start + (end - start) * desk.rng.choice((0.2, 0.5, 1.4))
    desk.edit(late, ref, {"phase": stint.phase})
    return end


def epic_set_late(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """Created under another epic, or none, and put right when the work begins."""
    created = desk.at(start - 9)
    others = [p.epic for p in desk.projects if p.created_ms < created and p.owner is not desk.person]
    ref = desk.open_task(stint, start, {"parent": desk.rng.choice([None, *others])})
    desk.edit(start, ref, {"parent": desk.projects[stint.project].epic})
    desk.work(start + _GAP, end, ref)
    return end


def moved_here(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """Filed in another Jira space and moved before, or while, it is worked on."""
    home = desk.projects[stint.project].space
    ref = desk.open_task(stint, start, {"space": desk.rng.choice([s for s in ("ML", "DS") if s != home])})
    desk.work(start, end, ref)
    moved = desk.rng.choice((start - 0.001, start + (end - start) * 0.4))
    desk.pen.move(max(desk.at(moved), desk.at(start) - 20_000), desk.person.key, ref, home)
    return end


def given_up(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """Put back after a while, and deleted."""
    end = min(end, start + desk.rng.uniform(0.3, 1.0))
    ref = desk.open_task(stint, start)
    desk.begin(start, ref)
    desk.edit(end, ref, {"status": Status.TODO})
    desk.pen.delete(desk.at(end + desk.rng.uniform(0.2, 3)), desk.projects[stint.project].owner.key, ref)
    return end


def back_and_forth(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """Started, put back and started again within the hours."""
    ref = desk.open_task(stint, start)
    desk.begin(start, ref)
    for n in range(desk.rng.choice((1, 2, 3))):
        desk.edit(start + (2 * n + 1) * _GAP, ref, {"status": Status.TODO})
        desk.edit(start + (2 * n + 1.7) * _GAP, ref, {"status": Status.IN_PROGRESS})
    desk.finish(start + 0.2, end, ref)
    return end


def renamed(desk: Desk, stint: Stint, start: float, end: float) -> float:
    """The title and the estimate are made more honest on the way."""
    ref = desk.open_task(stint, start)
    desk.begin(start, ref)
    title = desk.projects[stint.project].titles.next(stint.phase)
    desk.edit(start + (end - start) / 2, ref, {"summary": title, "estimate": 3 * 8 * 3600})
    desk.finish(start + (end - start) / 2, end, ref)
    return end


WAYS: dict[Way, int] = {
    straight: 50,
    flagged: 5,
    blocked: 5,
    two_at_once: 5,
    reopened: 4,
    in_parts: 5,
    taken_over: 4,
    handed_over: 2,
    without_phase: 3,
    without_epic: 5,
    phase_set_late: 3,
    epic_set_late: 2,
    moved_here: 2,
    given_up: 2,
    back_and_forth: 2,
    renamed: 3,
}
"""Each way with its weight."""
