"""Every route as every role: who may ask for what is one table, and the application keeps to it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from phasewise.core.rights import Asker, Role
from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.store.audit_log import Entry, add_entry
from phasewise.usecases.accounts.administer import Rights
from phasewise.usecases.issue_token import create_token
from phasewise.web.app import create_app
from phasewise.web.rights import BY_TEAM, RIGHTS, least_role
from phasewise.web.visitors import Doors
from tests.web.accounts import Browser, person
from tests.web.story import Api

UNASKED = {"POST /logout", "GET /api/openapi.json"}
"""Would end the session that asks; shows nothing."""
REFUSED = {401, 403}
OF_ONE_TEAM = "lead of one team"


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of every route, files apart."""
    for route in iter_route_contexts(app.routes):
        for method in sorted(route.methods or ()):
            if method != "HEAD":
                yield method, route.path or ""


def test_s16_every_route_says_who_may_ask() -> None:
    routes = {f"{method} {path}" for method, path in routes_of(create_app(None))}
    assert routes - RIGHTS.keys() == set(), "say in web/rights.py who may ask for these"
    assert RIGHTS.keys() - routes == set(), "there are no such routes any more"


def test_a_role_may_what_those_below_it_may() -> None:
    for rank, role in enumerate(Role):
        asker = Asker(role, "somebody")
        assert [asker.may(least) for least in Role] == [least <= rank for least in range(4)]
    assert least_role("GET", "/not/named/anywhere") is Role.ADMIN


@pytest.fixture
def visitors(api: Api) -> dict[str, Browser]:
    """A browser for each role, and nobody's; no page is open."""
    nobody = Browser(api.deps, doors=Doors.NEVER)
    nobody.app.state.live.end()
    found = {"nobody": nobody}
    for role in Role:
        person(api.deps, f"{role}@example.com", role)
        found[role] = nobody.again()
        assert found[role].sign_in(f"{role}@example.com").status_code == 303
    person(api.deps, "team@example.com", Rights(Role.LEAD, (DEFAULT_TEAM,)))
    found[OF_ONE_TEAM] = nobody.again()
    assert found[OF_ONE_TEAM].sign_in("team@example.com").status_code == 303
    return found


def is_let_in(browser: Browser, method: str, path: str) -> bool:
    """Whether the route answers at all: that nothing is there, or that the form is empty, is an answer."""
    asked = path.replace("{secret:path}", "x").replace("{", "").replace("}", "")
    answer = browser.ask(method, asked)
    if answer.status_code == 303:
        return not answer.headers["location"].startswith("/login")
    return answer.status_code not in REFUSED or "/webhooks/" in path


def is_expected(who: str, method: str, path: str) -> bool:
    """By the table alone: a lead of one team is a member, and is let in where the table says so."""
    least = least_role(method, path)
    if least is None or who == "nobody":
        return least is None
    if who == OF_ONE_TEAM:
        return Role.MEMBER.includes(least) or f"{method} {path}" in BY_TEAM
    return Role(who).includes(least)


def test_leads_of_one_team_are_let_in_only_where_a_lead_is_wanted() -> None:
    assert {RIGHTS[route] for route in BY_TEAM} == {Role.LEAD}


@pytest.mark.no_cover
def test_s16_every_route_lets_in_whom_it_says(visitors: dict[str, Browser]) -> None:
    wrong = []
    for who, browser in visitors.items():
        for method, path in routes_of(browser.app):
            expected = is_expected(who, method, path)
            is_asked = f"{method} {path}" not in UNASKED
            if is_asked and is_let_in(browser, method, path) is not expected:
                wrong.append(f"{who}: {method} {path}")
    assert wrong == []


@pytest.mark.parametrize(
    ("scope", "role", "reads", "let_in"),
    [
        ("read", Role.LEAD, "/effects", True),
        ("read", Role.ADMIN, "/audit-log", False),
        ("admin", Role.ADMIN, "/audit-log", True),
        ("read", Role.MEMBER, "/effects", False),
        ("read", Role.STAKEHOLDER, "/people", False),
        ("projects", Role.ADMIN, "/people", False),
        ("projects", Role.ADMIN, "/projects", True),
    ],
)
def test_s16_a_token_never_does_more_than_its_owner(
    api: Api, scope: str, role: Role, reads: str, let_in: bool
) -> None:
    account = person(api.deps, "ada@example.com", role)
    owner = replace(api.deps, asker=Asker(role, "ada@example.com", account))
    api.token = create_token(owner, "mine", scope).token
    assert api.get(reads).status_code == (200 if let_in else 403)


def test_a_token_that_reads_changes_nothing_and_one_of_another_role_is_not_given(api: Api) -> None:
    headers = {"authorization": f"Bearer {api.token}", "origin": "http://127.0.0.1:8000"}
    person(api.deps, "ada@example.com")
    answer = api.ask("POST", "/account/tokens", headers=headers, data={"name": "x"})
    assert answer.status_code == 403
    browser = Browser(api.deps)
    person(api.deps, "bob@example.com", Role.MEMBER)
    browser.sign_in("bob@example.com")
    assert browser.post("/account/tokens", name="x", scope="admin", days="1").status_code == 403


def test_s17_nobody_makes_themselves_an_admin(api: Api) -> None:
    person(api.deps, "ada@example.com")
    person(api.deps, "bob@example.com", Role.MEMBER)
    browser = Browser(api.deps)
    browser.sign_in("bob@example.com", role="admin", is_admin="1")
    browser.post("/account/password", current="x", password="y", again="y", role="admin")
    assert browser.get("/users").status_code == 403


def test_s11_the_api_takes_no_change_by_a_session_from_elsewhere(api: Api) -> None:
    person(api.deps, "ada@example.com")
    browser = Browser(api.deps)
    browser.sign_in("ada@example.com")
    path = "/api/v1/people/ada/erase"
    assert browser.ask("POST", path, headers={"origin": "https://evil.example"}).status_code in (403, 404)
    assert browser.get("/api/v1/projects").status_code == 200


def test_s37_what_was_decided_about_rights_is_in_the_log(api: Api) -> None:
    person(api.deps, "ada@example.com")
    browser = Browser(api.deps)
    browser.sign_in("nobody@example.com", "guess")
    browser.sign_in("ada@example.com")
    browser.post("/users", email="bob@example.com", role="lead", person="bob")
    browser.post("/account/tokens", name="reports", scope="read", days="3")
    items = browser.get("/api/v1/audit-log").json()["items"]
    told = {(one["action"], one["subject"], one["actor"]) for one in items}
    ada = "ada@example.com"
    assert ("session.refused", "an unknown account", "an unknown account") in told
    assert ("session.begun", ada, ada) in told
    assert ("account.made", "bob@example.com", ada) in told
    assert ("account.person", "bob@example.com", ada) in told
    assert any(action == "token.made" and actor == ada for action, _, actor in told)
    page = browser.get("/audit-log").text
    assert "account made" in page
    assert "guess" not in page


def test_the_log_keeps_the_id_of_an_issue_and_its_page_says_the_key(api: Api) -> None:
    deps = api.deps
    about = {"deliverable.saved": "1", "return.reason": "10:5:6", "plan.saved": "999", "policy.changed": "3"}
    about |= {"plan.presented": "Λόγος", "result.saved": "9" * 30, "decision.go": "3x"}
    with deps.database.write() as connection:
        for action, subject in about.items():
            add_entry(connection, deps.site_id, Entry(deps.now(), "ada", action, subject))
    person(deps, "ada@example.com")
    browser = Browser(deps)
    browser.sign_in("ada@example.com")
    items = browser.get("/api/v1/audit-log").json()["items"]
    assert {one["subject"] for one in items if one["action"] in about} == set(about.values())
    page = browser.get("/audit-log").text
    shown = set(re.findall(r'class="muted">· ([^<@]+)</span>', page))
    assert shown >= {"ML-1", "ML-10", "999", "3", "Λόγος", "9" * 30, "3x"}
    assert not shown & {"1", "10:5:6", "ML-3"}


def test_an_admin_invites_changes_and_disables(api: Api) -> None:
    person(api.deps, "ada@example.com")
    browser = Browser(api.deps)
    browser.sign_in("ada@example.com")
    shown = browser.post("/users", email="bob@example.com", name="Bob", role="member")
    path = shown.text.split('class="secret">http://127.0.0.1:8000')[1].split("<")[0]
    bob = browser.again()
    assert bob.post(path, password="a phrase of his", again="a phrase of his").status_code == 303
    assert (bob.get("/waivers").status_code, bob.get("/deliveries").status_code) == (200, 403)
    [account] = [one for one in browser.get("/users").text.split('href="/users/')[1:] if "bob@" in one]
    account_id = account.split('"')[0]
    assert browser.post(f"/users/{account_id}", role="stakeholder", person="bob").status_code == 303
    assert bob.get("/waivers").status_code == 403
    assert browser.post(f"/users/{account_id}", role="emperor").status_code == 422
    assert browser.post("/users", email="bob@example.com", role="member").status_code == 422
    assert browser.post(f"/users/{account_id}/disable").status_code == 303
    assert bob.get("/help").status_code == 303
    assert browser.post(f"/users/{account_id}/enable").status_code == 303
    assert "/password/" in browser.post(f"/users/{account_id}/link").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/people/{}", 422),
        ("GET", "/users/{}", 422),
        ("POST", "/users/{}/disable", 422),
        ("POST", "/account/tokens/{}/revoke", 422),
        ("GET", "/waivers/new?finding=five_days:{}:5", 404),
    ],
)
def test_an_id_that_is_too_long_is_refused_and_no_database_blamed(
    api: Api, method: str, path: str, status: int
) -> None:
    assert Browser(api.deps).ask(method, path.format("x" * 300)).status_code == status


def test_what_the_database_cannot_hold_is_refused_and_not_blamed_on_it(api: Api) -> None:
    answer = Browser(api.deps).post("/ladder/undo", key="x" * 2000)
    assert (answer.status_code, "cannot hold" in answer.text) == (422, True)


def test_the_last_admin_stays(api: Api) -> None:
    account_id = person(api.deps, "ada@example.com")
    browser = Browser(api.deps)
    browser.sign_in("ada@example.com")
    for change in ("", "/disable"):
        answer = browser.post(f"/users/{account_id}{change}", role="lead")
        assert answer.status_code == 422
        assert "only admin left" in answer.text


def test_a_token_is_shown_once_listed_and_revoked(api: Api) -> None:
    person(api.deps, "ada@example.com")
    browser = Browser(api.deps)
    browser.sign_in("ada@example.com")
    token = browser.post("/account/tokens", name="mine", scope="read", days="2").text.split("phw_")[1]
    bearer = {"authorization": f"Bearer phw_{token.split('<')[0]}"}
    assert api.ask("GET", "/api/v1/people", headers=bearer).status_code == 200
    page = browser.get("/account").text
    assert "phw_" not in page
    assert "used Mar 13, 00:00" in page
    token_id = page.split('aria-label="Revoke mine"')[0].rsplit("/account/tokens/", 1)[1].split("/")[0]
    browser.post(f"/account/tokens/{token_id}/revoke")
    assert api.ask("GET", "/api/v1/people", headers=bearer).status_code == 401
    assert browser.post("/account/tokens", name="x", scope="read", days="many").status_code == 422


def test_what_was_typed_for_a_token_is_in_the_form_again(api: Api) -> None:
    person(api.deps, "ada@example.com")
    browser = Browser(api.deps)
    browser.sign_in("ada@example.com")
    for days in ("99999", "many"):
        answer = browser.post("/account/tokens", name='A "long" one', scope="projects", days=days)
        assert answer.status_code == 422
        assert 'value="A &#34;long&#34; one"' in answer.text
        assert "<option selected>projects</option>" in answer.text
        assert f'type="number" value="{days}"' in answer.text
    assert 'type="number" value="90"' in browser.get("/account").text


def test_a_password_that_is_refused_is_not_shown_again_but_what_goes_with_it_is(api: Api) -> None:
    person(api.deps, "ada@example.com")
    browser = Browser(api.deps)
    browser.sign_in("ada@example.com")
    typed = {"current": "one of mine", "password": "another of mine", "again": "and a third", "tokens": "1"}
    page = browser.post("/account/password", **typed).text
    assert 'name="tokens" value="1" checked' in page
    assert [text for text in ("one of mine", "another of mine", "and a third") if text in page] == []
