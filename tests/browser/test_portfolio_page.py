"""The portfolio in a real browser: readable by everybody, on every screen, with and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from phasewise.i18n.languages import LANGUAGES, tag_of
from tests.browser.conftest import OpenPage
from tests.browser.readable import UNSEEN_STOPS, accessibility_violations, sideways, sideways_when_spaced_out

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_to_complain_of(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page("/", width=width, scheme=scheme, reduced_motion="reduce")
    page.get_by_text("Show as table").click()
    assert accessibility_violations(page) == []


@pytest.mark.parametrize(
    "path", ["/?show=done", "/?case=stale", "/?case=broken", "/?case=empty", "/?case=loading"]
)
def test_axe_finds_nothing_on_the_rarer_pages(open_page: OpenPage, path: str) -> None:
    assert accessibility_violations(open_page(path, reduced_motion="reduce")) == []


def test_the_error_pages_are_pages(open_page: OpenPage, browser_complaints: list[str]) -> None:
    for path, title in (("/nowhere", "Not found"), ("/crash", "Something went wrong")):
        page = open_page(path, reduced_motion="reduce")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        assert accessibility_violations(page) == []
        page.get_by_role("link", name="Go to the portfolio").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio")
    assert [text for text in browser_complaints if "status of" not in text] == []
    browser_complaints.clear()


@pytest.mark.parametrize("width", [1440, 1180, 1024, 768, 390, 320])
def test_nothing_scrolls_sideways(open_page: OpenPage, width: int) -> None:
    for path in ("/", "/?case=broken", "/?case=empty"):
        assert sideways(open_page(path, width=width)) == 0


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_scrolls_sideways_when_all_is_open(open_page: OpenPage, width: int) -> None:
    page = open_page("/", width=width)
    page.get_by_text("Show as table").click()
    assert sideways(page) == 0
    page.locator("button.more").first.click()
    popover = page.locator("td [popover]").first
    expect(popover).to_be_visible()
    box = popover.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_a_popover_opens_by_enter_and_closes_by_escape(open_page: OpenPage) -> None:
    page = open_page("/")
    more = page.get_by_role("button", name="more problems of Invoice OCR and field extraction")
    popover = page.get_by_role("group", name="Problems of Invoice OCR and field extraction")
    more.focus()
    page.keyboard.press("Enter")
    expect(popover).to_be_visible()
    expect(popover.get_by_role("listitem")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(more).to_be_focused()


def test_every_stop_of_the_keyboard_is_seen_and_not_under_the_bar(open_page: OpenPage) -> None:
    page = open_page("/")
    hidden = page.evaluate(UNSEEN_STOPS)
    assert hidden == []


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_weeks_beyond_the_plan_say_so_on_every_screen(open_page: OpenPage, width: int) -> None:
    page = open_page("/?case=over_plan", width=width)
    expect(page.get_by_text("plan: 22.5 / 15.5")).to_be_visible()
    assert sideways(page) == 0


def test_the_theme_is_switched_and_remembered(open_page: OpenPage) -> None:
    page = open_page("/", scheme="light")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_everything_is_there_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/", java_script_enabled=False)
    expect(page.locator("tbody tr[role=row]")).to_have_count(12)
    expect(page.get_by_role("button", name="Switch between light and dark")).to_be_hidden()
    page.get_by_role("link", name="Needs attention 4").click()
    expect(page.locator("tbody tr[role=row]")).to_have_count(4)
    page.locator("button.more").first.click()
    expect(page.locator("td [popover]").first).to_be_visible()
    page.get_by_text("Show as table").click()
    expect(page.get_by_role("cell", name="Productization").first).to_be_visible()


def test_the_projects_are_printed_on_one_page(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/")
    page.pdf(path=tmp_path / "all.pdf", prefer_css_page_size=True)
    page.evaluate(
        "document.querySelectorAll('main > section:not(:first-of-type)').forEach(part => part.remove())"
    )
    page.pdf(path=tmp_path / "projects.pdf", prefer_css_page_size=True)
    assert pdf_pages(tmp_path / "projects.pdf") == 1
    assert pdf_pages(tmp_path / "all.pdf") <= 3


def pdf_pages(path: Path) -> int:
    return path.read_bytes().count(b"/Type /Page\n")


def test_text_may_be_spaced_out_without_loss(open_page: OpenPage) -> None:
    page = open_page("/", width=390)
    assert sideways_when_spaced_out(page) == 0
    page.set_viewport_size({"width": 320, "height": 900})
    assert sideways(page) == 0


def test_forced_colours_keep_the_ribbons(open_page: OpenPage) -> None:
    page = open_page("/", forced_colors="active")
    caps = page.locator(".ribbon .cap")
    colours = {caps.nth(n).evaluate("el => getComputedStyle(el).fill") for n in range(6)}
    assert len(colours) > 2


CUT = """() => [...document.querySelectorAll(".portfolio :is(.col-phase, .col-weeks, .col-state) .sub")]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"""


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_no_number_or_date_of_a_row_is_cut_off(open_page: OpenPage, language: str) -> None:
    page = open_page("/", locale=language)
    expect(page.locator("html")).to_have_attribute("lang", tag_of(language))
    for width in (1440, 1280, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CUT) == []
