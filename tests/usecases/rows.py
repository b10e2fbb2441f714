"""All rows that follow from what Jira said, for tests that compare two ways to the same end."""

from typing import Any

from sqlalchemy import select

from phasewise.store import tables
from phasewise.store.db import Database

DERIVED = (
    "intervals",
    "pieces",
    "visits",
    "completions",
    "findings",
    "project_figures",
    "parents_seen",
    "dirty",
)
SAID = ("issues", "issue_keys", "changes", "statuses", "phase_options")


def rows_of(database: Database, table: str) -> list[str]:
    """The rows of a table, each as text, in order."""
    with database.read() as connection:
        rows = connection.execute(select(tables.metadata.tables[table]))
        return sorted(str(dict(row)) for row in rows.mappings())


def all_rows(database: Database) -> dict[str, list[str]]:
    """Everything but what depends on when it was asked."""
    return {table: rows_of(database, table) for table in (*SAID, *DERIVED)}


def count(database: Database, table: str, **values: Any) -> int:
    """How many rows of a table have these values."""
    chosen = tables.metadata.tables[table]
    which = [chosen.c[name] == value for name, value in values.items()]
    with database.read() as connection:
        return len(connection.execute(select(chosen).where(*which)).all())
