"""What Jira tells is kept: read for what it can tell, then stored, many deliveries in one transaction.

`web/intake.py` calls it. What becomes of them afterwards is the story of `drain_inbox`.
"""

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from phasewise.core.model import Instant
from phasewise.jira.hints import OTHER_SITE, OWN_COMMENT, Hint, hint_of, is_of
from phasewise.jira.payload import PayloadError, read_payload
from phasewise.store import inbox
from phasewise.store.boards import site_url
from phasewise.store.db import Connection
from phasewise.store.inbox import NewDelivery
from phasewise.store.sites import account_of, base_url_of
from phasewise.usecases.deps import Deps

__all__ = ["PayloadError", "Received", "keep_deliveries", "read_delivery"]

CENSUS_ASKED = "a census was asked for"
SANE_ID = re.compile(r"[A-Za-z0-9._:+=@-]{1,128}")


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery that was read, and is not stored yet."""

    delivery_id: str
    received_at: Instant
    hint: Hint
    body: bytes | bytearray


def read_delivery(deps: Deps, body: bytes | bytearray, identifiers: Sequence[str]) -> Received:
    """What `body` tells. `identifiers` are all that came as X-Atlassian-Webhook-Identifier: a single sane one
    is the delivery's id, otherwise the digest of the body is.

    Raises PayloadError for what is no JSON object.
    """
    hint = hint_of(read_payload(body))
    sane = len(identifiers) == 1 and SANE_ID.fullmatch(identifiers[0])
    delivery_id = identifiers[0] if sane else hashlib.sha256(body).hexdigest()
    return Received(delivery_id, deps.now(), hint, body)


def keep_deliveries(deps: Deps, received: Sequence[Received]) -> None:
    """Store the deliveries in one transaction; those stored before change nothing. StoreError if it fails."""
    site_id = deps.site_id
    with deps.database.write() as connection:
        urls = deps.jira_urls
        if not urls or any(not is_of(one.hint.address, urls) for one in received):
            urls = _urls_of_jira(deps, connection)
        commented = any(one.hint.actor for one in received)
        account = account_of(connection, site_id) if commented else None
        rows = [_row(one, urls, account) for one in received]
        inbox.add_deliveries(connection, site_id, rows)
        census = next((row for row in rows if row.reason == CENSUS_ASKED), None)
        if census is not None:
            request_id = str(uuid.uuid5(uuid.NAMESPACE_URL, census.delivery_id))
            inbox.ask_census(connection, site_id, request_id, census.received_at)


def _urls_of_jira(deps: Deps, connection: Connection) -> tuple[str, ...]:
    """The addresses that our Jira's deliveries bear: those that were set, and the one that it calls its own,
    which it writes into payloads wherever it is asked at."""
    own = base_url_of(connection, deps.site_id)
    known = deps.jira_urls or (site_url(connection, deps.site_id),)
    return (*known, own) if own else known


def _row(one: Received, urls: tuple[str, ...], account: str | None) -> NewDelivery:
    hint = one.hint
    reason = _reason(hint, urls, account)
    asks = reason is None and hint.census
    return NewDelivery(
        delivery_id=one.delivery_id,
        received_at=one.received_at,
        event=hint.event,
        issue_ids=hint.issue_ids,
        state="ignored" if reason else "applied" if asks else "pending",
        reason=CENSUS_ASKED if asks else reason,
        body=one.body,
    )


def _reason(hint: Hint, urls: tuple[str, ...], account: str | None) -> str | None:
    """Why nothing follows from it; None where something does."""
    if not is_of(hint.address, urls):
        return OTHER_SITE
    if account is not None and hint.actor == account:
        return OWN_COMMENT
    return hint.ignored
