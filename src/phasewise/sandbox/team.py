"""The scripted team on a World: its history played onto it, or issues by the million. `TeamLife` goes on.

The demo, the sandbox command and the benchmarks call `settle_team` or `settle_bulk`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from phasewise.sandbox import catalogue
from phasewise.sandbox.script import history
from phasewise.sandbox.script_bulk import bulk
from phasewise.sandbox.script_cast import Person, cast_of
from phasewise.sandbox.script_events import PHASES, Event, Op, Status, Value
from phasewise.sandbox.team_life import TeamLife
from phasewise.sandbox.world import World

__all__ = ["Player", "TeamLife", "play", "play_stream", "settle_bulk", "settle_team"]

_STATUSES = {
    Status.TODO: catalogue.TODO,
    Status.IN_PROGRESS: catalogue.IN_PROGRESS,
    Status.IN_REVIEW: catalogue.IN_REVIEW,
    Status.TESTING: catalogue.TESTING,
    Status.BLOCKED: catalogue.BLOCKED,
    Status.DONE: catalogue.DONE,
}
_OPTIONS = dict(zip(PHASES, (option for option, _ in catalogue.PHASE_OPTIONS), strict=True))
_LEVELS = {Op.CREATE_EPIC: 1, Op.CREATE_TASK: 0, Op.CREATE_SUBTASK: -1}


class Player:
    """Knows which user a person of the script is, and which issue a ref has become."""

    def __init__(self, world: World, people: Iterable[Person]) -> None:
        self.world = world
        known = {user.email: id for id, user in world.users.items()}
        self.users = {person.key: known.get(person.email) or self._register(person) for person in people}
        self.issues: dict[str, int] = {}

    def play(self, event: Event) -> None:
        """Applies one event; raises KeyError where it names a person or an issue nobody has heard of."""
        self._ACTS[event.op](self, event)

    def status_id(self, space: str, status: str) -> str:
        """The id of a status in a space, by id or key; where the space lacks it, one of its own of the
        same category."""
        home, wanted = self.world.space(space), _STATUSES[status]
        if home is None or wanted in home.statuses:
            return wanted
        category = self.world.statuses[wanted].category
        return next(id for id in home.statuses if self.world.statuses[id].category == category)

    def _register(self, person: Person) -> str:
        return self.world.add_user(person.name, email=person.email, zone=person.zone)

    def _create(self, event: Event) -> None:
        values = dict(event.values)
        space, summary, parent = (
            str(values.pop("space")),
            str(values.pop("summary")),
            values.pop("parent", None),
        )
        self.issues[event.ref] = self.world.create_issue(
            event.at_ms,
            self.users[event.actor],
            space=space,
            type_id=self._type_id(space, event.op),
            summary=summary,
            parent=None if parent is None else self.issues[str(parent)],
            fields=self._fields(space, values),
        )

    def _edit(self, event: Event) -> None:
        issue_id = self.issues[event.ref]
        space = self.world.issues[issue_id].space
        self.world.edit(event.at_ms, self.users[event.actor], issue_id, self._fields(space, event.values))

    def _move(self, event: Event) -> None:
        space = str(event.values["space"])
        self.world.move(event.at_ms, self.users[event.actor], self.issues[event.ref], space)

    def _comment(self, event: Event) -> None:
        text = str(event.values["comment"])
        self.world.comment(event.at_ms, self.users[event.actor], self.issues[event.ref], text)

    def _delete(self, event: Event) -> None:
        self.world.delete(event.at_ms, self.users[event.actor], self.issues.pop(event.ref))

    _ACTS: Mapping[Op, Callable[["Player", Event], None]] = {
        Op.CREATE_EPIC: _create,
        Op.CREATE_TASK: _create,
        Op.CREATE_SUBTASK: _create,
        Op.EDIT: _edit,
        Op.MOVE: _move,
        Op.DELETE: _delete,
        Op.COMMENT: _comment,
    }

    def _type_id(self, space: str, op: Op) -> str:
        home = self.world.space(space)
        types = self.world.types
        fitting = [id for id in (home.types if home else ()) if types[id].level == _LEVELS[op]]
        preferred = (catalogue.TASK, catalogue.TEAM_TASK)
        return next((id for id in fitting if id in preferred), fitting[0])

    def _fields(self, space: str, values: Mapping[str, Value]) -> dict[str, Any]:
        """The values as the World names them: by ids."""
        fields: dict[str, Any] = dict(values)
        if fields.get("status"):
            fields["status"] = self.status_id(space, fields["status"])
        if fields.get("assignee"):
            fields["assignee"] = self.users[fields["assignee"]]
        if fields.get("phase"):
            fields["phase"] = _OPTIONS[fields["phase"]]
        if fields.get("parent"):
            fields["parent"] = self.issues[fields["parent"]]
        if "labels" in fields:
            fields["labels"] = fields["labels"].split()
        return fields


def settle_team(
    world: World,
    *,
    seed: int = 0,
    team_size: int = 8,
    weeks: float = 26,
    end_ms: int,
    zone: str = "Europe/Berlin",
) -> Player:
    """Gives the world a team with a history of so many weeks before `end_ms`; see `script.history`."""
    events = history(seed, team_size=team_size, weeks=weeks, end_ms=end_ms, zone=zone)
    return play(world, cast_of(seed, team_size), events)


def settle_bulk(world: World, *, seed: int = 0, issues: int, end_ms: int, people: int | None = None) -> None:
    """Gives the world so many issues with years of history before `end_ms`; see `script_bulk.bulk`.

    Unless told otherwise there are 40 people, and more from 10,000 issues on: nobody does superhuman work.
    """
    people = people or max(40, issues // 250)
    play_stream(world, cast_of(seed, people), bulk(seed, issues, end_ms=end_ms, people=people))


def play(world: World, people: Iterable[Person], events: Iterable[Event]) -> Player:
    """Registers the people as users and applies the events in their order."""
    player = Player(world, people)
    for event in events:
        player.play(event)
    return player


def play_stream(world: World, people: Iterable[Person], events: Iterable[Event]) -> None:
    """Applies events that come issue by issue, such as those of `script_bulk`, forgetting each task's ref
    when the next one comes: a million of them would weigh more than the issues."""
    player = Player(world, people)
    current: str | None = None
    for event in events:
        player.play(event)
        if event.op is Op.CREATE_TASK:
            if current is not None:
                del player.issues[current]
            current = event.ref
