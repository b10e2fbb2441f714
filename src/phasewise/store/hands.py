"""The read side: what every person has in hand at an instant, and who was at work lately.

Called by usecases/as_of for the people, the board and the rule of one active ticket.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, and_, or_, select, union_all

from phasewise.core.model import Group, Instant, Kind
from phasewise.core.stretches import FOREVER
from phasewise.core.values import value
from phasewise.store.boards import chunks, exists_at, lasts_at
from phasewise.store.derived import GROUPS
from phasewise.store.tables import intervals, issues, people
from phasewise.store.upsert import SITE, SOME, fetch_many

IN_HAND = tuple(group for group in Group if group is not Group.DONE)
UNDER_WAY = tuple(group for group in IN_HAND if group is not Group.TODO)

_names = select(people.c.person_id, people.c.display_name).where(
    people.c.site_id == SITE, people.c.person_id.in_(SOME), people.c.display_name.is_not(None)
)


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
class DoneRow:
    """A stretch in which a task was done and `person`'s. A task that stays done may have several."""

    task: int
    start: Instant
    end: Instant | None
    person: str | None


def held_at(
    connection: Connection,
    site_id: int,
    as_of: Instant,
    *,
    project: int | None = None,
    people: Collection[str | None] | None = None,
    tasks: Sequence[int] | None = None,
    groups: Sequence[Group] = IN_HAND,
) -> list[HeldRow]:
    """Everything in anybody's hands at `as_of`: tasks and sub-tasks in any of the groups; of one project or
    some tasks only what counts as these, of some people (None among them: nobody) only what is theirs."""
    names = ("issue_id", "counts_as", "orphan", "person", "group", "flagged")
    only = [] if project is None else [_is_in(site_id, project, as_of)]
    if people is not None:
        theirs = intervals.c.person.in_([person for person in people if person is not None])
        only.append(or_(theirs, intervals.c.person.is_(None)) if None in people else theirs)
    if tasks is not None:
        only.append(intervals.c.counts_as.in_(tasks))
    lasting = _lasting([intervals.c[name] for name in names], site_id, groups, as_of, as_of, only)
    return sorted((_held_row(row) for row in fetch_many(connection, lasting)), key=lambda row: row.issue)


def holders_at(connection: Connection, site_id: int, as_of: Instant) -> set[str]:
    """Who has a task at `as_of` that is not done, by itself or by a sub-task."""
    only = (intervals.c.person.is_not(None), *_of_tasks(as_of))
    lasting = _lasting([intervals.c.person], site_id, IN_HAND, as_of, as_of, only).subquery()
    return set(connection.scalars(select(lasting.c.person).distinct()).all())


def is_any_nobodys(connection: Connection, site_id: int, as_of: Instant, groups: Sequence[Group]) -> bool:
    """Whether a task in one of the groups is in nobody's hands at `as_of`."""
    only = (intervals.c.person.is_(None), *_of_tasks(as_of))
    lasting = _lasting([intervals.c.issue_id], site_id, groups, as_of, as_of, only)
    return connection.execute(lasting.limit(1)).first() is not None


def _of_tasks(as_of: Instant) -> tuple[ColumnElement[bool], ...]:
    """That an interval is of a task that exists at `as_of`, or of a sub-task of one."""
    there = and_(issues.c.site_id == intervals.c.site_id, issues.c.issue_id == intervals.c.counts_as)
    task = select(issues.c.issue_id).where(there, exists_at(as_of)).exists()
    return intervals.c.orphan.is_(False), task


def active_since(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> set[str]:
    """Who had active time between `since` and `as_of`, in a task or a sub-task of one."""
    only = (intervals.c.person.is_not(None), intervals.c.orphan.is_(False))
    lasting = _lasting([intervals.c.person], site_id, (Group.ACTIVE,), since + 1, as_of, only).subquery()
    return set(connection.scalars(select(lasting.c.person).distinct()).all())


def done_since(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> list[DoneRow]:
    """Every stretch in done that began in `[since, as_of)`, by task and start, of the tasks that left another
    group, or were created, in that time: what is done since an earlier time has no part in it."""
    left = select(intervals.c.issue_id).where(
        intervals.c.site_id == site_id,
        intervals.c.group.in_(IN_HAND),
        intervals.c.end >= since,
        intervals.c.end < as_of,
    )
    created = select(issues.c.issue_id).where(
        issues.c.site_id == site_id, issues.c.kind == Kind.TASK, issues.c.created >= since
    )
    statement = (
        select(intervals.c.issue_id, intervals.c.start, intervals.c.end, intervals.c.person)
        .where(
            intervals.c.site_id == site_id,
            intervals.c.issue_id.in_(left.union(created)),
            intervals.c.counts_as == intervals.c.issue_id,
            intervals.c.orphan.is_(False),
            intervals.c.group == Group.DONE,
            intervals.c.start >= since,
            intervals.c.start < as_of,
        )
        .order_by(intervals.c.issue_id, intervals.c.start)
    )
    return [DoneRow(*row) for row in connection.execute(statement).all()]


def _lasting(
    columns: Sequence[ColumnElement[Any]],
    site_id: int,
    groups: Sequence[Group],
    since: Instant,
    as_of: Instant,
    only: Sequence[ColumnElement[bool]] = (),
) -> CompoundSelect[Any]:
    """What of tasks and sub-tasks began before `as_of` and did not end before `since`, `only` some of it.

    Two questions of the index by group and end, which together cost what they find: as one, with `or`, they
    would read the whole history. The upper bound is there so that SQLite expects to find little.
    """
    one = select(*columns).where(
        intervals.c.site_id == site_id,
        intervals.c.counts_as.is_not(None),
        intervals.c.group.in_(groups),
        intervals.c.start < as_of,
        *only,
    )
    later = intervals.c.end.between(since, FOREVER)
    return union_all(one.where(intervals.c.end.is_(None)), one.where(later))


def _is_in(site_id: int, project: int, as_of: Instant) -> ColumnElement[bool]:
    """Whether the task that an interval counts as is in a project at `as_of`: sub-tasks say no project."""
    own = intervals.alias("own")
    which = (own.c.site_id == site_id, own.c.issue_id == intervals.c.counts_as, own.c.project_id == project)
    return select(own.c.issue_id).where(*which, lasts_at(as_of, own)).exists()


def names_of(connection: Connection, site_id: int, person_ids: Iterable[str]) -> dict[str, str]:
    """The display names that are known, by person id."""
    found: dict[str, str] = {}
    for some in chunks(sorted(set(person_ids))):
        found.update(fetch_many(connection, _names, site=site_id, some=some))
    return found


def assignee_of(connection: Connection, site_id: int, issue_id: int) -> str | None:
    """Who has an issue now, by person id."""
    which = (issues.c.site_id == site_id, issues.c.issue_id == issue_id)
    return connection.scalar(select(issues.c.assignee).where(*which))


def _held_row(row: Any) -> HeldRow:
    issue, counts_as, orphan, person, group, flagged = row
    return HeldRow(issue, counts_as, bool(orphan), person, GROUPS[group], bool(flagged))
