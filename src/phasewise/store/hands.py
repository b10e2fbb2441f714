"""The read side: what every person has in hand at an instant, and who was at work lately.

Called by usecases/as_of for the people, the board and the rule of one active ticket.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from phasewise.core.model import Group, Instant
from phasewise.store.boards import chunks, lasts_at
from phasewise.store.tables import intervals, people


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A task or sub-task that is not done, in the hands of `person` (None: of nobody).

    `counts_as` is its task: itself, or the task that a sub-task belongs to. An `orphan` is a sub-task
    without one, which counts in the one-active rule and nowhere else.
    """

    issue: int
    counts_as: int
    orphan: bool
    person: str | None
    group: Group
    flagged: bool


@dataclass(frozen=True, slots=True)
class DoneRow:
    """A stretch in which a task was done and `person`'s. A task that stays done may have several."""

    task: int
    start: Instant
    end: Instant | None
    person: str | None


def held_at(connection: Connection, site_id: int, as_of: Instant) -> list[HeldRow]:
    """Everything in anybody's hands at `as_of`: tasks and sub-tasks in any group but done."""
    columns = ("issue_id", "counts_as", "orphan", "person", "group", "flagged")
    statement = (
        select(*(intervals.c[name] for name in columns))
        .where(
            intervals.c.site_id == site_id,
            intervals.c.counts_as.is_not(None),
            intervals.c.group != Group.DONE,
            lasts_at(as_of),
        )
        .order_by(intervals.c.issue_id)
    )
    return [_held_row(row) for row in connection.execute(statement)]


def active_since(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> set[str]:
    """Who had active time between `since` and `as_of`, in a task or a sub-task of one."""
    statement = (
        select(intervals.c.person)
        .distinct()
        .where(
            intervals.c.site_id == site_id,
            intervals.c.counts_as.is_not(None),
            intervals.c.orphan.is_(False),
            intervals.c.person.is_not(None),
            intervals.c.group == Group.ACTIVE,
            intervals.c.start < as_of,
            or_(intervals.c.end.is_(None), intervals.c.end > since),
        )
    )
    return {person for person in connection.scalars(statement) if person is not None}


def done_since(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> list[DoneRow]:
    """Every stretch in done, by task and start, of the tasks that began one in `[since, as_of)`."""
    done = and_(
        intervals.c.site_id == site_id,
        intervals.c.counts_as == intervals.c.issue_id,
        intervals.c.orphan.is_(False),
        intervals.c.group == Group.DONE,
        intervals.c.start < as_of,
    )
    recent = select(intervals.c.issue_id).where(done, intervals.c.start >= since)
    statement = (
        select(intervals.c.issue_id, intervals.c.start, intervals.c.end, intervals.c.person)
        .where(done, intervals.c.issue_id.in_(recent))
        .order_by(intervals.c.issue_id, intervals.c.start)
    )
    return [DoneRow(*row) for row in connection.execute(statement)]


def names_of(connection: Connection, site_id: int, person_ids: Iterable[str]) -> dict[str, str]:
    """The display names that are known, by person id."""
    found: dict[str, str] = {}
    for some in chunks(sorted(set(person_ids))):
        statement = select(people.c.person_id, people.c.display_name).where(
            people.c.site_id == site_id, people.c.person_id.in_(some), people.c.display_name.is_not(None)
        )
        found.update((row.person_id, row.display_name) for row in connection.execute(statement))
    return found


def _held_row(row: Any) -> HeldRow:
    return HeldRow(row.issue_id, row.counts_as, row.orphan, row.person, Group(row.group), row.flagged)
