"""The set-up in a real browser, with the keyboard alone: every step to the last, readable by everybody."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from phasewise.i18n.languages import LANGUAGES
from phasewise.store.db import Database
from phasewise.web.app import create_app
from phasewise.web.set_up_pages import STEPS
from tests.browser.readable import accessibility_violations, sideways
from tests.browser.reader import Reader
from tests.browser.serving import serving
from tests.web.story import deps_of
from tests.web.test_set_up import Setting, setting_up

pytestmark = pytest.mark.browser


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[tuple[Setting, str]]:
    """A set-up, and the address at which it is served."""
    with setting_up(tmp_path) as setting, serving(setting.browser.app) as address:
        yield setting, address


def test_every_step_is_read_in_every_language(setting: tuple[Setting, str], chromium: Browser) -> None:
    at, address = setting
    at.until("mapping")
    for language in LANGUAGES:
        context = chromium.new_context(locale=language, reduced_motion="reduce")
        reader = Reader(context.new_page(), language)
        for step, _label in STEPS:
            reader.open(f"{address}/setup/{step}")
        context.close()


def test_what_waits_for_jira_is_read_in_every_language(sqlite_database: Database, chromium: Browser) -> None:
    app = create_app(replace(deps_of(sqlite_database), jira=None))
    with serving(app) as address:
        for language in LANGUAGES:
            context = chromium.new_context(locale=language, reduced_motion="reduce")
            Reader(context.new_page(), language).open(f"{address}/begin")
            context.close()


def typed(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)
    page.keyboard.press("Enter")


def test_from_the_first_step_to_the_last_with_the_keyboard(
    setting: tuple[Setting, str], chromium: Browser
) -> None:
    at, address = setting
    page = chromium.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
    page.goto(address)
    typed(page, "Jira’s address", at.jira.url)
    page.get_by_label("E-mail address of the account").fill("lead@example.com")
    typed(page, "Token", "a-token")
    expect(page.get_by_role("heading", name="What to follow")).to_be_visible()
    page.get_by_label("JQL").press("Enter")
    expect(page.get_by_role("heading", name="Phases and statuses")).to_be_visible()
    for width, scheme in ((390, "dark"), (1440, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert accessibility_violations(page) == []
        assert not sideways(page)
    page.get_by_role("button", name="That is right").press("Enter")
    page.get_by_label("Time zone").press("Enter")
    page.get_by_label("Address people and Jira reach").press("Enter")
    expect(page.get_by_role("button", name="No mail for now")).to_be_visible()
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="No mail for now").press("Enter")
    page.get_by_role("button", name="Begin").press("Enter")
    expect(page.get_by_role("heading", name="Phasewise begins")).to_be_visible()
    assert at.completed[0].get("JIRA_URL") == at.jira.url
    page.close()
