"""What people send with the keyboard alone and without a script, and the doors they come in by."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.work_tables import effects
from phasewise.usecases.deps import Deps
from phasewise.web.app import create_app
from tests.browser.chromium import Scheme, still_page
from tests.browser.readable import UNSEEN_STOPS, accessibility_violations, sideways, sideways_when_spaced_out
from tests.browser.serving import serving
from tests.store.records import DOING, DONE, at
from tests.web.accounts import first, mailing
from tests.web.story import deps_of, story, tell

pytestmark = pytest.mark.browser
FINDING = f"one_active:ada:{at(9)}"


@pytest.fixture
def deps(sqlite_database: Database) -> Deps:
    """The story, where cards are moved, fields are set and mail is sent."""
    deps = replace(mailing(deps_of(sqlite_database)), board_moves=True)
    tell(deps, story())
    with deps.database.write() as connection:
        fields = replace(sites.site_fields(connection, deps.site_id), phase_field="customfield_10050")
        sites.save_site_fields(connection, deps.site_id, fields)
        sites.save_site(connection, deps.site_id, deployment="cloud")
    return deps


@pytest.fixture
def served(deps: Deps) -> Iterator[str]:
    """Where it is served."""
    with serving(create_app(deps)) as address:
        yield address


def asked_for(deps: Deps) -> list[tuple[str, str, Any]]:
    """What Jira will be asked for: kind, target and what is to be done."""
    with deps.database.read() as connection:
        chosen = select(effects.c.kind, effects.c.target, effects.c.body).order_by(effects.c.kind)
        return [(row.kind, row.target, row.body) for row in connection.execute(chosen)]


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def tab_to(page: Page, chosen: str) -> None:
    """Tab until the focus is there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{chosen}:focus").count():
            return
    raise AssertionError(f"the keyboard does not come to {chosen}")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_everybody_can_read_doors_and_forms(
    chromium: Browser, deps: Deps, served: str, width: int, scheme: Scheme
) -> None:
    with still_page(chromium, width, scheme) as page:
        for path in (
            *("/login", "/login/forgotten", first(deps)),
            *(f"/waivers/new?finding={FINDING}", "/board/move?issue=3"),
        ):
            page.goto(served + path)
            expect(page.locator("main form")).to_be_visible()
            assert page.evaluate(UNSEEN_STOPS) == []
            assert accessibility_violations(page) == []
            assert sideways(page) == 0
            page.set_viewport_size({"width": 320, "height": 900})
            assert (path, sideways_when_spaced_out(page)) == (path, 0)
            page.set_viewport_size({"width": width, "height": 900})


def test_the_keyboard_alone_moves_a_card(chromium: Browser, deps: Deps, served: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served}/board")
    tab_to(page, "a.ticket")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus .key")).to_have_text("ML-3")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    title(page, "Move ML-3")
    tab_to(page, "#status")
    page.keyboard.type("Done")
    expect(page.locator("#status")).to_have_value(DONE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_role("status").filter(has_text="ML-3")).to_contain_text(
        "ML-3 is being moved in Jira"
    )
    assert asked_for(deps) == [("transition", "3", {"from": DOING, "to": DONE})]
    context.close()


def test_forms_do_without_a_script(chromium: Browser, deps: Deps, served: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{served}/rules/{FINDING}")
    page.get_by_role("link", name="Waive…").click()
    page.get_by_label("Until the end of").fill("2026-03-20")
    page.get_by_label("Why").fill("two heads")
    page.get_by_role("button", name="Grant the waiver").click()
    title(page, "Waivers")
    expect(page.locator("main")).to_contain_text("two heads")

    page.goto(f"{served}/untidy")
    page.get_by_role("link", name="Set what is missing on ML-7").click()
    page.get_by_label("Phase").select_option(label="Research")
    page.get_by_role("button", name="Set it in Jira").click()
    title(page, "Untidy tickets")
    expect(page.get_by_role("status").filter(has_text="ML-7")).to_contain_text("ML-7 is being set in Jira")

    page.goto(f"{served}/board")
    page.get_by_role("link", name="Move ML-3").click()
    page.get_by_label("To which status").select_option(DONE)
    page.get_by_role("button", name="Move it in Jira").click()
    title(page, "Board")
    expect(page.get_by_role("status").filter(has_text="ML-3")).to_contain_text("ML-3 is being moved in Jira")
    assert [(kind, target) for kind, target, _ in asked_for(deps)] == [("field", "7"), ("transition", "3")]

    page.goto(f"{served}/policy/edit")
    page.locator("[name='rules.five_days']").fill("3")
    page.get_by_role("button", name="See what it would change").click()
    title(page, "Look at the change")
    page.get_by_role("button", name="Make it so").click()
    title(page, "Policy")
    page.goto(f"{served}/policy/edit")
    expect(page.locator("[name='rules.five_days']")).to_have_value("3")
    context.close()
