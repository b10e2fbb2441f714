"""A lead sends a report now, skips it, or tries it; everybody looks after their own mails."""

import re
from dataclasses import replace

import pytest

from phasewise.core.rights import Role
from phasewise.store import report_recipients
from phasewise.store.effects import EffectKind, claim_next
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.accounts.administer import account_by_email
from phasewise.usecases.deps import Deps
from phasewise.usecases.doing.reporting import ReportMails
from phasewise.usecases.paging import Paging
from phasewise.usecases.show_effects import show_effects
from tests.web.accounts import Browser, mailing, signed_in
from tests.web.story import Api

PATH = "/reports/default/2026-W10"
RUNNING = "/reports/default/2026-W11"
ADA = {"address": "ada@example.com", "name": "Ada"}


@pytest.fixture
def lead(api: Api) -> Browser:
    return signed_in(mailing(api.deps), "lead@example.com", Role.LEAD)


def kept(deps: Deps) -> list[Recipient]:
    with deps.database.read() as connection:
        return report_recipients.recipients_of(connection, deps.site_id)


def mails(deps: Deps) -> list[str]:
    return [one.target for one in show_effects(deps, None, Paging(50), None).items]


def test_a_lead_sends_it_now_after_a_second_look(lead: Browser) -> None:
    lead.post("/reports/recipients", **ADA)
    page = lead.get(f"{PATH}/send").text
    assert "It goes to 1 recipient." in page
    refused = lead.post(f"{PATH}/send", sure="")
    assert (refused.status_code, "Tick the box first" in refused.text, mails(lead.deps)) == (422, True, [])
    assert lead.post(f"{PATH}/send", sure="yes").status_code == 303
    assert mails(lead.deps) == ["ada@example.com"]
    assert lead.post(f"{PATH}/send", sure="yes").status_code == 303  # who has it gets no second one
    assert mails(lead.deps) == ["ada@example.com"]


def test_what_cannot_be_sent_says_why(lead: Browser) -> None:
    answer = lead.post(f"{PATH}/send", sure="yes")
    assert (answer.status_code, "add recipients first" in answer.text) == (422, True)
    running = lead.post(f"{RUNNING}/send", sure="yes")
    assert running.status_code == 409
    assert "not over yet" in lead.get(f"{RUNNING}/send").text


def test_a_week_is_skipped_with_a_reason_and_resumed(lead: Browser) -> None:
    assert lead.post(f"{PATH}/skip", reason="").status_code == 422
    assert lead.post(f"{PATH}/skip", reason="All on <b>holiday</b>").status_code == 303
    assert "All on &lt;b&gt;holiday&lt;/b&gt;" in lead.get("/reports").text
    assert "lead@example.com" in lead.get(PATH).text.split("<main")[1]
    stakeholder = signed_in(lead.deps, "cy@example.com", Role.STAKEHOLDER)
    for path in ("/reports", PATH):
        shown = stakeholder.get(path).text.split("<main")[1]
        assert ("holiday" in shown, "lead@example.com" in shown) == (True, False)
    assert "Do not skip it" in lead.get(f"{PATH}/send").text
    assert lead.post(f"{PATH}/skip", reason="again").status_code == 409
    assert lead.post(f"{PATH}/resume").status_code == 303
    assert lead.post(f"{PATH}/resume").status_code == 409
    assert "Skip this week" in lead.get(f"{PATH}/send").text


def test_a_test_mail_goes_to_one_recipient(lead: Browser) -> None:
    lead.post("/reports/recipients", **ADA)
    [ada] = kept(lead.deps)
    assert "Test mail" in lead.get("/reports/recipients").text
    answer = lead.post("/reports/recipients/test", recipient=ada.recipient_id)
    assert answer.headers["location"] == "/reports/recipients?said=tested"
    assert "on its way" in lead.get(answer.headers["location"]).text
    assert mails(lead.deps) == ["ada@example.com"]
    assert lead.post("/reports/recipients/test", recipient="nobody").status_code == 404


def test_a_test_mail_holds_no_more_than_its_recipient_gets(lead: Browser) -> None:
    lead.post("/reports/recipients", **ADA, audience="stakeholder", project="10")
    lead.post("/reports/recipients/test", recipient=kept(lead.deps)[0].recipient_id)
    with lead.deps.database.write() as connection:
        now = lead.deps.now()
        claimed = claim_next(connection, lead.deps.site_id, "node", [EffectKind.MAIL], now, now + 9)
    assert claimed is not None
    text = ReportMails(lead.deps).test_of(claimed).text
    assert set(re.findall(r"ML-\d+", text)) <= {"ML-10"}
    whole = replace(claimed.effect, body={"test": {"team": "default", "week": None}})
    assert "ML-3" in ReportMails(lead.deps).test_of(replace(claimed, effect=whole)).text


def test_without_a_mail_server_nothing_is_tried(api: Api) -> None:
    lead = signed_in(api.deps, "lead@example.com", Role.LEAD)
    lead.post("/reports/recipients", **ADA)
    [ada] = kept(lead.deps)
    page = lead.get("/reports/recipients").text
    assert "No mail can be sent from here" in page
    assert "Test mail" not in page
    answer = lead.post("/reports/recipients/test", recipient=ada.recipient_id)
    assert (answer.status_code, "PHASEWISE_SMTP_URL" in answer.text) == (422, True)


def test_whose_account_is_made_after_they_were_put_down_is_named_nobody(lead: Browser) -> None:
    lead.post("/reports/recipients", address="Cy@example.com", audience="team")
    lead.post("/reports/recipients", address="eve@example.com", audience="team")
    signed_in(lead.deps, "cy@example.com", Role.STAKEHOLDER)
    signed_in(lead.deps, "eve@example.com", Role.MEMBER)
    found = {one.address: (one.audience, one.account_id is not None) for one in kept(lead.deps)}
    assert found == {"Cy@example.com": ("stakeholder", True), "eve@example.com": ("team", True)}


# ------------------------------------------------------------------ one's own


def test_everybody_looks_after_their_own_mails(api: Api) -> None:
    bob = signed_in(api.deps, "bob@example.com", Role.STAKEHOLDER)
    assert "You do not get it" in bob.get("/account/report").text
    wishes = {"language": "ja", "format": "text", "zone": "Asia/Tokyo", "quiet_from": "", "quiet_to": ""}
    assert bob.post("/account/report", **wishes).status_code == 303
    [own] = kept(bob.deps)
    assert (own.address, own.audience, own.language, own.zone) == (
        *("bob@example.com", "stakeholder"),
        *("ja", "Asia/Tokyo"),
    )
    assert "You get it" in bob.get("/account/report").text
    assert bob.post("/account/report", **{**wishes, "zone": "Nowhere"}).status_code == 422
    assert bob.post("/account/report", end="yes").status_code == 303
    assert kept(bob.deps)[0].is_mailed is False
    bob.post("/account/report", **wishes)
    assert len(kept(bob.deps)) == 1
    assert kept(bob.deps)[0].is_mailed is True
    assert bob.post("/account/report", **wishes, team="nobodys").status_code == 404


def test_whom_a_lead_put_down_before_is_found_and_not_doubled(lead: Browser) -> None:
    lead.post("/reports/recipients", address="eve@example.com", audience="executive")
    eve = signed_in(lead.deps, "eve@example.com", Role.MEMBER)
    eve.post("/account/report", language="fr", format="html")
    [own] = kept(lead.deps)
    assert (own.audience, own.language, own.account_id is not None) == ("executive", "fr", True)


def test_without_an_account_there_is_nothing_of_ones_own(api: Api) -> None:
    assert Browser(api.deps).get("/account/report").status_code == 403


def test_who_has_no_account_reads_their_mail_in_a_browser_and_no_other(lead: Browser) -> None:
    lead.post("/reports/recipients", **ADA)
    lead.post("/reports/recipients", address="board@example.com", audience="stakeholder")
    lead.post(f"{PATH}/send", sure="yes")
    ada, board = (
        next(one for one in kept(lead.deps) if one.audience == who) for who in ("team", "stakeholder")
    )
    page = lead.again().get(f"/m/{ada.secret}/2026-W10")
    assert (page.status_code, f"/m/{ada.secret}/2026-W10" in page.text, "Bob" in page.text) == (
        200,
        True,
        True,
    )
    assert "script" not in page.headers["content-security-policy"]
    assert "Bob" not in lead.again().get(f"/m/{board.secret}/2026-W10").text
    assert lead.again().get(f"/m/{ada.secret}/2026-W11").status_code == 404
    assert lead.again().get(f"/m/{'x' * 43}/2026-W10").status_code == 404


def test_s16_a_stakeholder_is_mailed_no_name_and_who_is_disabled_nothing(api: Api) -> None:
    admin = signed_in(api.deps, "root@example.com", Role.ADMIN)
    bob = signed_in(api.deps, "bob@example.com", Role.MEMBER)
    bob.post("/account/report", language="en", format="html")
    assert kept(api.deps)[0].audience == "team"
    account = account_by_email(api.deps, "bob@example.com").account_id
    admin.post(f"/users/{account}", role="stakeholder")
    [own] = kept(api.deps)
    assert own.audience == "stakeholder"
    form = {"recipient": own.recipient_id, "address": "bob@example.com", "audience": "team"}
    refused = admin.post("/reports/recipients/edit", **form)
    assert (refused.status_code, "nobody is named to them" in refused.text) == (422, True)
    admin.post(f"/users/{account}/disable")
    assert kept(api.deps) == []
