"""Builders for the naive reading's own tests: a wall clock in Paris, and tasks that say what they did."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.naive.facts import PHASES, Policy, Ticket, Turn, world
from tests.naive.law import Seen, seen

STATUSES = {"1": "todo", "2": "active", "3": "done", "4": "watching", "5": "paused"}
OPTIONS = {str(number): phase for number, phase in enumerate(PHASES, 101)}
PARIS = Policy(groups=STATUSES, phases=OPTIONS, zone="Europe/Paris", country="FR")
EPIC = 1


def at(text: str, zone: str = "Europe/Paris") -> int:
    """`2026-03-02 10:00` on that zone's wall clock."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000


def option(phase: str) -> str:
    return str(101 + PHASES.index(phase))


def epic(created: str = "2026-01-01 00:00") -> Ticket:
    return Ticket(EPIC, "project", at(created), "1")


def task(
    number: int, phase: str, *moves: str, person: str | None = "ann", parent: int | None = EPIC
) -> Ticket:
    """A task in a phase; each move is `2026-03-02 10:00 active`. It is created in todo, the day before."""
    turns = []
    status = "1"
    for order, move in enumerate(moves):
        when, _, group = move.rpartition(" ")
        after = next(key for key, value in STATUSES.items() if value == group)
        turns.append(Turn(at(when), number * 100 + order, 0, "status", status, after))
        status = after
    created = (turns[0].at if turns else at("2026-03-02 00:00")) - 86_400_000
    return Ticket(number, "task", created, status, option(phase), person, parent, turns=tuple(turns))


def on(day: str, *tickets: Ticket, policy: Policy = PARIS) -> Seen:
    """These issues as they stood at that wall-clock time."""
    return seen(world(list(tickets), policy), at(day))
