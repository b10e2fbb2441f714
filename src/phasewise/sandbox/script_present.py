"""The present of the demo: what is on each desk at the last instant of the history. `script` sets it."""

from dataclasses import dataclass
from itertools import cycle, islice

from phasewise.sandbox.script_desk import Desk
from phasewise.sandbox.script_diary import start_for_age
from phasewise.sandbox.script_events import DAY, HOUR, Op, Status, Values
from phasewise.sandbox.script_fill import leave_todo
from phasewise.sandbox.script_tracks import Stint


@dataclass(frozen=True, slots=True)
class Scene:
    """What one person has before them: the ages (weekdays) of the tickets they hold, the oldest first.

    `resting` is how long ago the last one ended for a person who holds none. `reviewing`: the ticket is In
    Review; `in_parts`: a sub-task of it is what is worked on.
    """

    ages: tuple[float, ...] = ()
    resting: float = 0.0
    reviewing: bool = False
    in_parts: bool = False

    def from_ms(self, end_ms: int, zone: str) -> int:
        """When the scene begins: nothing else is on the desk from then on."""
        return start_for_age(self.ages[0] if self.ages else self.resting, end_ms, zone)


OVERDUE, LATE, NEARLY = Scene((7.4,)), Scene((6.2,)), Scene((4.45,))
TWO, REVIEW, FRESH = Scene((3.2, 1.2)), Scene((2.3,), reviewing=True), Scene((0.5,))
PARTS, NOTHING = Scene((1.6,), in_parts=True), Scene(resting=1.9)

_OF_OWNERS = (OVERDUE, REVIEW, NEARLY, TWO, FRESH, LATE)
_OF_MORE_OWNERS = (FRESH, PARTS, REVIEW, Scene((3.1,)), FRESH, LATE)


def scenes(owners: int, helpers: int) -> tuple[Scene, ...]:
    """One scene each, owners first. A small team gets the most telling ones."""
    first = _OF_OWNERS if owners > 3 else (TWO, OVERDUE, NEARLY)
    of_owners = [*first[:owners], *islice(cycle(_OF_MORE_OWNERS), max(0, owners - len(first)))]
    return tuple(of_owners + [NOTHING, *islice(cycle((PARTS, FRESH)), helpers)][:helpers])


def set_scene(desk: Desk, scene: Scene, stint: Stint, end_ms: int, zone: str) -> None:
    """Leaves the tickets of a scene on the desk, all begun before the end, and some to do next."""
    earliest_ms = desk.projects[stint.project].created_ms + HOUR
    for age in scene.ages:
        at_ms = max(start_for_age(age, end_ms, zone), earliest_ms)
        ref = _open(desk, stint, at_ms)
        if scene.in_parts:
            _begin_part(desk, stint, ref, at_ms)
        else:
            desk.pen.edit(at_ms, desk.person.key, ref, {"status": Status.IN_PROGRESS})
        if scene.reviewing:
            review_ms = max(at_ms + HOUR, end_ms - int(1.4 * HOUR))
            desk.pen.edit(review_ms, desk.person.key, ref, {"status": Status.IN_REVIEW})
    leave_todo(desk, stint, desk.diary.position(end_ms), desk.rng.choice((1, 2, 2, 3)))
    leave_todo(desk, stint, desk.diary.position(end_ms), desk.rng.choice((0, 1)), assigned=False)


def _open(desk: Desk, stint: Stint, at_ms: int) -> str:
    values: Values = {"assignee": desk.person.key}
    project = desk.projects[stint.project]
    values |= {
        "summary": project.titles.next(stint.phase),
        "space": project.space,
        "parent": project.epic,
        "phase": stint.phase,
    }
    planned_ms = max(at_ms - desk.rng.randrange(HOUR, 3 * DAY), project.created_ms, desk.opens_ms)
    created_ms = min(planned_ms, at_ms - 60_000)
    return desk.create(created_ms, project.owner.key, Op.CREATE_TASK, values)


def _begin_part(desk: Desk, stint: Stint, ref: str, at_ms: int) -> None:
    part = desk.open_part(stint, ref, at_ms)
    desk.pen.edit(at_ms, desk.person.key, part, {"status": Status.IN_PROGRESS})
