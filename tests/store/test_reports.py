"""Weekly reports, who gets them and when: kept the same on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from phasewise.core.digest import ReportState
from phasewise.core.health import Colour
from phasewise.store import report_recipients as lists
from phasewise.store import reports
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.reports import Frozen, Note, Report

SITE, TEAM = 1, "default"
FROZEN = Frozen({"team": TEAM}, "h" * 64, at=75)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as connection:
        yield connection


def draft(week: str = "2026-W47", instant: int = 70, team: str = TEAM) -> Report:
    return Report(team, week, instant, "Europe/Paris")


def test_a_draft_is_begun_once(connection: Connection) -> None:
    reports.begin(connection, SITE, draft())
    reports.change(connection, SITE, TEAM, "2026-W47", remark="first", remark_by="Lea", remark_at=71)
    reports.begin(connection, SITE, draft())
    kept = reports.report_of(connection, SITE, TEAM, "2026-W47")
    assert kept is not None
    assert (kept.state, kept.remark, kept.is_frozen) == (ReportState.DRAFT, "first", False)


def test_only_a_draft_is_frozen_and_once(connection: Connection) -> None:
    reports.begin(connection, SITE, draft())
    assert reports.freeze(connection, SITE, TEAM, "2026-W47", FROZEN)
    assert not reports.freeze(connection, SITE, TEAM, "2026-W47", Frozen({}, "x" * 64, at=99))
    kept = reports.report_of(connection, SITE, TEAM, "2026-W47")
    assert kept is not None
    assert (kept.state, kept.frozen_at, kept.inputs_hash) == (ReportState.FROZEN, 75, "h" * 64)
    assert reports.body_of(connection, SITE, TEAM, "2026-W47") == {"team": TEAM}


def test_what_is_not_kept_is_not_changed(connection: Connection) -> None:
    assert not reports.change(connection, SITE, TEAM, "2026-W47", remark="x")
    assert reports.report_of(connection, SITE, TEAM, "2026-W47") is None
    assert reports.body_of(connection, SITE, TEAM, "2026-W47") is None


def test_reports_come_latest_first_page_by_page(connection: Connection) -> None:
    for week, instant, team in (("2026-W46", 60, TEAM), ("2026-W47", 70, TEAM), ("2026-W47", 70, "search")):
        reports.begin(connection, SITE, draft(week, instant, team))
    page = reports.reports_page(connection, SITE, None, Page(limit=2))
    assert [(one.week, one.team) for one in page] == [("2026-W47", "search"), ("2026-W47", TEAM)]
    rest = reports.reports_page(connection, SITE, None, Page(limit=2, after=(70, TEAM)))
    assert [one.week for one in rest] == ["2026-W46"]
    assert len(reports.reports_page(connection, SITE, "search", Page())) == 1


def test_the_last_report_that_was_told_is_no_draft_and_not_skipped(connection: Connection) -> None:
    for week, instant in (("2026-W44", 40), ("2026-W45", 50), ("2026-W46", 60)):
        reports.begin(connection, SITE, draft(week, instant))
    reports.freeze(connection, SITE, TEAM, "2026-W44", FROZEN)
    reports.change(connection, SITE, TEAM, "2026-W45", state=ReportState.SKIPPED)
    assert reports.last_told(connection, SITE, TEAM, 70) == 40
    assert reports.last_told(connection, SITE, TEAM, 40) is None


def test_a_note_takes_the_place_of_the_one_before_or_is_gone(connection: Connection) -> None:
    key = (TEAM, "2026-W47")
    reports.save_note(connection, SITE, key, 1, Note("Lea", 71, remark="late"))
    reports.save_note(connection, SITE, key, 1, Note("Lea", 72, health=Colour.RED, health_reason="legal"))
    reports.save_note(connection, SITE, key, 2, Note("Lea", 72, remark="fine"))
    reports.save_note(connection, SITE, key, 2, Note("Lea", 73))
    assert reports.notes_of(connection, SITE, *key) == {1: Note("Lea", 72, None, Colour.RED, "legal")}


def recipient(recipient_id: str, **values: object) -> lists.Recipient:
    given = {"team": TEAM, "address": f"{recipient_id}@example.org", "name": recipient_id, **values}
    usual = {"audience": "team", "language": "en", "format": "html", "created_at": 1, "created_by": "Lea"}
    return lists.Recipient(recipient_id=recipient_id, secret=f"s-{recipient_id}", **{**usual, **given})  # type: ignore[arg-type]


def test_mails_are_counted_by_their_report_alone(connection: Connection) -> None:
    for one in (recipient("a"), recipient("b"), recipient("c", team="search")):
        lists.add_recipient(connection, SITE, one)
    sent = [(TEAM, "2026-W47", "a"), (TEAM, "2026-W47", "b"), ("search", "2026-W47", "c")]
    for team, week, whom in sent:
        key = reports.mail_key(team, week, whom)
        add_effect(connection, SITE, Effect(key, EffectKind.MAIL, "a@example.org", {}), 1)
    counted = reports.mail_counts(connection, SITE, [draft(), draft("2026-W46")])
    assert counted == {(TEAM, "2026-W47"): {"due": 2}, (TEAM, "2026-W46"): {}}


def test_recipients_are_found_by_team_id_secret_and_account(connection: Connection) -> None:
    for one in (recipient("b", account_id="7"), recipient("a"), recipient("c", team="search")):
        lists.add_recipient(connection, SITE, one)
    assert [one.recipient_id for one in lists.recipients_of(connection, SITE, TEAM)] == ["a", "b"]
    assert len(lists.recipients_of(connection, SITE)) == 3
    assert lists.recipient_by_id(connection, SITE, "a") == recipient("a")
    assert lists.recipient_by_secret(connection, SITE, "s-c") == recipient("c", team="search")
    assert [one.name for one in lists.recipients_of_account(connection, SITE, "7")] == ["b"]
    assert lists.recipient_by_id(connection, SITE, "nobody") is None


def test_who_unsubscribed_or_bounced_is_listed_but_not_mailed(connection: Connection) -> None:
    for name in ("a", "b", "c"):
        lists.add_recipient(connection, SITE, recipient(name))
    assert lists.change_recipient(connection, SITE, "a", unsubscribed_at=5)
    assert lists.change_recipient(connection, SITE, "b", removed_at=5)
    assert not lists.change_recipient(connection, SITE, "nobody", removed_at=5)
    assert [(one.name, one.is_mailed) for one in lists.recipients_of(connection, SITE)] == [
        ("a", False),
        ("c", True),
    ]


def test_who_is_erased_is_no_recipient(connection: Connection) -> None:
    for one in (recipient("a", account_id="7"), recipient("b"), recipient("c")):
        lists.add_recipient(connection, SITE, one)
    lists.forget_recipient(connection, SITE, "7", "b@example.org")
    assert [one.name for one in lists.recipients_of(connection, SITE)] == ["c"]


def test_a_team_has_one_plan_of_its_own(connection: Connection) -> None:
    assert lists.send_plan_of(connection, SITE, TEAM) is None
    lists.save_send_plan(connection, SITE, lists.SendPlan(TEAM, 0, 480, "Lea", 1))
    changed = lists.SendPlan(TEAM, 4, 960, "Lea", 2, zone="Asia/Tokyo", is_on=False, standup_minute=540)
    lists.save_send_plan(connection, SITE, changed)
    assert lists.send_plan_of(connection, SITE, TEAM) == changed
