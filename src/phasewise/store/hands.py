"""The read side: what every person has in hand at an instant, and who was at work lately.

Called by usecases/as_of for the people, the board and the rule of one active ticket.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from phasewise.core.model import Group, Instant, Kind
from phasewise.store.boards import chunks, exists_at, lasts_at
from phasewise.store.tables import intervals, issues, people

parents = issues.alias("parents")


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A task or sub-task that is not done, in the hands of `person` (None: of nobody) since `start`.

    `counts_as` is its task: itself, or the task that a sub-task belongs to; None for a sub-task without.
    """

    issue: int
    counts_as: int | None
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
    statement = (
        select(
            issues.c.issue_id,
            issues.c.kind,
            parents.c.issue_id.label("parent"),
            intervals.c.person,
            intervals.c.group,
            intervals.c.flagged,
        )
        .join(intervals, _its_intervals())
        .outerjoin(parents, _its_task())
        .where(
            issues.c.site_id == site_id,
            issues.c.kind.in_((Kind.TASK, Kind.SUBTASK)),
            exists_at(as_of),
            lasts_at(as_of),
            intervals.c.group != Group.DONE,
        )
        .order_by(issues.c.issue_id)
    )
    return [_held_row(row) for row in connection.execute(statement)]


def active_since(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> set[str]:
    """Who had active time between `since` and `as_of`."""
    statement = (
        select(intervals.c.person)
        .distinct()
        .join(issues, _its_intervals())
        .where(
            intervals.c.site_id == site_id,
            intervals.c.person.is_not(None),
            intervals.c.group == Group.ACTIVE,
            intervals.c.start < as_of,
            or_(intervals.c.end.is_(None), intervals.c.end > since),
            issues.c.kind.in_((Kind.TASK, Kind.SUBTASK)),
        )
    )
    return set(connection.scalars(statement))


def done_since(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> list[DoneRow]:
    """The stretches in done, in order, of every task that existed at `as_of` and was done after `since`."""
    recent = (
        select(intervals.c.issue_id)
        .where(
            intervals.c.site_id == site_id,
            intervals.c.group == Group.DONE,
            intervals.c.start < as_of,
            intervals.c.start >= since,
        )
        .distinct()
    )
    statement = (
        select(intervals.c.issue_id, intervals.c.start, intervals.c.end, intervals.c.person)
        .join(issues, _its_intervals())
        .where(
            issues.c.site_id == site_id,
            issues.c.kind == Kind.TASK,
            exists_at(as_of),
            intervals.c.issue_id.in_(recent),
            intervals.c.group == Group.DONE,
            intervals.c.start < as_of,
        )
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


def _its_intervals() -> ColumnElement[bool]:
    return and_(intervals.c.site_id == issues.c.site_id, intervals.c.issue_id == issues.c.issue_id)


def _its_task() -> ColumnElement[bool]:
    return and_(
        issues.c.kind == Kind.SUBTASK,
        parents.c.site_id == issues.c.site_id,
        parents.c.issue_id == issues.c.parent_id,
        parents.c.kind == Kind.TASK,
    )


def _held_row(row: Any) -> HeldRow:
    counts_as = row.issue_id if row.kind == Kind.TASK else row.parent
    return HeldRow(row.issue_id, counts_as, row.person, Group(row.group), row.flagged)
