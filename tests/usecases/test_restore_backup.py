"""Restoring: only while nothing runs, and nothing is lost by it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from phasewise.errors import StoreError
from phasewise.store import sites, tables
from phasewise.store.backup import backup
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.lock import ServingLock
from phasewise.store.work_tables import effects, nodes
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


def test_d10_what_was_mailed_after_the_backup_is_not_mailed_again(database: Database, tmp_path: Path) -> None:
    with_site(database, "https://one.example")
    backup(database, tmp_path / "b.db")
    mail = Effect("report/default/2026-W47/ada", EffectKind.MAIL, "ada@example.com", {})
    said = Effect("says:1", EffectKind.COMMENT, "3", {})
    with database.write() as connection:
        for effect in (mail, said):
            add_effect(connection, 1, effect, NOW)
    restore_backup(database, None, tmp_path / "b.db", tmp_path / "data", NOW)
    with database.write() as connection:
        kept = [(row.key, row.state) for row in connection.execute(select(effects))]
        assert kept == [(mail.key, "unknown")]
        assert not add_effect(connection, 1, mail, NOW + 1)


def test_of_another_site_nothing_is_remembered(sqlite_database: Database, tmp_path: Path) -> None:
    backup(sqlite_database, tmp_path / "b.db")
    with_site(sqlite_database, "https://one.example")
    with sqlite_database.write() as connection:
        add_effect(connection, 1, Effect("report/1", EffectKind.MAIL, "ada@example.com", {}), NOW)
    restore_backup(sqlite_database, None, tmp_path / "b.db", tmp_path / "data", NOW)
    with sqlite_database.read() as connection:
        assert connection.execute(select(effects)).all() == []


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
