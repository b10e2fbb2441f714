"""N14: the stand-up line in the chat: on working days, once, and only where a team wants it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests.jira.scripted import Reply, ScriptedJira, scripted
from tests.usecases.sending import TEAM, Desk, paris, sending

from phasewise.chat.access import chat_access
from phasewise.chat.post import Chat
from phasewise.store import report_recipients, sites
from phasewise.store.db import Database
from phasewise.store.effects import EffectKind
from phasewise.store.report_recipients import SendPlan
from phasewise.usecases.do_effects import do_due
from phasewise.usecases.reports.stand_up import is_stand_up_due, post_stand_ups


@contextmanager
def standing_up(database: Database, minute: int | None = 9 * 60 + 30) -> Iterator[tuple[Desk, ScriptedJira]]:
    plan = SendPlan(TEAM, 0, 480, "lead", 0, standup_minute=minute)
    with scripted(lambda _: Reply(b"ok")) as server, sending(database) as desk:
        desk.deps = replace(desk.deps, chat=Chat(chat_access(server.url)))
        with database.write() as connection:
            report_recipients.save_send_plan(connection, desk.deps.site_id, plan)
        yield desk, server


def at(desk: Desk, text: str) -> int:
    """How many are posted at a time in Paris."""
    desk.clock[0] = paris(text)
    posted = post_stand_ups(desk.deps) if is_stand_up_due(desk.deps) else 0
    do_due(desk.deps, "node", (EffectKind.CHAT,), lambda _: None)
    return posted


def test_n14_on_each_working_day_one_line_is_posted(database: Database) -> None:
    with standing_up(database) as (desk, server):
        hours = [
            f"2026-11-{day} {hour}" for day in (19, 20, 21, 22, 23) for hour in ("09:29", "09:30", "10:00")
        ]
        assert [hour for hour in hours if at(desk, hour)] == [
            "2026-11-19 09:30",
            "2026-11-20 09:30",
            "2026-11-23 09:30",
        ]
        assert server.seen[0].body["text"].startswith("Thursday, November 19, 2026: no active ticket")


def test_n14_one_that_was_missed_is_not_made_up_for(sqlite_database: Database) -> None:
    with standing_up(sqlite_database) as (desk, _):
        assert at(desk, "2026-11-20 11:29") == 1
        assert at(desk, "2026-11-23 11:30") == 0


def test_n14_it_is_off_until_a_team_says_when_there_is_a_chat_and_jira_was_read(
    sqlite_database: Database,
) -> None:
    with standing_up(sqlite_database, minute=None) as (desk, _):
        assert at(desk, "2026-11-20 09:30") == 0
    with standing_up(sqlite_database) as (desk, _):
        assert not is_stand_up_due(replace(desk.deps, chat=None))
        with sqlite_database.write() as connection:
            sites.save_sync_state(connection, desk.deps.site_id, last_success_at=None)
        assert at(desk, "2026-11-20 09:30") == 0
