"""What a database driver reports, as one sentence that says what to do; `db` raises it as StoreError."""

import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from phasewise.errors import CannotHoldError, StoreError
from phasewise.store.text import TooLongError

ERRORS = (StatementError, PoolTimeout, OverflowError, TooLongError)


def errors_of(dialect: str) -> tuple[type[Exception], ...]:
    """What `explain` understands; StatementError is the base of what a driver raises in a statement,
    psycopg.Error of what it raises in a COPY. psycopg takes long to load: only where it is used."""
    if dialect != "postgresql":
        return ERRORS
    import psycopg

    return (*ERRORS, psycopg.Error)


SQLITE = {
    sqlite3.SQLITE_BUSY: "is locked by another process; wait until that one is done, then try again",
    sqlite3.SQLITE_LOCKED: "is locked by another process; wait until that one is done, then try again",
    sqlite3.SQLITE_FULL: "has no room left: the disk is full; free some space, then try again",
    sqlite3.SQLITE_READONLY: "cannot be written: make the file and its folder writable for this user",
    sqlite3.SQLITE_IOERR: "failed to read or write: check the disk and its free space, then try again",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore a backup",
    sqlite3.SQLITE_NOTADB: "is not an SQLite database: check PHASEWISE_DATABASE_URL or restore a backup",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that its folder exists and is writable for this user",
    sqlite3.SQLITE_PERM: "may not be opened: check the permissions of the file and its folder",
    sqlite3.SQLITE_NOMEM: "could not be used: there is no memory left",
    sqlite3.SQLITE_TOOBIG: "was given a text or number larger than it can hold",
}
UNREACHABLE = (
    "cannot be reached: check that the server runs, and address, user and password in PHASEWISE_DATABASE_URL"
)
CANNOT_HOLD = "was given a text or number that it cannot hold"
NO_TABLES = "has no Phasewise tables: run `phasewise db upgrade`"
POSTGRESQL = (  # by the start of SQLSTATE, first match
    ("40", "was busy with conflicting changes; try again"),
    ("55P03", "is locked by another process; wait until that one is done, then try again"),
    ("25006", "is read-only at the moment (a standby or in recovery); try again when it accepts writes"),
    ("53100", "has no room left: the disk is full; free some space, then try again"),
    ("53200", "could not be used: the server has no memory left"),
    ("53300", "has no connection left: raise max_connections, or start fewer processes"),
    ("57P", "is shutting down or starting; try again in a moment"),
    ("57014", "took too long to answer; try again"),
    ("42501", "refused: the user lacks a permission on it"),
    ("42P01", NO_TABLES),
    ("22", CANNOT_HOLD),
    ("58", "failed to read or write: check the disk of the server"),
    ("XX001", "is damaged: restore a backup"),
    ("XX002", "has a damaged index: REINDEX it, or restore a backup"),
)
CONFLICTS = ("40001", "40P01")


def explain(error: Exception, name: str) -> StoreError | None:
    """The error of a driver in words, about the database called `name`; None for a fault of our own."""
    if isinstance(error, IntegrityError):
        return None
    what = _what(error)
    kind = CannotHoldError if what and what.startswith(CANNOT_HOLD) else StoreError
    return kind(f"The database {name} {what}") if what else None


def is_conflict(error: BaseException | None) -> bool:
    """Whether the transaction lost against another one, so that the same work can be tried again."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) in CONFLICTS


def _what(error: Exception) -> str | None:
    if isinstance(error, PoolTimeout):
        return "has no connection free: too much is going on at once; try again in a moment"
    cause = error.orig if isinstance(error, StatementError) else error
    if isinstance(cause, sqlite3.Error):
        return _sqlite(cause)
    if hasattr(cause, "sqlstate"):
        return _postgresql(cause)
    refused = isinstance(cause, OverflowError | TooLongError)
    return f"{CANNOT_HOLD} ({cause})" if refused else None


def _sqlite(error: sqlite3.Error) -> str | None:
    if "no such table" in str(error):
        return NO_TABLES
    return SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)


def _postgresql(error: Any) -> str | None:
    import psycopg

    state = error.sqlstate
    if state is None:
        return UNREACHABLE if isinstance(error, psycopg.OperationalError) else None
    if state.startswith("08"):
        return "closed the connection; try again in a moment"
    return next((text for start, text in POSTGRESQL if state.startswith(start)), None)
