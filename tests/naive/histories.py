"""Random teams and what happened to their issues, for the comparison of the two readings: a few weeks of
epics, tasks and sub-tasks around the change of the clocks, with all that makes histories awkward."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tests.naive.facts import PHASES, Policy, Ticket, Turn, World, world
from tests.naive.hints import findings
from tests.naive.law import seen
from tests.naive.saved import make_records
from tests.naive.worktime import Days

MINUTE = 60_000
HOUR = 60 * MINUTE
GROUPS = {
    "1": "todo",
    "2": "active",
    "3": "done",
    "4": "watching",
    "5": "paused",
    "6": "active",
    "7": "done",
    "9": "done",
}
STATUSES = (*GROUPS, "8")
"""8 is in no list: it reads as todo and is unmapped; 6 and 9 have a group, but nobody confirmed it."""
LIKELY = (3, 9, 3, 2, 2, 2, 1, 1, 1)
OURS = 7
"""Every so many histories one is what the product itself did."""

OPTIONS = {str(number): phase for number, phase in enumerate(PHASES, 101)} | {"107": "modeling"}
CHOICES = (*OPTIONS, "199", None)
PEOPLE = ("ann", "bob", "cho", "dee")
ZONES = (
    ("Europe/Paris", "FR", date(2026, 3, 23)),
    ("Europe/Paris", "FR", date(2025, 12, 15)),
    ("America/New_York", "US", date(2026, 2, 23)),
    ("Asia/Kolkata", "IN", date(2026, 1, 12)),
    ("Australia/Lord_Howe", "AU", date(2026, 3, 23)),
    ("Australia/Lord_Howe", "AU", date(2025, 9, 22)),
)
WEEKS = ((0, 1, 2, 3, 4),) * 3 + ((0, 1, 2, 3, 6), (0, 1, 2, 3, 4, 5, 6), (0, 1, 2))


@dataclass(frozen=True, slots=True)
class History:
    """A made-up store, and the instants between which it happened."""

    seed: int
    world: World
    start: int
    end: int

    def after_all(self) -> int:
        """Two weeks after the last thing that happened."""
        tickets = self.world.tickets
        ends = [self.end, *(ticket.removed_at or ticket.created for ticket in tickets)]
        return max([*ends, *(turn.at for ticket in tickets for turn in ticket.turns)]) + 14 * 24 * HOUR

    def looks(self, count: int) -> list[int]:
        """Instants to look from: long after, where something happens or just beside, and at any time."""
        random = Random(f"looks {self.seed}")
        edges = sorted(self.happened() | self.found()) if count > 2 else []
        near = [random.choice(edges) + random.choice((-1, 0, 0, 1)) for _ in range(count - 2)]
        return [self.after_all(), *near, random.randrange(self.start, self.end + 5 * 24 * HOUR)][:count]

    def happened(self) -> set[int]:
        tickets, saved = self.world.tickets, {one.at for one in self.world.records}
        gone = saved | {ticket.removed_at for ticket in tickets if ticket.removed_at is not None}
        return gone | {t.created for t in tickets} | {turn.at for t in tickets for turn in t.turns}

    def found(self) -> set[int]:
        """When findings begin, become breaches, or come to be known by the end of the grace."""
        found = findings(seen(self.world, self.after_all()))
        breaches = {one.breach_at for one in found if one.breach_at is not None}
        grace = int(self.world.policy.grace_minutes * MINUTE)
        return breaches | {one.start for one in found} | {one.start + grace for one in found}


def make_history(seed: int) -> History:
    """The history of that seed: always the same one."""
    return _Maker(seed).history()


class _Maker:
    """Draws one history. What is drawn first bends what comes later, so the order of the steps matters."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.used: list[int] = []
        zone, country, first = self.random.choice(ZONES)
        self.policy = self._policy(zone, self.random.choice((country, None)), first)
        self.days = Days(self.policy)
        self.first = first
        self.length = self.random.choice((5, 12, 25))
        self.midnights_only = self.random.random() < 0.25
        self.people = PEOPLE[: self.random.randint(2, 4)]
        self.number = 0
        self.counter = 7
        self.places: dict[int, tuple[int, int]] = {}

    def _policy(self, zone: str, country: str | None, first: date) -> Policy:
        random = self.random
        odd_day = (first + timedelta(days=random.randint(0, 20))).isoformat()
        other_day = (first + timedelta(days=random.randint(21, 30))).isoformat()
        return Policy(
            groups=GROUPS,
            phases=OPTIONS,
            unmapped=frozenset({"6", "9"}),
            one_active=random.choice((1, 1, 1, 2)),
            five_days=random.choice((5.0, 2.0, 3.0, 1.5, 1.0, 0.5)),
            grace_minutes=random.choice((15.0, 15.0, 0.0, 0.5)),
            watching=random.choice((0, 1, 2)),
            paused=random.choice((0, 1, 2)),
            zone=zone,
            weekdays=random.choice(WEEKS),
            country=country,
            extra=(odd_day,) if random.random() < 0.3 else (),
            removed=(other_day,) if random.random() < 0.3 else (),
            leave=self._leave(first),
        )

    def _leave(self, first: date) -> dict[str, tuple[tuple[str, str], ...]]:
        """Some are away now and then, for a day or a week, sometimes by two entries that overlap."""
        random = Random(f"leave {self.seed}")
        found = {}
        for person in random.choice(((), PEOPLE[:2], PEOPLE)):
            begun = [first + timedelta(days=random.randint(-2, 30)) for _ in range(random.randint(1, 3))]
            ends = [day + timedelta(days=random.choice((0, 0, 1, 4, 11))) for day in begun]
            found[person] = tuple((a.isoformat(), b.isoformat()) for a, b in zip(begun, ends, strict=True))
        return found

    def history(self) -> History:
        start, end = self.days.midnight(self.first), self.days.midnight(self._day(self.length))
        epics = [self._epic() for _ in range(self.random.randint(1, 3))]
        homes = [*(epic.id for epic in epics), *(epic.id for epic in epics), 999, None]
        tasks = [self._task(homes) for _ in range(self.random.randint(1, 8))]
        parents = [*(task.id for task in tasks), *(task.id for task in tasks), 998, epics[0].id]
        subtasks = [self._subtask(parents) for _ in range(self.random.randint(0, 4))]
        others = [Ticket(500, "other", start, "2", assignee="ann")] if self.random.random() < 0.2 else []
        made = world([*epics, *tasks, *subtasks, *others], self.policy)
        saved = make_records(self.seed, [epic.id for epic in epics], start, end)
        return History(self.seed, replace(made, records=saved), start, end)

    # -------------------------------------------------------------- issues

    def _epic(self) -> Ticket:
        created = self._instant(0.1)
        turns = self._turns("status", created, self._status, self.random.randint(0, 2))
        return self._ticket("project", created, turns, None)

    def _task(self, homes: list[int | None]) -> Ticket:
        random, created = self.random, self._instant(0.6)
        if random.random() < 0.25:
            turns = self._burst(created)
        else:
            turns = self._turns("status", created, self._status, random.randint(0, 6))
        turns += self._turns("option", created, self._option, random.choice((0, 0, 1, 3)))
        turns += self._turns("assignee", created, self._person, random.choice((0, 1, 1, 3)))
        turns += self._turns(
            "parent", created, lambda: _text(random.choice(homes)), random.choice((0, 0, 1, 2))
        )
        turns += self._turns(
            "flag", created, lambda: random.choice(("[10019]", "")), random.choice((0, 0, 2))
        )
        return self._ticket("task", created, turns, random.choice(homes))

    def _subtask(self, parents: list[int]) -> Ticket:
        random, created = self.random, self._instant(0.8)
        turns = self._turns("status", created, self._status, random.randint(0, 4))
        turns += self._turns("assignee", created, self._person, random.choice((0, 1, 2)))
        turns += self._turns(
            "flag", created, lambda: random.choice(("[10019]", "")), random.choice((0, 0, 1))
        )
        if random.random() < 0.2:
            turns += self._turns("parent", created, lambda: _text(random.choice(parents)), 1)
        return self._ticket("subtask", created, turns, random.choice(parents))

    def _ticket(self, kind: str, created: int, turns: list[Turn], parent: int | None) -> Ticket:
        random = self.random
        self.number += 1
        last = {turn.field: turn.after for turn in sorted(turns, key=lambda t: (t.at, t.history, t.item))}
        disagrees = random.random() < 0.05
        status = self._status() if disagrees else last.get("status") or self._status()
        removed = self._instant(1.0) if random.random() < 0.12 else None
        moved = last.get("parent", _text(parent)) if kind == "task" else _text(parent)
        return Ticket(
            id=self.number,
            kind=kind,
            created=created,
            status=status,
            option=last.get("option", self._option()) if kind == "task" else None,
            assignee=last.get("assignee", self._person()),
            parent=int(moved) if moved else None,
            flagged=bool(last.get("flag", random.random() < 0.05)),
            removed_at=removed if removed is None or removed >= created else None,
            whole=random.random() > 0.05,
            estimate_days=random.choice((None, None, 1.0, 4.0, 7.5)) if kind == "task" else None,
            turns=tuple(random.sample(turns, len(turns))),
        )

    # -------------------------------------------------------------- changes

    def _turns(self, field: str, created: int, draw: Callable[[], str | None], count: int) -> list[Turn]:
        """Changes of one field, each from where the last one left it; sometimes one does not fit."""
        random = self.random
        moments = sorted(self._moment(created) for _ in range(count))
        value, turns = draw(), []
        for at in moments:
            after = draw()
            before = draw() if random.random() < 0.03 else value
            history, item = self._place(at)
            turns.append(Turn(at, history, item, field, before, after, by_us=history % OURS == 0))
            value = after
        return turns

    def _burst(self, created: int) -> list[Turn]:
        """A ticket that is moved to and fro, an hour to a day and a half apart."""
        random, at = self.random, max(created, self._instant(0.8))
        turns, value = [], self._status()
        for _ in range(random.randint(3, 9)):
            after = random.choice(("1", "2", "2", "5", "6"))
            history, item = self._place(at)
            turns.append(Turn(at, history, item, "status", value, after, by_us=history % OURS == 0))
            at += random.choice((HOUR, 8 * HOUR, 12 * HOUR, 24 * HOUR, 36 * HOUR))
            value = after
        return turns

    def _place(self, at: int) -> tuple[int, int]:
        """History id and item of a change; at one instant often one history, not always the ids in order."""
        if at not in self.places or self.random.random() < 0.3:
            self.counter += 1
            self.places[at] = (self.counter + self.random.choice((0, 0, 0, 50, 900)) * 1000, 0)
        history, item = self.places[at]
        self.places[at] = (history, item + 1)
        return history, item

    def _moment(self, created: int) -> int:
        """Mostly after the creation, sometimes at it or before."""
        chance = self.random.random()
        if chance < 0.04:
            return created - self.random.choice((0, 0, HOUR))
        at = self._instant(1.0)
        if at > created or chance < 0.06:
            return at
        return self._instant(1.0) if self.midnights_only else created + (created - at) % (20 * 24 * HOUR) + 1

    def _instant(self, part: float) -> int:
        """Any instant in the first part of the time: odd ones, midnights, and ones seen before."""
        random = self.random
        chance = random.random()
        if self.used and chance < 0.2:
            grace = int(self.policy.grace_minutes * MINUTE)
            return random.choice(self.used) + random.choice((0, 0, 0, grace, grace, grace + 1))
        day = self._day(random.randint(0, int(self.length * part)))
        begin, end = self.days.midnight(day), self.days.midnight(day + timedelta(days=1))
        at = begin if chance < 0.35 or self.midnights_only else random.randrange(begin, end)
        if chance > 0.7:
            at -= at % HOUR
        self.used.append(at)
        return at

    def _day(self, number: int) -> date:
        return self.first + timedelta(days=number)

    def _status(self) -> str:
        return self.random.choices(STATUSES, LIKELY)[0]

    def _option(self) -> str | None:
        return self.random.choice(CHOICES)

    def _person(self) -> str | None:
        return self.random.choice((*self.people, *self.people, None))


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
