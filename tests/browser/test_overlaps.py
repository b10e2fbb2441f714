"""Texts in pictures and lists, in every language at many widths in a real browser: none lies on another."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from phasewise.i18n.languages import LANGUAGES
from phasewise.usecases.issue_token import create_token
from phasewise.web.ribbon import DAY_MS
from tests.browser.pictures import NOW, busiest, served, told
from tests.browser.readable import OVERLAPS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (1440, 1300, 390)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where the team of the pictures is served on a Sunday, and the path of its busiest project. It is made
    before there is a browser, beside which a test has no event loop."""
    with told(tmp_path_factory.mktemp("drawn")) as deps:
        create_token(deps, "Numbers of every night for the table beside the coffee machine")
        deps = replace(deps, now=lambda: NOW + 3 * DAY_MS)
        with served(deps) as address:
            yield address, busiest(deps)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_no_text_lies_on_another(drawn: tuple[str, str], chromium: Browser, language: str) -> None:
    address, project = drawn
    context = chromium.new_context(locale=language)
    page = context.new_page()
    found = []
    for path in ("/", project, "/reports/default/2026-W47", "/users", "/account"):
        page.goto(address + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{path} at {width}: {one}" for one in page.evaluate(OVERLAPS)]
    assert found == []
    context.close()
