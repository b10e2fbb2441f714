"""A report is sent by hand: at once to all who did not get it, or to one address to try it."""

import pytest
from tests.usecases.sending import TEAM, Desk, paris, sending

from phasewise.core.digest import ReportState
from phasewise.errors import BadRequestError, ConflictError
from phasewise.store import reports
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.freeze_report import freeze_report
from phasewise.usecases.reports.send_due import Sending
from phasewise.usecases.reports.send_now import last_week, outcomes, send_now, send_test
from phasewise.usecases.retain import Keep, retain

WEEK = "2026-W47"


def monday(desk: Desk, hour: str) -> Deps:
    desk.clock[0] = paris(f"2026-11-23 {hour}")
    return desk.deps


def test_what_is_sent_by_hand_is_not_sent_again_when_its_hour_comes(database: Database) -> None:
    with sending(database) as desk:
        desk.sending = Sending(desk.deps, freeze_report)
        desk.recipient("ada")
        desk.recipient("eve", zone="Asia/Tokyo")
        assert len(send_now(monday(desk, "07:00"), TEAM, WEEK)) == 2
        desk.mail()
        for day in ("2026-11-23 08:00", "2026-11-24 08:00"):
            desk.at(day)
            desk.mail()
        assert desk.got() == ["ada", "eve"]
        assert desk.states() == {WEEK: "sent"}


def test_one_that_was_archived_is_sent_late_to_who_is_there_now(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.at("2026-11-23 08:00")
        desk.look()
        assert desk.states() == {WEEK: "archived"}
        desk.recipient("ada", created_at=desk.clock[0])
        keys = send_now(monday(desk, "12:00"), TEAM, WEEK)
        desk.mail()
        desk.look()
        assert [(one.target, one.state) for one in outcomes(desk.deps, keys)] == [("ada@example.com", "done")]
        assert desk.states() == {WEEK: "sent"}


def test_sending_by_hand_twice_sends_nothing_twice(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        assert len(send_now(monday(desk, "07:00"), TEAM, WEEK)) == 1
        assert send_now(monday(desk, "07:01"), TEAM, WEEK) == []


def test_an_older_week_sent_by_hand_drops_no_mail_of_the_newest(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        newest = send_now(monday(desk, "07:00"), TEAM, WEEK)
        older = send_now(monday(desk, "07:01"), TEAM, "2026-W46")
        assert {one.state for one in outcomes(desk.deps, [*newest, *older])} == {"due"}
        desk.mail()
        desk.clock[0] += 2_000
        desk.mail()
        assert desk.got() == ["ada", "ada"]
        assert {one.said for one in outcomes(desk.deps, [*newest, *older])} == {None}


def test_what_was_sent_so_long_ago_that_nobody_knows_to_whom_is_not_sent_again(
    sqlite_database: Database,
) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        send_now(monday(desk, "07:00"), TEAM, WEEK)
        desk.mail()
        desk.look()
        desk.clock[0] += 31 * 86_400_000
        retain(desk.deps, Keep(effect_days=30))
        assert desk.rows() == []
        with pytest.raises(ConflictError, match="sent more than four weeks ago"):
            send_now(desk.deps, TEAM, WEEK)
        desk.mail()
        assert desk.got() == ["ada"]


def test_a_week_that_runs_or_was_skipped_is_not_sent(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        with pytest.raises(ConflictError, match="not over yet"):
            send_now(monday(desk, "07:00"), TEAM, "2026-W48")
        with sqlite_database.write() as connection:
            skipped = reports.Report(TEAM, WEEK, paris("2026-11-23"), "Europe/Paris", ReportState.SKIPPED)
            reports.begin(connection, desk.deps.site_id, skipped)
        with pytest.raises(ConflictError, match="was skipped"):
            send_now(desk.deps, TEAM, WEEK)


def test_without_a_week_a_server_or_anybody_it_is_said_what_is_missing(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        deps = monday(desk, "07:00")
        with pytest.raises(BadRequestError, match="add recipients"):
            send_now(deps, TEAM, WEEK)
        with pytest.raises(BadRequestError, match="no such week"):
            send_now(deps, TEAM, "W47")
        object.__setattr__(deps, "mailer", None)
        for send in (
            lambda: send_now(deps, TEAM, WEEK),
            lambda: send_test(deps, TEAM, None, "a@example.com"),
        ):
            with pytest.raises(BadRequestError, match="PHASEWISE_SMTP_URL"):
                send()


def test_a_test_mail_goes_to_one_address_and_says_what_it_is(database: Database) -> None:
    with sending(database) as desk:
        deps = monday(desk, "07:00")
        key = send_test(deps, TEAM, None, "lead@example.com", language="fr", audience="executive")
        desk.mail()
        ((to, message),) = desk.post.accepted
        assert (to, outcomes(deps, [key])[0].state) == ("lead@example.com", "done")
        assert b"unsubscribe" not in message.lower()
        assert desk.states() == {}
        assert last_week(deps, None) == (TEAM, WEEK)


def test_a_test_mail_to_nowhere_or_of_nothing_is_refused(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        deps = monday(desk, "07:00")
        with pytest.raises(BadRequestError, match="no mail address"):
            send_test(deps, TEAM, None, "lead@example.com\r\nBcc: all@example.com")
        key = send_test(deps, TEAM, "2030-W01", "lead@example.com")
        desk.mail()
        (outcome,) = outcomes(deps, [key])
        assert (outcome.state, outcome.said) == (
            "failed",
            "the mail cannot be written: 2030-W01 had not begun; choose an earlier week",
        )
