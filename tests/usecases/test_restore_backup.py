"""Restoring: only while nothing runs, and nothing is lost by it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from phasewise.errors import StoreError
from phasewise.store import sites, tables
from phasewise.store.backup import backup
from phasewise.store.db import Database
from phasewise.store.lock import ServingLock
from phasewise.store.work_tables import nodes
from phasewise.usecases.restore_backup import restore_backup

NOW = 1_795_000_000_000


def urls(database: Database) -> list[str]:
    with database.read() as connection:
        return sorted(connection.scalars(select(tables.sites.c.url)))


def with_site(database: Database, url: str) -> None:
    with database.write() as connection:
        sites.site_of(connection, url)


def test_what_was_there_before_is_kept_in_a_backup_of_its_own(database: Database, tmp_path: Path) -> None:
    with_site(database, "https://one.example")
    backup(database, tmp_path / "b.db")
    with_site(database, "https://two.example")
    done = restore_backup(database, None, tmp_path / "b.db", tmp_path / "data", NOW)
    assert urls(database) == ["https://one.example"]
    assert done.before is not None
    restore_backup(database, None, done.before, tmp_path / "data", NOW + 1)
    assert urls(database) == ["https://one.example", "https://two.example"]


def test_nothing_is_kept_of_an_empty_store(database: Database, tmp_path: Path) -> None:
    backup(database, tmp_path / "b.db")
    assert restore_backup(database, None, tmp_path / "b.db", tmp_path, NOW).before is None


def test_a_file_that_is_served_is_not_restored(sqlite_database: Database, tmp_path: Path) -> None:
    backup(sqlite_database, tmp_path / "b.db")
    serving = ServingLock(tmp_path / "lock")
    assert serving.acquire()
    with pytest.raises(StoreError, match="stop it first"):
        restore_backup(sqlite_database, ServingLock(tmp_path / "lock"), tmp_path / "b.db", tmp_path, NOW)
    serving.release()


def test_a_database_with_a_live_node_is_not_restored(database: Database, tmp_path: Path) -> None:
    backup(database, tmp_path / "b.db")
    node = {"site_id": 1, "node_id": "n", "kind": "worker", "host": "h", "pid": 1, "started_at": 1}
    with database.write() as connection:
        connection.execute(nodes.insert().values(**node, lease_until=NOW + 1))
    with pytest.raises(StoreError, match="stop it first"):
        restore_backup(database, None, tmp_path / "b.db", tmp_path, NOW)
    restore_backup(database, None, tmp_path / "b.db", tmp_path, NOW + 2)
