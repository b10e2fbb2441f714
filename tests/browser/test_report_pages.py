"""The pages of the weekly report in a real browser: readable by everybody, whatever was typed."""

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from phasewise.core.health import Colour
from phasewise.store.db import Database
from phasewise.store.effects import EffectState
from phasewise.store.report_recipients import recipients_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.choices import show_choices
from phasewise.usecases.reports.edit_draft import Said, save_note, save_remark
from phasewise.usecases.reports.freeze_report import freeze_report
from phasewise.usecases.reports.links import make_link
from phasewise.usecases.reports.recipient_fields import recipient_fields
from phasewise.usecases.reports.recipients import add_recipient
from phasewise.web.app import create_app
from tests.browser.chromium import Scheme, still_page
from tests.browser.readable import UNSEEN_STOPS, accessibility_violations, sideways
from tests.browser.test_work_pages import EVIL, served
from tests.web.story import deps_of, story, tell
from tests.web.test_report_pages import add_mail

__all__ = ["served"]
pytestmark = pytest.mark.browser

WEEK, RUNNING = "2026-W10", "2026-W11"
HOME = "/reports/default"
PATHS = (
    *("/reports", f"{HOME}/{WEEK}", f"{HOME}/{RUNNING}", f"{HOME}/{RUNNING}/edit", f"{HOME}/{RUNNING}/send"),
    *(f"{HOME}/{RUNNING}/compare?with={WEEK}", "/reports/recipients", "/reports/links", "/reports/plan"),
)


def fill(deps: Deps) -> str:
    """A frozen report with hostile remarks, a draft, recipients, a mail gone wrong; the path of a link."""
    save_remark(deps, "default", WEEK, f"{EVIL}{'long' * 400}")
    save_note(deps, "default", WEEK, 1, Said(EVIL * 5, Colour.RED, EVIL))
    freeze_report(deps, "default", WEEK)
    save_note(deps, "default", RUNNING, 1, Said(EVIL, Colour.AMBER, "w" * 300))
    choices = show_choices(deps)
    for n in range(3):
        form = {
            "address": f"{'long' * 15}{n}@example.com",
            "name": f"<b>{n}</b> {'n' * 60}",
            "zone": "Asia/Tokyo",
        }
        add_recipient(deps, choices, "default", recipient_fields(form))
    add_mail(deps, "x" * 30, EffectState.UNKNOWN, f"the server closed {'y' * 300}")
    form = {"label": "<i>Board</i>", "team": "default", "language": "en", "days": "9"}
    return make_link(deps, choices, form)


@pytest.fixture
def app(sqlite_database: Database) -> FastAPI:
    """The product over the story, with reports in which bad things were typed."""
    deps = deps_of(sqlite_database)
    tell(deps, story())
    made = create_app(deps)
    made.state.link = fill(deps)
    return made


@pytest.fixture
def link(app: FastAPI) -> str:
    return str(app.state.link)


def is_fine(page: Page) -> None:
    """It has a heading and room for all of it; everybody can use it, and nothing ran that was typed."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert (page.url, sideways(page)) == (page.url, 0)
    assert (page.url, accessibility_violations(page)) == (page.url, [])
    assert page.evaluate("typeof window.hacked") == "undefined"


@pytest.mark.parametrize(
    ("width", "scheme", "paths"),
    [
        (1440, "light", (PATHS[1], *PATHS[5:8])),
        (1440, "dark", PATHS[1:2]),
        (390, "light", PATHS[1:2]),
        (320, "dark", PATHS),
    ],
)
def test_everybody_can_read_the_reports_on_every_screen(
    chromium: Browser, served: str, width: int, scheme: Scheme, paths: tuple[str, ...]
) -> None:
    with still_page(chromium, width, scheme) as page:
        for path in paths:
            page.goto(served + path)
            for more in page.get_by_text("Show as table", exact=True).all():
                more.click()
            is_fine(page)
            assert page.evaluate(UNSEEN_STOPS) == []


def test_what_is_typed_of_several_projects_is_kept_by_one_button(chromium: Browser, served: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served}{HOME}/{RUNNING}/edit")
    page.locator("#remark").fill("A good week")
    page.locator("#remark-1").fill("Waits for\ndata")
    page.locator("#project-10 summary").click()
    page.locator("#reason-10").fill("Legal looks at it")
    page.get_by_role("button", name="Keep it").last.click()
    expect(page.get_by_text("Nothing is changed yet")).to_be_visible()
    page.locator("#health-10").select_option("amber")
    page.get_by_role("button", name="Keep it").first.click()
    expect(page.get_by_text("All that is said on this page is kept.")).to_be_visible()
    kept = {"#remark": "A good week", "#remark-1": "Waits for\ndata", "#reason-10": "Legal looks at it"}
    for field, text in kept.items():
        expect(page.locator(field)).to_have_value(text)
    context.close()


def test_a_reader_by_link_needs_no_account_and_no_script(chromium: Browser, served: str, link: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.goto(served + link)
    is_fine(page)
    context.close()
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served + link)
    page.get_by_label("Anything to say to the lead?").fill("Thank you")
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_text("The lead is told")).to_be_visible()
    page.goto(f"{served}/reports/links")
    expect(page.get_by_text("1 new")).to_be_visible()
    context.close()


def test_the_preview_of_the_mail_shows_its_pictures_and_runs_nothing(chromium: Browser, served: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{served}{HOME}/{WEEK}/mail")
    pictures = page.locator("img")
    expect(pictures.first).to_be_visible()
    assert all(picture.evaluate("one => one.naturalWidth > 0") for picture in pictures.all())
    assert sideways(page) == 0
    assert said == []
    context.close()


def test_mails_end_and_begin_again_by_their_own_link(chromium: Browser, served: str, app: FastAPI) -> None:
    deps = app.state.deps
    with deps.database.read() as connection:
        secret = recipients_of(connection, deps.site_id)[0].secret
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    page = context.new_page()
    page.goto(f"{served}/unsubscribe/{secret}")
    page.get_by_role("button", name="Send me no more of them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done: no more weekly reports")
    page.get_by_role("button", name="Send them to me again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You get the weekly report again")
    assert sideways(page) == 0
    context.close()
