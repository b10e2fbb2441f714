"""The set-up in a real browser, with the keyboard alone: every step to the last, readable by everybody."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_portfolio_page import accessibility_violations, sideways
from tests.web.test_set_up import Setting, setting_up

pytestmark = pytest.mark.browser


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[tuple[Setting, str]]:
    """A set-up, and the address at which it is served."""
    with setting_up(tmp_path) as setting:
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(setting.browser.app, log_config=None, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield setting, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


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
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="No mail for now").press("Enter")
    page.get_by_role("button", name="Begin").press("Enter")
    expect(page.get_by_role("heading", name="Phasewise begins")).to_be_visible()
    assert at.completed[0].get("JIRA_URL") == at.jira.url
    page.close()
