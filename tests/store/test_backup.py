"""Backup and restore: the whole instance in one file, from either database into either."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from phasewise.errors import StoreError
from phasewise.store import sites, tables
from phasewise.store.backup import backup, is_empty, restore
from phasewise.store.db import Database
from phasewise.store.issues import save_records
from phasewise.store.migrate import downgrade, drift, upgrade
from phasewise.store.work_tables import deliveries, effects, metadata
from tests.store.records import moved, task

SITE = 1


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))  # type: ignore[misc]
            for table in metadata.sorted_tables
        }


def fill(database: Database) -> None:
    with database.write() as connection:
        sites.site_of(connection, "https://jira.example.org")
        sites.save_sync_state(connection, SITE, watermark=5, warnings=[{"code": "é\n", "text": "日本"}])
        save_records(
            connection, SITE, [task(number, moved(number, 1.5, "1", "3")) for number in range(1, 40)]
        )


def an_effect(key: str, kind: str, state: str) -> dict[str, object]:
    return {
        "site_id": SITE, "key": key, "kind": kind, "target": "10001", "body": {"text": "x"}, "state": state,
        "attempts": 0, "created_at": 1, "next_at": 1,
    }  # fmt: skip


def test_d10_a_backup_holds_everything_and_comes_back_into_either_database(
    database: Database, tmp_path: Path, new_pg_url: object, request: pytest.FixtureRequest
) -> None:
    fill(database)
    before = contents(database)
    copied = backup(database, tmp_path / "b.db")
    assert copied.rows == sum(len(rows) for name, rows in before.items())
    for url in (f"sqlite:///{tmp_path / 'other.db'}", new_pg_url()):  # type: ignore[operator]
        other = Database(url)
        upgrade(other)
        restore(other, tmp_path / "b.db")
        assert contents(other) == before
        assert drift(other) == []
        other.close()


def test_d10_a_restore_replaces_what_is_there(database: Database, tmp_path: Path) -> None:
    fill(database)
    backup(database, tmp_path / "b.db")
    before = contents(database)
    with database.write() as connection:
        save_records(connection, SITE, [task(99)])
        connection.execute(tables.people.insert().values(site_id=SITE, person_id="new", active=True))
    restore(database, tmp_path / "b.db")
    assert contents(database) == before


def test_d10_a_backup_is_of_one_instant_while_others_write(database: Database, tmp_path: Path) -> None:
    fill(database)
    over = threading.Event()

    def write() -> None:
        number = 1000
        while not over.is_set():
            number += 1
            with database.write() as connection:  # both or neither
                save_records(connection, SITE, [task(number)])
                sites.save_sync_state(connection, SITE, backfill_done=number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for attempt in range(3):
            backup(database, tmp_path / f"{attempt}.db")
    finally:
        over.set()
        writer.join()
    for attempt in range(3):
        copy = Database(f"sqlite:///{tmp_path / f'{attempt}.db'}")
        with copy.read() as connection:
            newest = connection.scalar(select(func.max(tables.issues.c.issue_id))) or 0
            done = sites.sync_state(connection, SITE).backfill_done
        copy.close()
        assert (newest > 1000) == (done > 1000)
        assert done in (0, newest)


def test_d10_a_mail_that_was_due_is_unknown_after_a_restore_and_a_comment_is_looked_up_first(
    database: Database, tmp_path: Path
) -> None:
    fill(database)
    rows = [
        an_effect("m1", "mail", "due"), an_effect("m2", "mail", "done"),
        an_effect("c1", "comment", "due"), an_effect("c2", "comment", "claimed"),
    ]  # fmt: skip
    with database.write() as connection:
        connection.execute(effects.insert(), rows)
    backup(database, tmp_path / "b.db")
    restore(database, tmp_path / "b.db")
    with database.read() as connection:
        found = {row.key: row for row in connection.execute(select(effects))}
    assert {key: row.state for key, row in found.items()} == {
        "m1": "unknown", "m2": "done", "c1": "due", "c2": "due",
    }  # fmt: skip
    assert [found[key].attempts for key in ("c1", "c2")] == [1, 1]


def test_d10_deliveries_that_wait_still_wait_after_a_restore(database: Database, tmp_path: Path) -> None:
    row = {
        "site_id": SITE, "delivery_id": "d", "received_at": 1, "event": "e", "issue_ids": [1],
        "state": "pending", "attempts": 0, "next_at": 1, "claimed_by": "gone", "claimed_until": 9,
        "body": b"\x00\xff",
    }  # fmt: skip
    with database.write() as connection:
        connection.execute(deliveries.insert().values(row))
    backup(database, tmp_path / "b.db")
    restore(database, tmp_path / "b.db")
    with database.read() as connection:
        found = connection.execute(select(deliveries)).one()
    assert (found.state, found.claimed_by, found.body) == ("pending", None, b"\x00\xff")


def test_a_backup_of_the_release_before_is_brought_to_this_one(database: Database, tmp_path: Path) -> None:
    fill(database)
    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade(old)
    fill(old)
    downgrade(old, "0001")
    old.close()
    restore(database, tmp_path / "old.db")
    assert not is_empty(database)
    assert drift(database) == []


def test_a_backup_overwrites_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        backup(sqlite_database, tmp_path / "there")
    assert (tmp_path / "there").read_text() == "precious"


def test_a_backup_that_cannot_be_written_leaves_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        backup(sqlite_database, tmp_path / "file" / "b.db")
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + b"\x00" * 200])
def test_what_is_no_backup_is_refused_and_changes_nothing(
    sqlite_database: Database, tmp_path: Path, content: bytes
) -> None:
    fill(sqlite_database)
    before = contents(sqlite_database)
    (tmp_path / "b.db").write_bytes(content)
    with pytest.raises(StoreError):
        restore(sqlite_database, tmp_path / "b.db")
    assert contents(sqlite_database) == before
    assert [path.name for path in tmp_path.iterdir() if "restoring" in path.name] == []


def test_a_file_that_is_not_there_is_named(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no file"):
        restore(sqlite_database, tmp_path / "nowhere.db")
