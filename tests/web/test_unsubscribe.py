"""The way out of the weekly mails: one click in a mail program, a form for people, nothing for a scanner."""

from typing import Any

import httpx
import pytest

from phasewise.store import report_recipients
from phasewise.store.audit_log import entries_at
from phasewise.store.boards import Page
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.deps import Deps
from tests.web.accounts import Browser
from tests.web.story import NOW, Api

SECRET = "s" * 43
PATH = f"/unsubscribe/{SECRET}"
MULTIPART = {"content-type": "multipart/form-data; boundary=cut"}
PARTS = b'--cut\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--cut--\r\n'
NOBODYS = {"origin": "", "user-agent": "A mail program"}


@pytest.fixture
def browser(api: Api) -> Browser:
    """Somebody who gets the report, and has no account."""
    ada = Recipient(
        recipient_id="r1",
        team="default",
        address="ada@example.com",
        name="Ada",
        audience="team",
        language="en",
        format="html",
        created_at=NOW,
        created_by="lead@example.com",
        secret=SECRET,
    )
    with api.deps.database.write() as connection:
        report_recipients.add_recipient(connection, api.deps.site_id, ada)
    return Browser(api.deps)


def is_on(deps: Deps) -> bool:
    with deps.database.read() as connection:
        [recipient] = report_recipients.recipients_of(connection, deps.site_id)
    return recipient.unsubscribed_at is None


def one_click(browser: Browser, **request: Any) -> httpx.Response:
    """As RFC 8058 has it: a mail program, no page before, no cookies."""
    return browser.ask("POST", PATH, headers={**NOBODYS, **request.pop("headers", {})}, **request)


def test_a_scanner_that_follows_the_link_unsubscribes_nobody(browser: Browser) -> None:
    for method in ("GET", "HEAD", "GET"):
        browser.ask(method, PATH)
        browser.ask(method, f"{PATH}?List-Unsubscribe=One-Click")
    assert is_on(browser.deps)
    page = browser.get(PATH)
    assert (page.status_code, "a…@example.com" in page.text, "ada@" in page.text) == (200, True, False)
    assert 'href="/' not in page.text.split("<body>")[1].replace('href="#', "")


def test_one_click_of_a_mail_program_ends_them_in_both_forms(browser: Browser) -> None:
    assert one_click(browser, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not is_on(browser.deps)
    browser.post(PATH, again="yes")
    for _ in range(2):  # mail programs repeat themselves
        assert one_click(browser, content=PARTS, headers=MULTIPART).status_code == 200
        assert not is_on(browser.deps)


def test_what_says_nothing_changes_nothing(browser: Browser) -> None:
    for data in ({}, {"List-Unsubscribe": "yes"}, {"again": "no"}):
        assert one_click(browser, data=data).status_code == 422
    huge = PARTS + b"x" * 20_000
    assert one_click(browser, content=huge, headers=MULTIPART).status_code == 422
    assert is_on(browser.deps)


def test_there_is_a_way_back(browser: Browser) -> None:
    page = browser.post(PATH, **{"List-Unsubscribe": "One-Click"})
    assert "Send them to me again" in page.text
    assert "You get the weekly report again" in browser.post(PATH, again="yes").text
    assert is_on(browser.deps)


def test_it_is_written_down_who_ended_them(browser: Browser) -> None:
    one_click(browser, data={"List-Unsubscribe": "One-Click"})
    with browser.deps.database.read() as connection:
        entries = entries_at(connection, browser.deps.site_id, NOW + 1, Page(50))
    told = [(entry.action, entry.actor) for entry in entries]
    assert ("report_recipient.unsubscribed", "ada@example.com") in told


def test_a_link_that_is_nobodys_says_nothing_and_many_of_them_wait(browser: Browser) -> None:
    answers = [browser.get(f"/unsubscribe/{n:043}") for n in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {404}
    assert answers[20].status_code == 429
    assert int(answers[20].headers["retry-after"]) > 0
    assert "example.com" not in answers[0].text
    assert browser.get(PATH).status_code == 200  # others' guesses keep nobody out
