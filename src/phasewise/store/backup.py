"""The whole instance in one file, and back: `phasewise db backup` and `db restore`.

A backup is an SQLite database with the schema of its release, whatever it was made from, so that it can be
looked into with any tool and restored into either database.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from phasewise.core.model import Instant
from phasewise.errors import StoreError
from phasewise.store.all_tables import metadata
from phasewise.store.db import Database
from phasewise.store.migrate import revision, upgrade
from phasewise.store.tables import sites
from phasewise.store.upsert import insert_new
from phasewise.store.work_tables import deliveries, effects, nodes

AT_ONCE = 2000
OF_THE_MOMENT = {nodes.name, "sync_requests", "sessions", "devices", "links", "attempts"}
"""Tables about processes that run now, and about who is signed in: of no use later, so never in a backup."""
TOLD = ("mail", "chat")
"""Kinds of effects that cannot be asked back for."""
RESTORED = "restored from a backup: it may have been sent since; look, and send it again by hand if not"


@dataclass(frozen=True, slots=True)
class Copied:
    """How much was copied."""

    tables: int
    rows: int


def backup(database: Database, file: Path) -> Copied:
    """Write all of `database` as it is at one instant into a new file, while others read and write.

    The file appears whole or not at all. Raises StoreError (it exists already, cannot be written, disk full).
    """
    if file.exists():
        raise StoreError(f"{file} exists already; choose another name, a backup overwrites nothing")
    partial = file.with_name(f".{file.name}.partial")
    _forget(partial)
    try:
        with closing(Database(f"sqlite:///{partial.absolute()}")) as copy:
            upgrade(copy)
            with database.read() as source, copy.write() as target:
                copied = _copy(source, target)
            _into_one_file(copy)
        _settle(partial, file)
    finally:
        _forget(partial)
    return copied


def restore(database: Database, file: Path) -> Copied:
    """Replace all that `database` holds by what `file` holds, in one transaction.

    `file` itself is not changed; one of an older release is brought to this one. Raises StoreError for a
    file that is no backup, or of a newer release.
    """
    with _opened(file) as source_database:
        upgrade(source_database)
        with source_database.read() as source, database.write() as target:
            sent = _sent(target)
            for table in reversed(metadata.sorted_tables):
                target.execute(table.delete())
            copied = _copy(source, target)
            for url, rows in sent.items():
                _remember(target, url, rows)
            _doubt_what_was_pending(target)
    return copied


def running_nodes(database: Database, now: Instant) -> int:
    """How many processes have a lease on the database: none may, while it is restored."""
    with database.read() as connection:
        alive = select(func.count()).select_from(nodes).where(nodes.c.lease_until > now)
        return int(connection.scalar(alive) or 0)


def is_empty(database: Database) -> bool:
    """Whether no site was ever read into it."""
    with database.read() as connection:
        return connection.scalar(select(metadata.tables["sites"].c.site_id).limit(1)) is None


def _copy(source: Connection, target: Connection) -> Copied:
    tables = [table for table in metadata.sorted_tables if table.name not in OF_THE_MOMENT]
    count = 0
    for table in tables:
        result = source.execution_options(yield_per=AT_ONCE).execute(select(table))
        for rows in result.mappings().partitions():
            target.execute(table.insert(), [dict(row) for row in rows])
            count += len(rows)
    return Copied(len(tables), count)


def _sent(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """The mails and posts of before, by the address of their site: none of them is sent once more."""
    told = select(sites.c.url, effects).join(effects, effects.c.site_id == sites.c.site_id)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(told.where(effects.c.kind.in_(TOLD))).mappings():
        values = dict(row)
        found.setdefault(values.pop("url"), []).append(values)
    return found


def _remember(connection: Connection, url: str, rows: list[dict[str, Any]]) -> None:
    """Keep those that the backup does not know, where it is of the same site."""
    site_id = connection.scalar(select(sites.c.site_id).where(sites.c.url == url))
    if site_id is not None:
        insert_new(connection, effects, [{**row, "site_id": site_id} for row in rows])


def _doubt_what_was_pending(connection: Connection) -> None:
    """What was due when the backup was made may have been done since.

    Jira is asked whether it was, before each repeat; a mail server and a chat cannot be, so that a person
    decides.
    """
    open_ones = effects.c.state.in_(("due", "claimed"))
    unclaimed = {"claimed_by": None, "claimed_until": None}
    sent = effects.c.kind.in_(TOLD)
    doubtful = effects.update().where(open_ones, sent)
    connection.execute(doubtful.values(state="unknown", last_error=RESTORED, **unclaimed))
    writes = effects.update().where(open_ones, ~sent)
    connection.execute(writes.values(state="due", attempts=effects.c.attempts + 1, **unclaimed))
    connection.execute(deliveries.update().values(unclaimed))  # of processes long gone


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    """A copy of the backup that may be migrated, thrown away in the end."""
    if not file.is_file():
        raise StoreError(f"There is no file {file}")
    with file.open("rb") as opened:
        if opened.read(16) != b"SQLite format 3\x00":
            raise StoreError(f"{file} is no backup of Phasewise")
    copy = file.with_name(f".{file.name}.restoring")
    _forget(copy)
    try:
        shutil.copyfile(file, copy)
        with closing(Database(f"sqlite:///{copy.absolute()}")) as database:
            with database.read() as connection:
                if revision(connection) is None:
                    raise StoreError(f"{file} is no backup of Phasewise")
            yield database
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}") from None
    finally:
        _forget(copy)


def _into_one_file(database: Database) -> None:
    """Fold the write-ahead log into the file, so that it can be copied alone."""
    with database.read() as connection:
        connection.rollback()
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - an open connection has one
        driver.execute("PRAGMA journal_mode=DELETE")


def _settle(partial: Path, file: Path) -> None:
    """Make the file durable before it gets its name."""
    try:
        descriptor = os.open(partial, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.link(partial, file)
    except FileExistsError:
        raise StoreError(f"{file} exists already; choose another name") from None
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}") from None


def _forget(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal", ".migrating"):
        with suppress(FileNotFoundError, NotADirectoryError):
            path.with_name(path.name + ending).unlink()
