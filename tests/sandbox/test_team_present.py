"""How the portfolio looks at the last instant of a scripted history, computed plainly from its events."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

import pytest

from phasewise.sandbox.script import Event, cast_of, history
from phasewise.sandbox.script_diary import weekdays_between
from phasewise.sandbox.script_events import PHASES, Op, Value

ZONE = "Europe/Berlin"
GROUPS = {"todo": "todo", "testing": "watching", "blocked": "paused", "done": "done"}
PRESENTS = {
    "a Thursday morning": (1, "2026-11-19T09:40:00"),
    "a Sunday night": (2, "2026-11-22T03:00:00"),
    "the Christmas break": (3, "2026-12-28T10:00:00"),
    "just after the clock change": (4, "2026-03-30T06:30:00"),
    "a Friday evening": (5, "2026-07-03T19:05:00"),
}


@dataclass
class Ticket:
    """One issue: what it is now, and its life as (from, to, values) with `to` open at the present."""

    op: Op
    values: dict[str, Value]
    life: list[tuple[int, int, dict[str, Value]]] = field(default_factory=list)
    since: int = 0
    deleted: bool = False

    @property
    def group(self) -> str:
        return group_of(self.values)

    def active(self) -> Iterator[tuple[int, int, dict[str, Value]]]:
        return (piece for piece in self.life if group_of(piece[2]) == "active")


def group_of(values: dict[str, Value]) -> str:
    group = GROUPS.get(str(values.get("status", "todo")), "active")
    return "paused" if group == "active" and values.get("flagged") else group


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def tickets_of(events: Iterator[Event], end_ms: int) -> dict[str, Ticket]:
    tickets: dict[str, Ticket] = {}
    for event in events:
        if event.op.startswith("create"):
            tickets[event.ref] = Ticket(event.op, dict(event.values), since=event.at_ms)
            continue
        ticket = tickets[event.ref]
        ticket.life.append((ticket.since, event.at_ms, dict(ticket.values)))
        ticket.values.update(event.values)
        ticket.since, ticket.deleted = event.at_ms, event.op is Op.DELETE
    for ticket in tickets.values():
        if not ticket.deleted:
            ticket.life.append((ticket.since, end_ms, dict(ticket.values)))
    return tickets


@pytest.fixture(params=PRESENTS.values(), ids=PRESENTS.keys())
def present(request: pytest.FixtureRequest) -> tuple[int, dict[str, Ticket], list[str]]:
    return present_of(*request.param)


@cache
def present_of(seed: int, text: str) -> tuple[int, dict[str, Ticket], list[str]]:
    end_ms = instant(text)
    keys = [person.key for person in cast_of(seed, 8)]
    return end_ms, tickets_of(history(seed, end_ms=end_ms, zone=ZONE), end_ms), keys


Present = tuple[int, dict[str, Ticket], list[str]]


def held(present: Present) -> dict[str, list[Ticket]]:
    """The active tickets of each person now."""
    _, tickets, keys = present
    working = [
        t for t in tickets.values() if t.group == "active" and not t.deleted and t.op is not Op.CREATE_EPIC
    ]
    return {key: [t for t in working if t.values["assignee"] == key] for key in keys}


def age(ticket: Ticket) -> float:
    pieces = [(a, b) for a, b, _ in ticket.active()]
    return sum(weekdays_between(a, b, ZONE) for a, b in pieces)


def state(present: Present, epic: str) -> str:
    tickets = present[1]
    own = {r: t for r, t in tickets.items() if t.values.get("parent") == epic and not t.deleted}
    parts = [t for t in tickets.values() if t.values.get("parent") in own and not t.deleted]
    groups = {t.group for t in [*own.values(), *parts]}
    if tickets[epic].group == "done":
        return "done"
    first = next((g for g in ("active", "watching", "paused") if g in groups), None)
    return first or ("idle" if any([*t.active()] for t in own.values()) else "not_started")


def test_six_to_nine_tickets_are_active(present: Present) -> None:
    assert 6 <= sum(len(tickets) for tickets in held(present).values()) <= 9


def test_exactly_one_person_is_over_the_limit_and_one_has_nothing(present: Present) -> None:
    counts = sorted(len(tickets) for tickets in held(present).values())
    assert counts == [0, 1, 1, 1, 1, 1, 1, 2]


def test_whoever_has_nothing_active_could_begin_something(present: Present) -> None:
    _, tickets, _ = present
    idle = next(key for key, working in held(present).items() if not working)
    assert any(t.group == "todo" and t.values.get("assignee") == idle for t in tickets.values())


def test_one_to_three_tasks_are_over_five_days_and_one_or_two_near(present: Present) -> None:
    ages = [age(ticket) for tickets in held(present).values() for ticket in tickets]
    assert 1 <= sum(days > 5 for days in ages) <= 3
    assert 1 <= sum(4 <= days <= 5 for days in ages) <= 2
    assert max(ages) < 9


def test_projects_are_in_every_state(present: Present) -> None:
    epics = [ref for ref, ticket in present[1].items() if ticket.op is Op.CREATE_EPIC]
    states = [state(present, epic) for epic in epics]
    assert 10 <= len(epics) <= 12
    assert set(states) == {"done", "active", "watching", "paused", "idle", "not_started"}
    assert states.count("active") >= 5


def test_active_projects_are_in_different_phases(present: Present) -> None:
    phases = {t.values.get("phase") for tickets in held(present).values() for t in tickets}
    assert len(phases & set(PHASES)) >= 4


def test_projects_go_back_to_phases_they_had_left(present: Present) -> None:
    begun = defaultdict(list)
    for ticket in present[1].values():
        if ticket.op is Op.CREATE_TASK:
            begun[ticket.values["parent"]] += [
                (a, str(v["phase"])) for a, _, v in ticket.active() if v["phase"]
            ]
    looping = 0
    for pieces in begun.values():
        ranks = [PHASES.index(phase) for _, phase in sorted(pieces)]
        looping += any(later < earlier for earlier, later in pairwise(ranks))
    assert looping >= 4


def test_most_tasks_take_days_and_some_run_over_five(present: Present) -> None:
    done = [t for t in present[1].values() if t.op is Op.CREATE_TASK and t.group == "done" and [*t.active()]]
    ages = sorted(age(ticket) for ticket in done)
    assert 0.5 < ages[len(ages) // 2] < 3
    assert 0.01 < sum(days > 5 for days in ages) / len(ages) < 0.1


def test_people_held_two_tickets_at_once_now_and_then(present: Present) -> None:
    overlaps = 0
    for key in present[2]:
        pieces = [p for t in present[1].values() for p in t.active() if p[2].get("assignee") == key]
        spans = sorted((a, b) for a, b, _ in pieces)
        overlaps += sum(after[0] < before[1] for before, after in pairwise(spans))
    assert overlaps >= 5


def test_an_ab_test_is_watched_for_two_weeks_or_more(present: Present) -> None:
    watched = [
        weekdays_between(a, b, ZONE)
        for ticket in present[1].values()
        for a, b, values in ticket.life
        if values.get("status") == "testing"
    ]
    assert len(watched) >= 3
    assert max(watched) >= 8
