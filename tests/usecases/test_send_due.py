"""Weekly reports are sent when they are due, each once: faults M10, M11 and M14 among them."""

import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.jira.certificate import self_signed
from tests.jira.scripted import Reply, scripted
from tests.usecases.sending import TEAM, frozen_plainly, paris, sending

from phasewise.chat.access import chat_access
from phasewise.chat.post import Chat
from phasewise.core.digest import ReportState
from phasewise.core.rulebook import Rulebook, Team, one_team
from phasewise.store import report_recipients, reports
from phasewise.store.db import Database
from phasewise.store.effects import EffectKind
from phasewise.store.report_recipients import SendPlan
from phasewise.usecases.deps import Deps
from phasewise.usecases.do_effects import do_due
from phasewise.usecases.redo_effects import redo_effect
from phasewise.usecases.reports.send_due import Sending


def test_a_report_is_frozen_and_mailed_when_its_hour_comes_and_not_before(database: Database) -> None:
    with sending(database) as desk:
        desk.recipient("ada")
        desk.recipient("eve", zone="Asia/Tokyo")
        assert desk.at("2026-11-23 07:59").mails == 0
        assert desk.at("2026-11-23 08:00").mails == 1
        desk.mail()
        assert desk.got() == ["ada"]
        assert desk.at("2026-11-23 23:59").mails == 0
        assert desk.at("2026-11-24 00:00").mails == 1  # 08:00 on Tuesday in Tokyo
        desk.mail()
        desk.look()
        assert desk.got() == ["ada", "eve"]
        assert desk.states()["2026-W47"] == "sent"


def test_m10_two_workers_that_look_at_once_send_one_each(database: Database) -> None:
    with sending(database) as desk:
        for name in ("ada", "eve"):
            desk.recipient(name)
        desk.clock[0] = paris("2026-11-23 08:00")
        other = Sending(desk.deps, frozen_plainly)
        desk.sending.run()
        other.run()
        desk.mail("one")
        desk.mail("two")
        desk.restart()
        desk.look()
        desk.mail("three")
        assert desk.got() == ["ada", "eve"]


def test_m11_after_an_hour_down_it_is_sent_once_and_says_that_it_is_late(database: Database) -> None:
    with sending(database) as desk:
        desk.recipient("ada")
        desk.at("2026-11-16 09:00")
        desk.mail()
        desk.restart()
        desk.at("2026-11-23 09:00")
        desk.mail()
        desk.look()
        assert [subject[:5] for subject in desk.subjects()] == ["Late:", "Late:"]
        assert desk.states() == {"2026-W46": "sent, late", "2026-W47": "sent, late"}


def test_m11_after_eight_days_only_the_last_week_is_mailed_and_the_one_before_archived(
    database: Database,
) -> None:
    with sending(database) as desk:
        desk.recipient("ada")
        desk.at("2026-11-16 09:00")
        desk.mail()
        desk.restart()
        desk.at("2026-12-01 07:00")  # down since Monday the 23rd at seven, and all week
        desk.mail()
        desk.look()
        assert desk.got() == ["ada", "ada"]
        assert desk.subjects()[1].startswith("Late: ML projects, week 48")
        assert desk.states() == {"2026-W46": "sent, late", "2026-W47": "archived", "2026-W48": "sent, late"}


def test_m11_between_the_end_of_a_week_and_its_hour_the_week_before_is_old_news(database: Database) -> None:
    with sending(database) as desk:
        desk.recipient("ada")
        desk.at("2026-11-16 09:00")
        desk.mail()
        assert desk.at("2026-11-30 03:00").archived == 1
        assert desk.at("2026-11-30 08:00").mails == 1
        assert desk.states() == {"2026-W46": "sent, late", "2026-W47": "archived", "2026-W48": "frozen"}


def test_m11_mail_that_waited_for_a_week_is_not_sent_beside_the_next_one(database: Database) -> None:
    with sending(database) as desk:
        desk.recipient("ada")
        desk.at("2026-11-23 08:00")  # planned, and then nobody worked
        desk.clock[0] = paris("2026-12-01 07:00")
        desk.mail()
        assert desk.got() == []
        assert "a later report" in desk.rows()[0].last_error
        desk.at("2026-12-01 07:01")
        desk.mail()
        desk.look()
        assert desk.got() == ["ada"]
        assert desk.states() == {"2026-W47": "archived", "2026-W48": "sent, late"}


def test_a_mail_of_an_old_week_is_sent_if_a_person_wants_it(sqlite_database: Database) -> None:
    with sending(sqlite_database, drop_after_end=True) as desk:
        desk.recipient("ada")
        desk.at("2026-11-23 08:00")
        desk.mail()
        desk.post.drop_after_end = False
        desk.clock[0] = paris("2026-12-01 07:00")
        redo_effect(desk.deps, reports.mail_key(TEAM, "2026-W47", "ada"))
        desk.mail()
        assert [row.state for row in desk.rows()] == ["done"]
        assert len(desk.post.accepted) == 2


@pytest.mark.parametrize("gone", ["unsubscribed_at", "removed_at"])
def test_m14_who_left_since_it_was_planned_gets_nothing(database: Database, gone: str) -> None:
    with sending(database) as desk:
        desk.recipient("ada")
        desk.recipient("eve")
        desk.at("2026-11-23 08:00")
        desk.change("ada", **{gone: desk.clock[0]})
        desk.mail()
        row = desk.rows()[0]
        assert (desk.got(), row.state) == (["eve"], "done")
        assert row.last_error.startswith("not sent: they ")


def test_m14_it_is_asked_once_more_before_the_last_byte(database: Database) -> None:
    with sending(database) as desk:
        desk.recipient("ada")
        desk.at("2026-11-23 08:00")

        def rcpt(_: str) -> str:
            desk.change("ada", unsubscribed_at=desk.clock[0])
            return "250 OK"

        desk.post.rcpt = rcpt
        desk.mail()
        row = desk.rows()[0]
        assert (desk.got(), row.state, row.last_error) == ([], "done", "not sent: they unsubscribed")


def test_who_unsubscribed_or_came_back_undelivered_is_not_planned(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        for gone in ("unsubscribed_at", "removed_at", "bounced_at"):
            desk.recipient(gone.partition("_")[0], **{gone: 1})
        assert desk.at("2026-11-23 08:00").mails == 0
        desk.look()
        assert desk.states() == {"2026-W47": "archived"}


def test_who_comes_after_their_hour_begins_with_the_next_report(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        desk.recipient("eve", created_at=paris("2026-11-25 12:00"))
        assert desk.at("2026-11-26 08:00").mails == 1
        desk.mail()
        assert desk.at("2026-11-30 08:00").mails == 2


def test_a_skipped_week_is_sent_to_nobody(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        with sqlite_database.write() as connection:
            report = reports.Report(
                TEAM, "2026-W47", paris("2026-11-23"), "Europe/Paris", ReportState.SKIPPED
            )
            reports.begin(connection, desk.deps.site_id, report)
        assert desk.at("2026-11-23 08:00").frozen == 0
        assert desk.at("2026-11-30 08:00").mails == 1


def test_a_report_that_is_skipped_while_it_is_sent_stops(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        desk.at("2026-11-23 08:00")
        with sqlite_database.write() as connection:
            reports.change(connection, desk.deps.site_id, TEAM, "2026-W47", state="skipped")
        desk.mail()
        assert (desk.got(), desk.rows()[0].last_error) == ([], "not sent: the report was skipped")


def test_an_address_that_is_none_is_noted_with_the_servers_words(database: Database) -> None:
    refusals = {"ada": "550 5.1.1 no such user", "eve": "550 5.7.1 relaying denied"}
    with sending(database, rcpt=lambda to: refusals[to.partition("@")[0]]) as desk:
        for name in refusals:
            desk.recipient(name)
        desk.at("2026-11-23 08:00")
        desk.mail()
        assert [row.state for row in desk.rows()] == ["failed", "failed"]
        with database.read() as connection:
            found = report_recipients.recipients_of(connection, desk.deps.site_id)
        assert [(one.bounced_at is not None, one.bounce) for one in found] == [
            (True, "the mail server refused the recipient: 550 5.1.1 no such user"),
            (False, None),  # that blames us, and not the address
        ]


def test_in_quiet_hours_a_retry_waits_for_their_end(sqlite_database: Database) -> None:
    with sending(sqlite_database, end="451 later") as desk:
        desk.recipient("ada", quiet_from=8 * 60 + 30, quiet_to=10 * 60)
        desk.at("2026-11-23 08:00")
        desk.mail()
        desk.post.end = "250 OK"
        desk.at("2026-11-23 08:45")
        desk.mail()
        assert (desk.got(), desk.rows()[0].state) == ([], "due")
        desk.at("2026-11-23 10:20")
        desk.mail()
        assert desk.got() == ["ada"]


def test_after_a_stop_a_report_waits_until_jira_is_read_but_not_for_ever(sqlite_database: Database) -> None:
    with sending(sqlite_database, watermark="2026-11-20") as desk:
        desk.recipient("ada")
        assert desk.at("2026-11-23 08:00").frozen == 0
        assert desk.at("2026-11-23 08:19").frozen == 0
        assert desk.at("2026-11-23 08:20").frozen == 1


def test_before_jira_was_ever_read_there_is_no_report(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        other = replace(desk.deps, site_id=desk.deps.site_id + 1)
        assert not Sending(other, frozen_plainly).is_due()


def test_a_plan_of_the_teams_own_says_when_and_whether(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        plan = SendPlan(TEAM, 4, 17 * 60, "lead", 0, zone="America/New_York", reply_to="lead@example.com")
        with sqlite_database.write() as connection:
            report_recipients.save_send_plan(connection, desk.deps.site_id, plan)
        desk.at("2026-11-27 23:00")
        desk.mail()
        assert b"Reply-To: lead@example.com" in desk.post.accepted[0][1]
        with sqlite_database.write() as connection:
            report_recipients.save_send_plan(connection, desk.deps.site_id, replace(plan, is_on=False))
        assert desk.at("2026-12-05 12:00").frozen == 0


def test_the_chat_is_told_once(sqlite_database: Database) -> None:
    with scripted(lambda _: Reply(b"ok")) as server, sending(sqlite_database) as desk:
        desk.deps = replace(desk.deps, chat=Chat(chat_access(server.url)))
        desk.restart()
        for _ in range(3):
            desk.at("2026-11-23 08:00")
            do_due(desk.deps, "node", (EffectKind.CHAT,), lambda _: None)
        (seen,) = server.seen
        assert seen.body["text"].startswith("ML projects, week 47 of 2026")
        assert desk.states() == {"2026-W47": "sent"}


def test_each_has_their_own_way_out_of_the_mails(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        for name in ("ada", "eve"):
            desk.recipient(name, format="html")
        desk.at("2026-11-23 08:00")
        desk.mail()
        for to, message in desk.post.accepted:
            secret = (to.partition("@")[0] * 43)[:43]
            assert f"List-Unsubscribe: <https://x.example/unsubscribe/{secret}>".encode() in message
            assert b"0" * 43 not in message


def test_m15_over_tls_and_with_a_password_everybody_gets_it_once_and_nothing_goes_in_clear(
    sqlite_database: Database, tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path)
    with sending(sqlite_database, certificate=certificate, login="phasewise:s3cret") as desk:
        for number in range(20):
            desk.recipient(f"p{number:02}")
        desk.at("2026-11-23 08:00")
        desk.mail()  # the certificate is nobody's that is trusted
        assert (desk.got(), {row.state for row in desk.rows()}) == ([], {"due"})
        context = ssl.create_default_context(cafile=str(certificate))
        mailer = desk.post.smtp(context=context, user="phasewise", password="s3cret")
        desk.deps = replace(desk.deps, mailer=mailer)
        desk.at("2026-11-23 08:01")
        desk.mail()
        assert desk.got() == [f"p{number:02}" for number in range(20)]


def test_a_report_that_cannot_be_made_keeps_no_other_team_from_theirs(sqlite_database: Database) -> None:
    def freeze(deps: Deps, team: str, week: str, **more: Any) -> bool:
        if team == TEAM:
            raise ValueError(team)
        return frozen_plainly(deps, team, week, **more)

    with sending(sqlite_database) as desk:
        usual = one_team(desk.deps.policy).default
        other = Team("nlp", (replace(usual.newest, team="nlp"),), "project = NLP")
        desk.deps = replace(desk.deps, declared=Rulebook((usual, other)))
        desk.sending = Sending(desk.deps, freeze)
        desk.recipient("ada")
        desk.recipient("eve", team="nlp")
        desk.at("2026-11-23 08:00")
        desk.mail()
        assert desk.got() == ["eve"]
