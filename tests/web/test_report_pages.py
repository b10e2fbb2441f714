"""The weekly report as pages and files: who reads what, what leads say in it, what became of its mails."""

import email
import email.policy
import html
import re

import pytest
from sqlalchemy import select

from phasewise.core.rights import Role
from phasewise.store import report_recipients, reports
from phasewise.store.account_tables import audit_log
from phasewise.store.effects import Effect, EffectKind, EffectState, add_effect
from phasewise.store.work_tables import effects
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.freeze_report import freeze_report
from tests.store.records import DOING, TODO, epic, moved, task
from tests.web.accounts import Browser, signed_in
from tests.web.story import ADA, MODELING, NOW, Api, tell

WEEK, RUNNING = "2026-W10", "2026-W11"
PATH = f"/reports/default/{WEEK}"
EVIL = "<script>alert(1)</script>\r\n=HYPERLINK()"


@pytest.fixture
def lead(api: Api) -> Browser:
    return signed_in(api.deps, "lead@example.com", Role.LEAD)


def another(lead: Browser, role: Role) -> Browser:
    browser = signed_in(lead.deps, f"{role}@example.com", role)
    browser.app = lead.app
    return browser


def frozen(deps: Deps) -> None:
    assert freeze_report(deps, "default", WEEK)


def add_mail(deps: Deps, recipient: str, state: EffectState, said: str | None = None) -> str:
    """A mail of the report, as far as it got."""
    key = reports.mail_key("default", WEEK, recipient)
    with deps.database.write() as connection:
        mail = Effect(key, EffectKind.MAIL, f"{recipient}@example.com", {})
        add_effect(connection, deps.site_id, mail, NOW)
        values = {"state": state.value, "last_error": said}
        connection.execute(effects.update().where(effects.c.key == key).values(values))
    return key


# ------------------------------------------------------------------ who reads what


def test_its_tables_sort_and_are_files_without_persons_for_a_stakeholder(lead: Browser) -> None:
    more = task(31, moved(311, 3, TODO, DOING), **ADA, **(MODELING | {"parent_id": 30}))
    tell(lead.deps, [epic(30, summary="=1+1"), more])
    rows = lead.get(f"{PATH}?format=json&sort=-weeks").json()
    told = [(one["key"], one["people"]) for one in rows]
    assert told == [("ML-1", ["Ada", "Bob"]), ("ML-30", ["Ada"]), ("ML-10", [])]
    assert rows[0]["weeks"] > rows[1]["weeks"] > rows[2]["weeks"]
    assert lead.get(f"{PATH}?format=json&sort=weeks").json() == rows[::-1]
    assert "'=1+1" in lead.get(f"{PATH}?format=csv").text
    stays = lead.get(f"{PATH}?table=stays&format=json&sort=-start").json()
    assert [one["start"] for one in stays] == sorted((one["start"] for one in stays), reverse=True)
    assert {one["key"] for one in stays} == {"ML-1", "ML-30"}
    page = lead.get(f"{PATH}?table=stays&sort=-start").text
    assert 'id="table-stays" open' in page
    assert f'href="{PATH}?table=projects&amp;sort=weeks#table-projects"' in page
    assert lead.get(f"{PATH}?sort=people").status_code == 422
    board = another(lead, Role.STAKEHOLDER)
    for table in ("projects", "stays", "weeks"):
        answer = board.get(f"{PATH}?table={table}&format=json")
        assert answer.status_code == 200
        assert not {"Ada", "Bob"} & set(re.findall(r"\w+", answer.text))
        assert all("people" not in one for one in answer.json())


def test_members_read_the_form_of_the_team(lead: Browser) -> None:
    page = another(lead, Role.MEMBER).get(PATH)
    assert page.status_code == 200
    assert all(text in page.text for text in ("Report of 2026-W10", "Draft", "Who is on what", "ML-3", "Ada"))
    assert "/edit" not in page.text.split("<main")[1]


def test_s16_stakeholders_read_it_without_persons_in_every_form(lead: Browser) -> None:
    stakeholder = another(lead, Role.STAKEHOLDER)
    for ending in (
        "",
        "/mail",
        ".md",
        ".txt",
        ".json",
        "/mail?audience=stakeholder",
        "/mail?audience=executive",
    ):
        answer = stakeholder.get(PATH + ending)
        assert answer.status_code == 200
        text = re.sub(r"<header.*?</header>|<footer.*?</footer>", "", answer.text, flags=re.DOTALL)
        assert [name for name in ("Ada", "Bob", "ada", "bob") if re.search(rf"\b{name}\b", text)] == []
    assert stakeholder.get(f"{PATH}/mail?audience=team").status_code == 403
    assert stakeholder.get(f"{PATH}.pdf").content.startswith(b"%PDF")
    assert stakeholder.get(f"{PATH}/edit").status_code == 403
    assert stakeholder.post(f"{PATH}/edit", remark="x").status_code == 403


def test_what_a_lead_says_in_a_draft_is_told_to_stakeholders_once_it_is_sent(lead: Browser) -> None:
    stakeholder = another(lead, Role.STAKEHOLDER)
    lead.post(f"{PATH}/edit", remark="A hard week")
    assert "A hard week" in lead.get(PATH).text
    assert "A hard week" not in stakeholder.get(PATH).text
    frozen(lead.deps)
    assert "A hard week" in stakeholder.get(PATH).text


def test_every_figure_leads_to_its_list_as_of_that_instant(lead: Browser) -> None:
    page = lead.get(PATH).text
    [changes] = set(re.findall(r'href="(/changes\?[^"]+)"', page.replace("&amp;", "&")))
    assert changes.endswith("&as_of=2026-03-09T00:00:00.000Z")
    assert lead.get(changes).status_code == 200
    assert "as_of" not in lead.get(f"/reports/default/{RUNNING}").text.split("<main")[1]


def test_a_week_that_is_none_or_has_no_report_is_said_so(lead: Browser) -> None:
    for week, status in (("now", 404), ("2026-W10.exe", 404), ("2026-W54", 422), ("2026-W20", 422)):
        assert lead.get(f"/reports/default/{week}").status_code == status
    assert lead.get(f"/reports/nobodys/{WEEK}").status_code == 404
    assert lead.get(f"{PATH}/compare?with=2026-W10").status_code == 200


def test_the_files_are_the_report(lead: Browser) -> None:
    frozen(lead.deps)
    kinds = {"pdf": "application/pdf", "md": "text/markdown", "txt": "text/plain", "json": "application/json"}
    for ending, kind in kinds.items():
        answer = lead.get(f"{PATH}.{ending}")
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["content-disposition"] == f'attachment; filename="report-{WEEK}.{ending}"'
    assert lead.get(f"{PATH}.json").json()["digest"]["week"] == WEEK
    assert "ML-3" in lead.get(f"{PATH}.md").text


def test_the_preview_is_what_is_sent_byte_for_byte(lead: Browser) -> None:
    frozen(lead.deps)
    page = lead.get(f"{PATH}/mail?lang=fr")
    policy = page.headers["content-security-policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "script" not in policy
    assert "cid:" not in page.text
    whole = lead.get(f"{PATH}/mail?part=eml&lang=fr").content
    parsed = email.message_from_bytes(whole, policy=email.policy.default)
    sent = parsed.get_body(("html",))
    assert sent is not None
    shown = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", page.text)
    assert shown.split() == re.sub(r"cid:[^\"']+", "", sent.get_content()).split()
    assert lead.get(f"{PATH}/mail?part=text&lang=fr").text.startswith(str(parsed["subject"]))


# ------------------------------------------------------------------ what leads say in it


def test_a_lead_says_something_and_it_stays_as_it_was_typed(lead: Browser) -> None:
    assert lead.post(f"{PATH}/edit", remark=EVIL).status_code == 303
    told = {"remark-1": "Waits for data", "health-1": "red", "reason-1": "The vendor is late"}
    assert lead.post(f"{PATH}/edit", **told).status_code == 303
    page = lead.get(PATH).text
    assert "<script>alert" not in page
    assert all(
        text in page for text in ("&lt;script&gt;", "=HYPERLINK()", "Waits for data", "The vendor is late")
    )
    assert "Off track" in page
    form = lead.get(f"{PATH}/edit").text
    assert "Waits for data" in form
    assert '<option value="red" selected>' in form
    frozen(lead.deps)
    assert "no draft any more" in lead.get(f"{PATH}/edit").text
    answer = lead.post(f"{PATH}/edit", remark="too late")
    assert answer.status_code == 409


ALL = {"remark": "On top", "remark-1": "Of the one", "remark-10": "Of the other"}
WRONG: tuple[tuple[dict[str, str], int, str], ...] = (
    ({"remark": "x" * 2001}, 422, "characters"),
    ({"health-1": "red"}, 422, "Say why the health is another one"),
    ({"health-1": "pink"}, 422, "Choose a health of the list"),
    ({"health-1": "red", "reason-1": "y" * 501}, 422, "characters"),
    ({"reason-1": "Legal looks at it"}, 422, "Choose the health that this is the reason of"),
    ({"remark-404": "Of none"}, 404, "A project is not in this report any more"),
)


def filled(lead: Browser) -> dict[str, str]:
    """What stands in the form, as a browser would send it."""
    page = lead.get(f"{PATH}/edit").text
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', page.partition("<main")[2]))
    fields |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<', page))
    chosen = re.findall(r'<select[^>]* name="([^"]+)".*?value="([^"]*)" selected', page)
    return {name: html.unescape(value) for name, value in {**fields, **dict(chosen)}.items()}


def test_all_that_is_typed_is_kept_at_once(lead: Browser) -> None:
    answer = lead.post(f"{PATH}/edit", **filled(lead) | ALL | {"health-1": "red", "reason-1": "Late"})
    assert answer.status_code == 303
    form = filled(lead)
    assert {name: form[name] for name in ALL} == ALL
    assert (form["health-1"], form["reason-1"], form["health-10"]) == ("red", "Late", "")
    assert "All that is said on this page is kept." in lead.get(answer.headers["location"]).text


@pytest.mark.parametrize(("typed", "status", "said"), WRONG)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    lead: Browser, typed: dict[str, str], status: int, said: str
) -> None:
    answer = lead.post(f"{PATH}/edit", **filled(lead) | ALL | typed)
    assert (answer.status_code, said in answer.text) == (status, True)
    texts = {name: text for name, text in (ALL | typed).items() if not name.startswith("health")}
    assert [text for text in texts.values() if text not in answer.text] == []
    assert filled(lead)["remark-10"] == ""


def test_the_reason_goes_with_the_health_that_is_taken_back(lead: Browser) -> None:
    lead.post(f"{PATH}/edit", **filled(lead) | {"health-1": "red", "reason-1": "Late"})
    assert lead.post(f"{PATH}/edit", **filled(lead) | {"health-1": ""}).status_code == 303
    assert (filled(lead)["health-1"], filled(lead)["reason-1"]) == ("", "")


def test_what_another_lead_says_meanwhile_stays(lead: Browser) -> None:
    opened = filled(lead)
    lead.post(f"{PATH}/edit", **opened | {"remark": "Mine", "remark-1": "Mine,\r\nin two lines"})
    lead.post(f"{PATH}/edit", **opened | {"remark-10": "Theirs"})
    form = filled(lead)
    assert (form["remark"], form["remark-1"], form["remark-10"]) == (
        "Mine",
        "Mine,\r\nin two lines",
        "Theirs",
    )


def test_only_what_changed_is_in_the_audit_log(lead: Browser) -> None:
    lead.post(f"{PATH}/edit", **filled(lead) | {"remark-1": "Mine,\r\nin two lines"})
    lead.post(f"{PATH}/edit", **filled(lead))
    with lead.deps.database.read() as connection:
        told = list(connection.scalars(select(audit_log.c.action).where(audit_log.c.action.like("report.%"))))
    assert told == ["report.note"]


def test_what_was_typed_too_late_can_still_be_read(lead: Browser) -> None:
    typed = filled(lead) | ALL
    frozen(lead.deps)
    answer = lead.post(f"{PATH}/edit", **typed)
    assert (answer.status_code, "no draft any more" in answer.text) == (409, True)
    assert [text for text in ALL.values() if text not in answer.text] == []
    assert "Keep it" not in answer.text


# ------------------------------------------------------------------ the archive


def test_the_archive_says_what_was_sent_and_what_went_wrong(lead: Browser) -> None:
    deps = lead.deps
    with deps.database.write() as connection:
        for name in ("ada", "bob", "eve"):
            one = report_recipients.Recipient(
                name, "default", f"{name}@example.com", "", "team", "en", "html", 0, "x", name * 9
            )
            report_recipients.add_recipient(connection, deps.site_id, one)
    frozen(deps)
    add_mail(deps, "ada", EffectState.DONE)
    key = add_mail(deps, "bob", EffectState.UNKNOWN, "the server closed after DATA")
    add_mail(deps, "eve", EffectState.FAILED, "550 5.1.1 no such user <here>")
    page = lead.get("/reports").text
    for text in (
        "1 sent",
        "1 failed",
        "1 unknown",
        "550 5.1.1 no such user &lt;here&gt;",
        "It may have arrived",
    ):
        assert text in page
    assert lead.post("/reports/resend", key=key).status_code == 303
    assert lead.post("/reports/resend", key=key).status_code == 404
    assert lead.post("/reports/resend", key="ladder/1").status_code == 404
    assert "1 waiting" in lead.get("/reports").text
    shown = another(lead, Role.MEMBER).get("/reports").text
    assert WEEK in shown
    assert "550" not in shown


def test_an_archive_of_nothing_says_so_and_what_comes_next(lead: Browser) -> None:
    page = lead.get("/reports").text
    assert "No report was made yet" in page
    assert f'href="/reports/default/{RUNNING}"' in page
    assert "to 0 recipients" in page


def test_two_weeks_are_compared_project_by_project(lead: Browser) -> None:
    page = lead.get(f"/reports/default/{RUNNING}/compare?with={WEEK}").text
    assert "From 2026-W10 to 2026-W11" in page
    assert "Weeks spent" in page
