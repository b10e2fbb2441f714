"""The pages over HTTP: what a browser gets from the story in story.py, and when something is wrong."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import event

from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.issues import save_records
from phasewise.usecases.judge import judge
from phasewise.web.templates import STATIC_FOLDER
from tests.store.records import DOING, DONE, TODO, epic, moved, task
from tests.web.story import MODELING, NOW, Api, deps_of, stamp, tell

HTML = {"accept": "text/html,application/xhtml+xml"}


def page(api: Api, path: str = "/") -> str:
    answer = browse(api, path)
    assert answer.status_code == 200, answer.text
    return answer.text


def browse(api: Api, path: str) -> httpx.Response:
    return api.ask("GET", path, headers=HTML)


def words(html: str) -> str:
    """The text of a page, as one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def empty(sqlite_database: Database) -> Api:
    return Api(deps_of(sqlite_database))


def test_the_page_names_each_project_and_leads_to_its_own_page_at_the_same_instant(api: Api) -> None:
    html = page(api)
    assert '<a class="name" href="/projects/ML-1">' in html
    assert f'href="/projects/ML-1?as_of={stamp(9)}"'.replace(":", "%3A") in page(api, f"/?as_of={stamp(9)}")
    assert "2 of" not in words(html)
    assert "All 2" in words(html)


def test_a_project_shows_its_phases_returns_and_weeks_as_the_api_tells_them(api: Api) -> None:
    project = api.json("/projects/1")
    text = words(page(api))
    assert project["phases_now"] == ["research", "modeling"]
    assert f"{project['spent_weeks']:.1f} wk in {project['elapsed_days'] / 5:.1f} wk" in text
    assert f"{project['loops']} return" in text


def test_problems_come_with_since_when_and_what_to_do(api: Api) -> None:
    text = words(page(api))
    assert "ML-3 active for 6 working days since Mar 12 · finish it or split it" in text
    assert "Ada has 2 active tickets: ML-4, ML-5 since Mar 11 · pause ML-5, started last" in text


def test_every_lane_shows_what_is_active_with_its_age(api: Api) -> None:
    text = words(page(api))
    for card in ("ML-3", "6 d · 1 over", "2 active tickets, limit 1"):
        assert card in text


def test_a_task_near_its_limit_is_a_warning_until_it_is_over_it(api: Api) -> None:
    text = words(page(api, f"/?as_of={stamp(9.5)}"))
    assert "ML-3 at 4.5 of 5 working days over on Mar 12 · finish it or split it now" in text


def test_a_page_of_the_past_says_so_and_leads_back(api: Api) -> None:
    html = page(api, f"/?as_of={stamp(2)}")
    assert "As history stood on March 4, 2026 at 00:00 (UTC)." in words(html)
    assert '<a href="/">Back to now</a>' in html
    assert "ML-4" not in html.split("What we do not know")[0].split("Next")[0]


def test_the_filters_keep_the_instant_and_the_length_of_the_axis(api: Api) -> None:
    html = page(api, f"/?as_of={stamp(9.5)}&weeks=52")
    assert "show=done&amp;weeks=52&amp;as_of=2026-03-11T12%3A00%3A00.000Z" in html


def test_only_projects_that_need_attention_are_shown_if_asked(api: Api) -> None:
    rows = re.findall(r'id="project-(\d+)"', page(api, "/?show=attention"))
    assert rows == ["1"]


def test_a_done_project_is_folded_away_until_it_is_asked_for(api: Api) -> None:
    tell(api.deps, [epic(20, moved(201, 5, TODO, DONE))])
    assert "1 project done: show it" in words(page(api))
    assert 'id="project-20"' not in page(api)
    assert "Done since Mar 7" in words(page(api, "/?show=done"))


def test_what_jira_says_is_text_and_never_markup(api: Api) -> None:
    evil = "<img src=x onerror=alert(1)> {{7*7}} \u202eabc"
    tell(api.deps, [epic(1, summary=evil), task(3, moved(31, 3, TODO, DOING), summary=evil, **MODELING)])
    html = page(api)
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in html


def test_having_nothing_active_is_private_for_a_working_day(api: Api) -> None:
    waiting = task(30, moved(301, 1, TODO, DOING), moved(302, 2, DOING, TODO), assignee="eve", **MODELING)
    tell(api.deps, [waiting])
    found = api.items("/findings", rule="nothing_active", person="eve")
    assert [finding["start"] for finding in found] == [stamp(3)]
    assert "Idle since" not in words(page(api, f"/?as_of={stamp(4)}"))
    assert "Idle since Mar 4" in words(page(api, f"/?as_of={stamp(4.1)}"))


def test_gaps_are_named_with_what_to_do(api: Api) -> None:
    tell(api.deps, [task(40, moved(401, 1, TODO, DOING), history_whole=False, **MODELING)])
    with api.deps.database.write() as connection:
        sites.save_sync_state(connection, api.deps.site_id, no_access=["SECRET"])
    text = words(page(api))
    assert "1 ticket with an incomplete history" in text
    assert "No access to SECRET" in text


def test_a_gap_that_is_counted_is_not_told_a_second_time_by_the_last_synchronisation(api: Api) -> None:
    told = [{"code": "no_access", "text": "no longer SECRET"}, {"code": "clock_skew", "text": "clock off"}]
    with api.deps.database.write() as connection:
        sites.save_sync_state(connection, api.deps.site_id, no_access=["SECRET"], warnings=told)
    text = words(page(api))
    assert ("No access to SECRET" in text, "clock off" in text, "no longer SECRET" in text) == (
        True,
        True,
        False,
    )


def test_a_failing_sync_is_a_banner_with_since_when_and_what_to_do(api: Api) -> None:
    with api.deps.database.write() as connection:
        sites.save_sync_state(
            connection, api.deps.site_id, last_error="Jira answered 401.", last_error_at=NOW - 1_000
        )
    text = words(page(api))
    assert "Jira cannot be read. Last read just now. Jira answered 401. Run phasewise check" in text


def test_p8_polling_that_was_given_up_is_a_banner_with_why_and_what_to_do(api: Api) -> None:
    with api.deps.database.write() as connection:
        sites.save_sync_state(
            connection, api.deps.site_id, stopped_reason="Jira refused the log-in", stopped_at=NOW - 3_600_000
        )
    text = words(page(api))
    assert "Stopped" in text
    assert "Phasewise no longer asks Jira. It stopped 1 h ago. Jira refused the log-in. Then restart" in text
    assert "or run phasewise sync" in text


def test_before_the_first_sync_the_page_says_what_to_do(empty: Api) -> None:
    text = words(page(empty))
    assert "The first synchronisation is not finished" in text
    assert "phasewise sync" in text


def test_a_synced_store_without_projects_says_what_to_do(empty: Api) -> None:
    tell(empty.deps, [task(1)])
    assert "No project yet" in words(page(empty))


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/nowhere", 404, "There is nothing at this address"),
        ("/?as_of=2999-01-01T00:00:00Z", 422, "as_of lies in the future"),
        ("/?as_of=yesterday", 422, "as_of is not an RFC 3339 instant"),
        ("/?weeks=0", 422, "weeks:"),
        ("/?show=x", 422, "show:"),
    ],
)
def test_an_error_is_a_page_for_browsers_and_a_problem_for_others(
    api: Api, path: str, status: int, text: str
) -> None:
    answer = browse(api, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert text in words(answer.text)
    assert "content-security-policy" in answer.headers
    other = api.ask("GET", path)
    assert (other.status_code, other.headers["content-type"]) == (status, "application/problem+json")


def test_the_api_answers_problems_to_browsers_too(api: Api) -> None:
    answer = browse(api, "/api/v1/projects")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_pages_are_compressed_and_not_kept_while_files_are(api: Api) -> None:
    answer = api.ask("GET", "/", headers={**HTML, "accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-store"
    font = api.ask("GET", "/static/fonts/inter-latin.woff2")
    assert (font.status_code, font.headers["cache-control"]) == (200, "public, max-age=86400")


def test_the_page_names_no_file_of_another_site_and_no_inline_code(api: Api) -> None:
    html = page(api)
    assert not re.findall(r'(?:src|href)="(?!/|#|https://example\.atlassian\.net/)', html)
    assert not re.findall(r"<style|style=|\son\w+=|<script(?! src=)", html)
    assert "OPEN FONT LICENSE" in (STATIC_FOLDER / "fonts" / "OFL.txt").read_text(encoding="utf-8")


@pytest.fixture
def statements(api: Api) -> Iterator[list[str]]:
    """Every statement that the database is asked, from here on."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with api.deps.database.read() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_more_projects_and_people_cost_no_more_statements(api: Api, statements: list[str]) -> None:
    page(api)
    few = len(statements)
    more = [
        record
        for n in range(100, 120)
        for record in (
            epic(n),
            task(n + 100, moved(n, 3, TODO, DOING), parent_id=n, phase_option="m", assignee=f"p{n}"),
        )
    ]
    with api.deps.database.write() as connection:
        save_records(connection, api.deps.site_id, more)
    judge(api.deps)
    statements.clear()
    assert len(re.findall(r'<tr role="row" id="project-', page(api))) == 22
    assert len(statements) <= few


def test_the_page_of_now_is_the_page_as_of_now(api: Api) -> None:
    def body(html: str) -> str:
        rows = html.partition('<tbody role="rowgroup">')[2].partition("</tbody>")[0]
        assert "ML-1" in rows
        return re.sub(r'\?as_of=[^"]*', "", rows)

    assert body(page(api)) == body(page(api, f"/?as_of={stamp(11)}"))
