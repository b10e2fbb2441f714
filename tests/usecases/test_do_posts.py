"""Posts to the chat as effects: once, retried, shown. N20."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.jira.scripted import Reply, ScriptedJira, scripted
from tests.usecases.effecting import Office, office

from phasewise.chat.access import chat_access
from phasewise.chat.post import Chat
from phasewise.store.backup import _doubt_what_was_pending
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind


def note(key: str = "standup/default/2026-11-20", **body: Any) -> Effect:
    return Effect(key, EffectKind.CHAT, "127.0.0.1", {"text": "Stand-up", **body})


@contextmanager
def chatting(database: Database, reply: Reply | None = None) -> Iterator[tuple[Office, ScriptedJira]]:
    answer = reply or Reply(b"ok")
    with scripted(lambda _: answer) as server, office(database, chat=Chat(chat_access(server.url))) as at:
        yield at, server


def test_a_post_is_done_once(database: Database) -> None:
    with chatting(database) as (at, server):
        at.add(note())
        at.do()
        at.do()
        assert [seen.body for seen in server.seen] == [{"text": "Stand-up"}]
        assert at.rows()[0].state == "done"


def test_n20_a_chat_that_says_no_is_shown_and_one_that_says_later_is_asked_again(
    sqlite_database: Database,
) -> None:
    with chatting(sqlite_database, Reply(b"busy", 503)) as (at, server):
        at.add(note())
        at.do()
        assert (at.rows()[0].state, "busy" in at.rows()[0].last_error) == ("due", True)
        server.script = lambda _: Reply(b"no_service", 404)
        at.do_until_over()
        assert (at.rows()[0].state, "no_service" in at.rows()[0].last_error) == ("failed", True)


def test_n20_nobody_repeats_what_may_have_been_said(sqlite_database: Database) -> None:
    with chatting(sqlite_database, Reply(b"", 504)) as (at, server):
        at.add(note())
        at.do_until_over(3)
        assert (at.rows()[0].state, len(server.seen)) == ("unknown", 1)


def test_n14_a_stand_up_that_is_over_is_not_posted_any_more(sqlite_database: Database) -> None:
    with chatting(sqlite_database) as (at, server):
        at.add(note(until=at.desk.world.now()))
        at.do()
        assert (at.rows()[0].state, server.seen) == ("done", [])


def test_a_chat_asks_for_a_pause_and_gets_it_for_all_posts(sqlite_database: Database) -> None:
    with chatting(sqlite_database, Reply(b"", 429, {"Retry-After": "60"})) as (at, server):
        at.add(note("a"))
        at.add(note("b"))
        at.do()
        assert len(server.seen) == 1


def test_without_a_chat_or_a_text_there_is_no_post(sqlite_database: Database) -> None:
    with chatting(sqlite_database) as (at, _):
        at.add(Effect("empty", EffectKind.CHAT, "127.0.0.1", {}))
        at.do()
        assert at.rows()[0].state == "failed"
    with office(sqlite_database) as at:
        at.add(note("later"))
        at.do()
        assert at.row("later").state == "due"


def test_d5_a_backup_does_not_know_what_was_posted_since(sqlite_database: Database) -> None:
    with chatting(sqlite_database) as (at, _):
        at.add(note())
        with sqlite_database.write() as connection:
            _doubt_what_was_pending(connection)
        assert at.rows()[0].state == "unknown"
