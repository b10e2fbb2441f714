"""Mails are sent once, or nobody claims to know: faults M1 to M9 and M15 from the row to the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.mail.post_office import PostOffice, bare_server, post_office
from tests.usecases.effecting import Office, office

from phasewise.errors import NotFoundError
from phasewise.mail.message import message_id
from phasewise.store import effect_pages
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, EffectState
from phasewise.usecases.do_effects import do_due
from phasewise.usecases.redo_effects import redo_effect, redo_failed
from phasewise.usecases.retain import Keep, retain

LEAD = "lead@example.com"


def letter(key: str = "report:2026-W47:lead", to: str = LEAD, subject: str = "Week 47") -> Effect:
    return Effect(key, EffectKind.MAIL, to, {"subject": subject, "text": "All is well.\n"})


@contextmanager
def posting(database: Database, **how: Any) -> Iterator[tuple[Office, PostOffice]]:
    with post_office(**how) as post, office(database, mailer=post.smtp(answer_seconds=0.5)) as at:
        yield at, post


def test_a_mail_is_sent_once_with_the_message_id_of_its_effect(database: Database) -> None:
    with posting(database) as (at, post):
        at.add(letter())
        at.do()
        at.do()
        ((to, message),) = post.accepted
        assert to == LEAD
        assert message_id("report:2026-W47:lead", "x@example.com").encode() in message
        assert at.row(letter().key).state == "done"


def test_a_link_that_lets_somebody_in_is_kept_until_it_was_sent(sqlite_database: Database) -> None:
    link = replace(letter("password:1"), body={"subject": "s", "text": "/password/abc", "secret": True})
    with posting(sqlite_database) as (at, post):
        at.add(link)
        assert "abc" in str(at.row(link.key).body)
        at.do()
        assert b"/password/abc" in post.accepted[0][1]
        assert (at.row(link.key).state, at.row(link.key).body) == ("done", {})


def test_a_link_that_could_not_be_sent_is_forgotten_once_it_is_over(sqlite_database: Database) -> None:
    link = replace(
        letter("password:1", to="nobody at all"), body={"subject": "s", "text": "abc", "secret": 1}
    )
    with posting(sqlite_database) as (at, _):
        at.add(link)
        at.do()
        retain(at.deps, Keep())
        assert (at.row(link.key).state, "abc" in str(at.row(link.key).body)) == ("failed", True)
        at.wait(2 * 86_400)
        retain(at.deps, Keep())
        assert at.row(link.key).body == {}


def test_without_a_mail_server_mails_wait(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.add(letter())
        at.do()
        assert (at.rows()[0].state, at.rows()[0].attempts) == ("due", 0)


def test_m1_a_mail_is_tried_for_hours_and_sent_once_the_server_is_back(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.add(letter())
        with bare_server(b"421 busy\r\n") as smtp:
            at.desk.deps = replace(at.deps, mailer=smtp)
            for _ in range(12):
                at.do()
                at.wait(1200)
        row = at.rows()[0]
        assert (row.state, row.attempts, "421 busy" in row.last_error) == ("due", 12, True)
        with post_office() as post:
            at.desk.deps = replace(at.deps, mailer=post.smtp())
            at.do_until_over()
            assert len(post.accepted) == 1


def test_m2_a_mail_that_was_put_off_is_sent_once(database: Database) -> None:
    with posting(database, end="451 later") as (at, post):
        at.add(letter())
        at.do()
        assert at.rows()[0].state == "due"
        post.end = "250 OK"
        at.do_until_over()
        assert len(post.accepted) == 1


def test_m3_who_is_refused_does_not_keep_the_others_from_theirs(database: Database) -> None:
    with posting(database, rcpt=lambda to: "550 unknown" if to.startswith("gone") else "250 OK") as (
        at,
        post,
    ):
        for name in ("ada", "gone", "eve"):
            at.add(letter(name, f"{name}@example.com"))
        at.do_until_over()
        assert [row.state for row in at.rows()] == ["done", "done", "failed"]
        assert "550 unknown" in at.row("gone").last_error
        assert sorted(to for to, _ in post.accepted) == ["ada@example.com", "eve@example.com"]


@pytest.mark.parametrize(
    "how",
    [
        {"drop_after_end": True},
        {"drop_after_end": True, "end": "554 no"},
        {"slow_seconds": 2.0},
        {"drop_after_354": True},
    ],
)
def test_m5_nobody_sends_again_what_may_have_arrived(database: Database, how: dict[str, Any]) -> None:
    with posting(database, **how) as (at, post):
        at.add(letter())
        at.do_until_over(3)
        assert len(post.accepted) <= 1
        assert at.rows()[0].state in ("unknown", "due")
        if at.rows()[0].state == "due":
            assert post.accepted == []


def test_m5_a_person_may_send_it_again_and_it_is_the_same_message(database: Database) -> None:
    with posting(database, drop_after_end=True) as (at, post):
        at.add(letter())
        at.do()
        assert at.rows()[0].state == "unknown"
        post.drop_after_end = False
        redo_effect(at.deps, letter().key)
        at.do()
        first, second = (message for _, message in post.accepted)
        wanted = message_id(letter().key, "x@example.com").encode()
        assert wanted in first
        assert wanted in second
        assert at.rows()[0].state == "done"


def test_m8_a_mail_that_was_refused_failed_until_somebody_sends_it_again(database: Database) -> None:
    with posting(database, end="552 too big") as (at, post):
        at.add(letter())
        at.do_until_over(3)
        assert (at.rows()[0].state, at.rows()[0].attempts) == ("failed", 1)
        post.end = "250 OK"
        assert redo_failed(at.deps) == 1
        at.do()
        assert len(post.accepted) == 1


def test_m9_the_state_sending_is_stored_before_the_final_dot(database: Database) -> None:
    stored: list[Any] = []
    with posting(database) as (at, post):
        at.add(letter())
        post.at_end = lambda: stored.append(at.rows()[0])
        at.do()
    assert (stored[0].state, stored[0].sending_since) == ("claimed", stored[0].claimed_at)


def test_m9_a_mail_that_another_node_took_over_is_broken_off_before_its_end(database: Database) -> None:
    with posting(database) as (at, post):

        def rcpt(_: str) -> str:
            at.wait(3600)
            post.rcpt = lambda _: "250 OK"
            assert do_due(at.deps, "successor", pause=at.wait).attempts[EffectState.DONE] == 1
            return "250 OK"

        post.rcpt = rcpt
        at.add(letter())
        assert at.do().lost == 1
        assert len(post.accepted) == 1


def test_m13_a_recipient_that_is_none_fails(sqlite_database: Database) -> None:
    with posting(sqlite_database) as (at, post):
        at.add(letter(to="lead@example.com\r\nBcc: all@example.com"))
        at.do()
        assert (at.rows()[0].state, post.accepted) == ("failed", [])


def test_m15_a_mail_waits_rather_than_go_in_clear_text(sqlite_database: Database) -> None:
    with post_office() as post, office(sqlite_database) as at:
        at.desk.deps = replace(at.deps, mailer=post.smtp(user="me", password="secret"))
        at.add(letter())
        at.do()
        row = at.rows()[0]
        assert (row.state, "clear text" in row.last_error, post.accepted) == ("due", True, [])


def test_a_mail_is_given_up_after_two_days(sqlite_database: Database) -> None:
    with posting(sqlite_database, mail="451 later") as (at, _):
        at.add(letter())
        at.do()
        at.wait(2 * 86_400)
        at.do()
        assert at.rows()[0].state == "failed"


def test_what_is_done_is_not_done_again_by_hand(sqlite_database: Database) -> None:
    with posting(sqlite_database) as (at, post):
        at.add(letter())
        at.do()
        with pytest.raises(NotFoundError):
            redo_effect(at.deps, letter().key)
        assert redo_failed(at.deps) == 0
        assert len(post.accepted) == 1
        with sqlite_database.read() as connection:
            assert effect_pages.count_effects(connection, at.deps.site_id)[EffectState.DONE] == 1
