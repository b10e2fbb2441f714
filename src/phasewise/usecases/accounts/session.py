"""Sessions of browsers: begun, recognised, ended. In SQL, so that every process sees the end of one."""

import secrets
from dataclasses import dataclass, replace
from uuid import uuid4

from phasewise.core.model import Instant
from phasewise.core.rights import Asker
from phasewise.store import accounts, sessions, tokens
from phasewise.store.accounts import Account
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.db import Connection
from phasewise.store.sessions import Session
from phasewise.usecases.accounts.throttle import Client, digest_of
from phasewise.usecases.deps import Deps

IDLE_MS = 12 * 3_600_000
"""A session that was not used for so long is over."""
LONGEST_MS = 14 * 86_400_000
"""And so is any after so long."""
TOUCH_MS = 60_000
TOLERATED_MS = 5 * 60_000
"""A session from further ahead than this is not believed: the clock was set back."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the browser is to keep: `cookie` for the session, `device` for longer."""

    cookie: str
    device: str
    account: Account


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is signed in. `is_news`: that they are there is not written down yet."""

    account: Account
    session: Session
    is_news: bool = False

    @property
    def asker(self) -> Asker:
        return asker_of(self.account)


def asker_of(account: Account) -> Asker:
    """The account as somebody who asks."""
    leads = frozenset(account.leads)
    return Asker(account.role, account.email, account.account_id, account.person_id, leads=leads)


def begin(connection: Connection, deps: Deps, account: Account, client: Client, way: str) -> SignedIn:
    """A new session, with a new secret, in the transaction of what it follows from."""
    now, cookie = deps.now(), secrets.token_urlsafe(32)
    device = client.device or secrets.token_urlsafe(32)
    made = Session(
        digest=digest_of(cookie),
        session_id=uuid4().hex,
        account_id=account.account_id,
        created_at=now,
        seen_at=now,
        address=client.address[:64],
        browser=client.browser[:255],
    )
    sessions.add_session(connection, deps.site_id, made)
    sessions.know_device(connection, deps.site_id, digest_of(device), account.account_id, now)
    accounts.change(connection, deps.site_id, account.account_id, signed_in_at=now)
    entry = Entry(now, account.email, "session.begun", account.email, {"by": way}, made.address)
    add_entry(connection, deps.site_id, entry)
    return SignedIn(cookie, device, replace(account, signed_in_at=now))


def revoke_tokens(connection: Connection, deps: Deps, account: Account, client: Client) -> None:
    """Refuse every API token of the account from now on, in the transaction of what it follows from."""
    tokens.revoke_of(connection, deps.site_id, account.account_id, deps.now())
    entry = Entry(deps.now(), account.email, "token.revoked", "all", {}, client.address[:64])
    add_entry(connection, deps.site_id, entry)


def known_by(deps: Deps, cookie: str) -> Known | None:
    """Who is signed in by this cookie; None where it is unknown, over or of a disabled account."""
    now = deps.now()
    with deps.database.read() as connection:
        session = sessions.session_of(connection, deps.site_id, digest_of(cookie))
        account = session and accounts.by_id(connection, deps.site_id, session.account_id)
    if session is None or not account or not account.is_active or is_over(session, now):
        return None
    return Known(account, session, now - session.seen_at >= TOUCH_MS)


def note_seen(deps: Deps, digest: str) -> None:
    """Keep that the session of this digest was used now: it is idle from here on."""
    with deps.database.write() as connection:
        sessions.touch_session(connection, deps.site_id, digest, deps.now())


def is_over(session: Session, now: Instant) -> bool:
    """Whether it was idle or there for too long, or comes from the future."""
    from_the_future = session.seen_at > now + TOLERATED_MS
    return from_the_future or now - session.seen_at > IDLE_MS or now - session.created_at > LONGEST_MS


def sign_out(deps: Deps, cookie: str) -> None:
    """End the session of this cookie; nothing where there is none."""
    digest, now = digest_of(cookie), deps.now()
    with deps.database.write() as connection:
        session = sessions.session_of(connection, deps.site_id, digest)
        account = session and accounts.by_id(connection, deps.site_id, session.account_id)
        if account:
            entry = Entry(now, account.email, "session.ended", account.email)
            add_entry(connection, deps.site_id, entry)
        sessions.end_session(connection, deps.site_id, digest)
