"""How the polls of a site went: what all nodes share of the poll. `worker.poller` calls it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select

from phasewise.core.model import Instant
from phasewise.store import sites
from phasewise.store.tables import sync_requests
from phasewise.store.upsert import insert_into
from phasewise.store.work_tables import polls


@dataclass(frozen=True, slots=True)
class PollState:
    """`ended_at` is None where a poll is due at once; `to_census` is how many are left before one takes a
    census; `refusals` are those of the token whose digest is `refused_token`."""

    ended_at: Instant | None = None
    failures: int = 0
    refusals: int = 0
    refused_token: str | None = None
    to_census: int = 0


def poll_state(connection: Connection, site_id: int) -> PollState:
    """How the polls went; all empty before the first."""
    columns = [column for column in polls.c if column.name != "site_id"]
    row = connection.execute(select(*columns).where(polls.c.site_id == site_id)).mappings().one_or_none()
    return PollState() if row is None else PollState(**row)


def save_poll_state(connection: Connection, site_id: int, **columns: Any) -> None:
    """Change the named columns, and nothing else."""
    statement = insert_into(connection, polls).values(site_id=site_id, **columns)
    changed = {name: statement.excluded[name] for name in columns}
    connection.execute(statement.on_conflict_do_update(index_elements=["site_id"], set_=changed))


def stop(connection: Connection, site_id: int, reason: str, at: Instant) -> None:
    """Ask this Jira nothing more: it refuses us, and more tries could lock the account. When it goes on, it
    begins with a census."""
    save_poll_state(connection, site_id, to_census=0)
    sites.save_sync_state(connection, site_id, stopped_reason=reason, stopped_at=at)


def open_again(connection: Connection, site_id: int) -> None:
    """Jira accepted us: whatever was stopped goes on."""
    save_poll_state(connection, site_id, failures=0, refusals=0, refused_token=None)
    if sites.sync_state(connection, site_id).stopped_at is not None:
        sites.save_sync_state(connection, site_id, stopped_reason=None, stopped_at=None)


def is_stopped(connection: Connection, site_id: int, token: str) -> bool:
    """Whether this Jira is asked nothing because it refused this `token`, given as its digest."""
    state = sites.sync_state(connection, site_id)
    return state.stopped_at is not None and poll_state(connection, site_id).refused_token == token


def prune_requests(connection: Connection, site_id: int, before: Instant) -> int:
    """Forget the requests that were answered before an instant; how many."""
    old = (sync_requests.c.site_id == site_id, sync_requests.c.done_at < before)
    return connection.execute(delete(sync_requests).where(*old)).rowcount
