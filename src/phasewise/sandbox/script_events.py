"""What the scripted team's history is made of: events, and the pen that writes them.

The `script_*` modules write with it, `script` puts the events in order, `team` plays them onto a World.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

PHASES = (
    "research",
    "data_exploration",
    "modeling",
    "productization",
    "ab_testing",
    "results_analysis",
)
"""The six phases, in order, as the script names them."""

Value = str | int | bool | None

MINUTE, HOUR, DAY, WEEK = 60_000, 3_600_000, 86_400_000, 604_800_000
"""In milliseconds."""


class Op(StrEnum):
    CREATE_EPIC = "create_epic"
    CREATE_TASK = "create_task"
    CREATE_SUBTASK = "create_subtask"
    EDIT = "edit"
    MOVE = "move"
    DELETE = "delete"
    COMMENT = "comment"


class Status:
    """The statuses as the script names them; a space that lacks one uses the nearest it has."""

    TODO, IN_PROGRESS, IN_REVIEW = "todo", "in_progress", "in_review"
    TESTING, BLOCKED, DONE = "testing", "blocked", "done"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a person did. `ref` names the issue inside the script; `at_ms` is UTC.

    `values` holds what was given: `summary`, `space` ("ML", "DS", "GROW"), `status`, `phase`, `assignee` (a
    person's key), `parent` (a ref), `flagged`, `estimate` (seconds), `description`, `labels` (one string) or
    `comment`. A new issue is in To Do.
    """

    at_ms: int
    actor: str
    op: Op
    ref: str
    values: Mapping[str, Value]


class Values(TypedDict, total=False):
    summary: str
    space: str
    status: str
    phase: str | None
    assignee: str | None
    parent: str | None
    flagged: bool
    estimate: int | None
    description: str
    labels: str
    comment: str


class Pen:
    """Collects the events of one history, in any order; `in_order` sorts them."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._count = 0

    def create(self, at_ms: int, actor: str, op: Op, values: Values) -> str:
        """Returns the new issue's ref."""
        self._count += 1
        ref = f"{op.removeprefix('create_')}-{self._count}"
        self._write(at_ms, actor, op, ref, values)
        return ref

    def edit(self, at_ms: int, actor: str, ref: str, values: Values) -> None:
        self._write(at_ms, actor, Op.EDIT, ref, values)

    def move(self, at_ms: int, actor: str, ref: str, space: str) -> None:
        self._write(at_ms, actor, Op.MOVE, ref, {"space": space})

    def comment(self, at_ms: int, actor: str, ref: str, text: str) -> None:
        self._write(at_ms, actor, Op.COMMENT, ref, {"comment": text})

    def delete(self, at_ms: int, actor: str, ref: str) -> None:
        self._write(at_ms, actor, Op.DELETE, ref, {})

    def in_order(self, before_ms: int) -> list[Event]:
        """What happened strictly before an instant: a prefix of the history is a history."""
        return sorted((event for event in self._events if event.at_ms < before_ms), key=lambda e: e.at_ms)

    def _write(self, at_ms: int, actor: str, op: Op, ref: str, values: Values) -> None:
        self._events.append(Event(at_ms, actor, op, ref, {**values}))  # type: ignore[dict-item]
