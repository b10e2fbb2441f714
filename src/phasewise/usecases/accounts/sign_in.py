"""Signing in with a password. Who has no account learns nothing of it: not by words, not by time."""

from phasewise.store import accounts, attempts, sessions
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.db import Connection
from phasewise.usecases.accounts import passwords
from phasewise.usecases.accounts.session import SignedIn, begin
from phasewise.usecases.accounts.throttle import Client, count_attempt, digest_of, key_of
from phasewise.usecases.deps import Deps

UNKNOWN = "an unknown account"


def sign_in(deps: Deps, email: str, password: str, client: Client) -> SignedIn | None:
    """A new session, or None where e-mail address and password do not belong together.

    Raises TooOftenError after too many attempts at the account or from the address.
    """
    with deps.database.write() as connection:
        account = accounts.by_email(connection, deps.site_id, email)
        keys = _keys(connection, deps, email, account, client)
        count_attempt(connection, deps.site_id, keys, deps.now())
    kept = account.password if account is not None and account.is_active else None
    if not passwords.matches(password, kept):
        _note_failure(deps, account, client)
        return None
    with deps.database.write() as connection:
        account = accounts.by_email(connection, deps.site_id, email)
        if account is None or not account.is_active or account.password != kept:
            return None  # it was changed while we looked
        for key in keys:
            is_shared = key.startswith("address:")
            (attempts.uncount if is_shared else attempts.forgive)(connection, deps.site_id, key)
        return begin(connection, deps, account, client, "password")


def _keys(
    connection: Connection, deps: Deps, email: str, account: accounts.Account | None, client: Client
) -> list[str]:
    """By what attempts are counted."""
    by_address = key_of("address", client.address)
    if account is not None and client.device is not None:
        digest = digest_of(client.device)
        if sessions.is_known_device(connection, deps.site_id, digest, account.account_id):
            return [key_of("device", digest)]
    return [key_of("account", accounts.folded(email)), by_address]


def _note_failure(deps: Deps, account: accounts.Account | None, client: Client) -> None:
    # What was typed is not written down: people type their password into the wrong field.
    who = UNKNOWN if account is None else account.email
    entry = Entry(deps.now(), who, "session.refused", who, {}, client.address[:64])
    with deps.database.write() as connection:
        add_entry(connection, deps.site_id, entry)
