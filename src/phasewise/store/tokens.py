"""API tokens: their digests, never the tokens. Called by issue_token."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from phasewise.core.model import Instant
from phasewise.store.tables import tokens


@dataclass(frozen=True, slots=True)
class Token:
    """`digest` is the SHA-256 of the token, hex; `expires_at` None: never."""

    token_id: str
    name: str
    digest: str
    scope: str
    created_at: Instant
    expires_at: Instant | None = None
    revoked_at: Instant | None = None
    last_used_at: Instant | None = None
    account_id: str | None = None


_columns = [column for column in tokens.columns if column.name != "site_id"]


def add(connection: Connection, site_id: int, token: Token) -> None:
    """Keep a new token."""
    connection.execute(tokens.insert().values(site_id=site_id, **asdict(token)))


def find(connection: Connection, site_id: int, digest: str) -> Token | None:
    """The token with this digest, revoked and expired ones too."""
    row = connection.execute(_of(site_id).where(tokens.c.digest == digest)).one_or_none()
    return None if row is None else Token(*row)


def list_all(connection: Connection, site_id: int) -> list[Token]:
    """Every token there ever was, oldest first."""
    order = (tokens.c.created_at, tokens.c.token_id)
    return [Token(*row) for row in connection.execute(_of(site_id).order_by(*order))]


def list_of(connection: Connection, site_id: int, account_id: str) -> list[Token]:
    """Every token there ever was of an account, oldest first."""
    return [one for one in list_all(connection, site_id) if one.account_id == account_id]


def revoke_of(connection: Connection, site_id: int, account_id: str, at: Instant) -> None:
    """Refuse every token of an account from now on."""
    which = (tokens.c.site_id == site_id, tokens.c.account_id == account_id)
    connection.execute(tokens.update().where(*which, tokens.c.revoked_at.is_(None)).values(revoked_at=at))


def revoke(connection: Connection, site_id: int, token_id: str, at: Instant) -> bool:
    """Refuse the token from now on; False if there is none with this id. The first revocation stays."""
    which = (tokens.c.site_id == site_id, tokens.c.token_id == token_id)
    if connection.execute(select(tokens.c.token_id).where(*which)).first() is None:
        return False
    connection.execute(tokens.update().where(*which, tokens.c.revoked_at.is_(None)).values(revoked_at=at))
    return True


def touch(connection: Connection, site_id: int, token_id: str, at: Instant) -> None:
    """Keep when the token was used last."""
    which = (tokens.c.site_id == site_id, tokens.c.token_id == token_id)
    connection.execute(tokens.update().where(*which).values(last_used_at=at))


def _of(site_id: int) -> Select[Any]:
    return select(*_columns).where(tokens.c.site_id == site_id)
