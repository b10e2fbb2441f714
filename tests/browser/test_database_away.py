"""The database refuses for a while: an open page stays as it was, a loaded one says what to do."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from phasewise.store.db import Database
from phasewise.web.app import create_app
from tests.browser.readable import accessibility_violations, sideways
from tests.browser.serving import serving
from tests.web.story import deps_of, story, tell

pytestmark = pytest.mark.browser
MINUTE_MS = 65_000
"""After a minute an open page is fetched again although nothing is told to have changed."""


class Away(NamedTuple):
    """The application over a PostgreSQL database, and what takes that away and gives it back."""

    address: str
    allow: Callable[[bool], None]


@pytest.fixture
def away(pg_server: str, new_pg_url: Callable[..., str]) -> Iterator[Away]:
    url = new_pg_url()
    name = url.partition("?")[0].rpartition("/")[2]

    def allow(connections: bool) -> None:
        with psycopg.connect(pg_server, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(connections).lower()}")
            if not connections:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
                )

    database = Database(url)
    deps = deps_of(database)
    tell(deps, story())
    with serving(create_app(deps)) as address:
        yield Away(address, allow)
    database.close()


def test_while_the_database_refuses_pages_stay_and_say_so(chromium: Browser, away: Away) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    left, loaded = context.new_page(), context.new_page()
    left.clock.install()
    for page in (left, loaded):
        page.goto(f"{away.address}/rules?state=all")
        expect(page.get_by_role("heading", level=1)).to_have_text("Findings")
    kept = left.locator("main").inner_text()
    away.allow(False)
    answer = loaded.reload()
    assert answer is not None
    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"
    expect(loaded.get_by_role("heading", level=1)).to_have_text("Database")
    expect(loaded.locator("body")).to_contain_text("The database does not answer.")
    expect(loaded.locator("main")).to_contain_text("Load this page again in a moment.")
    expect(loaded.locator("body")).not_to_contain_text("Traceback")
    assert accessibility_violations(loaded) == []
    assert sideways(loaded) == 0
    left.clock.fast_forward(MINUTE_MS)
    expect(left.locator("#connection")).to_contain_text("lost")
    assert left.locator("main").inner_text() == kept
    away.allow(True)
    left.clock.fast_forward(MINUTE_MS)
    expect(left.locator("#freshness")).to_contain_text("synced")
    assert left.locator("main").inner_text() == kept
    loaded.get_by_role("link", name="Load again").click()
    expect(loaded.get_by_role("heading", level=1)).to_have_text("Findings")
    assert loaded.url == f"{away.address}/rules?state=all"
    assert loaded.locator("main").inner_text() == kept
    context.close()
