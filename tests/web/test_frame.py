"""What frames every page: navigation that keeps the day, help, and errors that say what to do."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from markupsafe import escape

from phasewise.errors import StoreError
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.web.here import Here, here_of
from phasewise.web.templates import printed
from tests.web.story import NOW, Api, stamp
from tests.web.test_pages import browse, page, words


class Gone(Database):
    """A database that answers nothing any more."""

    def read(self) -> object:  # type: ignore[override]
        raise StoreError("cannot connect to db.internal")


def lead_to(api: Api, day: str, back: str) -> str:
    answer = browse(api, f"/at?day={day}&back={back}")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_day_leads_back_to_the_same_page_at_its_end(api: Api) -> None:
    found = lead_to(api, "2026-03-04", "/%3Fshow%3Ddone%26weeks%3D52%26as_of%3Dx")
    assert found == "/?show=done&weeks=52&as_of=2026-03-04T23%3A59%3A59.999Z"
    assert "As history stood on March 4, 2026 at 23:59 (UTC)." in words(page(api, found))


def test_today_leads_back_to_now(api: Api) -> None:
    assert lead_to(api, "2026-03-13", "/rules%3Fas_of%3Dx") == "/rules"


@pytest.mark.parametrize(
    "asked",
    ["day=2026-03-14", "day=4.3.2026", "day=0001-01-01", "day=2026-03-04&back=//evil.example", "day=x"],
)
def test_a_day_that_cannot_be_shown_is_refused(api: Api, asked: str) -> None:
    assert browse(api, f"/at?{asked}").status_code == 422


@pytest.mark.parametrize("path", ["/policy", "/policy/edit", "/reports", "/review", "/deliveries", "/ladder"])
@pytest.mark.parametrize("as_of", ["2026-03-04T23:59:59.999Z", "2020-01-01T00:00:00Z"])
def test_a_page_without_a_past_says_that_it_is_of_now(api: Api, path: str, as_of: str) -> None:
    html = page(api, f"{path}?as_of={as_of}")
    assert "This page is of now." in words(html)
    assert "As history stood" not in html
    assert 'aria-label="As of now: choose another day"' in html
    assert f"as_of={quote(as_of)}" in html, "the way to other pages"
    assert "This page is of now." not in page(api, path)


def test_the_navigation_keeps_the_day_and_says_where_one_is(api: Api) -> None:
    html = page(api, f"/?as_of={stamp(2)}")
    at = "as_of=2026-03-04T00%3A00%3A00.000Z"
    assert f'<a href="/?{at}" data-key="p" aria-current="page">Portfolio</a>' in html
    assert f'<a href="/people?{at}" data-key="t">People</a>' in html
    assert '<a href="/deliveries" data-key="w" aria-current="page">Work</a>' in page(api, "/effects")


def test_every_link_of_the_navigation_and_of_the_help_leads_to_a_page(api: Api) -> None:
    main = page(api, "/help").partition("<main")[2]
    links = {link.href for link in Here().navigation} | set(re.findall(r'href="(/[^"]*)"', main))
    assert len(links) > 7
    assert {href: browse(api, href).status_code for href in links} == dict.fromkeys(links, 200)


def test_an_instant_that_cannot_be_shown_is_not_carried_on(api: Api) -> None:
    for wrong in ("yesterday", "2999-01-01T00:00:00Z"):
        html = browse(api, f"/?as_of={wrong}").text
        assert 'href="/people"' in html
        assert f"as_of={wrong}" not in html


def test_an_address_changes_one_parameter_and_begins_its_list_again() -> None:
    here = here_of({"path": "/rules", "query_string": b"rule=five_days&page=3&q=%E6%97%A5"})
    assert here.changed(rule=None, state="open") == "/rules?q=%E6%97%A5&state=open"
    assert here.now == "/rules?rule=five_days&q=%E6%97%A5"
    assert Here("/").at("/people?x=1") == "/people?x=1"


def test_the_help_is_a_page_with_the_keys(api: Api) -> None:
    text = words(page(api, "/help"))
    assert "g p Portfolio" in text
    assert "/ Search" in text


def test_the_help_tells_of_every_page_of_the_navigation_and_the_foot(api: Api) -> None:
    main = page(api, "/help").partition("<main")[2].partition("</main")[0]
    told = set(re.findall(r'href="(/[^"?]*)"', main))
    assert {link.href for link in Here().navigation} | {"/due", "/tests", "/audit", "/changes"} <= told


def test_an_error_page_says_how_fresh_the_data_is_and_since_when(api: Api) -> None:
    with api.deps.database.write() as connection:
        sites.save_sync_state(
            connection, api.deps.site_id, last_error="Jira answered 401.", last_error_at=NOW - 1_000
        )
    said = "Jira cannot be read. Last read just now."
    assert f"{said} Jira answered 401." in words(browse(api, "/projects/none").text)
    # Nobody asks who wants what is not there.
    assert f"{said} Whoever runs Phasewise sees why." in words(browse(api, "/nowhere").text)


@pytest.mark.parametrize("path", ["/account", "/users", "/audit-log"])
def test_pages_without_numbers_say_how_fresh_those_of_the_others_are(api: Api, path: str) -> None:
    with api.deps.database.write() as connection:
        sites.save_sync_state(
            connection, api.deps.site_id, last_error="Jira answered 401.", last_error_at=NOW - 1_000
        )
    text = words(browse(api, path).text)
    assert "Sync fails · synced just now" in text
    assert "Jira cannot be read. Last read just now. Jira answered 401." in text


def test_nothing_then_leads_to_now(api: Api) -> None:
    answer = browse(api, f"/nowhere?as_of={stamp(2)}")
    assert answer.status_code == 404
    assert '<a class="strong-link" href="/nowhere">Look now</a>' in answer.text


def test_without_a_database_the_page_says_so_and_names_no_host(api: Api, tmp_path: Path) -> None:
    gone = replace(api.deps, database=Gone(f"sqlite:///{tmp_path}/gone.db"))
    api.app.state.deps = gone
    answer = browse(api, "/?show=done")
    text = words(answer.text)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "The database does not answer." in text
    assert "db.internal" not in text
    assert '<a class="strong-link" href="/?show=done">Load again</a>' in answer.text


def test_a_page_prints_the_beginning_of_a_text_without_end_and_addresses_whole() -> None:
    assert printed("W" * 32_767) == "W" * 1_000 + "…"
    assert printed("/at?back=" + "x" * 4_000) == "/at?back=" + "x" * 4_000
    assert len(str(printed("/" + "W" * 32_766))) == 1_001
    assert printed(escape("<" * 999)) == escape("<" * 999)
    assert printed(7) == 7
