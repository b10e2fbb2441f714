"""API tokens: made, listed, revoked, checked. Called by `phasewise token` and by the API's door.

Only the SHA-256 digest of a token is kept: 256 random bits need no slower hash.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from phasewise.core.model import Instant
from phasewise.errors import BadRequestError, NotFoundError
from phasewise.store import tokens
from phasewise.usecases.deps import Deps

PREFIX = "phw_"
READ = "read"
DAY_MS = 86_400_000
DAYS_MOST = 3650


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
    """A new token that may read everything, for so many days (None: until revoked).

    Raises BadRequestError for another scope or a number of days that makes no sense.
    """
    if scope != READ:
        raise BadRequestError(f"A token's scope can only be {READ!r}")
    if days is not None and not 1 <= days <= DAYS_MOST:
        raise BadRequestError(f"A token lasts 1 to {DAYS_MOST} days")
    now = deps.now()
    token = PREFIX + random(32)
    row = tokens.Token(
        token_id=random(9),
        name=name,
        digest=digest_of(token),
        scope=scope,
        created_at=now,
        expires_at=None if days is None else now + days * DAY_MS,
    )
    with deps.database.write() as connection:
        tokens.add(connection, deps.site_id, row)
    return IssuedToken(token, row.token_id, name, scope, row.expires_at)


def list_tokens(deps: Deps) -> list[tokens.Token]:
    """Every token there ever was, oldest first, without the tokens themselves."""
    with deps.database.read() as connection:
        return tokens.list_all(connection, deps.site_id)


def revoke_token(deps: Deps, token_id: str) -> None:
    """From now on the token is refused. Raises NotFoundError if there is no token with this id."""
    with deps.database.write() as connection:
        if not tokens.revoke(connection, deps.site_id, token_id, deps.now()):
            raise NotFoundError("There is no token with this id; `phasewise token list` shows them")


def is_valid(deps: Deps, token: str) -> bool:
    """Whether the token is known, not expired and not revoked."""
    with deps.database.read() as connection:
        found = tokens.find(connection, deps.site_id, digest_of(token))
    if found is None or found.revoked_at is not None:
        return False
    return found.expires_at is None or deps.now() < found.expires_at


def digest_of(token: str) -> str:
    """SHA-256, hex."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
