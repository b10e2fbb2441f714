"""The read side: how much of everything the store holds. Called by show_sync and the portfolio."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, select

from phasewise.core.model import Instant
from phasewise.store.tables import dirty, issues, unreadable
from phasewise.store.teams import Ours
from phasewise.store.upsert import SITE

_incomplete = (
    select(func.count())
    .select_from(issues)
    .where(issues.c.site_id == SITE, issues.c.history_incomplete, issues.c.removed_at.is_(None))
)
_aside = select(func.count()).select_from(unreadable).where(unreadable.c.site_id == SITE)


@dataclass(frozen=True, slots=True)
class Counts:
    """`issues` are live ones, `incomplete` those of them whose history did not come whole; `waiting` is
    what still has to be derived again."""

    issues: int
    incomplete: int
    removed: int
    unreadable: int
    waiting: int


def count_incomplete(
    connection: Connection, site_id: int, as_of: Instant = 0, ours: Ours | None = None
) -> int:
    """How many live issues have a history that did not come whole; of a team those that were its own at
    `as_of`."""
    of_team = () if ours is None else (ours.issue(issues.c.issue_id, site_id, as_of),)
    statement = _incomplete.where(*of_team) if of_team else _incomplete
    return connection.scalar(statement, {"site": site_id}) or 0


def count_unreadable(connection: Connection, site_id: int) -> int:
    """How many of the things that Jira sent are set aside."""
    return connection.scalar(_aside, {"site": site_id}) or 0


def count_all(connection: Connection, site_id: int, as_of: Instant | None = None) -> Counts:
    """One pass over the issues, and two short tables. `as_of`: the issues that existed before it, and of
    these as removed what was before it."""
    removed: ColumnElement[bool] = issues.c.removed_at.is_not(None)
    there: ColumnElement[bool] = issues.c.site_id == site_id
    if as_of is not None:
        removed = and_(removed, issues.c.removed_at < as_of)
        there = and_(there, issues.c.created < as_of)
    live = not_(removed)
    row = connection.execute(
        select(
            func.count(case((live, 1))),
            func.count(case((and_(live, issues.c.history_incomplete), 1))),
            func.count(case((removed, 1))),
        ).where(there)
    ).one()
    waiting = select(func.count()).select_from(dirty).where(dirty.c.site_id == site_id)
    return Counts(*row, count_unreadable(connection, site_id), connection.scalar(waiting) or 0)
