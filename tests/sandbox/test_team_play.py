"""Playing the script onto a World, in both deployments."""

from datetime import UTC, datetime

import pytest

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Deployment
from phasewise.sandbox.script import cast_of, history
from phasewise.sandbox.script_events import Event, Op
from phasewise.sandbox.team import Player, play, settle_bulk, settle_team
from phasewise.sandbox.world import World

END = int(datetime(2026, 11, 19, 9, 40, tzinfo=UTC).timestamp() * 1000)
DEPLOYMENTS: tuple[Deployment, ...] = ("cloud", "datacenter")


def played(deployment: Deployment, seed: int = 1) -> tuple[World, Player]:
    world = World(deployment)
    return world, play(world, cast_of(seed, 8), history(seed, end_ms=END))


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_world_holds_what_the_script_created_and_did_not_delete(deployment: Deployment) -> None:
    world, player = played(deployment)
    events = list(history(1, end_ms=END))
    created = sum(event.op.startswith("create") for event in events)
    deleted = sum(event.op is Op.DELETE for event in events)
    assert len(world.issues) == len(player.issues) == created - deleted
    assert len(world.deleted) == deleted


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_every_status_and_type_belongs_to_the_issues_space(deployment: Deployment) -> None:
    world, _ = played(deployment)
    assert {issue.space for issue in world.issues.values()} == {catalogue.ML, catalogue.DS, catalogue.GROW}
    for issue in world.issues.values():
        home = world.spaces[issue.space]
        assert issue.status in home.statuses
        assert issue.type in home.types


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_histories_are_written_in_time_order(deployment: Deployment) -> None:
    world, _ = played(deployment)
    for issue in world.issues.values():
        instants = [issue.created, *(change.at for change in issue.changes)]
        assert instants == sorted(instants)


def test_playing_twice_registers_nobody_twice() -> None:
    world, player = played("cloud")
    assert play(world, cast_of(1, 8), []).users == player.users


def test_an_event_of_a_stranger_is_an_error() -> None:
    player = Player(World("cloud"), [])
    with pytest.raises(KeyError):
        player.play(Event(END, "nobody", Op.CREATE_TASK, "task-1", {"space": "ML", "summary": "Lost"}))


def test_a_settled_team_is_its_history_played() -> None:
    world, other = World("cloud"), World("cloud")
    settle_team(world, seed=2, team_size=4, weeks=9, end_ms=END)
    play(other, cast_of(2, 4), history(2, team_size=4, weeks=9, end_ms=END))
    assert list(world.issues.values()) == list(other.issues.values())


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_world_is_settled_with_as_many_issues_as_asked_for(deployment: Deployment) -> None:
    world = World(deployment)
    settle_bulk(world, seed=1, issues=400, end_ms=END, people=5)
    assert len(world.issues) == 400
    assert max(issue.updated for issue in world.issues.values()) < END
