"""The first set-up in the browser, against a sandbox Jira over HTTP: every step, and what it refuses."""

import hmac
import html
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from phasewise.core.model import Policy
from phasewise.jira.client import JiraAccess, JiraClients
from phasewise.policy_tables import PolicyTables
from phasewise.sandbox import catalogue
from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.settings_teams import TeamTable, rulebook_of
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.migrate import upgrade
from phasewise.usecases.accounts.administer import list_accounts
from phasewise.usecases.deps import Deps
from phasewise.usecases.set_up.draft import Draft, DraftFile
from phasewise.usecases.set_up.files import decided
from phasewise.usecases.set_up.teams import invite_leads
from phasewise.web.set_up import Installation, create_set_up_app
from tests.mail.post_office import SENDER, post_office
from tests.usecases.syncing import quiet, team_world
from tests.web.story import deps_of

ADDRESS = "http://127.0.0.1:8000"
NOTHING: Mapping[str, str] = {}


@dataclass
class Setting:
    """Somebody at the set-up of an installation that follows a sandbox."""

    jira: Running
    installation: Installation
    browser: TestClient
    completed: list[Draft] = field(default_factory=list)

    @property
    def draft(self) -> Draft:
        return self.installation.file.read()

    def send(self, step: str, fields: Mapping[str, str] = NOTHING, edit: int | None = None) -> Response:
        sent = {**fields, "edit": str(self.draft.edit if edit is None else edit)}
        return self.browser.post(f"/setup/{step}", data=sent, follow_redirects=False)

    def get(self, path: str) -> str:
        return self.browser.get(path).text

    def until(self, step: str) -> None:
        """Take all that is needed before a step."""
        email = {"email": "lead@example.com"} if self.jira.world.cloud else {}
        needed: list[tuple[str, Mapping[str, str]]] = [
            ("jira", {"address": f"{self.jira.url}/browse/ML-1"}),
            ("account", {**email, "token": ' "a-token" '}),
            ("scope", {"scope": "project = ML"}),
        ]
        for name, fields in needed:
            if name == step:
                return
            assert self.send(name, fields).status_code == 303


@contextmanager
def setting_up(folder: Path, deployment: Any = "cloud", **more: Any) -> Iterator[Setting]:
    world = team_world(deployment)
    with start_in_thread(world) as jira:

        def opened(values: Mapping[str, str]) -> Deps:
            database = Database(f"sqlite:///{folder / 'p.db'}")
            upgrade(database)
            access = JiraAccess(
                values["JIRA_URL"],
                values["JIRA_TOKEN"],
                values.get("JIRA_EMAIL"),
                scope=values["JIRA_SCOPE"],
                phase_field=values.get("JIRA_PHASE_FIELD"),
            )
            with database.write() as connection:
                site_id = sites.site_of(connection, values["JIRA_URL"])
            secret = tuple(one.encode() for one in (values.get("WEBHOOK_SECRET"),) if one)
            clients = JiraClients(access, clock=quiet([]))
            return Deps(database, site_id, Policy(), world.now, jira=clients, webhook_secrets=secret)

        def complete(draft: Draft) -> str:
            setting.completed.append(draft)
            return "/begin"

        installation = Installation(
            file=DraftFile(folder / "set-up.json"),
            opened=opened,
            complete=complete,
            address=ADDRESS,
            now=world.now,
            **{"may_be_private": True, "today": lambda: date(2026, 12, 20), **more},
        )
        app = create_set_up_app(installation)
        with TestClient(app, base_url=ADDRESS, headers={"origin": ADDRESS}) as browser:
            setting = Setting(jira, installation, browser)
            yield setting


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_the_steps_lead_from_nothing_to_a_whole_configuration(tmp_path: Path, deployment: str) -> None:
    with setting_up(tmp_path, deployment) as setting:
        assert setting.browser.get("/").url.path == "/setup/jira"
        setting.until("mapping")
        page = setting.get("/setup/mapping")
        assert f'name="option-{catalogue.AB_TESTING}"' in page
        changed = {f"status-{catalogue.BLOCKED}": "paused"}
        assert setting.send("mapping", changed).headers["location"] == "/setup/calendar"
        setting.send("calendar", {"zone": "Europe/Paris", "country": "fr"})
        assert "2026-12-25" in setting.get("/setup/calendar")
        setting.send("webhook", {"base": "https://pw.example.com"})
        setting.send("mail", {"do": "none"})
        assert 'data-waits-for="/begin"' in setting.send("finish").text
    draft = setting.completed[0]
    assert draft.get("JIRA_URL") == setting.jira.url
    assert (draft.get("JIRA_TOKEN"), draft.get("TIMEZONE"), draft.get("COUNTRY")) == (
        "a-token",
        "Europe/Paris",
        "FR",
    )
    assert draft.statuses == {catalogue.BLOCKED: "paused"}
    assert len(draft.get("WEBHOOK_SECRET")) == 64


def test_a_step_that_waits_for_another_leads_there_and_what_was_done_is_kept(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        assert setting.browser.get("/setup/mapping").url.path == "/setup/jira"
        setting.until("scope")
    with setting_up(tmp_path) as again:
        assert again.browser.get("/setup").url.path == "/setup/scope"


TEAMS = {
    "zone": "UTC",
    "team-1": "Vision",
    "jql-1": "project = ML",
    "lead-1": "Ada@Example.com",
    "team-2": "Search",
    "jql-2": "project = DS",
}


def test_the_first_teams_are_typed_one_by_one_and_written_to_the_configuration(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("calendar")
        first = {name: value for name, value in TEAMS.items() if not name.endswith("-2")}
        assert 'name="team-2"' in setting.send("calendar", first | {"do": "more"}).text
        assert setting.send("calendar", TEAMS).headers["location"] == "/setup/webhook"
        page = setting.get("/setup/calendar")
        assert 'value="Vision"' in page
        assert 'name="team-3" type="text" value=""' in page
        draft = setting.draft
        assert draft.teams == {"Vision": "project = ML", "Search": "project = DS"}
        assert draft.leads == {"Vision": "ada@example.com"}
        told = tomllib.loads("\n".join(decided({}, {}, {'A "b"': 'project = "\x7f"', **draft.teams}, {})))
        assert told["teams"]['A "b"']["scope"] == 'project = "\x7f"'
        assert told["teams"]["Search"] == {"scope": "project = DS"}
        assert setting.send("calendar", {"zone": "UTC"}).status_code == 303
        assert setting.draft.teams == {}


def test_who_leads_a_team_gets_an_account_of_that_team_once(sqlite_database: Database) -> None:
    declared = rulebook_of(PolicyTables(), {"Vision": TeamTable(scope="project = ML")})
    deps = replace(deps_of(sqlite_database), declared=declared)
    for _ in range(2):
        invite_leads(deps, {"Vision": "ada@example.com"})
    assert [(one.email, one.leads) for one in list_accounts(deps)] == [("ada@example.com", ("Vision",))]


HALF = "2026-01-01/2026-06-30"
PEOPLE = f"""ananya.iyer@example.com
Hanna  lindqvist {HALF}
Kwame Mensah, Leila Haddad 2026-07-01/
Ananya.Iyer@example.com; Sync Account"""


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_who_is_in_a_team_is_typed_and_written_by_the_ids_of_jira(tmp_path: Path, deployment: str) -> None:
    with setting_up(tmp_path, deployment) as setting:
        setting.until("calendar")
        assert "Ananya Iyer · Hanna Lindqvist" in setting.get("/setup/calendar")
        others = {"members-2": "Hanna Lindqvist 2026-07-01/"}
        assert setting.send("calendar", TEAMS | {"members-1": PEOPLE} | others).status_code == 303
        again, draft = html.unescape(setting.get("/setup/calendar")), setting.draft
        ids = {user.name: user.id for user in setting.jira.world.users.values()}
    assert (
        f"ananya.iyer@example.com\nHanna  lindqvist {HALF}\nKwame Mensah\nLeila Haddad 2026-07-01/" in again
    )
    told = tomllib.loads("\n".join(decided({}, {}, draft.teams, draft.members)))["teams"]
    assert {name: TeamTable(**team).members.keys() for name, team in told.items()} == {
        "Vision": {
            ids[f"{one}"] for one in ("ananya.iyer", "hanna.lindqvist", "kwame.mensah", "leila.haddad")
        }
        | {ids["sync.account"]},
        "Search": {ids["hanna.lindqvist"]},
    }
    assert told["Vision"]["members"][ids["hanna.lindqvist"]] == HALF


def test_where_jira_shows_nobody_now_the_step_is_there_and_what_is_typed_stays(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("calendar")
        setting.jira.trouble.token = "another"
        assert "Whom Jira shows" not in setting.get("/setup/calendar")
        said = setting.send("calendar", TEAMS | {"members-1": "Hanna Lindqvist"})
        assert (said.status_code, ">\nHanna Lindqvist</textarea>" in said.text) == (422, True)


def test_where_two_have_one_name_it_asks_for_an_id(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("calendar")
        first, second, *_ = [one for one in setting.jira.world.users.values() if "." in one.name][1:]
        second.display_name = first.display_name
        said = setting.send("calendar", TEAMS | {"members-1": first.display_name})
        assert (said.status_code, first.id in said.text, second.id in said.text) == (422, True, True)
        assert setting.send("calendar", TEAMS | {"members-1": first.id}).status_code == 303


@pytest.mark.parametrize(
    ("step", "fields", "said"),
    [
        ("jira", {"address": "ftp://x"}, "An address looks like"),
        ("jira", {"address": "http://127.0.0.1:9"}, "refused the connection: check “Jira’s address”"),
        ("account", {"email": "nobody", "token": "t"}, "no mail address"),
        ("account", {"email": "a@b.co", "token": "two words"}, "one word of plain letters"),
        ("scope", {"scope": ""}, "JQL"),
        ("scope", {"scope": "project = ("}, "does not close"),
        ("scope", {"scope": "colour = red"}, "colour"),
        ("scope", {"scope": "key = ML-99999999"}, ""),
        ("calendar", {"zone": "Mars/Phobos"}, "Mars/Phobos"),
        ("calendar", {"zone": "UTC", "country": "XX"}, "XX"),
        ("calendar", {"team-1": "Vision"}, "Say by a JQL which projects the team Vision has"),
        ("calendar", {"jql-1": "project = ML"}, "A team has a name"),
        ("calendar", {"team-1": "V" * 65, "jql-1": "project = ML"}, "1 to 64"),
        ("calendar", {"team-1": "Default", "jql-1": "project = ML"}, "the team of all others"),
        ("calendar", {"team-1": "Vision", "jql-1": "project = ("}, "does not close"),
        ("calendar", {"team-1": "Vision", "jql-1": "project = ML", "lead-1": "ada"}, "no e-mail address"),
        ("calendar", {"team-1": "Vision", "jql-1": "key = ML-99999999"}, ""),
        ("calendar", TEAMS | {"members-1": "Ada\nHanna Lindqvist"}, "nobody called “Ada”: write the name"),
        ("calendar", TEAMS | {"members-1": "Ada, Bob"}, "nobody called “Ada”, “Bob”"),
        (
            "calendar",
            TEAMS | {"members-1": f"Hanna Lindqvist {HALF[11:]}/{HALF[:10]}"},
            "the first one first",
        ),
        ("calendar", TEAMS | {"members-1": "a\n" * 101}, "more than 100 people"),
        (
            "calendar",
            TEAMS | dict.fromkeys(("members-1", "members-2"), "Hanna Lindqvist"),
            "on the same days",
        ),
        ("calendar", TEAMS | {"team-2": "vision"}, "the same name"),
        ("calendar", TEAMS | {"jql-2": "project = ML"}, "the same JQL"),
        ("webhook", {"base": "pw.example.com"}, "begins with https"),
        ("mail", {"smtp": "smtp://127.0.0.1:9", "from": "a@b.co"}, "cannot be reached"),
        ("mail", {"smtp": "http://x", "from": "a@b.co"}, "smtp"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_typed_is_lost(
    tmp_path: Path, step: str, fields: dict[str, str], said: str
) -> None:
    with setting_up(tmp_path) as setting:
        setting.until(step)
        answer = setting.send(step, fields)
        assert answer.status_code == 422
        assert said in answer.text
        assert step not in setting.draft.passed
        for name, value in fields.items():
            assert (
                name in ("token", "smtp")
                or not value
                or re.search(
                    rf'value="{re.escape(value)}"|>\n{re.escape(value.strip())}</textarea>', answer.text
                )
            )


def test_every_other_page_leads_to_the_set_up_and_programs_are_told(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        page = setting.browser.get("/projects/ML-1", headers={"accept": "text/html"})
        assert page.url.path == "/setup/jira"
        told = setting.browser.get("/api/v1/projects")
        assert (told.status_code, "not set up yet" in told.text) == (503, True)
        assert setting.browser.get("/healthz").json() == {"status": "ok"}


def test_what_is_wrong_is_said_in_the_readers_language(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.browser.headers["accept-language"] = "fr"
        assert "Une adresse ressemble à" in setting.send("jira", {"address": "ftp://x"}).text
        setting.until("calendar")
        setting.jira.world.delete_field(catalogue.PHASE_FIELD)
        found = html.unescape(setting.get("/setup/mapping"))
        assert "Aucun champ de phase n’a été trouvé" in found
        assert "No phase field" not in found
        said = setting.send("calendar", {"zone": "Mars/Phobos"}).text
        assert "Le fuseau horaire 'Mars/Phobos' n’est pas connu ; un fuseau est comme" in html.unescape(said)


def test_a_token_that_jira_refuses_is_not_kept(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("account")
        setting.jira.trouble.token = "another"
        assert setting.send("account", {"email": "a@b.co", "token": "wrong"}).status_code == 422
        assert not setting.draft.get("JIRA_TOKEN")


def test_the_phase_field_is_made_where_there_is_none(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.jira.world.delete_field(catalogue.PHASE_FIELD)
        setting.until("mapping")
        assert "Make the field in Jira" in setting.get("/setup/mapping")
        made = setting.send("mapping", {"do": "make"})
        assert "made the field Phase" in made.text
        field_id = setting.draft.get("JIRA_PHASE_FIELD")
        options = setting.jira.world.fields[field_id].options
        assert next(iter(options.values())).name == "Research"


def test_on_data_center_it_says_what_to_click(tmp_path: Path) -> None:
    with setting_up(tmp_path, "datacenter") as setting:
        setting.jira.world.delete_field(catalogue.PHASE_FIELD)
        setting.until("mapping")
        page = setting.get("/setup/mapping")
        assert "Select List (single choice)" in page
        assert "Make the field in Jira" not in page


def test_of_two_admins_the_second_is_told_and_keeps_what_was_typed(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("scope")
        before = setting.draft.edit
        setting.send("scope", {"scope": "project = ML"})
        late = setting.send("scope", {"scope": "project = DS"}, before)
        assert late.status_code == 409
        assert "Somebody else" in late.text
        assert "project = DS" in late.text
        assert setting.draft.get("JIRA_SCOPE") == "project = ML"


def test_a_second_admin_destroys_no_members_and_loses_none_that_were_typed(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("calendar")
        before = setting.draft.edit
        setting.send("calendar", TEAMS | {"members-1": "Hanna Lindqvist"})
        late = setting.send("calendar", TEAMS | {"members-1": "Kwame Mensah"}, before)
        assert (late.status_code, ">\nKwame Mensah</textarea>" in late.text) == (409, True)
        assert [one.name for one in setting.draft.members["Vision"]] == ["Hanna Lindqvist"]


def test_beyond_this_machine_only_the_link_of_the_terminal_opens_it(tmp_path: Path) -> None:
    with setting_up(tmp_path, code="s3cret") as setting:
        assert setting.browser.get("/setup/jira").status_code == 403
        assert setting.browser.get("/setup?code=guess").status_code == 403
        assert setting.browser.get("/setup?code=s3cret").url.path == "/setup/jira"
        assert setting.browser.get("/setup/jira").status_code == 200


def test_a_private_address_is_refused_unless_it_is_wanted(tmp_path: Path) -> None:
    with setting_up(tmp_path, may_be_private=False) as setting:
        for address in (setting.jira.url, "https://127.0.0.1", "https://169.254.169.254/latest"):
            answer = setting.send("jira", {"address": address})
            assert answer.status_code == 422
            assert "PHASEWISE_ALLOW_PRIVATE_NETWORK=1" in answer.text


def test_the_first_signed_delivery_is_heard(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("mapping")
        assert "Waiting" in setting.get("/setup/webhook")
        body, secret = b'{"webhookEvent": "jira:issue_updated"}', setting.draft.get("WEBHOOK_SECRET")
        signature = "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()
        forged = setting.browser.post(
            "/webhooks/jira", content=body, headers={"x-hub-signature": "sha256=00"}
        )
        assert forged.status_code == 401
        assert not setting.installation.heard
        taken = setting.browser.post("/webhooks/jira", content=body, headers={"x-hub-signature": signature})
        assert taken.status_code == 204
        assert "Heard" in setting.get("/setup/webhook")


def test_the_webhook_is_registered_from_here(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("mapping")
        setting.get("/setup/webhook")
        answer = setting.send("webhook", {"base": "https://pw.example.com", "do": "register"})
        assert "registered for https://pw.example.com/webhooks/jira" in answer.text


def test_a_mail_server_that_takes_mails_is_kept(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting, post_office() as office:
        setting.until("mapping")
        url = f"smtp://127.0.0.1:{office.port}"
        answer = setting.send("mail", {"smtp": url, "from": SENDER})
        assert answer.status_code == 303, answer.text
        assert setting.draft.get("SMTP_URL") == url
        tried = setting.send("mail", {"from": SENDER, "admin": "lead@example.com", "do": "test"})
        assert "took a mail to lead@example.com" in tried.text
        assert [to for to, _mail in office.accepted] == ["lead@example.com"]


def test_the_draft_is_its_owners_alone_and_one_that_is_broken_is_said(tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting:
        setting.until("account")
        file = tmp_path / "set-up.json"
        assert file.stat().st_mode & 0o077 == 0
        file.write_text("{")
        assert setting.browser.get("/setup/jira", headers={"accept": "text/html"}).status_code == 503
