"""Rows of deliveries for tests, and what became of them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from phasewise.store.db import Database
from phasewise.store.work_tables import deliveries


def deliver(
    database: Database,
    *named: int | Iterable[Any],
    site_id: int = 1,
    at: int = 1_000,
    first: int = 1,
    event: str = "jira:issue_updated",
    body: bytes | None = None,
) -> list[str]:
    """Take in a delivery for each issue id, or list of ids, a millisecond apart; their ids d1, d2..."""
    rows = [
        {
            "site_id": site_id,
            "delivery_id": f"d{first + number}",
            "received_at": at + number,
            "event": event,
            "issue_ids": [ids] if isinstance(ids, int) else list(ids),
            "state": "pending",
            "attempts": 0,
            "next_at": at + number,
            "body": body,
        }
        for number, ids in enumerate(named)
    ]
    with database.write() as connection:
        connection.execute(deliveries.insert(), rows)
    return [str(row["delivery_id"]) for row in rows]


def states(database: Database) -> dict[str, str]:
    """Delivery id -> its state, of all there are."""
    return {delivery_id: row.state for delivery_id, row in inbox(database).items()}


def inbox(database: Database) -> dict[str, Any]:
    """Every delivery by its id."""
    with database.read() as connection:
        rows = connection.execute(select(deliveries).order_by(deliveries.c.received_at)).all()
    return {row.delivery_id: row for row in rows}
