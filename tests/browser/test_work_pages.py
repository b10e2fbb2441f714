"""The pages of deliveries and effects in a real browser: readable by everybody, on every screen."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, expect

from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.inbox import NewDelivery, add_deliveries
from phasewise.usecases.deps import Deps
from phasewise.web.app import create_app
from tests.browser.test_portfolio_page import UNSEEN_STOPS, accessibility_violations, sideways
from tests.web.story import NOW, deps_of, story, tell

pytestmark = pytest.mark.browser
PATHS = (
    *("/deliveries", "/effects", "/deliveries?state=failed"),
    *("/board", "/board?view=standup", "/projects/ML-1"),
)
LONG = "ML-3 cannot be read: Jira answered 403; " * 3 + "x" * 200


def fill(deps: Deps) -> None:
    states = ("applied", "ignored", "failed", "pending")
    rows = [
        NewDelivery(
            f"delivery-{n}-{'y' * 60}",
            NOW - n * 60_000,
            "jira:issue_updated",
            (2, 3, 4, 5) if state != "ignored" else (),
            state,  # type: ignore[arg-type]
            LONG if state == "failed" else None,
            b"{}",
        )
        for n, state in enumerate(states * 15)
    ]
    with deps.database.write() as connection:
        add_deliveries(connection, deps.site_id, rows)
        for n, target in enumerate(("2", f"{'long' * 30}@example.com")):
            add_effect(connection, deps.site_id, Effect(f"k{n}", EffectKind.MAIL, target, {}), NOW)


@pytest.fixture
def served(sqlite_database: Database) -> Iterator[str]:
    """The product over the story, with deliveries and effects in every state."""
    deps = deps_of(sqlite_database)
    tell(deps, story())
    fill(deps)
    app = create_app(deps)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (320, "dark")]
)
def test_everybody_can_read_them_on_every_screen(
    chromium: Browser, served: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    for path in PATHS:
        page.goto(served + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate(UNSEEN_STOPS) == []
        for more in page.get_by_text("Show as table", exact=True).all():
            more.click()
        assert accessibility_violations(page) == []
        assert sideways(page) == 0
    context.close()


def test_the_board_is_walked_card_by_card_and_says_where_one_is(chromium: Browser, served: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served}/board")
    page.locator("a.ticket", has_text="ML-4").first.focus()
    told = page.locator("#walked")
    for key, focused, said in (
        ("ArrowDown", "ML-5", "Ada, Active, card 2 of 2"),
        ("ArrowDown", "ML-3", "Bob, Active, card 1 of 2"),
        ("End", "ML-4", "Bob, Active, card 2 of 2"),
        ("ArrowRight", "ML-4", "Bob, Active, card 2 of 2"),
        ("Home", "ML-3", "Bob, Active, card 1 of 2"),
        ("ArrowUp", "ML-5", "Ada, Active, card 2 of 2"),
    ):
        page.keyboard.press(key)
        expect(page.locator(":focus .key")).to_have_text(focused)
        expect(told).to_have_text(said)
    context.close()


def test_one_leafs_through_them_without_a_script(chromium: Browser, served: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served)
    page.get_by_role("link", name="Deliveries").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deliveries")
    page.get_by_role("link", name="Older").click()
    expect(page.locator("tbody tr")).to_have_count(10)
    page.get_by_role("link", name="Newest").click()
    page.get_by_role("link", name="Failed 15").click()
    expect(page.locator("code", has_text="phasewise replay")).to_have_count(15)
    context.close()
