"""The pages that people type in, and reports: in every language, light and dark, at a desk and on a phone.

Axe finds nothing and nothing is wider than its window, in a real browser over an installation that is in use.
"""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from phasewise.i18n.languages import LANGUAGES, tag_of
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.web.app import create_app
from phasewise.web.set_up_pages import STEPS
from tests.browser.looking import Fine, Looker
from tests.browser.serving import serving
from tests.web.accounts import signed_in
from tests.web.lived import DRAFT, FROZEN, live
from tests.web.story import deps_of, story, tell
from tests.web.test_set_up import PEOPLE, TEAMS, setting_up

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECORDS = tuple(f"/projects/ML-1/{end}" for end in ("plan", "deliverables", "decisions", "tests", "results"))
WEEKS = "/reports/default"
PATHS = (
    *("/projects/ML-1", *RECORDS, "/projects/ML-10/plan", "/tests", "/review"),
    *(
        "/due?table=lacking&sort=project",
        "/people/ada?table=findings&sort=-since",
        "/?table=stays&sort=-days",
    ),
    *("/account", "/account/report", "/audit-log"),
    *(
        "/reports",
        f"{WEEKS}/{FROZEN}?table=stays&sort=start",
        f"{WEEKS}/{DRAFT}",
        f"{WEEKS}/{DRAFT}/edit",
        f"{WEEKS}/{DRAFT}/send",
    ),
    *(f"{WEEKS}/{DRAFT}/compare?with={FROZEN}", "/reports/recipients", "/reports/links", "/reports/plan"),
)
Cookies = dict[str, str]


class Lived(NamedTuple):
    """An installation in use, the path of its review, and somebody who is signed in."""

    deps: Deps
    review: str
    cookies: Cookies


def wrong_in(browser: Browser, address: str, paths: Iterable[str], cookies: Cookies) -> Iterator[str]:
    """What is wrong with the pages, language by language."""
    fine = Fine()
    for language in LANGUAGES:
        context = browser.new_context(locale=language, reduced_motion="reduce")
        # It would load the page anew while that is looked at.
        context.route("**/live.js*", lambda route: route.abort())
        context.add_cookies([{"name": name, "value": cookies[name], "url": address} for name in cookies])
        page = context.new_page()
        page.goto(address)
        looker = Looker(page, fine)
        for path in paths:
            yield from (f"{language}: {one}" for one in looker.wrong_with(path))
            expect(page.locator("html")).to_have_attribute("lang", tag_of(language))
            expect(page.get_by_role("heading", level=1)).to_be_visible()
        context.close()


@pytest.fixture(scope="module")
def lived(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """It is made before there is a browser, beside which a test has no event loop."""
    path = tmp_path_factory.mktemp("lived") / "phasewise.db"
    shutil.copyfile(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    deps = deps_of(database)
    tell(deps, story())
    yield Lived(deps, live(deps).review, signed_in(deps, jira="ada").cookies)
    database.close()


def test_the_pages_of_records_reviews_and_reports(lived: Lived, chromium: Browser) -> None:
    with serving(create_app(lived.deps)) as address:
        assert list(wrong_in(chromium, address, (*PATHS, lived.review), lived.cookies)) == []


def test_the_steps_of_the_set_up(chromium: Browser, tmp_path: Path) -> None:
    with setting_up(tmp_path) as setting, serving(setting.browser.app) as address:
        setting.until("calendar")
        setting.send("calendar", TEAMS | {"country": "FR", "members-1": PEOPLE})
        steps = [f"/setup/{step}" for step, _label in STEPS]
        assert list(wrong_in(chromium, address, steps, {})) == []
