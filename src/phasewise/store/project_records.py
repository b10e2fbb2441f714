"""Records of projects, edit by edit: saved beside those before, read as they stood at an instant.

Called by the use cases of records; `record_nouns` says which there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, bindparam, func, select

from phasewise.core.model import Instant
from phasewise.core.stretches import FOREVER
from phasewise.errors import ConflictError
from phasewise.store.record_tables import project_records
from phasewise.store.upsert import SITE, SOME, batched, insert_into

Value = TypeVar("Value")
c = project_records.c

_states = (
    select(c.project_id, c.name, c.state, c.saved_at)
    .where(c.site_id == SITE, c.noun == bindparam("noun"), c.project_id.in_(SOME))
    .order_by(c.project_id, c.name, c.edit)
)


_whole = (
    select(c.noun, c.project_id, c.name, c.edit, c.state, c.saved_at, c.saved_by, c.body)
    .where(c.site_id == SITE, c.project_id == bindparam("project"), c.saved_at < bindparam("before"))
    .order_by(c.name, c.edit)
)


class EditedMeanwhileError(ConflictError):
    """Somebody else saved the same record after it was read: nothing was written."""


class Noun(Generic[Value]):
    """A kind of record: its word in the table, and the values it holds."""

    def __init__(self, word: str, kind: type[Value]) -> None:
        self.word = word
        self._adapter: TypeAdapter[Value] = TypeAdapter(kind)

    def to_json(self, value: Value) -> Any:
        return self._adapter.dump_python(value, mode="json")

    def from_json(self, body: Any) -> Value:
        return self._adapter.validate_python(body)


@dataclass(frozen=True, slots=True)
class RecordId:
    """Of the epic by its id, and of several records of a noun by a name."""

    project: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Kept(Generic[Value]):
    """One edit of a record; `edit` counts from 1."""

    of: RecordId
    edit: int
    at: Instant
    by: str
    value: Value


@dataclass(frozen=True, slots=True)
class Signed:
    """Who saves it, when, and which edit they read; 0: there was none."""

    by: str
    at: Instant
    after: int


def save(
    connection: Connection, site_id: int, noun: Noun[Value], of: RecordId, value: Value, signed: Signed
) -> Kept[Value]:
    """Keep it as the edit after the one that was read. Raises EditedMeanwhileError if there is another."""
    last = _last_edit(connection, site_id, noun, of)
    edit, at = last[0] if last else 0, signed.at
    if last and edit == signed.after + 1:
        there = edit_of(connection, site_id, noun, of, edit)
        if there and (there.value, there.by) == (value, signed.by[:255]):
            return there  # a button that was pressed twice
    if edit != signed.after:
        raise EditedMeanwhileError("Somebody saved this meanwhile: look at theirs, then save yours again")
    # A clock that was put back must not change what was true yesterday.
    kept = Kept(of, edit + 1, max(at, last[1]) if last else at, signed.by[:255], value)
    row = {
        "site_id": site_id,
        "project_id": of.project,
        "noun": noun.word,
        "name": of.name,
        "edit": kept.edit,
        "state": str(getattr(value, "state", "")),
        "saved_at": kept.at,
        "saved_by": kept.by,
        "body": noun.to_json(value),
    }
    statement = insert_into(connection, project_records).values(row).on_conflict_do_nothing()
    if connection.execute(statement.returning(c.edit)).first() is None:
        raise EditedMeanwhileError("Somebody else saved this at the same moment: load the page again")
    return kept


def latest(
    connection: Connection,
    site_id: int,
    noun: Noun[Value],
    projects: Iterable[int] | None,
    before: Instant | None,
    state: str | None = None,
) -> list[Kept[Value]]:
    """The last edit of each record of these projects (None: of all) `before` an instant (None: now), by
    project and name; with a `state` the last that was in it."""
    statement = _latest(projects is not None, state is not None)
    asked = {"site": site_id, "noun": noun.word, "state": state}
    asked["before"] = FOREVER if before is None else before
    return [
        _kept(noun, row)
        for some in ([()] if projects is None else batched(sorted(set(projects))))
        for row in connection.execute(statement, {**asked, "some": some})
    ]


class Latest(Protocol):
    """Asks for the last edit of each record of a noun, by project and name; with a `state` the last in it."""

    def __call__(self, noun: Noun[Value], state: str | None = None) -> list[Kept[Value]]: ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """Every edit of the records of one project, by the word of the noun: name by name, the oldest first."""

    rows: Mapping[str, Sequence[Any]]

    def edits(self, noun: Noun[Value]) -> list[Kept[Value]]:
        """Every edit of its records of a noun."""
        return [_kept(noun, row) for row in self.rows.get(noun.word, ())]

    def latest(self, noun: Noun[Value], state: str | None = None) -> list[Kept[Value]]:
        """As the function of this name."""
        rows = self.rows.get(noun.word, ())
        last = {row.name: row for row in rows if state is None or row.state == state}
        return [_kept(noun, row) for row in last.values()]


def recorded(connection: Connection, site_id: int, project: int, before: Instant | None) -> Recorded:
    """All that was recorded of a project `before` an instant (None: now), in one question."""
    asked = {"site": site_id, "project": project, "before": FOREVER if before is None else before}
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(_whole, asked):
        found[row.noun].append(row)
    return Recorded(found)


def edit_of(
    connection: Connection, site_id: int, noun: Noun[Value], of: RecordId, edit: int
) -> Kept[Value] | None:
    """One edit of a record, or None."""
    which = (c.site_id == site_id, c.noun == noun.word, c.project_id == of.project, c.name == of.name)
    row = connection.execute(select(project_records).where(*which, c.edit == edit)).first()
    return None if row is None else _kept(noun, row)


def entered(
    connection: Connection, site_id: int, noun: Noun[Value], projects: Iterable[int], state: str
) -> list[tuple[RecordId, Instant]]:
    """When records of these projects came to be in a state, however often; in no order."""
    found: list[tuple[RecordId, Instant]] = []
    for some in batched(sorted(set(projects))):
        before: tuple[int, str] | None = None
        was = ""
        for row in connection.execute(_states, {"site": site_id, "noun": noun.word, "some": some}):
            of = (row.project_id, row.name)
            if row.state == state and (of != before or was != state):
                found.append((RecordId(*of), row.saved_at))
            before, was = of, row.state
    return found


def _last_edit(
    connection: Connection, site_id: int, noun: Noun[Any], of: RecordId
) -> tuple[int, Instant] | None:
    which = (c.site_id == site_id, c.project_id == of.project, c.noun == noun.word, c.name == of.name)
    row = connection.execute(
        select(c.edit, c.saved_at).where(*which).order_by(c.edit.desc()).limit(1)
    ).first()
    return None if row is None else (row.edit, row.saved_at)


@cache
def _latest(of_projects: bool, in_a_state: bool) -> Select[Any]:
    """The question for the last edits, put together once."""
    which = [c.site_id == SITE, c.noun == bindparam("noun"), c.saved_at < bindparam("before")]
    if in_a_state:
        which.append(c.state == bindparam("state"))
    if of_projects:
        which.append(c.project_id.in_(SOME))
    last = (
        select(c.project_id, c.name, func.max(c.edit).label("edit"))
        .where(*which)
        .group_by(c.project_id, c.name)
        .subquery()
    )
    same = (c.project_id == last.c.project_id, c.name == last.c.name, c.edit == last.c.edit)
    statement = select(project_records).join(last, same[0] & same[1] & same[2]).where(*which)
    return statement.order_by(c.project_id, c.name)


def _kept(noun: Noun[Value], row: Any) -> Kept[Value]:
    of = RecordId(row.project_id, row.name)
    return Kept(of, row.edit, row.saved_at, row.saved_by, noun.from_json(row.body))
