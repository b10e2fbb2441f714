"""Coming in: the first admin's link, passwords, sessions that end, and those who try too often."""

from dataclasses import replace

import pytest

from phasewise.core.rights import Role
from phasewise.serving import doors_of
from phasewise.store.effects import EffectState
from phasewise.store.tokens import Token
from phasewise.usecases.accounts.administer import disable, invite, link_again, list_accounts, set_password
from phasewise.usecases.accounts.session import known_by
from phasewise.usecases.issue_token import list_tokens
from phasewise.usecases.paging import Paging
from phasewise.usecases.retain import Keep, retain
from phasewise.usecases.show_effects import show_effects
from phasewise.web.visitors import Doors
from tests.web.accounts import PASSWORD, Browser, first, link_in, mail_text, mailing, person, signed_in
from tests.web.story import NOW, Api, Clock

HOUR, DAY = 3_600_000, 86_400_000
ADA = "ada@example.com"


def test_pages_are_open_on_this_machine_until_there_is_an_account(api: Api) -> None:
    browser = Browser(api.deps)
    assert browser.get("/").status_code == 200
    assert "Open without signing in: accounts" in browser.get("/help").text
    person(api.deps, ADA)
    assert browser.get("/").headers["location"] == "/login"


@pytest.mark.parametrize("header", ["x-forwarded-for", "x-forwarded-proto", "forwarded", "via", "x-real-ip"])
def test_s15_behind_a_proxy_nothing_is_open(api: Api, header: str) -> None:
    assert Browser(api.deps).get("/", headers={header: "127.0.0.1"}).status_code == 303


def test_s15_a_proxy_that_says_nothing_of_itself_opens_nothing_either(api: Api) -> None:
    proxied = Browser(api.deps, base_url="https://pw.example.com")
    assert proxied.get("/users", headers={"host": "127.0.0.1:8000"}).status_code == 303


def test_nothing_is_open_where_others_reach_it(api: Api) -> None:
    beyond = Browser(api.deps, doors=Doors.NEVER)
    assert beyond.get("/").headers["location"] == "/login"
    assert "Open the one-time link" in beyond.get("/login").text
    elsewhere = Browser(api.deps)
    elsewhere.address = "10.0.0.7"
    assert elsewhere.get("/").status_code == 303


@pytest.mark.parametrize(
    ("host", "doors"),
    [
        ("127.0.0.1", Doors.UNTIL_ACCOUNTS),
        ("localhost", Doors.UNTIL_ACCOUNTS),
        ("::1", Doors.UNTIL_ACCOUNTS),
        ("0.0.0.0", Doors.NEVER),  # noqa: S104
        ("::", Doors.NEVER),
        ("phasewise.example.com", Doors.NEVER),
    ],
)
def test_what_listens_beyond_this_machine_is_never_open(host: str, doors: Doors) -> None:
    assert doors_of(host) is doors


def test_s36_the_first_link_makes_the_admin_once(api: Api) -> None:
    browser, path, other = Browser(api.deps, doors=Doors.NEVER), first(api.deps), first(api.deps)
    assert "You become its admin" in browser.get(path).text
    made = browser.post(path, email="Ada@Example.com ", name="Ada", password=PASSWORD, again=PASSWORD)
    assert (made.status_code, made.headers["location"]) == (303, "/")
    assert [(one.email, one.role) for one in list_accounts(api.deps)] == [(ADA, Role.ADMIN)]
    assert browser.get("/users").status_code == 200
    for used in (path, other, "/welcome/guess"):
        assert browser.again().get(used).status_code == 404
        assert browser.post(used, email="b@x.org", password=PASSWORD, again=PASSWORD).status_code == 404


def test_s36_the_first_link_runs_out_after_a_day(api: Api) -> None:
    browser, path = Browser(api.deps), first(api.deps)
    browser.put_clock(NOW + DAY)
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "too short"),
        ("aaaaaaaaaaaaaaaa", "too easy"),
        ("ada@example.com", "too easy"),
        ("123456789012", "too easy"),
        ("x" * 257, "too long"),
    ],
)
def test_a_password_that_is_easily_guessed_is_not_taken(api: Api, password: str, why: str) -> None:
    browser, path = Browser(api.deps), first(api.deps)
    answer = browser.post(path, email=ADA, name="Ada", password=password, again=password)
    assert answer.status_code == 422
    assert why in answer.text
    assert all(f'value="{typed}"' in answer.text for typed in (ADA, "Ada"))
    assert list_accounts(api.deps) == []


def test_signing_in_leads_back_and_out_again(api: Api) -> None:
    person(api.deps, ADA)
    browser = Browser(api.deps)
    asked = browser.get("/waivers?x=1&y=2")
    assert asked.headers["location"] == "/login?next=%2Fwaivers%3Fx%3D1%26y%3D2"
    assert browser.sign_in("ADA@example.com", next="/waivers?x=1").headers["location"] == "/waivers?x=1"
    assert "Account of ada" in browser.get("/help").text
    kept = dict(browser.cookies)
    assert browser.post("/logout").headers["location"] == "/login"
    browser.cookies = kept
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil.example",
        "/%0d%0a//evil" + "\r\n",
    ],
)
def test_s10_nobody_is_led_elsewhere(api: Api, back: str) -> None:
    person(api.deps, ADA)
    answer = Browser(api.deps).sign_in(ADA, next=back)
    assert answer.headers["location"] in ("/", "/%0d%0a//evil")


def test_s12_the_cookie_is_ours_alone_and_new_each_time(api: Api) -> None:
    person(api.deps, ADA)
    browser = Browser(api.deps, base_url="https://phasewise.example.com")
    browser.sign_in(ADA)
    [session] = [line for line in browser.set_cookies if "session" in line]
    assert session.startswith("__Host-phasewise-session=")
    for said in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
        assert said in session
    assert "Domain" not in session
    before = browser.cookies["__Host-phasewise-session"]
    assert len(before) >= 43
    browser.sign_in(ADA)
    assert browser.cookies["__Host-phasewise-session"] != before
    browser.cookies["__Host-phasewise-session"] = before
    assert browser.get("/").status_code == 303


def test_s14_nobody_learns_whether_there_is_an_account(api: Api) -> None:
    person(api.deps, ADA)
    wrong, unknown = (
        Browser(api.deps).sign_in(one, "not this one at all") for one in (ADA, "bob@example.com")
    )
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace(ADA, "") == unknown.text.replace("bob@example.com", "")


def test_s14_guessing_is_slowed_within_ten_tries_and_the_owner_is_not_kept_out(api: Api) -> None:
    owner = signed_in(api.deps, ADA)
    owner.post("/logout")
    guesser = owner.again()
    guesser.address = "10.9.9.9"
    answers = [guesser.sign_in(ADA, f"guess number {n}").status_code for n in range(10)]
    assert answers == [401] * 5 + [429] * 5
    refused = guesser.sign_in(ADA, PASSWORD)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    assert owner.sign_in(ADA).status_code == 303


def test_s14_one_address_does_not_try_many_accounts(api: Api) -> None:
    people = [f"somebody{n}@example.com" for n in range(3)]
    for email in people:
        person(api.deps, email)
    browser = Browser(api.deps)
    answers = [browser.sign_in(people[n % 3], "guess") for n in range(11)]
    assert [one.status_code for one in answers] == [401] * 10 + [429]


def test_s13_a_session_ends_when_it_is_idle_or_old(api: Api) -> None:
    browser = signed_in(api.deps)
    for hours in range(11, 14 * 24, 11):
        browser.put_clock(NOW + hours * HOUR)
        assert browser.get("/help").status_code == 200
    browser.put_clock(NOW + 14 * DAY + 1)
    assert browser.get("/help").status_code == 303
    idle = signed_in(api.deps, "bob@example.com")
    idle.put_clock(NOW + 12 * HOUR + 1)
    assert idle.get("/help").status_code == 303


def test_t3_a_session_from_the_future_is_not_believed(api: Api) -> None:
    browser = signed_in(api.deps)
    browser.put_clock(NOW - HOUR)
    assert browser.get("/help").status_code == 303


def test_s13_another_password_ends_every_other_session(api: Api) -> None:
    browser = signed_in(api.deps)
    other = browser.again()
    other.sign_in(ADA)
    new = "a quite different phrase"
    assert browser.post("/account/password", current="wrong", password=new, again=new).status_code == 422
    assert browser.post("/account/password", current=PASSWORD, password=new, again="x").status_code == 422
    assert browser.post("/account/password", current=PASSWORD, password=new, again=new).status_code == 303
    assert (browser.get("/help").status_code, other.get("/help").status_code) == (200, 303)
    assert (other.sign_in(ADA).status_code, other.sign_in(ADA, new).status_code) == (401, 303)


def of_accounts(api: Api) -> list[Token]:
    return [one for one in list_tokens(api.deps) if one.account_id]


def test_with_another_password_tokens_are_revoked_where_that_is_asked(api: Api) -> None:
    browser, new = signed_in(api.deps), "a quite different phrase"
    browser.post("/account/tokens", name="script", scope="read", days="1")
    assert "Revoke my API tokens, too" in browser.get("/account").text
    browser.post("/account/password", current=PASSWORD, password=new, again=new)
    assert [one.revoked_at for one in of_accounts(api)] == [None]
    browser.post("/account/password", current=new, password=PASSWORD, again=PASSWORD, tokens="1")
    assert None not in [one.revoked_at for one in of_accounts(api)]
    browser.post("/account/tokens", name="script", scope="read", days="1")
    path = link_again(api.deps, list_accounts(api.deps)[0].account_id)
    assert "Revoke my API tokens, too" in browser.get(path).text
    assert 'value="1" checked' in browser.post(path, password=new, again="x", tokens="1").text
    assert browser.post(path, password=new, again=new, tokens="1").status_code == 303
    assert None not in [one.revoked_at for one in of_accounts(api)]


def test_s14_a_stolen_session_cannot_guess_the_password(api: Api) -> None:
    browser, new = signed_in(api.deps), "a quite different phrase"
    tried = [browser.post("/account/password", current="x", password=new, again=new) for _ in range(6)]
    assert [one.status_code for one in tried] == [422] * 5 + [429]


def test_s13_who_is_disabled_is_out_at_once(api: Api) -> None:
    browser = signed_in(api.deps)
    other = person(api.deps, "bob@example.com")
    bob = browser.again()
    bob.sign_in("bob@example.com")
    disable(api.deps, other)
    assert bob.get("/help").status_code == 303
    assert bob.sign_in("bob@example.com").status_code == 401


def test_sessions_are_listed_and_ended_one_by_one(api: Api) -> None:
    browser = signed_in(api.deps)
    other = browser.again()
    other.address = "10.0.0.7"
    other.sign_in(ADA)
    page = browser.get("/account").text
    assert page.count("this browser") == 1
    assert "from 10.0.0.7" in page
    [session] = [part.split('"')[0] for part in page.split('name="session" value="')[1:]]
    browser.post("/account/sessions", session=session)
    assert (browser.get("/help").status_code, other.get("/help").status_code) == (200, 303)


def test_a_session_of_somebody_else_cannot_be_ended(api: Api) -> None:
    ada, bob = signed_in(api.deps), signed_in(api.deps, "bob@example.com", Role.MEMBER)
    known = known_by(api.deps, ada.cookies["phasewise-session"])
    assert known is not None
    bob.post("/account/sessions", session=known.session.session_id)
    assert ada.get("/help").status_code == 200


def test_a_forgotten_password_is_mailed_a_link_to_our_own_address(api: Api) -> None:
    person(api.deps, ADA)
    deps = mailing(replace(api.deps, base_url="https://pw.example"))
    browser = Browser(deps, base_url="https://pw.example")
    answers = [browser.post("/login/forgotten", email=one) for one in (ADA, "nobody@example.com")]
    assert answers[0].text == answers[1].text
    [mail] = show_effects(api.deps, None, Paging(), EffectState.DUE).items
    assert mail.target == ADA
    text = mail_text(api.deps)
    assert "https://pw.example/password/" in text
    path, new = link_in(text), "a quite different phrase"
    assert f"For {ADA}" in browser.get(path).text
    assert browser.post(path, password=new, again=new).status_code == 303
    assert browser.get("/help").status_code == 200
    assert browser.again().get(path).status_code == 404


def test_whoever_asks_for_a_link_takes_none_from_others_until_one_is_used(api: Api) -> None:
    deps = mailing(api.deps)
    invited, browser = invite(deps, ADA, "Ada", Role.MEMBER), Browser(deps)
    browser.post("/login/forgotten", email=ADA)
    mailed = link_in(mail_text(deps))
    assert browser.get(mailed).status_code == 200
    assert browser.post(invited, password=PASSWORD, again=PASSWORD).status_code == 303
    assert browser.get(mailed).status_code == 404


def test_without_a_mail_server_one_is_told_whom_to_ask(api: Api) -> None:
    browser = Browser(api.deps)
    assert "Ask an admin" in browser.get("/login/forgotten").text
    assert "Ask an admin" in browser.post("/login/forgotten", email=ADA).text


def test_s11_a_form_of_another_site_changes_nothing(api: Api) -> None:
    browser = signed_in(api.deps)
    for origin in ("https://evil.example", "null", "http://127.0.0.1:8001"):
        assert browser.ask("POST", "/logout", headers={"origin": origin}).status_code == 403
    assert browser.get("/logout").status_code == 405
    assert browser.get("/help").status_code == 200


def test_the_demo_stays_open_though_it_has_an_account(api: Api) -> None:
    person(api.deps, ADA)
    assert Browser(api.deps, doors=Doors.ALWAYS).get("/").status_code == 200


def test_d13_what_is_over_of_sessions_and_links_is_forgotten(api: Api) -> None:
    browser = signed_in(api.deps)
    browser.again().sign_in(ADA, "wrong")
    invite(api.deps, "bob@example.com", "", Role.MEMBER)
    assert retain(api.deps, Keep()).sign_ins == 0
    later = replace(api.deps, now=Clock(NOW + 31 * DAY))
    assert retain(later, Keep()).sign_ins == 5  # a session, two links, attempts by account and by address
    assert retain(replace(api.deps, now=Clock(NOW + 401 * DAY)), Keep()).sign_ins == 1


def test_s14_whoever_has_no_first_link_costs_no_hash(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phasewise.usecases.accounts.passwords.hashed", lambda _: pytest.fail("a dear one"))
    fields = {"email": ADA, "password": PASSWORD, "again": PASSWORD}
    assert Browser(api.deps).post("/welcome/guess", **fields).status_code == 404


def test_a_password_set_by_command_ends_links_and_is_taken_as_it_was_typed(api: Api) -> None:
    account, typed = person(api.deps, ADA), "  a phrase with blanks around "
    path = link_again(api.deps, account)
    set_password(api.deps, account, typed)
    browser = Browser(api.deps)
    assert browser.post(path, password=PASSWORD, again=PASSWORD).status_code == 404
    assert browser.sign_in(ADA, typed.strip()).status_code == 401
    assert browser.sign_in(ADA, typed).status_code == 303
