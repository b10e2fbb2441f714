"""Who gets the weekly report: a lead adds, changes and removes them; what is typed is checked."""

import re

import pytest

from phasewise.core.rights import Role
from phasewise.store import report_recipients
from phasewise.store.audit_log import entries_at
from phasewise.store.boards import Page
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.deps import Deps
from tests.web.accounts import Browser, signed_in
from tests.web.story import NOW, Api

PATH = "/reports/recipients"
ADA = {"address": "ada@example.com", "name": "Ada", "audience": "team", "language": "fr", "format": "text"}


@pytest.fixture
def lead(api: Api) -> Browser:
    return signed_in(api.deps, "lead@example.com", Role.LEAD)


def kept(deps: Deps) -> list[Recipient]:
    with deps.database.read() as connection:
        return report_recipients.recipients_of(connection, deps.site_id)


def test_a_lead_adds_somebody_who_needs_no_account(lead: Browser) -> None:
    quiet = {"zone": "Asia/Tokyo", "quiet_from": "22:00", "quiet_to": "07:30", "project": "1"}
    assert lead.post(PATH, **ADA, **quiet).status_code == 303
    [ada] = kept(lead.deps)
    assert (ada.address, ada.language, ada.format, ada.zone) == (
        "ada@example.com",
        "fr",
        "text",
        "Asia/Tokyo",
    )
    assert (ada.quiet_from, ada.quiet_to, ada.project_id, ada.account_id) == (1320, 450, 1, None)
    assert len(ada.secret) >= 43
    page = lead.get(PATH).text
    assert all(text in page for text in ("Ada", "ada@example.com", "22:00–07:30", "Français", "Gets it"))
    assert ada.secret not in page


def test_who_has_an_account_is_known_by_it(lead: Browser) -> None:
    lead.post(PATH, **{**ADA, "address": "Lead@Example.com"})
    [recipient] = kept(lead.deps)
    assert recipient.account_id is not None
    assert "has an account" in lead.get(PATH).text


WRONG = (
    ("address", "nobody", "This is no e-mail address"),
    ("address", "", "This is no e-mail address"),
    ("address", "a@example.com, b@example.com", "This is no e-mail address"),
    ("address", "a@example.com\r\nBcc: b@example.com", "This is no e-mail address"),
    ("address", "a@example.com\u2028b", "This is no e-mail address"),
    ("address", f"{'a' * 250}@example.com", "This is no e-mail address"),
    ("name", "Ada\nBcc: b@example.com", "in one line"),
    ("name", "x" * 101, "at most 100 characters; these are 101"),
    ("audience", "everybody", "Choose one of the list"),
    ("language", "tlh", "Choose one of the list"),
    ("format", "fax", "Choose one of the list"),
    ("zone", "Europe/Atlantis", "There is no such time zone"),
    ("quiet_from", "late", "This is no time of day"),
    ("quiet_from", "22:00", "Give both times"),
    ("project", "7", "no project of the team"),
    ("project", "x", "no such project"),
    ("project", "9" * 30, "no such project"),
)


def test_s8_what_is_none_is_refused_with_a_plain_sentence(lead: Browser) -> None:
    for field, value, said in WRONG:
        answer = lead.post(PATH, **{**ADA, field: value})
        assert (answer.status_code, said in answer.text) == (422, True), (field, value)
        assert ('value="Ada"' in answer.text) is (field != "name"), "what was typed is lost"
    assert kept(lead.deps) == []


def test_a_whole_day_of_quiet_is_refused(lead: Browser) -> None:
    answer = lead.post(PATH, **ADA, quiet_from="08:00", quiet_to="08:00")
    assert "A whole day is quiet then" in answer.text


def test_nobody_is_on_the_list_of_a_team_twice(lead: Browser) -> None:
    lead.post(PATH, **ADA)
    answer = lead.post(PATH, **{**ADA, "address": "ADA@example.com"})
    assert (answer.status_code, len(kept(lead.deps))) == (422, 1)
    assert "gets the report of this team already" in answer.text
    assert lead.post(PATH, **{**ADA, "team": "nobodys"}).status_code == 404


def test_a_lead_changes_and_removes_somebody(lead: Browser) -> None:
    lead.post(PATH, **ADA)
    [ada] = kept(lead.deps)
    with lead.deps.database.write() as connection:
        bounced = {"bounced_at": 1, "bounce": "550 no such user"}
        report_recipients.change_recipient(connection, lead.deps.site_id, ada.recipient_id, **bounced)
    assert "550 no such user" in lead.get(PATH).text
    form = lead.get(f"{PATH}/edit?recipient={ada.recipient_id}").text
    assert re.findall(r'<option value="fr" selected', form)
    changed = {**ADA, "recipient": ada.recipient_id}
    assert lead.post(f"{PATH}/edit", **{**changed, "zone": "Nowhere"}).status_code == 422
    assert lead.post(f"{PATH}/edit", **{**changed, "address": "ada@example.org"}).status_code == 303
    [after] = kept(lead.deps)
    assert (after.address, after.is_mailed, after.secret) == ("ada@example.org", True, ada.secret)
    assert lead.post(f"{PATH}/remove", recipient=ada.recipient_id).status_code == 303
    assert kept(lead.deps) == []
    assert lead.get(f"{PATH}/edit?recipient={ada.recipient_id}").status_code == 404


def test_a_lead_does_not_subscribe_again_who_unsubscribed(lead: Browser) -> None:
    lead.post(PATH, **ADA)
    [ada] = kept(lead.deps)
    lead.post(f"/unsubscribe/{ada.secret}", **{"List-Unsubscribe": "One-Click"})
    lead.post(f"{PATH}/edit", **ADA, recipient=ada.recipient_id)
    assert kept(lead.deps)[0].is_mailed is False
    assert "Unsubscribed" in lead.get(PATH).text


def test_s1_names_are_text_and_nothing_else(lead: Browser) -> None:
    lead.post(PATH, **{**ADA, "name": '"><script>alert(1)</script>=HYPERLINK()'})
    page = lead.get(PATH).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_every_change_is_in_the_audit_log(lead: Browser) -> None:
    lead.post(PATH, **ADA)
    [ada] = kept(lead.deps)
    lead.post(f"{PATH}/edit", **ADA, recipient=ada.recipient_id)
    lead.post(f"{PATH}/remove", recipient=ada.recipient_id)
    lead.post("/reports/plan", weekday="4", time="17:00")
    with lead.deps.database.read() as connection:
        entries = entries_at(connection, lead.deps.site_id, NOW + 1, Page(100))
    told = [(one.action, one.actor) for one in entries]
    for action in ("recipient.added", "recipient.changed", "recipient.removed", "plan.changed"):
        assert (f"report_{action}", "lead@example.com") in told


# ------------------------------------------------------------------ when


def test_a_lead_says_when_it_is_sent(lead: Browser) -> None:
    answer = lead.post(
        "/reports/plan",
        weekday="4",
        time="17:30",
        zone="Asia/Tokyo",
        is_on="no",
        reply_to="lead@example.com",
        standup="09:15",
    )
    assert answer.status_code == 303
    with lead.deps.database.read() as connection:
        plan = report_recipients.send_plan_of(connection, lead.deps.site_id, "default")
    assert plan is not None
    assert (plan.weekday, plan.minute_of_day, plan.zone, plan.is_on) == (4, 1050, "Asia/Tokyo", False)
    assert (plan.reply_to, plan.standup_minute) == ("lead@example.com", 555)
    page = lead.get("/reports/plan").text
    assert all(text in page for text in ("17:30", "Asia/Tokyo", "lead@example.com", "09:15"))


def test_a_plan_that_is_none_is_refused(lead: Browser) -> None:
    for field, value, said in (
        ("weekday", "7", "Choose one of the list"),
        ("time", "noon", "This is no time of day"),
        ("zone", "Mars/Base", "There is no such time zone"),
        ("reply_to", "a@b.c\nBcc: x@y.z", "This is no e-mail address"),
        ("standup", "9", "This is no time of day"),
    ):
        answer = lead.post("/reports/plan", **{"weekday": "0", "time": "08:00", field: value})
        assert (answer.status_code, said in answer.text) == (422, True), field
    assert lead.get("/reports/plan?team=nobodys").status_code == 404
