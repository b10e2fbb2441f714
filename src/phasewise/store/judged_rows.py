"""The rows that follow from issues, projects and persons, to be compared; `rejudge` reads them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Connection, Table, Text, cast, select

from phasewise.core.model import Kind, Rule
from phasewise.store.dirty import What
from phasewise.store.findings import ABOUT_PERSONS, ABOUT_PROJECTS, ABOUT_TASKS
from phasewise.store.tables import (
    completions,
    dirty,
    findings,
    intervals,
    issues,
    parents_seen,
    pieces,
    project_figures,
    visits,
)
from phasewise.store.upsert import batched, fetch_many

Row = tuple[Any, ...]

BY_ID: Mapping[What, Sequence[Column[Any]]] = {
    What.ISSUE: (intervals.c.issue_id, pieces.c.task_id, completions.c.task_id, parents_seen.c.issue_id),
    What.PROJECT: (visits.c.project_id, project_figures.c.project_id),
    What.PERSON: (),
}
"""The tables that are replaced as a whole, by the column that names the subject."""

RULES: Mapping[What, Sequence[Rule]] = {
    What.ISSUE: ABOUT_TASKS,
    What.PROJECT: ABOUT_PROJECTS,
    What.PERSON: ABOUT_PERSONS,
}


def subjects_after(
    connection: Connection, site_id: int, what: What, after: str | None, limit: int
) -> list[str]:
    """At most `limit` issues, projects or persons behind `after`, in one order."""
    column: Column[Any] = intervals.c.person if what is What.PERSON else issues.c.issue_id
    statement = select(column).where(column.table.c.site_id == site_id, column.is_not(None))
    if what is What.PROJECT:
        statement = statement.where(issues.c.kind == Kind.PROJECT.value)
    if after is not None:
        statement = statement.where(column > (after if what is What.PERSON else int(after)))
    found = connection.scalars(statement.distinct().order_by(column).limit(limit))
    return [str(subject) for subject in found]


def is_any_marked(connection: Connection, site_id: int, what: What, subjects: Sequence[str]) -> bool:
    """Whether one of these waits to be judged."""
    marked = (dirty.c.site_id == site_id, dirty.c.what == what.value)
    return any(
        connection.execute(select(dirty.c.what).where(*marked, dirty.c.subject.in_(some)).limit(1)).first()
        for some in batched(subjects)
    )


def rows_of(connection: Connection, site_id: int, what: What, subjects: Sequence[str]) -> set[Row]:
    """All that follows from these subjects, each row behind the name of its table."""
    rules = [rule.value for rule in RULES[what]]
    found: set[Row] = set()
    for some in batched(subjects):
        about = findings.c.rule.in_(rules) & findings.c.subject.in_(some)
        found |= _rows(connection, site_id, findings, about)
        for column in BY_ID[what]:
            found |= _rows(connection, site_id, column.table, column.in_([int(one) for one in some]))
    return found


def _rows(connection: Connection, site_id: int, table: Table, which: ColumnElement[bool]) -> set[Row]:
    shown = [cast(c, Text) if isinstance(c.type, JSON) else c for c in table.c]
    statement = select(*shown).where(table.c.site_id == site_id, which)
    return {(table.name, *row) for row in fetch_many(connection, statement)}
