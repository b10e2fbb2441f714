"""Stakeholders see projects, never persons: not on a page, not in the API, not in what is added later."""

import re
from dataclasses import dataclass

import pytest

from phasewise.core.model import Rule, Severity
from phasewise.core.rights import OPERATOR, Asker, Role
from phasewise.store import sites
from phasewise.usecases.as_of.discreet import seen_by
from phasewise.usecases.portfolio import Member, Person, Trouble
from phasewise.usecases.reports.freeze_report import freeze_report
from tests.web.accounts import Browser, person, signed_in
from tests.web.story import NOW, Api

STAKEHOLDER = Asker(Role.STAKEHOLDER, "eve@example.com")
ADA = Person("ada", "Ada")


@pytest.fixture
def stakeholder(api: Api) -> Browser:
    person(api.deps, "eve@example.com", Role.STAKEHOLDER)
    browser = Browser(api.deps)
    browser.sign_in("eve@example.com")
    return browser


@pytest.mark.parametrize("path", ["/", "/projects/ML-1", "/api/v1/projects", "/api/v1/projects/1"])
def test_s16_no_person_is_named_to_a_stakeholder(stakeholder: Browser, path: str) -> None:
    answer = stakeholder.get(path)
    assert answer.status_code == 200
    assert "ML-1" in answer.text
    for name in ("Ada", "Bob", '"ada"', '"bob"'):
        assert name not in answer.text


def test_a_member_sees_who_does_what(api: Api) -> None:
    person(api.deps, "bob@example.com", Role.MEMBER)
    browser = Browser(api.deps)
    browser.sign_in("bob@example.com")
    assert "Ada" in browser.get("/").text
    assert browser.get("/api/v1/projects/1").json()["owner"] == "ada"


@dataclass(frozen=True, slots=True)
class Later:
    """Facts that somebody may add one day."""

    owner: str | None
    by: str
    people: list[str]
    who: Person | None
    members: tuple[Member, ...]
    troubles: dict[str, tuple[Trouble, ...]]


def test_the_help_of_a_stakeholder_tells_of_what_they_may_open(stakeholder: Browser) -> None:
    main = stakeholder.get("/help").text.partition("<main")[2].partition("</main")[0]
    links = set(re.findall(r'href="(/[^"]*)"', main))
    assert {href: stakeholder.get(href).status_code for href in links} == dict.fromkeys(links, 200)
    assert ("<dd>Portfolio</dd>" in main, "<dd>People</dd>" in main) == (True, False)


def test_what_is_added_later_holds_no_person_either() -> None:
    about_ada = Trouble(Rule.ONE_ACTIVE, Severity.BREACH, NOW, person=ADA)
    of_a_ticket = Trouble(Rule.FIVE_DAYS, Severity.BREACH, NOW, person=ADA)
    facts = Later("ada", "ada", ["ada"], ADA, (Member(ADA, ()),), {"all": (about_ada, of_a_ticket)})
    bare = Trouble(Rule.FIVE_DAYS, Severity.BREACH, NOW)
    assert seen_by(STAKEHOLDER, facts) == Later(None, "", [], None, (), {"all": (bare,)})
    assert seen_by(OPERATOR, facts) is facts


def test_what_jira_said_is_for_those_who_work_here(api: Api, stakeholder: Browser) -> None:
    said = "jira-7.internal refused the token of bot@example.com"
    with api.deps.database.write() as connection:
        sites.save_sync_state(
            connection,
            api.deps.site_id,
            last_error=said,
            last_error_at=NOW,
            warnings=[{"code": "team_scope", "text": said}],
        )
    member, nobody = signed_in(api.deps, "bob@example.com", Role.MEMBER), stakeholder.again()
    for path in ("/", "/api/v1/projects", "/api/v1/sync"):
        assert (said in member.get(path).text, said in stakeholder.get(path).text) == (True, False), path
    assert "sees why" in stakeholder.get("/api/v1/sync").json()["last_error"]
    assert all(said not in nobody.get(path).text for path in ("/nothing", "/readyz", "/login"))
    assert said not in stakeholder.get("/projects/none").text


def test_who_gets_reports_is_not_told_to_a_stakeholder(api: Api, stakeholder: Browser) -> None:
    freeze_report(api.deps, "default", "2026-W10")
    assert [one["mails"] for one in stakeholder.get("/api/v1/reports").json()["items"]] == [None]
