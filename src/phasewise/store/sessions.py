"""Browsers that are signed in, those that were before, and one-time links: by digest, never what they hold.

Called by usecases/accounts.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from phasewise.core.model import Instant
from phasewise.store.account_tables import devices, links, sessions
from phasewise.store.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Session:
    """`digest` is the SHA-256 of the cookie, hex; `session_id` is how it is called in lists."""

    digest: str
    session_id: str
    account_id: str
    created_at: Instant
    seen_at: Instant
    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link. `body` is what is to be remembered until it is used."""

    digest: str
    purpose: str
    expires_at: Instant
    account_id: str | None = None
    body: Mapping[str, Any] | None = None


def add_session(connection: Connection, site_id: int, session: Session) -> None:
    connection.execute(sessions.insert().values(site_id=site_id, **asdict(session)))


def session_of(connection: Connection, site_id: int, digest: str) -> Session | None:
    row = connection.execute(_sessions(site_id).where(sessions.c.digest == digest)).one_or_none()
    return None if row is None else Session(*row)


def sessions_of(connection: Connection, site_id: int, account_id: str) -> list[Session]:
    """The sessions of an account, the one seen last first; those that ran out, too."""
    statement = _sessions(site_id).where(sessions.c.account_id == account_id)
    return [Session(*row) for row in connection.execute(statement.order_by(sessions.c.seen_at.desc()))]


def touch_session(connection: Connection, site_id: int, digest: str, at: Instant) -> None:
    which = (sessions.c.site_id == site_id, sessions.c.digest == digest)
    connection.execute(update(sessions).where(*which).values(seen_at=at))


def end_session(connection: Connection, site_id: int, digest: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.site_id == site_id, sessions.c.digest == digest))


def end_sessions(connection: Connection, site_id: int, account_id: str, but: str | None = None) -> None:
    """End every session of an account, but for the one with this digest."""
    which = [sessions.c.site_id == site_id, sessions.c.account_id == account_id]
    if but is not None:
        which.append(sessions.c.digest != but)
    connection.execute(delete(sessions).where(*which))


def know_device(connection: Connection, site_id: int, digest: str, account_id: str, at: Instant) -> None:
    """This browser was signed in to the account."""
    row = {"site_id": site_id, "digest": digest, "account_id": account_id, "seen_at": at}
    insert = insert_into(connection, devices).values(row)
    keys = [devices.c.site_id, devices.c.digest]
    connection.execute(
        insert.on_conflict_do_update(index_elements=keys, set_={"seen_at": at, "account_id": account_id})
    )


def is_known_device(connection: Connection, site_id: int, digest: str, account_id: str) -> bool:
    which = (devices.c.site_id == site_id, devices.c.digest == digest, devices.c.account_id == account_id)
    return connection.execute(select(devices.c.digest).where(*which)).first() is not None


def forget_devices(connection: Connection, site_id: int, account_id: str) -> None:
    connection.execute(
        delete(devices).where(devices.c.site_id == site_id, devices.c.account_id == account_id)
    )


# ------------------------------------------------------------------ one-time links


def add_link(connection: Connection, site_id: int, link: Link) -> None:
    connection.execute(links.insert().values(site_id=site_id, **asdict(link)))


def link_of(connection: Connection, site_id: int, digest: str, purpose: str, at: Instant) -> Link | None:
    """The link, if it was made for this and has not run out."""
    columns = (links.c.digest, links.c.purpose, links.c.expires_at, links.c.account_id, links.c.body)
    which = (links.c.site_id == site_id, links.c.digest == digest, links.c.purpose == purpose)
    row = connection.execute(select(*columns).where(*which, links.c.expires_at > at)).one_or_none()
    return None if row is None else Link(*row)


def use_link(connection: Connection, site_id: int, digest: str) -> bool:
    """Take it away; False where somebody used it first."""
    which = (links.c.site_id == site_id, links.c.digest == digest)
    return bool(connection.execute(delete(links).where(*which)).rowcount)


def drop_links(connection: Connection, site_id: int, *, account_id: str | None, purpose: str) -> None:
    """Those made before for this purpose lead nowhere from now on."""
    which = [links.c.site_id == site_id, links.c.purpose == purpose]
    if account_id is not None:
        which.append(links.c.account_id == account_id)
    connection.execute(delete(links).where(*which))


def prune(
    connection: Connection, site_id: int, *, now: Instant, sessions_before: Instant, devices_before: Instant
) -> int:
    """Forget sessions and devices that were not seen since, and links that ran out; how many."""
    gone = 0
    for table, clause in (
        (sessions, sessions.c.seen_at < sessions_before),
        (devices, devices.c.seen_at < devices_before),
        (links, links.c.expires_at < now),
    ):
        gone += connection.execute(delete(table).where(table.c.site_id == site_id, clause)).rowcount
    return gone


def _sessions(site_id: int) -> Any:
    columns = [column for column in sessions.columns if column.name != "site_id"]
    return select(*columns).where(sessions.c.site_id == site_id)
