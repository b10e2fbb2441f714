"""The marks of what must be derived again: written with their cause, taken away with their result."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, case, cast, literal, select

from phasewise.core.model import Instant, Kind
from phasewise.store.tables import dirty, intervals, issues, parents_seen
from phasewise.store.upsert import SITE, SOME, batched, fetch_many, insert_of

_of = and_(dirty.c.site_id == SITE, dirty.c.what == bindparam("what"))
_marked = select(dirty.c.subject, dirty.c.since).where(_of).limit(bindparam("limit"))
_unmark = dirty.delete().where(_of, dirty.c.subject.in_(SOME))

EVER: Instant = 0
"""Where nobody knows since when a subject is another one: all that follows from it is derived again."""

Marks = Mapping[str, Instant]
"""Subjects that are marked, each with the instant before which nothing of it was changed."""

Subject = TypeVar("Subject", int, str)


class What(StrEnum):
    """In the order in which they are judged: what one follows from comes before it."""

    ISSUE = "issue"
    PROJECT = "project"
    PERSON = "person"


def mark(connection: Connection, site_id: int, what: What, subjects: Iterable[int | str]) -> None:
    """Mark each subject, for all of its history: an issue id, or a person id."""
    mark_since(connection, site_id, what, {str(subject): EVER for subject in subjects})


def mark_since(connection: Connection, site_id: int, what: What, subjects: Mapping[Subject, Instant]) -> None:
    """Mark each subject from an instant on; one that is marked already from the earlier of both."""
    rows = [
        {"site_id": site_id, "what": what.value, "subject": subject, "since": max(since, EVER)}
        for subject, since in sorted((str(subject), since) for subject, since in subjects.items())
    ]
    if rows:
        connection.execute(_mark_since(connection.dialect.name), rows)


@lru_cache
def _mark_since(dialect: str) -> Any:
    """One statement for each database, made once."""
    statement = insert_of(dialect, dirty)
    told = statement.excluded.since
    earlier = case((dirty.c.since < told, dirty.c.since), else_=told)
    return statement.on_conflict_do_update(index_elements=list(dirty.primary_key), set_={"since": earlier})


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


def take(connection: Connection, site_id: int, what: What, limit: int) -> Marks:
    """At most `limit` marked subjects, in order; their marks are gone, if this transaction is committed.

    They go before anything is read: who marks again meanwhile waits, and the mark then stays.
    """
    marks = which_are_marked(connection, site_id, what, limit)
    unmark(connection, site_id, what, marks)
    return marks


def which_are_marked(connection: Connection, site_id: int, what: What, limit: int) -> Marks:
    """At most `limit` marked subjects, in order."""
    values = {"site": site_id, "what": what.value, "limit": limit}
    return dict(sorted(fetch_many(connection, _marked, **values)))


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
    subject = cast(column, String)
    found = select(literal(site_id), literal(what.value), subject, literal(EVER)).where(which).distinct()
    statement = insert_of(connection.dialect.name, dirty).from_select(
        ["site_id", "what", "subject", "since"], found
    )
    keys = list(dirty.primary_key)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"since": EVER}))
