"""Section 2 of docs/definitions.md as plainly as it can be said: the intervals of issues and the active
pieces of tasks, as they stood at one instant. The other files of this folder ask their questions here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Generic, TypeVar

from tests.naive.facts import Policy, Ticket, World, before, value_at
from tests.naive.worktime import Days, Span

Label = TypeVar("Label")
Values = tuple[str, str, str, str | None, int | None, bool]
"""Status id, group, phase, person, project, flagged."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval of one issue. `end` is None while it lasts."""

    issue: int
    start: int
    end: int | None
    status: str
    group: str
    phase: str
    person: str | None
    project: int | None
    flagged: bool

    def covers(self, at: int) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Run(Generic[Label]):
    """A maximal time in which one label holds. `end` is None while it lasts."""

    start: int
    end: int | None
    label: Label


@dataclass(frozen=True, slots=True)
class Piece:
    """A time in which a task is active, in one phase and one project."""

    task: int
    start: int
    end: int | None
    phase: str
    project: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """The world as it stood at `as_of`. The pieces of a task are kept: every question is about them."""

    world: World
    as_of: int
    days: Days
    tickets: dict[int, Ticket]
    lives: dict[int, list[Stretch]]
    pieces: dict[int, list[Piece]] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return self.world.policy

    def tasks(self) -> list[Ticket]:
        return [ticket for ticket in self.tickets.values() if ticket.kind == "task"]

    def projects(self) -> list[Ticket]:
        return [ticket for ticket in self.tickets.values() if ticket.kind == "project"]

    def subtasks(self, task: int) -> list[Ticket]:
        return [t for t in self.tickets.values() if t.kind == "subtask" and t.parent == task]

    def family(self, task: int) -> list[Stretch]:
        """The intervals of the task and of its sub-tasks."""
        mine = [ticket.id for ticket in self.subtasks(task)]
        return [stretch for issue in (task, *mine) for stretch in self.lives[issue]]

    def now(self, issue: int) -> Stretch | None:
        """The interval the issue is in; None when it is removed."""
        return next((stretch for stretch in self.lives[issue] if stretch.end is None), None)

    def measured(self, start: int, end: int | None) -> Span:
        """What is open is measured up to the instant."""
        return start, self.as_of if end is None else end


def seen(world: World, as_of: int, days: Days | None = None) -> Seen:
    past = before(world, as_of)
    tickets = {ticket.id: ticket for ticket in past.tickets}
    lives = {ticket.id: intervals(ticket, past, as_of) for ticket in past.tickets}
    return Seen(past, as_of, days or Days(world.policy), tickets, lives)


def runs(instants: Iterable[int], as_of: int, label: Callable[[int], Label | None]) -> list[Run[Label]]:
    """Between two neighbouring instants nothing changes: ask at each what holds, join what is equal.

    A label that is false (None, False) makes no run.
    """
    found: list[Run[Label]] = []
    edges = [*sorted({at for at in instants if at < as_of}), as_of]
    for holds, joined in groupby(pairwise(edges), key=lambda times: label(times[0])):
        if holds:
            times = list(joined)
            start, end = times[0][0], times[-1][1]
            found.append(Run(start, None if end == as_of else end, holds))
    return found


def edges_of(stretches: Iterable[Stretch]) -> set[int]:
    """Every instant at which one of them begins or ends."""
    starts_and_ends = {(stretch.start, stretch.end) for stretch in stretches}
    return {at for pair in starts_and_ends for at in pair if at is not None}


def intervals(ticket: Ticket, world: World, as_of: int) -> list[Stretch]:
    """The life of one issue, cut where a mapped value changes."""
    instants = {ticket.created} | {turn.at for turn in ticket.turns if turn.at > ticket.created}
    if ticket.removed_at is not None:
        instants |= {ticket.removed_at}

    def values(at: int) -> Values | None:
        lives = ticket.removed_at is None or at < ticket.removed_at
        return values_at(ticket, world, at) if lives and at >= ticket.created else None

    return [Stretch(ticket.id, run.start, run.end, *run.label) for run in runs(instants, as_of, values)]


def values_at(ticket: Ticket, world: World, at: int) -> Values:
    status = value_at(ticket, "status", at) or ""
    flagged = bool(value_at(ticket, "flag", at))
    person = value_at(ticket, "assignee", at)
    group = world.policy.groups.get(status, "todo")
    if flagged and group == "active":
        group = "paused"
    if ticket.kind != "task":
        return status, group, "none", person, None, flagged
    phase = world.policy.phases.get(value_at(ticket, "option", at) or "", "none")
    parent = value_at(ticket, "parent", at)
    project = int(parent) if parent and int(parent) in world.projects else None
    return status, group, phase, person, project, flagged


def stretch_at(stretches: Iterable[Stretch], at: int) -> Stretch | None:
    for stretch in stretches:
        if stretch.covers(at):
            return stretch
    return None


def pieces(task: int, view: Seen) -> list[Piece]:
    """When the task or one of its sub-tasks is active, in the phase and the project of the task."""
    if task not in view.pieces:
        view.pieces[task] = _pieces(task, view)
    return view.pieces[task]


def _pieces(task: int, view: Seen) -> list[Piece]:
    own, family = view.lives[task], view.family(task)
    active = [one for one in family if one.group == "active"]

    def where(at: int) -> tuple[str, int | None] | None:
        home = stretch_at(own, at)
        if home is None or stretch_at(active, at) is None:
            return None
        return home.phase, home.project

    found = runs(edges_of(family), view.as_of, where)
    return [Piece(task, run.start, run.end, *run.label) for run in found]


def counts_as(issue: int, view: Seen) -> int:
    """The task that a sub-task counts as: its parent, or itself when that is not in the store."""
    ticket = view.tickets[issue]
    if ticket.kind == "subtask" and ticket.parent in view.world.tasks:
        return int(ticket.parent or 0)
    return issue


def is_orphan(issue: int, view: Seen) -> bool:
    """A sub-task without a parent in the store: it counts in the one-active rule and nowhere else."""
    return view.tickets[issue].kind == "subtask" and counts_as(issue, view) == issue
