"""Who has what in hand, plainly: the lists of people and the lanes of the board. People and tasks by id."""

from dataclasses import dataclass

from tests.naive.breaches import held, held_at, persons
from tests.naive.law import Seen, Stretch, counts_as, is_orphan

HOUR = 60 * 60 * 1000
IN_HAND = ("active", "watching", "paused", "todo")
"""Groups from the most to the least in hand: a card shows the first of those that its person holds."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What one person holds: task ids by group, and what they finished in the last 168 hours."""

    person: str
    active: frozenset[int]
    watching: frozenset[int]
    paused: frozenset[int]
    done: frozenset[int]
    over_limit: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A task in the lane of a person (None: unassigned)."""

    person: str | None
    task: int
    group: str
    flagged: bool


def people(view: Seen) -> list[Hands]:
    return [hands(person, view) for person in persons(view) if is_listed(person, view)]


def is_listed(person: str, view: Seen) -> bool:
    """Who has a task that is not done, or had active time in the last 14 days."""
    mine = [stretch for stretch in held(person, view) if not is_orphan(stretch.issue, view)]
    recent = view.as_of - 14 * 24 * HOUR
    has_open = any(one.end is None and one.group != "done" and is_there(one, view) for one in mine)
    return has_open or any(one.group == "active" and (one.end or view.as_of) > recent for one in mine)


def is_there(stretch: Stretch, view: Seen) -> bool:
    """Whether what it counts as exists at the instant: what is not yet or no longer there is in no list."""
    task = counts_as(stretch.issue, view)
    return task in view.tickets and view.now(task) is not None


def hands(person: str, view: Seen) -> Hands:
    """What is outside its parent's life counts against the limit, but cannot be listed."""
    every = [stretch for stretch in held(person, view) if stretch.end is None]
    there = [stretch for stretch in every if is_there(stretch, view)]
    own = [stretch for stretch in there if not is_orphan(stretch.issue, view)]
    return Hands(
        person=person,
        active=_holding("active", there, view),
        watching=_holding("watching", own, view),
        paused=_holding("paused", own, view),
        done=frozenset(task.id for task in view.tasks() if finished(task.id, view) == person),
        over_limit=len(_holding("active", every, view)) > view.policy.one_active,
    )


def _holding(group: str, stretches: list[Stretch], view: Seen) -> frozenset[int]:
    return held_at([one for one in stretches if one.group == group], view.as_of - 1, view)


def finished(task: int, view: Seen) -> str | None:
    """Whose the task was when it entered done, if that is less than 168 h ago and it is done still."""
    now = view.now(task)
    if now is None or now.group != "done":
        return None
    entered = now
    for stretch in reversed(view.lives[task]):
        if stretch.group != "done":
            break
        entered = stretch
    return entered.person if entered.start >= view.as_of - 168 * HOUR else None


def cards(view: Seen) -> list[Card]:
    """What is in hand at the instant: each task once in the lane of each person who holds some of it."""
    mine: dict[tuple[str | None, int], list[Stretch]] = {}
    for ticket in view.tickets.values():
        now = view.now(ticket.id)
        if ticket.kind not in ("task", "subtask") or now is None or is_orphan(ticket.id, view):
            continue
        task = counts_as(ticket.id, view)
        if now.group != "done" and is_there(now, view):
            mine.setdefault((now.person, task), []).append(now)
    return [_card(person, task, stretches) for (person, task), stretches in mine.items()]


def _card(person: str | None, task: int, stretches: list[Stretch]) -> Card:
    group = min((one.group for one in stretches), key=IN_HAND.index)
    return Card(person, task, group, any(one.flagged for one in stretches))
