"""One-time links: the one that makes the first admin, and those by which a password is chosen."""

import secrets
from uuid import uuid4

from phasewise.core.rights import Role
from phasewise.errors import BadRequestError, NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.mail.message import mail_address
from phasewise.store import accounts, sessions
from phasewise.store.accounts import Account, folded
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.db import Connection
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.sessions import Link
from phasewise.usecases.accounts import passwords
from phasewise.usecases.accounts.session import SignedIn, begin, revoke_tokens
from phasewise.usecases.accounts.throttle import Client, count_attempt, digest_of, key_of
from phasewise.usecases.deps import Deps

FIRST, PASSWORD = "first", "password"
FIRST_HOURS, INVITED_HOURS, FORGOTTEN_HOURS = 24, 72, 1
HOUR_MS = 3_600_000
NAME_LONGEST = 100
OVER = marked("This link was used before or has run out; ask for a new one")
MAIL = marked("""Somebody, probably you, asked for a new password for Phasewise.

Choose one here, within an hour:
%(link)s

If it was not you, do nothing: your password stays as it is.
""")


def first_link(deps: Deps) -> str | None:
    """The path by which the first admin comes in, once, within a day; None where there is an account."""
    with deps.database.write() as connection:
        if accounts.is_there_any(connection, deps.site_id):
            return None
        return f"/welcome/{_new_link(connection, deps, FIRST, None, FIRST_HOURS)}"


def is_first_link(deps: Deps, secret: str) -> bool:
    """Whether the link still makes the first admin."""
    with deps.database.read() as connection:
        return _is_first_link(connection, deps, secret)


def become_first_admin(
    deps: Deps, secret: str, person: tuple[str, str], password: str, client: Client
) -> SignedIn:
    """Make the first account, an admin's, and sign in; `person` is e-mail address and name.

    Raises NotFoundError for a link that is over, BadRequestError for a bad address or password.
    """
    email, name = address_of(person[0]), name_of(person[1], person[0])
    if not is_first_link(deps, secret):
        raise NotFoundError(_(OVER))  # a hash is dear: none for whoever has no link
    passwords.require_good(password, email, name)
    kept = passwords.hashed(password)
    with deps.database.write() as connection:
        is_ours = _is_first_link(connection, deps, secret)
        if not is_ours or not sessions.use_link(connection, deps.site_id, digest_of(secret)):
            raise NotFoundError(_(OVER))
        invited = accounts.by_email(connection, deps.site_id, email)
        if invited is not None:
            accounts.remove(connection, deps.site_id, invited.account_id)
        made = Account(uuid4().hex, email, name, Role.ADMIN, deps.now(), password=kept)
        accounts.add(connection, deps.site_id, made)
        sessions.drop_links(connection, deps.site_id, account_id=None, purpose=FIRST)
        entry = Entry(
            deps.now(), email, "account.made", email, {"role": Role.ADMIN.value}, client.address[:64]
        )
        add_entry(connection, deps.site_id, entry)
        return begin(connection, deps, made, client, "first link")


def password_link(connection: Connection, deps: Deps, account_id: str) -> str:
    """The path by which this account chooses a password, once; those made before lead nowhere."""
    sessions.drop_links(connection, deps.site_id, account_id=account_id, purpose=PASSWORD)
    return f"/password/{_new_link(connection, deps, PASSWORD, account_id, INVITED_HOURS)}"


def account_of_link(deps: Deps, secret: str) -> Account | None:
    """Whose password the link is for; None where it is over."""
    with deps.database.read() as connection:
        return _account_of(connection, deps, secret)


def choose_password(
    deps: Deps, secret: str, password: str, client: Client, *, with_tokens: bool = False
) -> SignedIn:
    """Give the link's account this password, end its other sessions, and sign in; `with_tokens`: its tokens
    are revoked, too.

    Raises NotFoundError for a link that is over, BadRequestError for a bad password.
    """
    account = account_of_link(deps, secret)
    if account is None:
        raise NotFoundError(_(OVER))
    passwords.require_good(password, account.email, account.name)
    kept = passwords.hashed(password)
    with deps.database.write() as connection:
        account = _account_of(connection, deps, secret)
        if account is None or not sessions.use_link(connection, deps.site_id, digest_of(secret)):
            raise NotFoundError(_(OVER))
        sessions.drop_links(connection, deps.site_id, account_id=account.account_id, purpose=PASSWORD)
        accounts.change(connection, deps.site_id, account.account_id, password=kept)
        sessions.end_sessions(connection, deps.site_id, account.account_id)
        if with_tokens:
            revoke_tokens(connection, deps, account, client)
        entry = Entry(deps.now(), account.email, "password.chosen", account.email, {}, client.address[:64])
        add_entry(connection, deps.site_id, entry)
        return begin(connection, deps, account, client, "link")


def forgotten(deps: Deps, email: str, client: Client) -> None:
    """Mail a link to whoever has this account; nothing, and nobody can tell, where there is none.

    Raises TooOftenError after too many of them.
    """
    with deps.database.write() as connection:
        keys = [key_of("mail", folded(email)), key_of("address", client.address)]
        count_attempt(connection, deps.site_id, keys, deps.now())
        account = accounts.by_email(connection, deps.site_id, email)
        if account is None or not account.is_active or (account.password is None and account.subject):
            return
        # Links made before stay good: anybody may ask for this one, and must not take theirs from others.
        secret = _new_link(connection, deps, PASSWORD, account.account_id, FORGOTTEN_HOURS)
        link = f"{deps.base_url}/password/{secret}"
        body = {"subject": _("Phasewise: choose a new password"), "text": _(MAIL, link=link), "secret": True}
        mail = Effect(f"password:{uuid4().hex}", EffectKind.MAIL, account.email, body)
        add_effect(connection, deps.site_id, mail, deps.now())
        entry = Entry(deps.now(), account.email, "password.asked", account.email, {}, client.address[:64])
        add_entry(connection, deps.site_id, entry)


def address_of(text: str) -> str:
    """A mail address, folded. Raises BadRequestError where it is none."""
    try:
        return folded(mail_address(text))[:255]
    except ValueError:
        raise BadRequestError(_("This is no e-mail address; write it like ada@example.com")) from None


def name_of(text: str, email: str) -> str:
    """A name to call somebody by: what is before the @ where none is given."""
    return (" ".join(text.split()) or email.partition("@")[0].strip())[:NAME_LONGEST]


def _account_of(connection: Connection, deps: Deps, secret: str) -> Account | None:
    link: Link | None = sessions.link_of(connection, deps.site_id, digest_of(secret), PASSWORD, deps.now())
    if link is None or link.account_id is None:
        return None
    account = accounts.by_id(connection, deps.site_id, link.account_id)
    return account if account is not None and account.is_active else None


def _is_first_link(connection: Connection, deps: Deps, secret: str) -> bool:
    link = sessions.link_of(connection, deps.site_id, digest_of(secret), FIRST, deps.now())
    return link is not None and not accounts.is_there_any(connection, deps.site_id)


def _new_link(connection: Connection, deps: Deps, purpose: str, account_id: str | None, hours: int) -> str:
    secret = secrets.token_urlsafe(32)
    link = Link(digest_of(secret), purpose, deps.now() + hours * HOUR_MS, account_id)
    sessions.add_link(connection, deps.site_id, link)
    return secret
