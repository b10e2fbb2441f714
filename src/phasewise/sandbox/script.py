"""The history of a scripted machine-learning team: the same for the same arguments, whatever the clock says.

The demo, the tests and `team` read it; `script_cast` to `script_present` are its parts.
"""

import random
from collections.abc import Iterator, Sequence

from phasewise.sandbox.script_cast import Person, cast_of
from phasewise.sandbox.script_desk import Desk, Project, open_project
from phasewise.sandbox.script_diary import Diary
from phasewise.sandbox.script_events import WEEK, Event, Pen, Value
from phasewise.sandbox.script_fill import fill, leave_todo
from phasewise.sandbox.script_present import Scene, scenes, set_scene
from phasewise.sandbox.script_tracks import Ending, Plan, Stint, follow, lay_tracks
from phasewise.sandbox.script_words import Titles, ideas

__all__ = ["Event", "Person", "Value", "cast_of", "history"]


def history(
    seed: int, *, team_size: int = 8, weeks: float = 26, end_ms: int, zone: str = "Europe/Berlin"
) -> Iterator[Event]:
    """What the team did in the `weeks` before `end_ms`, in time order, all of it strictly before `end_ms`.

    Every fourth person helps on the projects of the others, who own about one and a half each in half a
    year. At `end_ms` the team is in the midst of its work; ages are meant in the weekdays of `zone`.
    """
    if team_size < 1 or weeks <= 0:
        raise ValueError("a history needs at least one person and some time")
    owners = team_size if team_size < 3 else team_size - max(1, team_size // 4)
    start_ms = end_ms - int(weeks * WEEK)
    pen, projects = Pen(), list[Project]()
    desks = _desks(seed, pen, projects, team_size, start_ms, end_ms)
    rng = random.Random(f"plan/{seed}")
    plan = lay_tracks(owners, weeks, end_ms, rng)
    _open_projects(plan, desks, projects, rng)
    tracks: list[Sequence[Stint]] = [*plan.stints]
    tracks += [follow(plan.stints, start_ms, end_ms, rng) for _ in desks[owners:]]
    for desk, track, scene in zip(desks, tracks, scenes(owners, team_size - owners), strict=True):
        _live(desk, track, scene, end_ms, zone)
    _plan_ahead(desks[0], projects, rng, end_ms)
    return iter(pen.in_order(end_ms))


def _desks(
    seed: int, pen: Pen, projects: Sequence[Project], team_size: int, start_ms: int, end_ms: int
) -> list[Desk]:
    people = cast_of(seed, team_size)
    desks: list[Desk] = []
    for person in people:
        rng = random.Random(f"desk/{seed}/{person.key}")
        diary = Diary(person, start_ms, end_ms, rng)
        opens_ms = diary.instant(diary.position(start_ms))
        desks.append(Desk(pen, person, diary, rng, people, projects, opens_ms))
    return desks


def _open_projects(plan: Plan, desks: Sequence[Desk], projects: list[Project], rng: random.Random) -> None:
    """Opens every project of the plan, and one in eight desks' worth more that nobody has begun."""
    count = len(plan.endings)
    themes = ideas(rng, count + max(1, len(desks) // 8))
    titles = [Titles(theme, random.Random(rng.random()), {}) for theme in themes]
    homes = _spaces(plan)
    for number, (ending, owner) in enumerate(zip(plan.endings, plan.owners, strict=True)):
        first_ms = min(stint.start_ms for stint in plan.of_project(number))
        projects.append(open_project(desks[owner], first_ms, titles[number], homes[number], ending))
    for number in range(count, len(themes)):
        planned_ms = plan.stints[0][-1].end_ms - int(rng.uniform(2, 4) * WEEK)
        lead = rng.choice(desks)
        projects.append(open_project(lead, planned_ms, titles[number], "ML", Ending.NOT_STARTED))


def _spaces(plan: Plan) -> list[str]:
    """In which Jira space each project lives.

    A/B tests and blocked work need statuses that the team-managed space does not have.
    """
    homes: list[str] = []
    for number, ending in enumerate(plan.endings):
        tested = any(stint.phase == "ab_testing" for stint in plan.of_project(number))
        simple = not tested and ending in (Ending.ACTIVE, Ending.IDLE)
        homes.append("GROW" if simple and "GROW" not in homes[-8:] else ("ML", "ML", "DS")[number % 3])
    return homes


def _live(desk: Desk, track: Sequence[Stint], scene: Scene, end_ms: int, zone: str) -> None:
    fill(desk, track, scene.from_ms(end_ms, zone))
    set_scene(desk, scene, track[-1], end_ms, zone)


def _plan_ahead(desk: Desk, projects: Sequence[Project], rng: random.Random, end_ms: int) -> None:
    """The first tasks of the projects that nobody has begun."""
    for number, project in enumerate(projects):
        if project.ending is Ending.NOT_STARTED:
            stint = Stint(number, "research", project.created_ms, end_ms, helping=True)
            before = desk.diary.position(end_ms)
            leave_todo(desk, stint, before, rng.choice((2, 3, 4)), assigned=False)
