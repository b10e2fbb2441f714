"""The database: SQLite embedded, or PostgreSQL. The only place that opens connections and commits.

Everything else in `store` takes the Connection that `write()` or `read()` hands out.
"""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlalchemy
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL, make_url

from phasewise.errors import RetiredError, StoreError
from phasewise.store.text import to_json
from phasewise.store.trouble import errors_of, explain, is_conflict

__all__ = ["Connection", "Database"]

BUSY_MS = 30_000
CONNECT_SECONDS = 10
ATTEMPTS = 5
HOLD_SECONDS = 0.2
CACHED_STATEMENTS = 16
"""Each connection to SQLite keeps so many; one that names a thousand ids takes 150 KB."""
LOG_PAGES = 4000
"""16 MB of SQLite's log: whoever commits beyond it moves it into the file and sees that through to the disk,
while every other writer waits. That takes hardly less time for a quarter of it."""
BEGIN = "phasewise_begin"
LABEL = "phasewise"
T = TypeVar("T")

_write_locks: dict[Path, threading.Lock] = {}
_write_locks_guard = threading.Lock()


class Database:
    """One database by its address: `sqlite:///path` or `postgresql://user:password@host/name`.

    Opening makes the folder of an SQLite file (0700) and the file (0600); no table: see `migrate`. Where
    another process is in the way it waits `patience_ms`. PostgreSQL knows its connections by `label`.
    Raises StoreError for an address that is neither, here; for every trouble of the driver, later.
    """

    def __init__(self, url: str, patience_ms: int = BUSY_MS, label: str = LABEL) -> None:
        parsed = _parsed(url)
        self._url = parsed
        self._patience_ms = patience_ms
        self.dialect: Literal["sqlite", "postgresql"] = (
            "sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql"
        )
        self.path = Path(parsed.database).absolute() if self.dialect == "sqlite" and parsed.database else None
        self.name = str(self.path) if self.path else f"{parsed.database} at {parsed.host or 'this host'}"
        if self.path:
            _make_private(self.path)
        self._one_writer = _write_lock(self.path.resolve()) if self.path else None
        make_engine = _sqlite_engine if self.path else _postgresql_engine
        self._errors = errors_of(self.dialect)
        self._engine = engine = make_engine(parsed, patience_ms, label)
        self._retired = False
        self._writer = engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = engine if self.path else engine.execution_options(**snapshot)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in a transaction: committed at the end, rolled back if anything is raised."""
        with self._explained(), self._turn(), self._writer.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees the database as it is at its first statement, and keeps nothing."""
        with self._explained(), self._reader.connect() as connection:
            yield connection

    def transact(self, work: Callable[[Connection], T]) -> T:
        """`work` in one transaction, done again from its start where it lost against another one."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.write() as connection:
                    return work(connection)
            except StoreError as error:
                if attempt == ATTEMPTS or not is_conflict(error.__cause__):
                    raise
                time.sleep(0.05 * attempt)
        raise AssertionError("the last attempt returns or raises")

    @contextmanager
    def hold(self, purpose: int, subject: int) -> Iterator[None]:
        """PostgreSQL's advisory lock of these two numbers, waited for; it falls with its connection."""
        while True:
            with self.try_hold(purpose, subject) as is_held:
                if is_held:
                    yield
                    return
            time.sleep(HOLD_SECONDS)

    @contextmanager
    def try_hold(self, purpose: int, subject: int) -> Iterator[bool]:
        """The same lock if nobody has it; False if somebody does. On SQLite there is nobody else."""
        if self.path:
            yield True
            return
        key = {"purpose": purpose, "subject": subject}
        autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with self._explained(), autocommit.connect() as connection:
            is_held = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:purpose, :subject)"), key))
            try:
                yield is_held
            finally:
                if is_held:
                    connection.execute(text("SELECT pg_advisory_unlock(:purpose, :subject)"), key)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def retire(self) -> None:
        """Refuse every transaction from now on: whoever still works with it ends at the next one."""
        self._retired = True

    def require_in_use(self) -> None:
        """Raises RetiredError once it is retired: for whoever waits without a transaction."""
        if self._retired:
            raise RetiredError(f"The database {self.name} is used no more by this part of Phasewise")

    def again(self, label: str) -> "Database":
        """The same database, with connections of its own that PostgreSQL knows by `label`."""
        return Database(self.address, self._patience_ms, label)

    @property
    def address(self) -> str:
        """The address with its password: for whoever connects, never for a log."""
        return self._url.render_as_string(hide_password=False)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        self.require_in_use()
        try:
            yield
        except self._errors as error:
            told = explain(error, self.name)
            if told is None:
                raise
            raise told from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One SQLite writer at a time in this process: waiting inside SQLite is neither fair nor cheap."""
        if self._one_writer is None:
            yield
            return
        if not self._one_writer.acquire(timeout=self._patience_ms / 1000):
            raise StoreError(f"The database {self.name} is busy with other changes; try again in a moment")
        try:
            yield
        finally:
            self._one_writer.release()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url.strip())
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise StoreError(
            "PHASEWISE_DATABASE_URL is no address: use sqlite:///path/to/file.db or postgresql://user@host/name"
        ) from None
    backend = parsed.drivername.partition("+")[0]
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StoreError("PHASEWISE_DATABASE_URL must start with sqlite:/// or postgresql://")
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("PHASEWISE_DATABASE_URL must name a file: sqlite:///path/to/file.db")
    return parsed


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file that is there is not opened: closing it would take from the connections of this process the
        # locks that tell others it is in use, and the next of those to leave would throw its log away.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be opened ({error.strerror}): check its folder and permissions"
        ) from None


def _write_lock(path: Path) -> threading.Lock:
    with _write_locks_guard:
        return _write_locks.setdefault(path, threading.Lock())


def _sqlite_engine(url: URL, patience_ms: int, _label: str) -> Engine:
    engine = sqlalchemy.create_engine(
        url,
        connect_args={"cached_statements": CACHED_STATEMENTS},
        pool_size=4,  # idle ones: each keeps 2 MB of the file, and opening another takes a millisecond
        max_overflow=44,
        pool_timeout=patience_ms / 1000,
        pool_use_lifo=True,
        json_serializer=to_json,
    )
    event.listen(engine, "connect", partial(_configure_sqlite, patience_ms))
    event.listen(engine, "begin", _begin)
    return engine


def _configure_sqlite(patience_ms: int, connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transactions begin late and as readers, which loses updates: `_begin` says BEGIN.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={patience_ms}")
    _use_wal(connection, patience_ms)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")


def _use_wal(connection: sqlite3.Connection, patience_ms: int) -> None:
    """The change to WAL does not wait for the busy time-out, so two first openers would collide."""
    deadline = time.monotonic() + patience_ms / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))


def _postgresql_engine(url: URL, patience_ms: int, label: str) -> Engine:
    arguments: dict[str, Any] = {"application_name": label}
    if "connect_timeout" not in url.query:
        arguments["connect_timeout"] = CONNECT_SECONDS
    engine = sqlalchemy.create_engine(
        url,
        connect_args=arguments,
        pool_size=8,
        max_overflow=8,
        pool_timeout=patience_ms / 1000,
        pool_pre_ping=True,
        json_serializer=to_json,
    )
    event.listen(engine, "connect", partial(_configure_postgresql, patience_ms))
    return engine


def _configure_postgresql(patience_ms: int, connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {patience_ms}")
    connection.autocommit = False
