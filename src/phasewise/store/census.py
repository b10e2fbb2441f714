"""Who is here and who is gone: the ids that the scope matches, against the issues that are stored.

Called by sync_site and sweep_ids.
"""

from array import array
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, update

from phasewise.core.model import Instant
from phasewise.store.dirty import What, mark
from phasewise.store.sites import WRITING_ISSUES, lock
from phasewise.store.tables import census, issues
from phasewise.store.upsert import batched, insert_new

Ids = array
"""Issue ids in order: of 100,000 a list would hold 4 MB as long as they are read, this holds 0.8."""


def in_order(ids: Iterable[int]) -> "Ids[int]":
    """The ids, sorted, each once."""
    return Ids("q", sorted(set(ids)))


def start_census(connection: Connection, site_id: int) -> None:
    """Forget the ids of the census before."""
    connection.execute(delete(census).where(census.c.site_id == site_id))


def add_census(connection: Connection, site_id: int, ids: Iterable[int]) -> None:
    """These ids are in scope, says Jira; one may come twice."""
    insert_new(connection, census, [{"site_id": site_id, "issue_id": issue_id} for issue_id in ids])


def ids_counted(connection: Connection, site_id: int) -> "Ids[int]":
    """Every id of the census."""
    statement = select(census.c.issue_id).where(census.c.site_id == site_id)
    return Ids("q", connection.scalars(statement.order_by(census.c.issue_id)))


def ids_missing(connection: Connection, site_id: int) -> "Ids[int]":
    """Ids of the census that are not stored, or stored as removed: to be read."""
    here = _in_census(issues.c.removed_at.is_(None))
    statement = select(census.c.issue_id).where(census.c.site_id == site_id, ~exists().where(here))
    return Ids("q", connection.scalars(statement.order_by(census.c.issue_id)))


def in_census(connection: Connection, site_id: int, ids: Iterable[int]) -> set[int]:
    """Those of the ids that the census names."""
    found: set[int] = set()
    for some in batched(ids):
        which = (census.c.site_id == site_id, census.c.issue_id.in_(some))
        found.update(connection.scalars(select(census.c.issue_id).where(*which)))
    return found


def ids_vanished(connection: Connection, site_id: int) -> list[int]:
    """Stored ids, not removed, that the scope matched once and the census does not name: to be confirmed."""
    live = (issues.c.site_id == site_id, issues.c.removed_at.is_(None), issues.c.matched)
    statement = select(issues.c.issue_id).where(*live, ~exists().where(_in_census()))
    return list(connection.scalars(statement.order_by(issues.c.issue_id)))


def ids_along(connection: Connection, site_id: int) -> list[int]:
    """Stored ids, not removed, that are here only as the epic or a sub-task of another one."""
    live = (issues.c.site_id == site_id, issues.c.removed_at.is_(None), ~issues.c.matched)
    return list(connection.scalars(select(issues.c.issue_id).where(*live).order_by(issues.c.issue_id)))


def live_count(connection: Connection, site_id: int) -> int:
    """How many issues are stored and not removed."""
    live = (issues.c.site_id == site_id, issues.c.removed_at.is_(None))
    return int(connection.scalar(select(func.count()).select_from(issues).where(*live)) or 0)


def mark_removed(connection: Connection, site_id: int, issue_id: int, at: Instant, exactly: bool) -> bool:
    """The issue is gone since `at`. Once a time is stored, only an earlier exact one replaces it; False where
    it stays as it was."""
    lock(connection, WRITING_ISSUES, site_id)
    first = issues.c.removed_at.is_(None)
    better = or_(first, issues.c.removed_at > at) if exactly else first
    values = {"removed_at": at, "removed_exactly": exactly}
    done = connection.execute(update(issues).where(_is(site_id, issue_id), better).values(values))
    if done.rowcount:
        mark(connection, site_id, What.ISSUE, [issue_id])
    return bool(done.rowcount)


def mark_present(connection: Connection, site_id: int, ids: Iterable[int]) -> None:
    """The scope matches these issues (again): they are not removed."""
    lock(connection, WRITING_ISSUES, site_id)
    for some in batched(sorted(set(ids))):
        which = and_(issues.c.site_id == site_id, issues.c.issue_id.in_(some))
        removed = and_(which, issues.c.removed_at.is_not(None))
        mark(connection, site_id, What.ISSUE, connection.scalars(select(issues.c.issue_id).where(removed)))
        values = {"matched": True, "removed_at": None, "removed_exactly": False}
        outdated = or_(issues.c.removed_at.is_not(None), ~issues.c.matched)
        connection.execute(update(issues).where(which, outdated).values(values))


def _in_census(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(census.c.site_id == issues.c.site_id, census.c.issue_id == issues.c.issue_id, *more)


def _is(site_id: int, issue_id: int) -> ColumnElement[bool]:
    return and_(issues.c.site_id == site_id, issues.c.issue_id == issue_id)
