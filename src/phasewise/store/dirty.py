"""The marks of what must be derived again: written with their cause, taken away with their result."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, cast, literal, select

from phasewise.core.model import Kind
from phasewise.store.tables import dirty, intervals, issues, parents_seen
from phasewise.store.upsert import SITE, SOME, batched, insert_into, insert_new

_of = and_(dirty.c.site_id == SITE, dirty.c.what == bindparam("what"))
_marked = select(dirty.c.subject).where(_of).limit(bindparam("limit"))
_unmark = dirty.delete().where(_of, dirty.c.subject.in_(SOME))


class What(StrEnum):
    """In the order in which they are judged: what one follows from comes before it."""

    ISSUE = "issue"
    PROJECT = "project"
    PERSON = "person"


def mark(connection: Connection, site_id: int, what: What, subjects: Iterable[int | str]) -> None:
    """Mark each subject: an issue id, or a person id."""
    rows = [
        {"site_id": site_id, "what": what.value, "subject": subject}
        for subject in sorted({str(subject) for subject in subjects})
    ]
    insert_new(connection, dirty, rows)


def mark_all(connection: Connection, site_id: int) -> None:
    """Mark every issue and every project of the site, and everybody who ever held something."""
    _mark(connection, site_id, What.ISSUE, issues.c.issue_id, issues.c.site_id == site_id)
    mark_projects(connection, site_id)
    held = and_(intervals.c.site_id == site_id, intervals.c.person.is_not(None))
    _mark(connection, site_id, What.PERSON, intervals.c.person, held)


def mark_projects(connection: Connection, site_id: int) -> None:
    """Mark every project of the site."""
    is_project = and_(issues.c.site_id == site_id, issues.c.kind == Kind.PROJECT.value)
    _mark(connection, site_id, What.PROJECT, issues.c.issue_id, is_project)


def mark_dependents(connection: Connection, site_id: int, references: Iterable[int | str]) -> None:
    """Mark every issue whose judging looked up one of these parents (issue ids or keys)."""
    for some in batched(sorted({str(reference) for reference in references})):
        seen = and_(parents_seen.c.site_id == site_id, parents_seen.c.reference.in_(some))
        _mark(connection, site_id, What.ISSUE, parents_seen.c.issue_id, seen)


def take(connection: Connection, site_id: int, what: What, limit: int) -> Sequence[str]:
    """At most `limit` marked subjects; their marks are gone, if this transaction is committed.

    They go before anything is read: who marks again meanwhile waits, and the mark then stays.
    """
    subjects = which_are_marked(connection, site_id, what, limit)
    unmark(connection, site_id, what, subjects)
    return subjects


def which_are_marked(connection: Connection, site_id: int, what: What, limit: int) -> Sequence[str]:
    """At most `limit` marked subjects."""
    return sorted(connection.scalars(_marked, {"site": site_id, "what": what.value, "limit": limit}))


def unmark(connection: Connection, site_id: int, what: What, subjects: Iterable[int | str]) -> None:
    """Take the marks of these subjects away, if they have one."""
    for some in batched(sorted({str(subject) for subject in subjects})):
        connection.execute(_unmark, {"site": site_id, "what": what.value, "some": some})


def is_clean(connection: Connection, site_id: int) -> bool:
    """Whether nothing is marked."""
    return connection.execute(select(dirty.c.what).where(dirty.c.site_id == site_id).limit(1)).first() is None


def _mark(
    connection: Connection, site_id: int, what: What, column: ColumnElement[Any], which: ColumnElement[bool]
) -> None:
    found = select(literal(site_id), literal(what.value), cast(column, String)).where(which).distinct()
    statement = insert_into(connection, dirty).from_select(["site_id", "what", "subject"], found)
    connection.execute(statement.on_conflict_do_nothing())
