"""The pages beside the portfolio in a real browser: readable by everybody, whatever Jira says."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from sqlalchemy import delete

from phasewise.core.model import IssueRecord
from phasewise.store.account_tables import sessions
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.inbox import NewDelivery, add_deliveries
from phasewise.store.sites import save_sync_state
from phasewise.usecases.deps import Deps
from phasewise.web.app import create_app
from tests.browser.chromium import Scheme, still_page
from tests.browser.readable import UNSEEN_STOPS, accessibility_violations, sideways, sideways_when_spaced_out
from tests.browser.serving import serving
from tests.store.records import at
from tests.story.commands import PATIENCE_SECONDS
from tests.web.accounts import signed_in
from tests.web.story import NOW, deps_of, story, tell

pytestmark = pytest.mark.browser
PATHS = (
    *("/deliveries", "/effects", "/deliveries?state=failed"),
    *("/board", "/board?view=standup", "/projects/ML-1"),
    *("/ladder", "/waivers", "/projects/ML-1/why?figure=effort", "/api/docs", "/users"),
    *("/policy", "/policy/edit", "/untidy", "/untidy/set?issue=7"),
    *("/rules?state=all", f"/rules/one_active:ada:{at(9)}", "/people", "/people/ada", "/changes"),
)
SIMPLE_PATHS = ("/help", "/search?q=issue", "/rules?state=waived", "/nowhere")
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
def app(sqlite_database: Database) -> FastAPI:
    """The product over the story, with deliveries and effects in every state."""
    deps = deps_of(sqlite_database)
    tell(deps, story())
    fill(deps)
    return create_app(replace(deps, board_moves=True))


@pytest.fixture
def served(app: FastAPI) -> Iterator[str]:
    """Where it is served."""
    with serving(app) as address:
        yield address


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (320, "dark")]
)
def test_everybody_can_read_them_on_every_screen(
    chromium: Browser, served: str, width: int, scheme: Scheme
) -> None:
    with still_page(chromium, width, scheme) as page:
        for path in PATHS:
            page.goto(served + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert page.evaluate(UNSEEN_STOPS) == []
            for more in page.get_by_text("Show as table", exact=True).all():
                more.click()
            assert accessibility_violations(page) == []
            assert sideways(page) == 0
            if width == 320:
                assert (path, sideways_when_spaced_out(page)) == (path, 0)


def test_the_simple_pages_are_readable_too(chromium: Browser, served: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    for path in SIMPLE_PATHS:
        page.goto(served + path)
        assert accessibility_violations(page) == []
        assert sideways(page) == 0
        assert (path, sideways_when_spaced_out(page)) == (path, 0)
    context.close()


BEYOND = """() => {
  const table = document.querySelector(".by-phase"), card = table.parentElement;
  return table.getBoundingClientRect().right - card.getBoundingClientRect().right;
}"""
"""How far the numbers by phase stand out of their card; below zero they do not."""


@pytest.mark.parametrize("language", ["en", "fr", "ru"])
def test_the_numbers_of_a_project_fit_where_words_are_long(
    chromium: Browser, served: str, language: str
) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 900}, locale=language)
    page = context.new_page()
    page.goto(f"{served}/projects/ML-1")
    assert sideways(page) == 0
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways_when_spaced_out(page) == 0
        assert page.evaluate(BEYOND) < 0
    context.close()


COLOURED = {
    "/board?phase=modeling": [(".pips rect", "fill", 2), (".square rect", "fill", 2)],
    "/projects/ML-1": [(".chart rect[class^=phase]", "fill", 2), (".pips rect", "fill", 2)],
    "/people": [(".load", "backgroundColor", 3), (".load", "color", 2)],
    "/rules": [(".state .icon", "color", 1)],
    f"/rules/one_active:ada:{at(9)}": [(".square rect", "fill", 2)],
}
"""By path: of what colour alone tells something, and how many colours there are at least."""

COLOURS = """([chosen, kind]) => [...new Set(
  [...document.querySelectorAll(`main ${chosen}`)].map((one) => getComputedStyle(one)[kind])
)]"""
CURRENT_UNSEEN = """() => [...document.querySelectorAll("[aria-current]")].filter(
  (one) => one.checkVisibility() && getComputedStyle(one).outlineStyle === "none"
).map((one) => one.outerHTML)"""


def test_forced_colours_keep_what_colours_tell_and_what_is_chosen(chromium: Browser, served: str) -> None:
    context = chromium.new_context(forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    for path, parts in COLOURED.items():
        page.goto(served + path)
        for chosen, kind, least in parts:
            found = page.evaluate(COLOURS, [chosen, kind])
            assert len(found) >= least, (path, chosen, found)
        assert page.evaluate(CURRENT_UNSEEN) == []
    context.close()


EVIL = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'> "
    "\u202e\u2066mirror \x1b[31mred "
    "\N{WOMAN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}\u200d\N{MICROSCOPE} =HYPERLINK(1) {{7*7}} ${7*7} "
)


def evil_story() -> list[IssueRecord]:
    """The story with names as bad as Jira takes them: markup, marks of direction, 32,767 characters."""
    summaries = (EVIL + "W" * (32_767 - len(EVIL)), f"x{EVIL}" * 40)
    return [
        replace(
            record,
            summary=summaries[n % 2],
            assignee_name=f"{EVIL}{record.assignee_name}" if record.assignee_name else None,
        )
        for n, record in enumerate(story())
    ]


def test_s1_hostile_text_runs_nowhere_and_overflows_nothing(
    chromium: Browser, served: str, app: FastAPI
) -> None:
    tell(app.state.deps, evil_story())
    for width in (1440, 320):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("dialog", lambda dialog, said=said: said.append(dialog.message))
        for path in ("/", *PATHS, "/search?q=mirror", "/search?q=<script>alert(1)</script>"):
            page.goto(served + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert (path, sideways(page)) == (path, 0)
            assert page.evaluate("typeof window.hacked") == "undefined"
        assert said == []
        context.close()


@pytest.mark.slow
def test_a_hundred_tabs_share_one_stream_and_end_it_when_no_page_is_seen(
    chromium: Browser, served: str, app: FastAPI
) -> None:
    context = chromium.new_context()
    first = context.new_page()
    first.goto(f"{served}/help")
    first.evaluate("for (let n = 1; n < 100; n++) open(location.href)")
    for _ in range(10 * PATIENCE_SECONDS):
        if len(context.pages) < 100:
            first.wait_for_timeout(100)
    assert len(context.pages) == 100
    for tab in context.pages:
        expect(tab.get_by_role("heading", level=1)).to_have_text("Help")
    await_streams(app, 1)
    for tab in context.pages:
        tab.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    await_streams(app, 0)
    first.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    await_streams(app, 1)
    context.close()


def test_an_open_page_whose_session_is_ended_leads_to_signing_in(
    chromium: Browser, sqlite_database: Database
) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, story())
    with ThreadPoolExecutor(1) as beside:  # beside a browser a thread has no event loop of its own
        cookies = beside.submit(signed_in, deps).result().cookies
    with serving(create_app(deps)) as address:
        context = chromium.new_context()
        context.add_cookies([{"name": name, "value": cookies[name], "url": address} for name in cookies])
        page = context.new_page()
        page.goto(f"{address}/rules")
        expect(page.get_by_role("heading", level=1)).to_have_text("Findings")
        with deps.database.write() as connection:
            connection.execute(delete(sessions))
            save_sync_state(connection, deps.site_id, warnings=[{"code": "a", "text": "b"}])
        page.wait_for_url("**/login*")
        expect(page.locator("main")).not_to_contain_text("ML-1")
        context.close()


def await_streams(app: FastAPI, wanted: int) -> None:
    """Until so many streams are open, and a little longer: none may come late."""
    until = time.monotonic() + PATIENCE_SECONDS
    while app.state.live.open_streams != wanted and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)
    assert app.state.live.open_streams == wanted


def test_keys_search_and_lead_from_page_to_page(chromium: Browser, served: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served}/people")
    page.keyboard.press("/")
    page.keyboard.type("Issue 3?")
    expect(page.locator("#search")).to_have_value("Issue 3?")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("group", name="Keys")).to_be_visible()
    page.get_by_role("button", name="Turn these keys off").click()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("group", name="Keys")).to_be_hidden()
    page.evaluate("localStorage.clear()")
    page.reload()
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", level=1)).to_have_text("Findings")
    context.close()


def test_a_day_is_chosen_and_kept_without_a_script(chromium: Browser, served: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{served}/rules?state=all")
    page.get_by_role("button", name="Menu").click()
    page.get_by_text("Now", exact=True).click()
    page.get_by_label("Show this page as of the end of").fill("2026-03-11")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("As history stood on March 11, 2026 at 23:59")).to_be_visible()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_text("As history stood on March 11, 2026 at 23:59")).to_be_visible()
    page.get_by_role("link", name="Back to now").click()
    expect(page.get_by_text("As history stood")).to_be_hidden()
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
