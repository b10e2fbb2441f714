"""The team goes on living: one move after the other on the World as it is."""

import threading
from datetime import UTC, datetime

import pytest

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Deployment
from phasewise.sandbox.script import cast_of, history
from phasewise.sandbox.team import play
from phasewise.sandbox.team_life import TeamLife
from phasewise.sandbox.world import World

END = int(datetime(2026, 11, 19, 9, 40, tzinfo=UTC).timestamp() * 1000)


def lived_in(deployment: Deployment = "cloud") -> World:
    world = World(deployment, clock=lambda: END)
    play(world, cast_of(1, 8), history(1, end_ms=END))
    return world


def steps(world: World, count: int, seed: int = 1) -> list[str | None]:
    life = TeamLife(world, seed)
    return [life.step(END + n * 15_000) for n in range(count)]


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_five_hundred_moves_leave_a_living_team(deployment: Deployment) -> None:
    world = lived_in(deployment)
    before = len(world.issues)
    told = steps(world, 500)
    assert None not in told
    assert len(world.issues) > before
    assert 5 <= sum(count > 0 for count in active_counts(world).values()) <= 8
    assert max(active_counts(world).values()) <= 3


def active_counts(world: World) -> dict[str, int]:
    resting = (catalogue.TESTING, catalogue.BLOCKED)
    counts = dict.fromkeys((i.assignee for i in world.issues.values() if i.assignee), 0)
    for issue in world.issues.values():
        begun = world.statuses[issue.status].category == "indeterminate" and world.level(issue) < 1
        flagged = (issue.custom or {}).get(catalogue.FLAG_FIELD)
        if begun and issue.status not in resting and not flagged and issue.assignee:
            counts[issue.assignee] += 1
    return counts


def test_the_same_seed_makes_the_same_moves() -> None:
    assert steps(lived_in(), 100) == steps(lived_in(), 100)
    assert steps(lived_in(), 100, seed=2) != steps(lived_in(), 100, seed=3)


def test_every_kind_of_move_is_made() -> None:
    kinds = {str(told).split(" ", 1)[1] for told in steps(lived_in(), 600)}
    assert {
        "is begun",
        "goes to review",
        "is done",
        "is planned",
        "is commented on",
        "changes hands",
    } <= kinds
    assert {"is flagged", "goes on", "is put back"} <= kinds


def test_statuses_stay_within_the_issues_space() -> None:
    world = lived_in()
    steps(world, 300)
    assert all(i.status in world.spaces[i.space].statuses for i in world.issues.values())


def test_new_tasks_have_a_phase_a_project_and_an_owner() -> None:
    world = lived_in()
    known = set(world.issues)
    steps(world, 100)
    new = [issue for id, issue in world.issues.items() if id not in known]
    assert len(new) >= 5
    assert all(i.parent in world.issues and (i.custom or {})[catalogue.PHASE_FIELD] for i in new)


def test_long_overdue_work_is_still_there_after_a_demo() -> None:
    world = lived_in()
    steps(world, 60)
    old = [i for i in world.issues.values() if world.statuses[i.status].category == "indeterminate"]
    assert any(END - issue.status_since > 5 * 86_400_000 for issue in old if world.level(issue) == 0)


def test_moves_follow_what_others_do_to_the_issues() -> None:
    world = lived_in()
    life = TeamLife(world, 1)
    for issue_id in [i.id for i in world.issues.values() if world.level(i) == 0]:
        if issue_id in world.issues:
            world.delete(END, world.service_user, issue_id)
    told = [life.step(END + n) for n in range(50)]
    assert any(what and what.endswith("is planned") for what in told)
    assert any(what and what.endswith("is begun") for what in told)


def test_nobody_makes_no_move() -> None:
    assert TeamLife(World("cloud"), 1).step(END) is None


def test_living_ends_when_told_to_stop() -> None:
    world, stop = lived_in(), threading.Event()
    moved = threading.Event()
    world.listeners.append(lambda _: moved.set())
    thread = threading.Thread(target=TeamLife(world, 1).live, args=(stop, 0.01))
    thread.start()
    assert moved.wait(5)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
