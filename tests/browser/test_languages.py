"""The main pages in every language in a real browser: on a phone nothing overflows, all is readable."""

import pytest
from playwright.sync_api import Browser, expect

from phasewise.i18n.languages import LANGUAGES, tag_of
from tests.browser.readable import accessibility_violations, sideways
from tests.browser.test_work_pages import app, served

__all__ = ["app", "served"]

pytestmark = pytest.mark.browser
MAIN = (
    "/",
    "/board",
    "/projects/ML-1",
    "/rules?state=all",
    "/people",
    "/people/ada",
    "/policy",
    "/policy/edit",
)
OTHERS = (
    "/untidy",
    "/changes",
    "/audit",
    "/ladder?show=all",
    "/help",
    "/search?q=nowhere",
    "/account",
    "/review",
)
SINCE = {"en": "since", "fr": "depuis", "ja": "から", "ru": "с", "zh": "自"}


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_no_page_is_wider_than_a_phone_in_any_language(chromium: Browser, served: str, language: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 900}, locale=language)
    page = context.new_page()
    wide = []
    for path in (*MAIN, *OTHERS):
        page.goto(served + path)
        expect(page.locator("html")).to_have_attribute("lang", tag_of(language))
        if sideways(page):
            wide.append(path)
    assert wide == []
    for path in MAIN[:2]:
        page.goto(served + path)
        assert accessibility_violations(page) == []
    page.goto(served + "/rules?state=all")
    assert SINCE[language] in page.locator(".findings td.col-since").first.inner_text()
    context.close()
