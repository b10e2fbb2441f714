"""The read side of the search: issues by key, former key, id or words, people by name. Called by show_search.

Both databases compare small and capital letters alike only where they are ASCII; of other words the usual
spellings are looked for.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from phasewise.core.model import Instant, Kind
from phasewise.store.boards import COLUMNS, IssueRow, exists_at, find_issue, issue_row
from phasewise.store.tables import issues, people

ESCAPE = "\\"


def issues_found(
    connection: Connection, site_id: int, as_of: Instant, kind: Kind, words: Sequence[str], most: int
) -> list[IssueRow]:
    """The issues of a kind that exist at `as_of` and have every word in their key or summary, the newest
    first."""
    statement = (
        select(*COLUMNS)
        .where(issues.c.site_id == site_id, issues.c.kind == kind, exists_at(as_of))
        .where(and_(*(_has(word, issues.c.summary, issues.c.key) for word in words)))
        .order_by(issues.c.issue_id.desc())
        .limit(most)
    )
    return [issue_row(row) for row in connection.execute(statement)]


def issue_named(connection: Connection, site_id: int, as_of: Instant, text: str) -> IssueRow | None:
    """The issue with this key, former key or id, if it exists at `as_of`."""
    found = find_issue(connection, site_id, text)
    return found if found is not None and found.exists_at(as_of) else None


def people_found(
    connection: Connection, site_id: int, words: Sequence[str], most: int
) -> list[tuple[str, str]]:
    """Id and name of the people with every word in their name, by name."""
    statement = (
        select(people.c.person_id, people.c.display_name)
        .where(people.c.site_id == site_id, people.c.display_name.is_not(None))
        .where(and_(*(_has(word, people.c.display_name) for word in words)))
        .order_by(func.lower(people.c.display_name), people.c.person_id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in connection.execute(statement)]


def _has(word: str, *columns: Any) -> ColumnElement[bool]:
    patterns = {f"%{_escaped(spelling)}%" for spelling in _spellings(word)}
    return or_(*(column.ilike(pattern, escape=ESCAPE) for column in columns for pattern in sorted(patterns)))


def _spellings(word: str) -> set[str]:
    composed = unicodedata.normalize("NFC", word)
    if composed.isascii():
        return {composed}
    return {word, composed, composed.lower(), composed.upper(), composed.title()}


def _escaped(word: str) -> str:
    """A word in which percent and underline mean themselves."""
    for mark in (ESCAPE, "%", "_"):
        word = word.replace(mark, ESCAPE + mark)
    return word
