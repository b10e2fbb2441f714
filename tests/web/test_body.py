"""The limits of a body: how long it may take, and the memory that large ones share."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from phasewise.store.db import Database
from phasewise.web.body import RefusedBodyError, Room, read_body
from tests.web.deliveries import Hook, event

LARGE = event(5, text="x" * (1 << 20))


def test_a_body_that_never_comes_is_given_up() -> None:
    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    request = Request({"type": "http", "method": "POST", "headers": []}, never)
    with pytest.raises(RefusedBodyError) as refused:
        asyncio.run(read_body(request, None, seconds=0.05))
    assert refused.value.status == 408


def test_large_bodies_share_their_memory_and_small_ones_need_none(sqlite_database: Database) -> None:
    hook = Hook(sqlite_database)
    hook.app.state.room = Room(1 << 20)
    refused = hook.post(LARGE)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
    assert hook.send(event(6)) == 204
    assert len(hook.stored()) == 1


def test_what_a_body_has_taken_is_free_again_when_it_is_stored_or_refused(sqlite_database: Database) -> None:
    hook = Hook(sqlite_database)
    hook.app.state.room = Room(3 << 20)
    statuses = [hook.send(LARGE), hook.post(LARGE, {"x-hub-signature": "sha256=00"}).status_code]
    assert statuses * 5 == [204, 401] * 5
    for _ in range(5):
        assert (hook.send(LARGE), hook.send(b"{" + LARGE)) == (204, 400)


def test_jira_may_know_us_by_any_name(sqlite_database: Database) -> None:
    assert Hook(sqlite_database).send(event(5), host="hooks.internal:8443") == 204
