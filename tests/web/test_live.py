"""GET /events: one event for each change, none for nobody, and an end when it is asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest
from starlette.requests import Request

from phasewise.errors import StoreError
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.usecases.accounts.session import sign_out
from phasewise.usecases.issue_token import list_tokens, revoke_token
from phasewise.usecases.judge import judge
from phasewise.usecases.show_sync import show_revision
from phasewise.web.live import OVER, Events, Live
from phasewise.web.visitors import is_let_in
from tests.store.records import DOING, TODO, moved, task
from tests.web.accounts import signed_in
from tests.web.served import received, served
from tests.web.story import ADA, MODELING, Api, stamp, tell


def live_on(look: Callable[[], int], **settings: Any) -> Live:
    return Live(look, look_seconds=0.01, **settings)


async def said(live: Live, count: int, seen: int | None = None) -> list[str]:
    """The first so many pieces that a stream says, without the one that tells when to come again."""
    with live.joined():
        async with aclosing(live.events(seen)) as pieces:  # type: ignore[type-var]
            assert await anext(pieces) == "retry: 1000\n\n"
            return [await asyncio.wait_for(anext(pieces), 5) for _ in range(count)]


def test_the_revision_comes_at_once_and_then_when_it_changes() -> None:
    revisions = iter([7, 7, 7, 8, *[9] * 1000])
    told = asyncio.run(said(live_on(lambda: next(revisions)), 3))
    assert told == ["id: 7\ndata: 7\n\n", "id: 8\ndata: 8\n\n", "id: 9\ndata: 9\n\n"]


def test_what_the_browser_has_seen_is_not_said_again_but_a_heartbeat_is() -> None:
    live = live_on(lambda: 7, heartbeat_seconds=0.05)
    assert asyncio.run(said(live, 2, seen=7)) == [":\n\n", ":\n\n"]


def test_one_look_serves_all_streams_and_nobody_looks_for_nobody() -> None:
    looks: list[int] = []

    async def watch() -> int:
        live = live_on(lambda: looks.append(1) or len(looks), heartbeat_seconds=5)
        await asyncio.gather(*(said(live, 3) for _ in range(50)))
        assert live.open_streams == 0
        before = len(looks)
        await asyncio.sleep(0.1)
        return len(looks) - before

    assert asyncio.run(watch()) <= 1
    assert len(looks) < 50


def test_d3_a_store_that_does_not_answer_ends_no_stream() -> None:
    answers = iter([1, StoreError("gone"), StoreError("gone"), *[2] * 1000])

    def look() -> int:
        answer = next(answers)
        if isinstance(answer, StoreError):
            raise answer
        return answer

    assert asyncio.run(said(live_on(look), 2)) == ["id: 1\ndata: 1\n\n", "id: 2\ndata: 2\n\n"]


def test_who_may_hear_no_more_is_told_nothing_more() -> None:
    revisions, answers = iter([7, *[8] * 1000]), iter([True, False])

    async def listen() -> list[str]:
        live = live_on(lambda: next(revisions))
        with live.joined():
            return await asyncio.wait_for(_all(live.events(None, lambda: next(answers))), 5)

    assert asyncio.run(listen()) == ["retry: 1000\n\n", "id: 7\ndata: 7\n\n", OVER]


def test_who_may_hear_no_more_is_found_out_though_nothing_changes() -> None:
    async def listen() -> list[str]:
        live = live_on(lambda: 7, heartbeat_seconds=0.05)
        answers = iter([True, False])
        with live.joined():
            return await asyncio.wait_for(_all(live.events(7, lambda: next(answers))), 5)

    assert asyncio.run(listen()) == ["retry: 1000\n\n", ":\n\n", OVER]


@pytest.mark.parametrize("by", ["session", "token"])
def test_a_stream_ends_with_the_session_or_the_token_that_opened_it(api: Api, by: str) -> None:
    cookie = signed_in(api.deps).cookies["phasewise-session"]
    who = f"cookie: phasewise-session={cookie}" if by == "session" else f"authorization: Bearer {api.token}"
    asked = f"GET /events HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n{who}\r\n\r\n"
    with served(api) as server, server.connect() as stream:
        stream.sendall(asked.encode())
        told = b""
        while b"data:" not in told:
            told += stream.recv(65536)
        if by == "session":
            sign_out(api.deps, cookie)
        else:
            revoke_token(api.deps, list_tokens(api.deps)[0].token_id)
        with api.deps.database.write() as connection:
            sites.raise_revision(connection, api.deps.site_id)
        rest = received(stream)
        assert OVER.encode() in rest
        assert b"id:" not in rest


def test_d3_a_store_that_does_not_answer_leaves_listeners_what_they_are(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise StoreError("gone")

    headers = [(b"cookie", b"phasewise-session=any")]
    request = Request(
        {"type": "http", "method": "GET", "path": "/events", "headers": headers, "app": api.app}
    )
    monkeypatch.setattr("phasewise.web.visitors.known_by", gone)
    assert is_let_in(request)


def test_d6_every_stream_ends_at_once_when_the_process_stops() -> None:
    async def stop() -> list[str]:
        live = live_on(lambda: 1)
        open_stream = asyncio.create_task(_all(live.events(None)))
        await asyncio.sleep(0.05)
        live.end()
        return await asyncio.wait_for(open_stream, 1)

    assert asyncio.run(stop()) == ["retry: 1000\n\n"]


async def _all(pieces: AsyncIterator[str]) -> list[str]:
    return [piece async for piece in pieces]


def test_a_reader_that_vanishes_leaves_nothing_behind() -> None:
    async def vanish() -> tuple[int, set[asyncio.Task[Any]]]:
        live = live_on(lambda: 1)
        scope: dict[str, Any] = {"type": "http", "asgi": {"spec_version": "2.3"}}

        async def send(_message: Any) -> None:
            return None

        async def receive() -> dict[str, str]:
            await asyncio.sleep(0.05)
            return {"type": "http.disconnect"}

        await asyncio.gather(*(Events(live, None)(scope, receive, send) for _ in range(20)))
        await asyncio.sleep(0.05)
        return live.open_streams, asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]

    assert asyncio.run(vanish()) == (0, set())


def test_above_the_limit_a_stream_is_refused(api: Api) -> None:
    api.app.state.live.open_streams = 500
    answer = api.ask("GET", "/events")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


def test_judging_something_is_a_change_and_judging_nothing_is_none(api: Api) -> None:
    before = show_revision(api.deps)
    judge(api.deps)
    assert show_revision(api.deps) == before
    tell(api.deps, [task(50, moved(501, 9, TODO, DOING), **ADA, **MODELING)])
    assert show_revision(api.deps) > before


def test_what_the_synchronisation_says_is_a_change_and_that_it_ran_is_none(database: Database) -> None:
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://example.atlassian.net")
        seen = []
        for columns in (
            {"last_success_at": 1, "watermark": 1},
            {"last_success_at": 2, "watermark": 2, "warnings": []},
            {"warnings": [{"code": "a", "text": "b"}]},
            {"last_error": "Jira refused", "last_error_at": 3},
            {"stopped_reason": "Jira refused", "stopped_at": 3},
            {"stopped_reason": None, "last_error": None},
        ):
            sites.save_sync_state(connection, site_id, **columns)
            seen.append(sites.revision(connection, site_id))
    assert seen == [1, 1, 2, 3, 4, 5]


def test_a_page_names_its_revision_unless_it_is_of_the_past(api: Api) -> None:
    html = {"accept": "text/html"}
    assert f'data-revision="{show_revision(api.deps)}"' in api.ask("GET", "/", headers=html).text
    assert "data-revision" not in api.ask("GET", f"/?as_of={stamp(2)}", headers=html).text
