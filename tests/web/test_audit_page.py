"""The page /audit: the numbers week by week, what is behind them, and what it says without history."""

import pytest

from phasewise.store.db import Database
from phasewise.usecases.audit import AuditWeek
from phasewise.web.audit_chart import HEIGHT, TOP, chart_of
from phasewise.web.audit_tables import week_row
from phasewise.web.dates import Dates
from tests.store.records import at, task
from tests.web.story import NOW, Api, deps_of, tell
from tests.web.test_pages import browse, page, words

DATES = Dates("UTC", NOW)


def week(n: int, days: int, over: int) -> AuditWeek:
    return AuditWeek(label=f"2026-W{n:02}", start=at(7 * n), person_days=days, person_days_over=over)


def test_the_page_shows_the_numbers_of_the_audit(api: Api) -> None:
    text = words(page(api, "/audit"))
    assert "March 13, 2025 to March 13, 2026, replayed by today" in text
    assert "Person-days over the limit 27.3 % 3 of 11" in text
    assert "Age when done, median 2 d" in text
    assert "Went back a phase 1 of 2 projects" in text
    assert "ML-1 Issue 1 1 return" in text
    assert "1 open task without a phase" in text
    assert "2026-W11 Mar 9 7 3 42.9 %" in text
    assert "2026-W10 Mar 2 4 0 0 %" in text
    assert "Too many active tickets 2 2 2" in text


def test_the_page_leads_to_what_is_behind_its_numbers(api: Api) -> None:
    html = page(api, "/audit")
    for href in (
        "/projects/ML-1",
        "/rules?rule=one_active&amp;state=all",
        "/rules?rule=no_phase&amp;state=open",
    ):
        assert f'href="{href}"' in html
    assert 'href="/audit"' in page(api, "/")


def test_its_tables_sort_and_are_files_of_the_same_numbers(api: Api) -> None:
    weeks = browse(api, "/audit?format=json&sort=week").json()
    assert [(one["week"], one["person_days"], one["person_days_over"]) for one in weeks[-2:]] == [
        ("2026-W10", 4, 0),
        ("2026-W11", 7, 3),
    ]
    rules = browse(api, "/audit?table=rules&format=json&sort=rule").json()
    assert {"rule": "one_active", "findings": 2, "breaches": 2, "open": 2} in rules
    html = page(api, "/audit?table=weeks&sort=-person_days")
    assert words(html).index("2026-W11 Mar 9 7") < words(html).index("2026-W10 Mar 2 4")
    assert 'id="table-weeks" open' in html
    assert 'href="/audit?table=rules&amp;format=csv"' in html


def test_what_nobody_gave_a_meaning_is_named_with_what_to_do(api: Api) -> None:
    tell(
        api.deps, [task(300, status="77", phase_option="x", phase_option_name="Deploy?", history_whole=False)]
    )
    text = words(page(api, "/audit"))
    assert "1 status without a meaning Status 77" in text
    assert "1 phase option without a meaning Deploy?" in text
    assert "1 task with an incomplete history" in text
    assert "phasewise check prints the line" in text


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2026-03-12T00:00:00Z", "The first ticket is of March 2, 2026: this history is too short"),
        ("2026-03-01T00:00:00Z", "No ticket is known yet: see that the scope"),
    ],
)
def test_a_short_history_explains_itself(api: Api, as_of: str, said: str) -> None:
    assert said in words(page(api, f"/audit?as_of={as_of}"))


def test_before_the_first_synchronisation_it_says_what_to_wait_for(sqlite_database: Database) -> None:
    text = words(page(Api(deps_of(sqlite_database)), "/audit"))
    assert "Jira has not been read completely yet" in text
    assert "Person-days over the limit – 0 of 0" in text


def test_half_a_year_is_said_to_be_half_a_year(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database, now=at(200))
    tell(deps, [])
    empty = Api(deps)
    assert "No ticket is known yet" in words(page(empty, "/audit"))
    tell(deps, [task(1)])
    assert "the audit covers 28 weeks, not a year" in words(page(empty, "/audit"))


def test_a_year_of_history_needs_no_explanation(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, [task(1, created=at(-360))])
    assert "The first ticket" not in words(page(Api(deps), "/audit"))


def test_the_bars_stand_on_the_ground_and_none_is_higher_than_the_plot() -> None:
    chart = chart_of([week(1, 10, 3), week(2, 0, 0), week(3, 8, 0), week(4, 5, 4)], DATES)
    assert chart is not None
    assert [bar.title[:8] for bar in chart.bars] == ["2026-W01", "2026-W03", "2026-W04"]
    assert {bar.y + bar.height for bar in chart.bars} == {TOP + HEIGHT}
    assert [bar.height for bar in chart.bars] == [HEIGHT * 0.3, 0.0, HEIGHT * 0.8]
    assert [line.text for line in chart.lines] == ["100 %", "50 %"]
    told = [week_row(one, DATES).share for one in (week(4, 5, 4), week(2, 0, 0), week(1, 10, 3))]
    assert told == ["80 %", "–", "30 %"]


def test_months_are_named_where_they_begin_and_none_at_the_edge() -> None:
    chart = chart_of([week(n, 1, 0) for n in range(53)], DATES)
    assert chart is not None
    assert [month.text for month in chart.months] == ["May", "Jul", "Sep", "Nov", "Jan"]
    assert chart_of([week(1, 0, 0)], DATES) is None


def test_the_chart_begins_with_the_first_week_of_work_but_shows_twelve_at_least() -> None:
    none, worked = [week(n, 0, 0) for n in range(1, 31)], [week(n, 5, 1) for n in range(31, 51)]
    chart = chart_of([*none, *worked], DATES)
    assert chart is not None
    assert (len(chart.bars), chart.bars[0].room_x, chart.bars[0].room) == (20, 0.0, 5.0)
    short = chart_of([*none, *worked[:3]], DATES)
    assert short is not None
    assert (len(short.bars), short.bars[0].room_x) == (3, 75.0)
