"""What the naive reading starts from: issues, the changes of their fields, the policy. It imports nothing
of the product. Instants are milliseconds since the epoch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

PHASES = ("research", "data_exploration", "modeling", "productization", "ab_testing", "results_analysis")
FIELDS = ("status", "option", "assignee", "parent", "flag")


@dataclass(frozen=True, slots=True)
class Turn:
    """One change of one field: parents as issue ids in digits, a flag as any text when set. `by_us`: the
    product knows that it moved the ticket itself."""

    at: int
    history: int
    item: int
    field: str
    before: str | None
    after: str | None
    by_us: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """One issue: kind (project, task, subtask, other), its values as they are now, and its changes."""

    id: int
    kind: str
    created: int
    status: str
    option: str | None = None
    assignee: str | None = None
    parent: int | None = None
    flagged: bool = False
    removed_at: int | None = None
    whole: bool = True
    estimate_days: float | None = None
    turns: tuple[Turn, ...] = ()


def as_jira_tells(ticket: Ticket) -> Ticket:
    """Which moves were the product's own, no history says."""
    return replace(ticket, turns=tuple(replace(turn, by_us=False) for turn in ticket.turns))


@dataclass(frozen=True, slots=True)
class Policy:
    """The mapping, the limits and the calendar of the one team there is."""

    groups: Mapping[str, str]
    phases: Mapping[str, str]
    unmapped: frozenset[str] = frozenset()
    one_active: int = 1
    five_days: float = 5.0
    grace_minutes: float = 15.0
    watching: int = 2
    paused: int = 2
    zone: str = "UTC"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    country: str | None = None
    subdivision: str | None = None
    extra: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    leave: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """One edit of a record of a project: a plan (which does without the phases in `skipped`), or what is in
    a slot: a deliverable by the name of the slot, an ab_test or a result by a name of its own."""

    at: int
    project: int
    noun: str
    name: str
    state: str
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """All that is stored, records in the order of their edits. Which ids are projects and tasks is asked of
    the store, whatever the instant."""

    tickets: tuple[Ticket, ...]
    policy: Policy
    projects: frozenset[int] = field(default=frozenset())
    tasks: frozenset[int] = field(default=frozenset())
    records: tuple[Saved, ...] = ()


def world(tickets: list[Ticket], policy: Policy) -> World:
    projects = frozenset(ticket.id for ticket in tickets if ticket.kind == "project")
    tasks = frozenset(ticket.id for ticket in tickets if ticket.kind == "task")
    return World(tuple(tickets), policy, projects, tasks)


def turns_of(ticket: Ticket, field: str) -> list[Turn]:
    """The changes of one field in order of (time, history id), each once."""
    seen: dict[tuple[int, int], Turn] = {}
    for turn in ticket.turns:
        if turn.field == field:
            seen.setdefault((turn.history, turn.item), turn)
    return sorted(seen.values(), key=lambda turn: (turn.at, turn.history, turn.item))


def current(ticket: Ticket, field: str) -> str | None:
    values = {
        "status": ticket.status,
        "option": ticket.option,
        "assignee": ticket.assignee,
        "parent": None if ticket.parent is None else str(ticket.parent),
        "flag": "set" if ticket.flagged else None,
    }
    return values[field]


def value_at(ticket: Ticket, field: str, at: int) -> str | None:
    """What the field held at `at` (with the changes of that very instant): what the history says, and
    the current value only where the history says nothing."""
    turns = turns_of(ticket, field)
    if not turns:
        return current(ticket, field)
    value = turns[0].before
    for turn in turns:
        if turn.at <= at:
            value = turn.after
    return value


def is_incomplete(ticket: Ticket) -> bool:
    """The history did not come whole, or ends elsewhere than where the issue is."""
    if not ticket.whole:
        return True
    return any(_ends_elsewhere(ticket, name) for name in FIELDS)


def _ends_elsewhere(ticket: Ticket, field: str) -> bool:
    if field in ("parent", "option") and ticket.kind != "task":
        return False  # a sub-task has its parent's phase and its current parent, an epic neither
    turns = turns_of(ticket, field)
    return bool(turns) and same(field, turns[-1].after) != same(field, current(ticket, field))


def same(field: str, value: str | None) -> str | bool | None:
    return bool(value) if field == "flag" else value


def before(world: World, as_of: int) -> World:
    """The world without anything that happened at `as_of` or later."""
    kept = [unhappen(ticket, as_of) for ticket in world.tickets if ticket.created < as_of]
    saved = tuple(one for one in world.records if one.at < as_of)
    return replace(world, tickets=tuple(kept), records=saved)


def unhappen(ticket: Ticket, as_of: int) -> Ticket:
    values = {name: value_at(ticket, name, as_of - 1) for name in FIELDS}
    removed = ticket.removed_at is not None and ticket.removed_at < as_of
    parent = values["parent"] if ticket.kind == "task" else current(ticket, "parent")
    return replace(
        ticket,
        status=values["status"] or "",
        option=values["option"],
        assignee=values["assignee"],
        parent=int(parent) if parent else None,
        flagged=bool(values["flag"]),
        removed_at=ticket.removed_at if removed else None,
        turns=tuple(turn for turn in ticket.turns if turn.at < as_of),
    )
