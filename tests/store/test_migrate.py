"""A database is brought to the schema of this version, whole or not at all, by one migrator at a time."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from phasewise.errors import StoreError
from phasewise.resources import migrations_folder
from phasewise.store.db import Database
from phasewise.store.migrate import HEAD, downgrade, drift, revision, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable

UPGRADE = """
import sys
from phasewise.store.db import Database
from phasewise.store.migrate import upgrade
upgrade(Database(sys.argv[1]))
"""
KILLED = (
    """
import os, signal, sys
from sqlalchemy import Engine, event
@event.listens_for(Engine, "before_cursor_execute")
def count(connection, cursor, statement, *rest, seen=[]):
    seen.append(statement)
    if sum("CREATE" in one for one in seen) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
"""
    + UPGRADE
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    new: Callable[..., str] = request.getfixturevalue("new_pg_url")
    return new(empty=True)


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(migrations_folder())).get_current_head() == HEAD


def test_up_down_up(empty_url: str) -> None:
    database = Database(empty_url)
    upgrade(database)
    assert drift(database) == []
    downgrade(database)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    upgrade(database)
    assert drift(database) == []
    database.close()


def test_drift_names_what_differs(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("ALTER TABLE people ADD COLUMN shoe_size INTEGER"))
        connection.execute(text("DROP TABLE tokens"))
    lines = drift(database)
    assert any("shoe_size" in line for line in lines)
    assert any("tokens" in line for line in lines)


def test_a_newer_database_is_refused(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"written by a newer Phasewise \(revision 9999\)"):
        upgrade(database)


def test_tables_of_something_else_are_left_alone(empty_url: str) -> None:
    database = Database(empty_url)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE issues (title TEXT)"))
    with pytest.raises(StoreError, match="holds tables of something else"):
        upgrade(database)
    database.close()


@pytest.mark.slow
def test_d9_several_migrators_at_once_all_succeed(empty_url: str) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", UPGRADE, empty_url]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    database = Database(empty_url)
    assert drift(database) == []
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize("statement", [1, 27])
def test_d9_a_killed_migration_leaves_the_schema_as_it_was(empty_url: str, statement: int) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, empty_url, str(statement)])
    assert killed.returncode == -signal.SIGKILL
    database = Database(empty_url)
    with database.read() as connection:
        assert revision(connection) is None
        assert inspect(connection).get_table_names() == []
    upgrade(database)
    assert drift(database) == []
    database.close()


def test_a_migrated_database_is_recognised_without_alembic(sqlite_url: str) -> None:
    check = UPGRADE + "assert not any(name.startswith('alembic') for name in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check, sqlite_url]).returncode == 0


@pytest.mark.slow
def test_alembic_itself_finds_the_database_of_the_environment(sqlite_url: str) -> None:
    root = migrations_folder().parent
    command = [sys.executable, "-W", "error", "-m", "alembic", "check"]
    environment = {**os.environ, "PHASEWISE_DATABASE_URL": sqlite_url}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert "No new upgrade operations detected" in done.stdout + done.stderr


def test_a_path_with_a_percent_sign_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / "100 %"
    database = Database(f"sqlite:///{folder}/x.db")
    upgrade(database)
    assert os.path.exists(folder / "x.db")
    database.close()
