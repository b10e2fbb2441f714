"""Writing and reading many rows at once, the same on both databases; the rest of `store` uses it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, CompoundSelect, Connection, Delete, Dialect, Select, Table, bindparam
from sqlalchemy.dialects import sqlite

AT_ONCE = 1000
SITE: BindParameter[Any] = bindparam("site")
SOME: BindParameter[Any] = bindparam("some", expanding=True)
AS_OF: BindParameter[Any] = bindparam("as_of")
"""What varies in the statements that judging and pages repeat: these are made once, since to make one costs
more than SQLite takes for its few rows. SOME is for `in_`."""

T = TypeVar("T")


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT of the connection's own dialect: it has `on_conflict_do_update` and `..._nothing`."""
    return _insert_of(connection.dialect.name, table)


def _insert_of(dialect: str, table: Table) -> Any:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def upsert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], keep: Iterable[str] = ()
) -> None:
    """Write the rows, each over the one of the same primary key; columns named in `keep` stay as stored.

    All rows have the same columns. A key must not come twice.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    statement = insert_into(connection, table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in {*keys, *keep}}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows whose primary key is not there yet."""
    if rows:
        connection.execute(_insert_new(connection.dialect.name, table), rows)


@lru_cache
def _insert_new(dialect: str, table: Table) -> Any:
    return _insert_of(dialect, table).on_conflict_do_nothing()


def delete_some(
    connection: Connection, table: Table, column: str, site_id: int, values: Iterable[object]
) -> None:
    """Delete the rows of a site whose column has one of these values."""
    for some in batched(values):
        connection.execute(_delete_some(table, column), {"site": site_id, "some": some})


@lru_cache
def _delete_some(table: Table, column: str) -> Delete:
    return table.delete().where(table.c.site_id == SITE, table.c[column].in_(SOME))


def insert_many(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Write many new rows, straight through the driver: two to five times as fast as a statement.

    `columns` names what the tuples hold; text must be clean and JSON already text (`text.to_json`).
    """
    if not rows:
        return
    into = _into(connection.dialect, table, tuple(columns))
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in columns)
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", list(rows))  # noqa: S608 - our own names
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@lru_cache
def _into(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    return f"{quote(table.name)} ({', '.join(quote(column) for column in columns)})"


def fetch_many(
    connection: Connection, statement: Select[Any] | CompoundSelect[Any], **values: object
) -> list[tuple[Any, ...]]:
    """All rows as plain tuples of the driver, twice as fast as the others; a boolean may be 0 or 1."""
    result: Any = connection.execute(statement, values)
    rows: list[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return rows


def batched(entries: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """The entries in lists short enough for the parameters of one statement."""
    batch: list[T] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def grouped(ids: Sequence[T], sizes: Mapping[T, int], at_most: int) -> Iterator[list[T]]:
    """The ids in lists whose sizes sum up to so much at most; one that is larger comes by itself."""
    group: list[T] = []
    for one in ids:
        if group and sum(sizes.get(each, 0) for each in (*group, one)) > at_most:
            yield group
            group = []
        group.append(one)
    if group:
        yield group
