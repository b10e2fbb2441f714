"""API tokens: made, listed, revoked, checked. Called by `phasewise token` and by the API's door.

Only the SHA-256 digest of a token is kept: 256 random bits need no slower hash.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from phasewise.core.model import Instant
from phasewise.core.rights import Asker, Role
from phasewise.errors import BadRequestError, ForbiddenError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import accounts, tokens
from phasewise.store.accounts import Account
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.usecases.deps import Deps

PREFIX = "phw_"
READ, PROJECTS, ADMIN = "read", "projects", "admin"
SCOPES = {READ: Role.STAKEHOLDER, PROJECTS: Role.STAKEHOLDER, ADMIN: Role.ADMIN}
"""What a token is for, and who may have one: to read what its owner may read, to read projects without any
person in them, to do what an admin does."""

DAY_MS = 86_400_000
DAYS_MOST = 3650
TOUCH_MS = 60_000
NAME_LONGEST = 100


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token. `token` is told here and never again."""

    token: str
    token_id: str
    name: str
    scope: str
    expires_at: Instant | None


def create_token(
    deps: Deps,
    name: str = "api",
    scope: str = READ,
    days: int | None = None,
    random: Callable[[int], str] = secrets.token_urlsafe,
) -> IssuedToken:
    """A new token of whoever asks, for so many days (None: until revoked).

    Raises BadRequestError for another scope or a number of days that makes no sense, ForbiddenError for a
    scope above what the asker may do.
    """
    if scope not in SCOPES:
        raise BadRequestError(_("A token's scope can only be one of %(scopes)s", scopes=", ".join(SCOPES)))
    if days is not None and not 1 <= days <= DAYS_MOST:
        raise BadRequestError(_("A token lasts 1 to %(n)s days", n=DAYS_MOST))
    if not deps.asker.may(SCOPES[scope]):
        raise ForbiddenError(_("Your role may not have a token of the scope %(scope)s", scope=repr(scope)))
    now = deps.now()
    token = PREFIX + random(32)
    row = tokens.Token(
        token_id=random(9),
        name=" ".join(name.split())[:NAME_LONGEST] or "api",
        digest=digest_of(token),
        scope=scope,
        created_at=now,
        expires_at=None if days is None else now + days * DAY_MS,
        account_id=deps.asker.account,
    )
    with deps.database.write() as connection:
        tokens.add(connection, deps.site_id, row)
        entry = entry_of(deps.asker, now, "token.made", row.token_id, name=row.name, scope=scope)
        add_entry(connection, deps.site_id, entry)
    return IssuedToken(token, row.token_id, row.name, scope, row.expires_at)


def list_tokens(deps: Deps) -> list[tokens.Token]:
    """Every token there ever was, oldest first, without the tokens themselves: admins see everybody's, others
    their own."""
    with deps.database.read() as connection:
        if deps.asker.may(Role.ADMIN):
            return tokens.list_all(connection, deps.site_id)
        return tokens.list_of(connection, deps.site_id, deps.asker.account or "")


def revoke_token(deps: Deps, token_id: str) -> None:
    """From now on the token is refused. Raises NotFoundError if the asker has no token with this id."""
    with deps.database.write() as connection:
        allowed = deps.asker.may(Role.ADMIN) or token_id in {
            one.token_id for one in tokens.list_of(connection, deps.site_id, deps.asker.account or "")
        }
        if not allowed or not tokens.revoke(connection, deps.site_id, token_id, deps.now()):
            raise NotFoundError(_("There is no token with this id; `phasewise token list` shows them"))
        add_entry(connection, deps.site_id, entry_of(deps.asker, deps.now(), "token.revoked", token_id))


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks with a token, and which one it is. `is_news`: that it was used is not written down yet."""

    asker: Asker
    token_id: str
    is_news: bool


def holder_of(deps: Deps, token: str) -> Holder | None:
    """Who asks with this token; None where it is unknown, expired or revoked, or its owner disabled."""
    now = deps.now()
    with deps.database.read() as connection:
        found = tokens.find(connection, deps.site_id, digest_of(token))
        if found is None or found.revoked_at is not None:
            return None
        if found.expires_at is not None and now >= found.expires_at:
            return None
        if found.account_id is None:
            owner = None
        else:
            owner = accounts.by_id(connection, deps.site_id, found.account_id)
            if owner is None or not owner.is_active:
                return None
    is_news = found.last_used_at is None or now - found.last_used_at >= TOUCH_MS
    return Holder(_asker(found, owner), found.token_id, is_news)


def note_use(deps: Deps, token_id: str) -> None:
    """Keep that the token was used now; the list shows it."""
    with deps.database.write() as connection:
        tokens.touch(connection, deps.site_id, token_id, deps.now())


def _asker(token: tokens.Token, owner: Account | None) -> Asker:
    """What a token may: never more than its owner, who may have another role by now. Whoever made one on the
    command line can read the database anyway."""
    if token.scope == PROJECTS:
        return Asker(Role.STAKEHOLDER, f"token {token.name}", token.account_id, only_reads=True)
    is_admin = token.scope == ADMIN
    if owner is None:
        role = Role.ADMIN if is_admin else Role.LEAD
        return Asker(role, f"token {token.name}", sees_private=True, only_reads=not is_admin)
    role = owner.role if is_admin or not owner.role.includes(Role.LEAD) else Role.LEAD
    name = f"{owner.email} (token {token.name})"
    return Asker(role, name, owner.account_id, owner.person_id, only_reads=not is_admin)


def digest_of(token: str) -> str:
    """SHA-256, hex."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
