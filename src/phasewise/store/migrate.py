"""Bringing a database to the schema of this version; `bootstrap` and `cli` call it."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

from sqlalchemy import Connection, inspect, text

from phasewise.errors import StoreError
from phasewise.resources import migrations_folder
from phasewise.store.all_tables import metadata
from phasewise.store.db import Database
from phasewise.store.lock import waiting_lock
from phasewise.store.spread import learn_spread

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0015"
"""The newest migration: known here, so that alembic is only loaded where something is to be done."""

MIGRATING = 0x50_68_61_73  # the advisory lock of migrators


def upgrade(database: Database) -> None:
    """Bring the schema to HEAD, one migrator at a time; a killed one leaves the schema as it was.

    Raises StoreError for a database that a newer version wrote, or that holds tables of something else.
    """
    with database.read() as connection:
        if revision(connection) == HEAD:
            return
    from alembic import command

    with _only_migrator(database) as connection:
        _refuse_foreign(connection, database.name)
        command.upgrade(_config(connection), "head")
        if database.path:
            learn_spread(connection)


def downgrade(database: Database, target: str = "base") -> None:
    """Go back to the revision `target`; at `base` nothing is left."""
    from alembic import command

    with _only_migrator(database) as connection:
        command.downgrade(_config(connection), target)


def drift(database: Database) -> list[str]:
    """What differs between the database and `tables`, one line each; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.read() as connection, past_expressions():
        # The engine keeps tables of its own in the same database; it migrates them itself.
        ours = {"compare_type": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=ours)
        return [_line(difference) for difference in compare_metadata(context, metadata)]


@contextmanager
def past_expressions() -> Iterator[None]:
    """To compare although SQLite does not tell what an index with an expression in it is made of, of which
    alembic would warn each time; PostgreSQL tells, and there it is compared."""
    with catch_warnings():
        filterwarnings("ignore", ".*expression-based index")
        yield


def _is_ours(_object: Any, name: str | None, kind: str, *_: Any) -> bool:
    return kind != "table" or name in metadata.tables


def damage(database: Database) -> list[str]:
    """What SQLite finds wrong in its file, one line each; PostgreSQL looks after its files itself."""
    if database.path is None:
        return []
    with database.read() as connection:
        found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
    return [] if found == ["ok"] else found


def revision(connection: Connection) -> str | None:
    """The revision of the database; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])


@contextmanager
def _only_migrator(database: Database) -> Iterator[Connection]:
    beside = database.path and database.path.with_name(database.path.name + ".migrating")
    with waiting_lock(beside) if beside else nullcontext(), database.write() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
        yield connection


def _refuse_foreign(connection: Connection, name: str) -> None:
    from alembic.script import ScriptDirectory

    current = revision(connection)
    known = {script.revision for script in ScriptDirectory(str(migrations_folder())).walk_revisions()}
    if current is None and set(inspect(connection).get_table_names()) & set(metadata.tables):
        raise StoreError(f"The database {name} holds tables of something else: choose an empty one")
    if current is not None and current not in known:
        raise StoreError(
            f"The database {name} was written by a newer Phasewise (revision {current}): install that version"
        )


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _line(difference: Any) -> str:
    """One difference as alembic reports it: a tuple, or a list of tuples about one column."""
    parts = difference[0] if isinstance(difference, list) else difference
    return " ".join(str(getattr(part, "name", part)) for part in parts if part is not None)
