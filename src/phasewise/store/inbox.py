"""The inbox: what Jira told, kept before it is answered. Written by receive_deliveries, read by the API.

`claims` has what becomes of them afterwards.
"""

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, and_, delete, func, select, tuple_, update

from phasewise.core.model import Instant
from phasewise.store.boards import Page
from phasewise.store.sites import sync_state
from phasewise.store.tables import sync_requests
from phasewise.store.text import fitting, to_json
from phasewise.store.upsert import batched, insert_new
from phasewise.store.work_tables import deliveries

DeliveryState = Literal["pending", "applied", "ignored", "failed"]
STATES: tuple[DeliveryState, ...] = ("pending", "applied", "ignored", "failed")
COLUMNS = (
    "site_id",
    "delivery_id",
    "received_at",
    "event",
    "issue_ids",
    "state",
    "reason",
    "attempts",
    "next_at",
    "done_at",
    "body",
)
ROWS_AT_ONCE = 500
BODIES_MS = 3 * 86_400_000
"""How far back bodies are looked for: what is older was emptied when it was younger."""

DELIVERY_PLACE = (int, str)
"""Shape of a place among deliveries, latest first: received_at, delivery id."""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One delivery as it came in. What is ignored at once has its `reason` and is done."""

    delivery_id: str
    received_at: Instant
    event: str
    issue_ids: tuple[int, ...]
    state: DeliveryState
    reason: str | None
    body: bytes | bytearray


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery and what became of it."""

    delivery_id: str
    received_at: Instant
    event: str
    issue_ids: tuple[int, ...]
    state: DeliveryState
    reason: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many deliveries are in each state, and since when the oldest one waits."""

    pending: int
    applied: int
    ignored: int
    failed: int
    oldest_pending: Instant | None


def add_deliveries(connection: Connection, site_id: int, rows: Sequence[NewDelivery]) -> None:
    """Keep the deliveries; one whose id is there already is left as it is."""
    for some in batched(rows, ROWS_AT_ONCE):
        # One statement for all of them: between two, a writing thread waits for its turn in the interpreter,
        # which under load took longer than the writing.
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        marks = f"({', '.join([mark] * len(COLUMNS))})"
        statement = (
            f"INSERT INTO deliveries ({', '.join(COLUMNS)}) VALUES {', '.join([marks] * len(some))} "  # noqa: S608 - our own names
            "ON CONFLICT DO NOTHING"
        )
        values = tuple(value for row in some for value in _values(site_id, row))
        connection.exec_driver_sql(statement, values)


def _values(site_id: int, row: NewDelivery) -> tuple[object, ...]:
    done_at = None if row.state == "pending" else row.received_at
    return (
        site_id,
        fitting(row.delivery_id, 255),
        row.received_at,
        fitting(row.event, 255),
        to_json(row.issue_ids),
        row.state,
        row.reason,
        0,
        row.received_at,
        done_at,
        row.body,
    )


def bodies_of(
    connection: Connection, site_id: int, delivery_ids: Sequence[str], events: Collection[str]
) -> list[tuple[list[int], bytes]]:
    """Of these deliveries those of the events: the issues they name, and what was sent, where it is kept."""
    found: list[tuple[list[int], bytes]] = []
    for some in batched(delivery_ids):
        which = and_(
            deliveries.c.site_id == site_id,
            deliveries.c.delivery_id.in_(some),
            deliveries.c.event.in_(sorted(events)),
            deliveries.c.body.is_not(None),
        )
        found += [
            (list(row.issue_ids), bytes(row.body))
            for row in connection.execute(select(deliveries.c.issue_ids, deliveries.c.body).where(which))
        ]
    return found


def commented_since(connection: Connection, site_id: int, since: Instant, limit: int) -> dict[int, Instant]:
    """The issues of which new comments were told since then, and when that was last; the latest `limit`."""
    columns = (deliveries.c.issue_ids, deliveries.c.received_at)
    which = (
        deliveries.c.site_id == site_id,
        deliveries.c.state == "applied",
        deliveries.c.received_at > since,
        deliveries.c.event == "comment_created",
    )
    statement = select(*columns).where(*which).order_by(deliveries.c.received_at.desc()).limit(limit)
    told: dict[int, Instant] = {}
    for issue_ids, received_at in connection.execute(statement):
        for issue_id in issue_ids:
            told.setdefault(issue_id, received_at)
    return told


def ask_census(connection: Connection, site_id: int, request_id: str, at: Instant) -> None:
    """Ask the service for a census, unless one is asked for that has not begun yet.

    Not while Jira refuses us: whoever sets that right gets a census, and each attempt could lock the account.
    """
    if sync_state(connection, site_id).stopped_at is not None:
        return
    table = sync_requests
    waiting = select(table.c.request_id).where(
        table.c.site_id == site_id, table.c.done_at.is_(None), table.c.started_at.is_(None)
    )
    if connection.scalar(waiting.limit(1)) is None:
        asked = {"site_id": site_id, "request_id": request_id, "requested_at": at, "full": False}
        insert_new(connection, table, [asked])


def counts(connection: Connection, site_id: int) -> InboxCounts:
    """How many deliveries are in each state; `oldest_pending` is when the one that waits longest came."""
    mine = deliveries.c.site_id == site_id
    by_state = select(deliveries.c.state, func.count()).where(mine).group_by(deliveries.c.state)
    found = {row[0]: row[1] for row in connection.execute(by_state)}
    oldest = oldest_pending(connection, site_id)
    return InboxCounts(**{state: int(found.get(state, 0)) for state in STATES}, oldest_pending=oldest)


def oldest_pending(connection: Connection, site_id: int) -> Instant | None:
    """When the delivery that waits longest came; None where none waits."""
    waiting = (deliveries.c.site_id == site_id, deliveries.c.state == "pending")
    oldest: Instant | None = connection.scalar(select(func.min(deliveries.c.received_at)).where(*waiting))
    return oldest


def newest(connection: Connection, site_id: int) -> Instant:
    """When the last one came, by the clock of then; 0 where none came."""
    table = deliveries
    last = select(func.max(table.c.received_at)).where(table.c.site_id == site_id)
    return max(connection.scalar(last.where(table.c.state == state)) or 0 for state in STATES)


def deliveries_at(
    connection: Connection, site_id: int, before: Instant, state: DeliveryState | None, page: Page
) -> list[DeliveryRow]:
    """The deliveries received before an instant, latest first, in the state they have now."""
    # A state at a time, each along its index: in the order of time alone nothing is indexed.
    parts = [_in_state(connection, site_id, before, one, page) for one in ([state] if state else STATES)]
    newest = heapq.merge(*parts, key=lambda row: (row.received_at, row.delivery_id), reverse=True)
    return list(newest)[: page.limit]


def _in_state(
    connection: Connection, site_id: int, before: Instant, state: DeliveryState, page: Page
) -> list[DeliveryRow]:
    table = deliveries
    columns = (
        table.c.delivery_id,
        table.c.received_at,
        table.c.event,
        table.c.issue_ids,
        table.c.state,
        table.c.reason,
        table.c.attempts,
    )
    place = (table.c.received_at, table.c.delivery_id)
    statement = select(*columns).where(
        table.c.site_id == site_id, table.c.state == state, table.c.received_at < before
    )
    if page.after is not None:
        statement = statement.where(tuple_(*place) < page.after)
    statement = statement.order_by(*(column.desc() for column in place)).limit(page.limit)
    return [
        DeliveryRow(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in connection.execute(statement)
    ]


def prune(
    connection: Connection, site_id: int, *, bodies_before: Instant, rows_before: Instant
) -> tuple[int, int]:
    """Empty the bodies of deliveries received before the one instant, delete those before the other.

    Only what was applied or ignored, never one that waits or failed. How many were emptied and deleted.
    """
    table = deliveries
    over = (table.c.site_id == site_id, table.c.state.in_(("applied", "ignored")))
    deleted = connection.execute(delete(table).where(*over, table.c.received_at < rows_before)).rowcount
    recent = table.c.received_at.between(bodies_before - BODIES_MS, bodies_before - 1)
    kept = (*over, recent, table.c.body.is_not(None))
    return connection.execute(update(table).where(*kept).values(body=None)).rowcount, deleted
