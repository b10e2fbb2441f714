"""What was tried and went wrong, counted for all processes at once. Called by usecases/accounts/throttle."""

from dataclasses import dataclass

from sqlalchemy import Connection, case, delete

from phasewise.core.model import Instant
from phasewise.store.account_tables import attempts
from phasewise.store.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many failures in a row there were, and when the last one was."""

    failures: int
    last_at: Instant


def hold_attempts(connection: Connection, site_id: int, key: str) -> Attempts:
    """What was counted so far; until this transaction ends nobody else counts or asks."""
    insert = insert_into(connection, attempts).values(site_id=site_id, key=key, failures=0, last_at=0)
    held = insert.on_conflict_do_update(
        index_elements=[attempts.c.site_id, attempts.c.key], set_={"failures": attempts.c.failures}
    ).returning(attempts.c.failures, attempts.c.last_at)
    return Attempts(*connection.execute(held).one())


def count_attempt(
    connection: Connection, site_id: int, key: str, at: Instant, forget_before: Instant
) -> None:
    """One more; what was before `forget_before` does not count any more."""
    insert = insert_into(connection, attempts).values(site_id=site_id, key=key, failures=1, last_at=at)
    is_old = attempts.c.last_at < forget_before
    changed = {"failures": case((is_old, 1), else_=attempts.c.failures + 1), "last_at": at}
    keys = [attempts.c.site_id, attempts.c.key]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed))


def forgive(connection: Connection, site_id: int, key: str) -> None:
    """Count from nothing again."""
    connection.execute(delete(attempts).where(attempts.c.site_id == site_id, attempts.c.key == key))


def uncount(connection: Connection, site_id: int, key: str) -> None:
    """The attempt counted last went well."""
    which = (attempts.c.site_id == site_id, attempts.c.key == key, attempts.c.failures > 0)
    connection.execute(attempts.update().where(*which).values(failures=attempts.c.failures - 1))


def prune(connection: Connection, site_id: int, before: Instant) -> int:
    """Forget what was not tried since."""
    which = (attempts.c.site_id == site_id, attempts.c.last_at < before)
    return connection.execute(delete(attempts).where(*which)).rowcount
