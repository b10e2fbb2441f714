"""A small fixed cast and short words to say histories with: used by the tests of the core."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from phasewise.core.model import (
    CalendarRules,
    Change,
    Group,
    HistoryItem,
    Instant,
    Interval,
    Issue,
    Kind,
    Phase,
    SiteMapping,
    Tracked,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ANA, BEN, CLEO = "5b10:ana", "5b10:ben", "5b10:cleo"
EPIC, OTHER_EPIC = 900, 901
TASK, NEXT_TASK, THIRD_TASK, SUBTASK, NEXT_SUBTASK = 10, 11, 12, 20, 21

TODO, DOING, LIVE, BLOCKED, SHIPPED, STRANGE = "1", "3", "71", "72", "10001", "404"
OPTIONS = {
    "r": Phase.RESEARCH,
    "d": Phase.DATA_EXPLORATION,
    "m": Phase.MODELING,
    "p": Phase.PRODUCTIZATION,
    "a": Phase.AB_TESTING,
    "s": Phase.RESULTS_ANALYSIS,
}
MAPPING = SiteMapping(
    groups={
        TODO: Group.TODO,
        DOING: Group.ACTIVE,
        LIVE: Group.WATCHING,
        BLOCKED: Group.PAUSED,
        SHIPPED: Group.DONE,
    },
    phases=OPTIONS,
)
PROJECTS = frozenset({EPIC, OTHER_EPIC})

PARIS = CalendarRules(zone="Europe/Paris", country="FR")
UTC_WEEK = CalendarRules()

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def paris(text: str) -> Instant:
    """ "2026-03-02 10:00" on a clock in Paris."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris")).timestamp() * 1000)


def utc(text: str) -> Instant:
    """ "2026-03-02 10:00" UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("UTC")).timestamp() * 1000)


def change(
    at: Instant, field: Tracked, before: str | None, after: str | None, history_id: int = 0, item: int = 0
) -> Change:
    """A change; its history id follows from its time unless given."""
    return Change(at, history_id or at // 1000, item, field, before, after)


def move(at: Instant, before: str, after: str, **more: int) -> Change:
    return change(at, Tracked.STATUS, before, after, **more)


def moves(*steps: tuple[Instant, str], since: str = TODO) -> tuple[Change, ...]:
    """Status moves one after the other, the first of them out of `since`."""
    found, before = [], since
    for at, after in steps:
        found.append(move(at, before, after))
        before = after
    return tuple(found)


def issue(id: int = TASK, kind: Kind = Kind.TASK, *, created: Instant, **values: Any) -> Issue:
    """An issue; current values that are not given are the last of its changes."""
    changes: Iterable[Change] = values.get("changes", ())
    names: dict[Tracked, tuple[str, Callable[[str | None], Any]]] = {
        Tracked.STATUS: ("status", str),
        Tracked.PHASE: ("phase_option", lambda value: value),
        Tracked.ASSIGNEE: ("assignee", lambda value: value),
        Tracked.PARENT: ("parent", lambda value: value and int(value)),
        Tracked.FLAG: ("flagged", bool),
    }
    last = {names[c.field][0]: names[c.field][1](c.after) for c in sorted(changes, key=lambda c: c.at)}
    return Issue(**{"id": id, "kind": kind, "created": created, "status": TODO, **last, **values})


def history(at: Instant, field: str, before: str | None, after: str | None, **more: Any) -> HistoryItem:
    """A changelog item as Jira sends it."""
    return HistoryItem(
        history_id=more.pop("history_id", at // 1000),
        item=more.pop("item", 0),
        at=at,
        author=ANA,
        field=field,
        before=before,
        after=after,
        **more,
    )


def interval(
    start: Instant, end: Instant | None = None, group: Group = Group.ACTIVE, **more: Any
) -> Interval:
    """An interval of `TASK`, Ana's, in Modeling, of `EPIC`, unless said otherwise."""
    values: dict[str, Any] = {
        "issue": TASK,
        "status": {g: s for s, g in MAPPING.groups.items()}[group],
        "phase": Phase.MODELING,
        "person": ANA,
        "project": EPIC,
        "flagged": False,
    }
    return Interval(start=start, end=end, group=group, **{**values, **more})


def life(*steps: tuple[Instant, Group], until: Instant | None = None, **more: Any) -> tuple[Interval, ...]:
    """Contiguous intervals, each with its start and group; the last ends at `until`."""
    ends = [start for start, _ in steps[1:]] + [until]
    return tuple(interval(start, end, group, **more) for (start, group), end in zip(steps, ends, strict=True))
