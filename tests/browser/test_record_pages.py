"""The pages of records in a real browser: typed without JavaScript, readable by everybody on every screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from phasewise.store.db import Database
from phasewise.usecases.records.record_plan import accept_plan, record_plan
from phasewise.usecases.records.record_test import record_result, record_test
from phasewise.web.app import create_app
from tests.browser.chromium import still_page
from tests.browser.readable import UNSEEN_STOPS, accessibility_violations, sideways
from tests.browser.serving import serving
from tests.usecases.recording import PLAN, recorder

pytestmark = pytest.mark.browser
ONE = "0" * 12
RUNNING = {"state": "running", "traffic": "60", "control": "The old one", "reading_rule": "Clicks"}
ENDS = ("plan", "deliverables", "decisions", "tests", "results")
PATHS = (*(f"/projects/ML-1/{end}" for end in ENDS), "/tests", "/due", "/projects/ML-1")


@pytest.fixture
def served(sqlite_database: Database) -> Iterator[str]:
    """A project with a plan, a test and a result, and one without anything."""
    deps = recorder(sqlite_database)
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    for name, title in ((ONE, "Ranking"), ("1" * 12, "Prices" * 30)):
        record_test(deps, "ML-1", name, RUNNING | {"title": title, "check_ins": "2026-04-02"}, 0)
    record_result(deps, "ML-1", ONE, {"verdict": "won", "link": "https://wiki.example/" + "x" * 200}, 0)
    with serving(create_app(deps)) as address:
        yield address


def test_everybody_can_read_them_on_a_phone_in_the_dark(chromium: Browser, served: str) -> None:
    """At a desk, in both themes and every language: test_records_in_every_language."""
    with still_page(chromium, 390, "dark") as page:
        for path in PATHS:
            page.goto(served + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
            assert page.evaluate(UNSEEN_STOPS) == []
            assert accessibility_violations(page) == []
            assert sideways(page) == 0


def typed(page: Page, **values: str) -> None:
    for label, value in values.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)


def test_a_plan_is_typed_without_javascript(chromium: Browser, served: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served}/projects/ML-10/plan")
    for row in page.get_by_role("main").get_by_role("group").all():
        row.get_by_label("Likely").fill("2")
    first = page.get_by_role("main").get_by_role("group").first
    first.get_by_label("Likely").fill("-2")
    typed(page, Success_metric="Clicks", Method="Boosting")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("Give weeks from 0 to 104, like 2.5")).to_be_visible()
    expect(page.get_by_label("Method")).to_have_value("Boosting")
    page.get_by_role("main").get_by_role("group").first.get_by_label("Likely").fill("2,5")
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_role("button", name="Accept the plan").click()
    expect(page.get_by_text("Counts since")).to_be_visible()
    expect(page.get_by_role("table", name="Weeks planned and spent by phase")).to_contain_text("10.5")
    context.close()
