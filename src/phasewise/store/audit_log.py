"""The audit log: who decided what, and when. Written in the transaction of what it tells; never changed.

Called by every use case that changes rights, policy or waivers, and by those that show it.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, literal, select, tuple_

from phasewise.core.model import Instant
from phasewise.core.rights import Asker
from phasewise.store.account_tables import audit_log
from phasewise.store.boards import Page

ENTRY_PLACE = (int, str)
"""Shape of a place in the log, latest first: instant, id."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`action` is a word with a dot (`account.disabled`), `subject` what was acted on; `detail` never holds a
    secret. `address` is where it was asked from, None on the command line."""

    at: Instant
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    address: str | None = None
    entry_id: str = ""


def add_entry(connection: Connection, site_id: int, entry: Entry) -> None:
    """Keep it, under an id of its own: those of one instant stand in the order in which they were written."""
    row = {
        "site_id": site_id,
        "entry_id": f"{time.time_ns():016x}{secrets.token_hex(8)}",
        "at": entry.at,
        "actor": entry.actor[:255],
        "action": entry.action,
        "subject": entry.subject,
        "detail": dict(entry.detail),
        "address": entry.address,
    }
    connection.execute(audit_log.insert().values(row))


def entry_of(asker: Asker, at: Instant, action: str, subject: str, **detail: Any) -> Entry:
    """What somebody did, under their name."""
    return Entry(at, asker.name, action, subject, detail)


def entries_at(connection: Connection, site_id: int, as_of: Instant, page: Page) -> list[Entry]:
    """What was written before `as_of`, latest first."""
    place = (audit_log.c.at, audit_log.c.entry_id)
    statement = select(audit_log).where(audit_log.c.site_id == site_id, audit_log.c.at < as_of)
    if page.after is not None:
        statement = statement.where(tuple_(*place) < tuple_(*map(literal, page.after)))
    statement = statement.order_by(*(column.desc() for column in place)).limit(page.limit)
    return [
        Entry(row.at, row.actor, row.action, row.subject, row.detail, row.address, row.entry_id)
        for row in connection.execute(statement)
    ]
