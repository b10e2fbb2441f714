"""API tokens: told once, kept as a digest, refused when they expire or are revoked."""

import pytest
from sqlalchemy import select
from tests.web.story import NOW, deps_of

from phasewise.errors import BadRequestError, NotFoundError
from phasewise.store import tables
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.usecases.issue_token import create_token, digest_of, holder_of, list_tokens, revoke_token

DAY = 86_400_000


def is_valid(deps: Deps, token: str) -> bool:
    return holder_of(deps, token) is not None


def test_a_new_token_is_good(database: Database) -> None:
    deps = deps_of(database)
    issued = create_token(deps, name="reports")
    assert is_valid(deps, issued.token)
    assert (issued.name, issued.scope, issued.expires_at) == ("reports", "read", None)


def test_tokens_are_long_and_never_alike(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    tokens = {create_token(deps).token for _ in range(5)}
    assert len(tokens) == 5
    assert min(len(token) for token in tokens) > 43


def test_s20_only_the_digest_is_kept(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    issued = create_token(deps)
    with sqlite_database.read() as connection:
        (row,) = connection.execute(select(tables.tokens)).mappings()
    assert row["digest"] == digest_of(issued.token)
    assert issued.token not in str(dict(row))


@pytest.mark.parametrize("token", ["", "phw_", "phw_wrong", "\ud800", "x" * 100_000])
def test_any_other_token_is_refused(sqlite_database: Database, token: str) -> None:
    deps = deps_of(sqlite_database)
    create_token(deps)
    assert not is_valid(deps, token)


def test_a_token_is_good_until_it_expires(sqlite_database: Database) -> None:
    issued = create_token(deps_of(sqlite_database), days=2)
    assert issued.expires_at == NOW + 2 * DAY
    assert is_valid(deps_of(sqlite_database, now=NOW + 2 * DAY - 1), issued.token)
    assert not is_valid(deps_of(sqlite_database, now=NOW + 2 * DAY), issued.token)


def test_a_revoked_token_is_refused_and_still_listed(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    kept, gone = create_token(deps, name="kept"), create_token(deps, name="gone")
    revoke_token(deps, gone.token_id)
    assert (is_valid(deps, kept.token), is_valid(deps, gone.token)) == (True, False)
    assert {row.name: row.revoked_at for row in list_tokens(deps)} == {"kept": None, "gone": NOW}


def test_what_does_not_exist_cannot_be_revoked(sqlite_database: Database) -> None:
    with pytest.raises(NotFoundError, match="phasewise token list"):
        revoke_token(deps_of(sqlite_database), "none")


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_token_for_a_senseless_time_is_refused(sqlite_database: Database, days: int) -> None:
    with pytest.raises(BadRequestError):
        create_token(deps_of(sqlite_database), days=days)


def test_a_token_that_may_write_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(BadRequestError):
        create_token(deps_of(sqlite_database), scope="write")
