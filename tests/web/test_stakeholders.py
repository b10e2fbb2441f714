"""Stakeholders see projects, never persons: not on a page, not in the API, not in what is added later."""

from dataclasses import dataclass

import pytest

from phasewise.core.model import Rule, Severity
from phasewise.core.rights import OPERATOR, Asker, Role
from phasewise.usecases.as_of.discreet import seen_by
from phasewise.usecases.portfolio import Member, Person, Trouble
from tests.web.accounts import Browser, person
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


def test_what_is_added_later_holds_no_person_either() -> None:
    about_ada = Trouble(Rule.ONE_ACTIVE, Severity.BREACH, NOW, person=ADA)
    of_a_ticket = Trouble(Rule.FIVE_DAYS, Severity.BREACH, NOW, person=ADA)
    facts = Later("ada", "ada", ["ada"], ADA, (Member(ADA, ()),), {"all": (about_ada, of_a_ticket)})
    bare = Trouble(Rule.FIVE_DAYS, Severity.BREACH, NOW)
    assert seen_by(STAKEHOLDER, facts) == Later(None, "", [], None, (), {"all": (bare,)})
    assert seen_by(OPERATOR, facts) is facts
