"""Signing in at an identity provider: who it names, with which role; and what is not believed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import select

from phasewise.core.rights import Role
from phasewise.oidc.identity import ProviderAccess
from phasewise.store.account_tables import links
from phasewise.usecases.accounts.administer import disable, invite, list_accounts
from phasewise.usecases.accounts.sealed import opened, sealed
from tests.web.accounts import Browser, person
from tests.web.identity import Identities, identities, provider
from tests.web.story import NOW, Api

ADA = {"sub": "a1", "email": "ada@example.com", "email_verified": True, "name": "Ada"}
ROLES = {"leads": Role.LEAD, "everybody": Role.STAKEHOLDER, "bosses": Role.ADMIN}


@pytest.fixture
def known() -> Iterator[Identities]:
    with identities() as running:
        running.claims = {**ADA, "groups": ["everybody", "leads"]}
        yield running


def browser_of(api: Api, known: Identities, **more: Any) -> Browser:
    given: dict[str, Any] = {"roles": ROLES, **more}
    return Browser(replace(api.deps, provider=provider(known, **given)))


def come_in(browser: Browser, known: Identities, back: str = "/") -> httpx.Response:
    begun = browser.get(f"/login/provider?next={back}")
    assert begun.status_code == 303, begun.text
    return browser.get("/login/provider/back?" + known.code_for(begun.headers["location"]))


def roles(api: Api) -> dict[str, Role]:
    return {account.email: account.role for account in list_accounts(api.deps)}


def test_who_the_provider_names_comes_in_with_the_role_of_their_groups(api: Api, known: Identities) -> None:
    browser = browser_of(api, known)
    assert "Sign in with Example ID" in browser.get("/login").text
    assert come_in(browser, known, "/waivers").headers["location"] == "/waivers"
    assert (browser.get("/deliveries").status_code, browser.get("/users").status_code) == (200, 403)
    assert roles(api) == {"ada@example.com": Role.LEAD}
    assert known.reads == 2


def test_another_group_is_another_role_at_the_next_sign_in(api: Api, known: Identities) -> None:
    browser = browser_of(api, known)
    come_in(browser, known)
    known.claims["groups"] = "everybody"
    come_in(browser, known)
    assert roles(api) == {"ada@example.com": Role.STAKEHOLDER}


def test_the_last_admin_stays_one(api: Api, known: Identities) -> None:
    browser = browser_of(api, known)
    known.claims["groups"] = ["bosses"]
    come_in(browser, known)
    known.claims["groups"] = ["leads"]
    come_in(browser, known)
    assert roles(api) == {"ada@example.com": Role.ADMIN}


def test_who_is_in_no_group_any_more_stays_out(api: Api, known: Identities) -> None:
    come_in(browser_of(api, known), known)
    known.claims["groups"] = []
    answer = come_in(browser_of(api, known), known)
    assert answer.status_code == 403
    assert "None of your groups has a role" in answer.text


def test_an_invited_account_is_taken_up_by_a_verified_address_and_keeps_its_role(
    api: Api, known: Identities
) -> None:
    invite(api.deps, "ada@example.com", "Ada", Role.MEMBER)
    known.claims["groups"] = []
    browser = browser_of(api, known)
    assert come_in(browser, known).status_code == 303
    assert roles(api) == {"ada@example.com": Role.MEMBER}


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"groups": ["guests"]}, "None of your groups has a role"),
        ({"email_verified": False}, "not verified"),
        ({"email": None}, "not verified"),
    ],
)
def test_who_has_no_role_or_address_stays_out(
    api: Api, known: Identities, claims: dict[str, Any], why: str
) -> None:
    known.claims |= claims
    answer = come_in(browser_of(api, known), known)
    assert answer.status_code == 403
    assert why in answer.text
    assert roles(api) == {}


def test_a_default_role_lets_everybody_in(api: Api, known: Identities) -> None:
    known.claims["groups"] = ["guests"]
    come_in(browser_of(api, known, usual=Role.STAKEHOLDER), known)
    assert roles(api) == {"ada@example.com": Role.STAKEHOLDER}


def test_another_identity_does_not_take_an_account_by_its_address(api: Api, known: Identities) -> None:
    come_in(browser_of(api, known), known)
    known.claims["sub"] = "a2"
    assert come_in(browser_of(api, known), known).status_code == 403


def test_s13_a_disabled_account_stays_out(api: Api, known: Identities) -> None:
    person(api.deps, "boss@example.com")
    disable(api.deps, person(api.deps, "ada@example.com"))
    assert come_in(browser_of(api, known), known).status_code == 403


def spoilt(**values: Any) -> Any:
    return lambda claims: {**claims, **values}


@pytest.mark.parametrize(
    "spoil",
    [
        spoilt(nonce="another"),
        spoilt(aud="somebody else"),
        spoilt(aud=["phasewise", "somebody else"]),
        spoilt(iss="https://evil.example"),
        spoilt(exp=1),
        lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
        lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    ],
)
def test_s19_a_token_that_is_not_for_this_sign_in_is_not_believed(
    api: Api, known: Identities, spoil: Any
) -> None:
    known.spoil = spoil
    assert come_in(browser_of(api, known), known).status_code == 502
    assert roles(api) == {}


def test_s19_another_key_or_algorithm_is_not_believed(api: Api, known: Identities) -> None:
    browser = browser_of(api, known)
    known.signed_with = ECKey.generate_key("P-256")
    assert come_in(browser, known).status_code == 502
    known.signed_with, known.algorithm = OctKey.import_key("x" * 40), "HS256"
    assert come_in(browser, known).status_code == 502
    assert roles(api) == {}


def test_a_new_key_of_the_provider_is_found(api: Api, known: Identities) -> None:
    browser = browser_of(api, known)
    come_in(browser, known)
    known.key = known.signed_with = ECKey.generate_key("P-256", {"kid": "second"})
    known.asked.clear()
    assert come_in(browser, known).status_code == 303


def test_s11_what_comes_back_belongs_to_what_was_begun_here(api: Api, known: Identities) -> None:
    browser = browser_of(api, known)
    begun = browser.get("/login/provider").headers["location"]
    query = known.code_for(begun)
    assert browser.again().get("/login/provider/back?" + query).status_code == 403
    assert browser.get("/login/provider/back?code=code-0&state=another").status_code == 403
    kept = browser.cookies["phasewise-provider"]
    for spoilt in ("", "x.y", kept[:-1] + "x", "e" + kept):
        browser.cookies["phasewise-provider"] = spoilt
        assert browser.get("/login/provider/back?" + query).status_code == 403
    browser.cookies["phasewise-provider"] = kept
    browser.put_clock(NOW + 10 * 60_000)
    assert browser.get("/login/provider/back?" + query).status_code == 403
    assert roles(api) == {}


def test_to_begin_leaves_nothing_behind(api: Api, known: Identities) -> None:
    browser = browser_of(api, known)
    for _ in range(3):
        assert browser.get(f"/login/provider?next=/{'x' * 2000}").status_code == 303
        assert len(browser.cookies["phasewise-provider"]) < 4000
    with api.deps.database.read() as connection:
        assert connection.execute(select(links)).all() == []


def test_what_one_installation_signed_another_one_does_not_take() -> None:
    kept = sealed(b"one", {"state": "s"}, 10)
    assert opened(b"one", kept, 9) == {"state": "s"}
    assert opened(b"two", kept, 9) is None
    assert opened(b"one", kept, 10) is None
    mine = ProviderAccess("https://id.example", "id", "client secret", secret_key="mine")
    assert (mine.signing_key, replace(mine, secret_key="").signing_key) == (b"mine", b"client secret")


def test_a_code_is_taken_once_and_only_by_whom_it_was_given(api: Api, known: Identities) -> None:
    browser = browser_of(api, known)
    begun = browser.get("/login/provider").headers["location"]
    known.asked[(query := known.code_for(begun)).split("=")[1].split("&")[0]]["code_challenge"] = "x"
    assert browser.get("/login/provider/back?" + query).status_code == 502


def test_without_a_provider_there_is_nothing(api: Api) -> None:
    assert Browser(api.deps).get("/login/provider").status_code == 404


def test_a_provider_that_calls_itself_otherwise_or_is_gone_is_not_asked(api: Api, known: Identities) -> None:
    browser, known.issuer = browser_of(api, known), "https://evil.example"
    assert browser.get("/login/provider").status_code == 502
    known.issuer = "http://127.0.0.1:9"
    assert browser_of(api, known).get("/login/provider").status_code == 502
