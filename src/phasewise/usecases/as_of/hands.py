"""Who has what in hand at an instant: the people and the lanes of the board are two views of it.

A sub-task counts as its task. Where a person holds a task by several of them, the most active one says its
group.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from phasewise.core.model import Group, Instant
from phasewise.core.values import value
from phasewise.store import hands as store
from phasewise.store.boards import IssueRow, chunks, issues_by_id
from phasewise.store.portfolio import Place, places_at
from phasewise.usecases.moment import Moment

HAND_PLACE = (int, str, str)
"""Shape of a place in the order of names: with a name, without, nobody; the name in small letters; the id."""

DAY_MS = 86_400_000
LATELY_MS = 14 * DAY_MS
WEEK_MS = 7 * DAY_MS
BY_ACTIVITY = (Group.ACTIVE, Group.WATCHING, Group.PAUSED, Group.TODO)
ONLY = {group: frozenset((group,)) for group in Group}


@value(frozen=True, slots=True)
class InHand:
    """A task in somebody's hands, by itself or by its sub-tasks, in one or more groups, the most active of
    which is `group`. `place` is where it is, None where it is held by sub-tasks only: these do not say."""

    task: IssueRow
    group: Group
    groups: frozenset[Group]
    flagged: bool
    place: Place | None


@value(frozen=True, slots=True)
class Hand:
    """What one person has in hand, most active first, then by key; `person` None: nobody has it.

    `orphans` are active sub-tasks without a task in the store, and `active_count` is what the one-active rule
    counts: these too, and the tasks of active sub-tasks that do not exist at the instant and are in no list.
    `done` are the tasks that entered done in the last 168 hours while theirs, and still are.
    """

    person: str | None
    name: str | None
    tasks: tuple[InHand, ...] = ()
    orphans: tuple[IssueRow, ...] = ()
    active_count: int = 0
    done: tuple[IssueRow, ...] = ()

    def keys(self, group: Group) -> list[str]:
        """The keys of what is held in this group."""
        held = [one.task for one in self.tasks if group in one.groups]
        found = [*held, *self.orphans] if group is Group.ACTIVE else held
        return [issue.key for issue in sorted(found, key=IssueRow.place_of)]


def hands_at(at: Moment) -> list[Hand]:
    """Everybody who has a task that is not done, or had active time in the last 14 days, by name; last, the
    tasks that are nobody's."""
    known = _known(at, store.held_at(at.connection, at.site_id, at.as_of))
    return [known.hand(hand) for hand in bare_hands(at)]


def hands_under_way(at: Moment, also: Iterable[int] = ()) -> list[Hand]:
    """The same people in the same order, last nobody, with what is under way of what they have in hand, and
    what they have not started of these tasks."""
    rows = store.held_at(at.connection, at.site_id, at.as_of, groups=store.UNDER_WAY)
    for some in chunks(sorted(set(also).difference(row.counts_as for row in rows))):
        rows += store.held_at(at.connection, at.site_id, at.as_of, groups=(Group.TODO,), tasks=some)
    tasks = _tasks(at, rows)
    return [
        Hand(hand.person, hand.name, tasks[hand.person]) if tasks.get(hand.person) else hand
        for hand in bare_hands(at)
    ]


def bare_hands(at: Moment) -> list[Hand]:
    """The same people in the same order, last nobody, with nothing in their hands: to choose some of them."""
    people = store.holders_at(at.connection, at.site_id, at.as_of, at.as_of - LATELY_MS)
    hands = [Hand(person, name) for person, name in people.items()]
    return [*sorted(hands, key=place_of), Hand(None, None)]


def filled(at: Moment, bare: Sequence[Hand]) -> list[Hand]:
    """These people with what they have in hand."""
    people = [hand.person for hand in bare]
    known = _known(at, store.held_at(at.connection, at.site_id, at.as_of, people=people), people)
    return [known.hand(hand) for hand in bare]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is held by person, and the tasks that were done lately by person."""

    rows: Mapping[str | None, list[store.HeldRow]]
    tasks: Mapping[str | None, tuple[InHand, ...]]
    done: Mapping[str, list[IssueRow]]

    def hand(self, bare: Hand) -> Hand:
        """Somebody's hand; of nobody's only the tasks are told."""
        person = bare.person
        if person is None:
            return replace(bare, tasks=self.tasks.get(None, ()))
        mine = self.rows.get(person, ())
        return Hand(
            person=person,
            name=bare.name,
            tasks=self.tasks.get(person, ()),
            orphans=tuple(row.task for row in mine if row.task is not None and _is_active_orphan(row)),
            active_count=_active_count(mine),
            done=tuple(self.done.get(person, ())),
        )


def _known(at: Moment, rows: Sequence[store.HeldRow], people: Collection[str | None] | None = None) -> _Known:
    since = at.as_of - WEEK_MS
    done = _done_by_person(store.done_since(at.connection, at.site_id, since, at.as_of, people), at.as_of)
    issues = issues_by_id(at.connection, at.site_id, {task for some in done.values() for task in some})
    return _Known(
        _by_person(rows),
        _tasks(at, rows),
        {
            person: [issues[task] for task in some if issues[task].exists_at(at.as_of)]
            for person, some in done.items()
        },
    )


def hands_in(at: Moment, project: int) -> list[Hand]:
    """Of what is in people's hands the tasks of one project, without names and what is done."""
    rows = store.held_at(at.connection, at.site_id, at.as_of, project=project)
    return [Hand(person, None, tasks) for person, tasks in _tasks(at, rows).items()]


def _tasks(at: Moment, rows: Sequence[store.HeldRow]) -> dict[str | None, tuple[InHand, ...]]:
    """The tasks that these rows count as, of those that exist, by person."""
    return {person: _in_hand(some, at.as_of) for person, some in _by_person(rows).items()}


def _by_person(rows: Iterable[store.HeldRow]) -> dict[str | None, list[store.HeldRow]]:
    found: dict[str | None, list[store.HeldRow]] = defaultdict(list)
    for row in rows:
        found[row.person].append(row)
    return found


def places_of(at: Moment, held: Iterable[InHand]) -> dict[int, Place]:
    """Where tasks in hand are, by task: as they say themselves, else looked up."""
    tasks = {one.task.id: one.place for one in held}
    said = {task: place for task, place in tasks.items() if place is not None}
    return said | places_at(at.connection, at.site_id, at.as_of, tasks.keys() - said.keys())


def place_of(hand: Hand) -> tuple[int, str, str]:
    """Where a hand stands in the order of names: without a name after those, and nobody last of all."""
    if hand.person is None:
        return (2, "", "")
    return (0, hand.name.casefold(), hand.person) if hand.name else (1, "", hand.person)


def _active_count(rows: Iterable[store.HeldRow]) -> int:
    return len({row.counts_as for row in rows if row.group is Group.ACTIVE})


def _is_active_orphan(row: store.HeldRow) -> bool:
    return row.orphan and row.group is Group.ACTIVE


def _in_hand(rows: Iterable[store.HeldRow], as_of: Instant) -> tuple[InHand, ...]:
    found: dict[int, InHand] = {}
    for row in rows:
        if row.task is not None and row.task.exists_at(as_of) and not row.orphan:
            also = found.get(row.counts_as)
            found[row.counts_as] = _held(row, row.task) if also is None else _with(also, row)
    return tuple(sorted(found.values(), key=_by_activity))


def _by_activity(held: InHand) -> tuple[int, tuple[str, int, str]]:
    return BY_ACTIVITY.index(held.group), held.task.place_of()


def _held(row: store.HeldRow, task: IssueRow) -> InHand:
    """A task by a row that counts as it."""
    own = Place(row.phase, row.project) if row.issue == task.id else None
    return InHand(task, row.group, ONLY[row.group], row.flagged, own)


def _with(held: InHand, row: store.HeldRow) -> InHand:
    """The same by another row of the same person, too."""
    groups = held.groups | {row.group}
    own = Place(row.phase, row.project) if row.issue == held.task.id else held.place
    return InHand(held.task, min(groups, key=BY_ACTIVITY.index), groups, held.flagged or row.flagged, own)


def _done_by_person(rows: Iterable[store.DoneRow], as_of: Instant) -> dict[str, list[int]]:
    """The tasks still done at `as_of` that entered done within the rows, by whose they were on entering."""
    entered: dict[int, store.DoneRow] = {}
    left: dict[int, Instant | None] = {}
    for row in rows:
        if row.task not in entered or left[row.task] != row.start:
            entered[row.task] = row
        left[row.task] = row.end
    found: dict[str, list[int]] = defaultdict(list)
    for task, row in entered.items():
        end = left[task]
        if row.person is not None and row.start >= as_of - WEEK_MS and (end is None or end >= as_of):
            found[row.person].append(task)
    return found
