"""The database keeps what it was given, waits where it should, and says in one line what is wrong."""

import resource
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from phasewise.errors import StoreError
from phasewise.store import sites, tables
from phasewise.store.census import mark_removed
from phasewise.store.db import Database
from phasewise.store.issues import set_aside
from tests.store.records import at

INCREMENT = """
import sys
from sqlalchemy import text
from phasewise.store.db import Database
database = Database(sys.argv[1])
for _ in range(50):
    with database.write() as connection:
        n = connection.execute(text("SELECT polls_since_census FROM sync_state")).scalar_one()
        connection.execute(text("UPDATE sync_state SET polls_since_census = :n"), {"n": n + 1})
"""


def counted(database: Database) -> int:
    with database.read() as connection:
        return sites.sync_state(connection, 1).polls_since_census


def start_counting(database: Database) -> None:
    with database.write() as connection:
        sites.save_sync_state(connection, sites.site_of(connection, "https://x"), polls_since_census=0)


def test_sqlite_is_set_up_as_measured(sqlite_database: Database) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30_000, "foreign_keys": 1}
    expected["wal_autocheckpoint"] = 4000
    with sqlite_database.read() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in expected}
        assert connection.execute(text("PRAGMA temp_store")).scalar_one() == 2
    assert found == expected


def test_the_folder_and_the_file_are_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "phasewise.db"
    Database(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_understood(pg_url: str, scheme: str) -> None:
    database = Database(pg_url.replace("postgresql", scheme, 1))
    assert database.dialect == "postgresql"
    assert not database.path
    with database.read() as connection:
        assert connection.execute(select(1)).scalar_one() == 1
    database.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense", ""])
def test_an_address_that_is_neither_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="PHASEWISE_DATABASE_URL"):
        Database(url)


def test_nothing_is_kept_when_something_is_raised(database: Database) -> None:
    def fail(connection: sites.Connection) -> None:
        sites.site_of(connection, "https://x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.transact(fail)
    with database.read() as connection:
        assert sites.only_site(connection) is None


def test_a_reader_sees_one_state_throughout(database: Database) -> None:
    start_counting(database)
    with database.read() as reader:
        before = sites.sync_state(reader, 1)
        with database.write() as writer:
            sites.save_sync_state(writer, 1, polls_since_census=7)
        assert sites.sync_state(reader, 1) == before
    assert counted(database) == 7


@pytest.mark.slow
def test_d1_no_change_is_lost_between_threads_and_processes(
    sqlite_database: Database, sqlite_url: str
) -> None:
    start_counting(sqlite_database)
    commands = [[sys.executable, "-c", INCREMENT, sqlite_url]] * 2
    processes = [subprocess.Popen(command) for command in commands]

    def count() -> None:
        for _ in range(25):
            with sqlite_database.write() as connection:
                n = sites.sync_state(connection, 1).polls_since_census
                sites.save_sync_state(connection, 1, polls_since_census=n + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0]
    assert counted(sqlite_database) == 2 * 50 + 4 * 25


def test_d1_a_locked_file_is_waited_for(sqlite_database: Database) -> None:
    start_counting(sqlite_database)
    other = sqlite3.connect(str(sqlite_database.path), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, other.execute, ["ROLLBACK"]).start()
    began = time.monotonic()
    with sqlite_database.write() as connection:
        sites.save_sync_state(connection, 1, polls_since_census=1)
    assert time.monotonic() - began > 0.2
    other.close()


def test_d1_a_file_that_stays_locked_is_an_error_that_passes(sqlite_url: str) -> None:
    database = Database(sqlite_url, patience_ms=50)
    other = sqlite3.connect(str(database.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="is locked by another process; wait"):
        start_counting(database)
    other.execute("ROLLBACK")
    other.close()
    start_counting(database)
    database.close()


def test_d2_a_full_disk_is_an_error_and_loses_nothing(sqlite_database: Database) -> None:
    start_counting(sqlite_database)
    with sqlite_database.write() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages + 2}"))
    with pytest.raises(StoreError, match="the disk is full"), sqlite_database.write() as connection:
        sites.save_sync_state(connection, 1, last_error="x" * 100_000)
    with sqlite_database.write() as connection:
        connection.execute(text("PRAGMA max_page_count=1000000"))
        sites.save_sync_state(connection, 1, last_error="y" * 100_000)
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_d2_a_write_that_fails_is_an_error_and_loses_nothing(sqlite_database: Database) -> None:
    start_counting(sqlite_database)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, unlimited[1]))
    try:
        with (
            pytest.raises(StoreError, match="failed to read or write"),
            sqlite_database.write() as connection,
        ):
            sites.save_sync_state(connection, 1, polls_since_census=9, last_error="x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert counted(sqlite_database) == 0
    with sqlite_database.write() as connection:
        sites.save_sync_state(connection, 1, last_error="y" * 1_000_000)
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_d5_a_file_that_cannot_be_written_says_so(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        connection.execute(text("PRAGMA query_only=ON"))
    with pytest.raises(StoreError, match="cannot be written: make"):
        start_counting(sqlite_database)


def test_what_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes, and no database at all. " * 100)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StoreError, match=f"{path} is not an SQLite database"), database.read():
        pass
    database.close()


def test_a_damaged_file_says_so(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    damaged = bytearray(path.read_bytes())
    damaged[100:8192] = b"\x55" * (8192 - 100)
    path.write_bytes(damaged)
    database = Database(sqlite_url)
    with pytest.raises(StoreError, match="is damaged: restore a backup"):
        start_counting(database)
    database.close()


@pytest.mark.parametrize("below", ["file/phasewise.db", "."])
def test_a_path_that_cannot_be_a_file_says_so(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened"):
        Database(f"sqlite:///{tmp_path}/{below}")


def test_an_empty_database_says_what_to_run(tmp_path: Path, new_pg_url: Callable[..., str]) -> None:
    for url in (f"sqlite:///{tmp_path}/new.db", new_pg_url(empty=True)):
        database = Database(url)
        with pytest.raises(StoreError, match="run `phasewise db upgrade`"):
            counted(database)
        database.close()


def test_a_server_that_is_not_there_says_so_without_the_password() -> None:
    database = Database("postgresql://ada:hunter2@127.0.0.1:1/phasewise?connect_timeout=2")
    with pytest.raises(StoreError, match=r"phasewise at 127\.0\.0\.1 cannot be reached") as caught:
        counted(database)
    assert "hunter2" not in str(caught.value)


def test_d5_a_read_only_server_still_answers(pg_url: str) -> None:
    database = Database(pg_url)
    start_counting(database)
    with database.write() as connection:
        connection.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
    with pytest.raises(StoreError, match="read-only at the moment"):
        start_counting(database)
    assert counted(database) == 0
    database.close()


def test_d3_a_server_that_dropped_every_connection_is_found_again(pg_url: str) -> None:
    database = Database(pg_url)
    start_counting(database)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with pytest.raises(StoreError, match="try again in a moment"), database.write() as connection:
        connection.execute(text(others))
    assert counted(database) == 0
    database.close()


def test_d4_a_pool_without_a_connection_left_says_so(pg_url: str) -> None:
    database = Database(pg_url, patience_ms=100)
    with ExitStack() as held:
        for _ in range(16):
            held.enter_context(database.read())
        with pytest.raises(StoreError, match="no connection free"):
            held.enter_context(database.read())
    database.close()


def test_d4_a_broken_deadlock_is_tried_again(pg_url: str) -> None:
    database = Database(pg_url)
    with database.write() as connection:
        for site in ("https://1", "https://2"):
            sites.site_of(connection, site)
    both_hold_one, one_is_done = threading.Barrier(2), threading.Event()
    tries: list[int] = []

    def rename(first: int, second: int) -> None:
        def work(connection: sites.Connection) -> None:
            tries.append(first)
            if len(tries) > 2:  # back before the other has gone on, it could lose once more
                one_is_done.wait(60)
            connection.execute(update(tables.sites).where(tables.sites.c.site_id == first).values(title="a"))
            if len(tries) <= 2:
                both_hold_one.wait()
            connection.execute(update(tables.sites).where(tables.sites.c.site_id == second).values(title="b"))

        database.transact(work)
        one_is_done.set()

    threads = [threading.Thread(target=rename, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    database.close()
    assert len(tries) == 3


def test_a_number_beyond_64_bits_is_refused(database: Database) -> None:
    start_counting(database)
    with pytest.raises(StoreError, match="number"), database.write() as connection:
        sites.save_sync_state(connection, 1, watermark=2**63)
    with pytest.raises(StoreError, match="number"), database.write() as connection:
        mark_removed(connection, 1, 2**63, at(1), True)


def test_nul_and_lone_surrogates_are_replaced(database: Database) -> None:
    with database.write() as connection:
        set_aside(connection, 1, "ML-1", "a\x00b\ud800c", at(0))
        sites.save_sync_state(connection, 1, warnings=[{"code": "x", "text": "a\x00b\ud800c"}])
    with database.read() as connection:
        assert connection.execute(select(tables.unreadable.c.reason)).scalar_one() == "a\ufffdb\ufffdc"
        assert sites.sync_state(connection, 1).warnings == ({"code": "x", "text": "a\ufffdb\ufffdc"},)


def test_an_id_that_is_too_long_is_refused_and_never_cut(database: Database) -> None:
    with pytest.raises(StoreError, match="longer than 255"), database.write() as connection:
        sites.save_people(connection, 1, {"x" * 256: None})


def test_a_second_database_of_a_process_leaves_the_first_its_locks(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        sites.site_of(connection, "https://x")
    assert sqlite_database.path is not None
    sqlite_database.again("another").close()
    look = "import sqlite3 as s, sys; c = s.connect(sys.argv[1]); c.execute('SELECT * FROM sites'); c.close()"
    subprocess.run([sys.executable, "-c", look, str(sqlite_database.path)], check=True, timeout=30)
    assert sqlite_database.path.with_name(f"{sqlite_database.path.name}-wal").exists()
