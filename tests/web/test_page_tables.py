"""The tables of other pages than lists: a person's weeks and findings, what a finding follows from, stays,
stretches, weeks of the team. Each sorts by its heads, and is a file of what it shows."""

import csv
import io
import re
from typing import Any

import pytest

from tests.store.records import DOING, DONE, TODO, epic, moved, task
from tests.web.story import MODELING, Api, stamp, tell
from tests.web.test_pages import browse, page, words

Row = dict[str, Any]
WHY = "/projects/ML-1/why?figure=effort"
CASES = [
    ("/people/ada", "weeks", "days"),
    ("/people/ada", "findings", "since"),
    ("/people/ada", "findings", "state"),
    ("/rules/one_active", "basis", "ticket"),
    ("/rules", "weeks", "person_days"),
    ("/", "stays", "start"),
    ("/", "stays", "days"),
    (WHY, "stretches", "days"),
    (WHY, "stretches", "start"),
]
TABLES = [
    *dict.fromkeys((path, table) for path, table, _ in CASES),
    ("/projects/ML-1", "plan"),
    ("/projects/ML-1/plan", "plan"),
    ("/due", "lacking"),
    ("/review", "past"),
    ("/reports/default/2026-W11", "projects"),
]


def address(api: Api, path: str, table: str, **more: str) -> str:
    """Of a page that is asked for one of its tables; /rules/one_active is that of the open finding of Ada."""
    if path == "/rules/one_active":
        [found] = api.items("/findings", rule="one_active", person="ada", state="open")
        path = f"/rules/{found['id']}"
    query = "&".join(f"{name}={value}" for name, value in {"table": table, **more}.items())
    return f"{path}{'&' if '?' in path else '?'}{query}"


def rows(api: Api, path: str, table: str, **more: str) -> list[Row]:
    """The file of a table."""
    answer = browse(api, address(api, path, table, format="json", **more))
    assert answer.status_code == 200, answer.text
    found: list[Row] = answer.json()
    return found


def body_of(html: str, table: str) -> list[str]:
    """The rows of a table on a page, as text."""
    there = html.partition(f'id="table-{table}"')[2].partition("</table>")[0]
    return [words(row) for row in re.findall(r"<tr[ >].*?</tr>", there.partition("</thead>")[2], re.DOTALL)]


@pytest.fixture
def busy(api: Api) -> Api:
    """Another project, with a title that a spreadsheet would take for a formula, and more findings of Ada."""
    who = {"assignee": "ada", "assignee_name": "Ada", "summary": "=2+2", **MODELING, "parent_id": 30}
    waiting = task(31, moved(311, 0.5, TODO, DOING), moved(312, 8.5, DOING, TODO), **who)
    tell(api.deps, [epic(30, summary="=1+1"), waiting])
    return api


@pytest.mark.parametrize(("path", "table", "column"), CASES)
def test_a_table_sorts_by_the_column_that_its_head_names(
    busy: Api, path: str, table: str, column: str
) -> None:
    up = [one[column] for one in rows(busy, path, table, sort=column)]
    known = [value for value in up if value is not None]
    assert len(set(known)) > 1
    assert up == sorted(known) + [None] * (len(up) - len(known))
    down = [one[column] for one in rows(busy, path, table, sort=f"-{column}")]
    assert down == sorted(known, reverse=True) + [None] * (len(up) - len(known))
    shown, turned = (
        body_of(page(busy, address(busy, path, table, sort=sort)), table) for sort in (column, f"-{column}")
    )
    assert shown != turned
    # Stretches have a sum below them.
    assert len(shown) - (table == "stretches") == len(up)


@pytest.mark.parametrize(("path", "table"), TABLES)
def test_a_column_or_a_table_that_there_is_not_is_refused(api: Api, path: str, table: str) -> None:
    for format in ({}, {"format": "csv"}):
        answer = browse(api, address(api, path, table, sort="outcome", **format))
        assert answer.status_code == 422, path
        assert "sort names no column that sorts; there are" in answer.text
    assert browse(api, address(api, path, "nothing")).status_code == 422


@pytest.mark.parametrize(
    ("path", "table", "column"),
    [
        ("/people/ada", "weeks", "days"),
        ("/people/ada", "findings", "since"),
        ("/rules", "weeks", "kept"),
        ("/", "stays", "days"),
        (WHY, "stretches", "days"),
    ],
)
def test_the_links_lead_back_to_the_table_and_keep_the_day(
    busy: Api, path: str, table: str, column: str
) -> None:
    html = page(busy, address(busy, path, table, sort=column, as_of=stamp(10.5)))
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', html)}
    [back] = [link for link in links if link.endswith(f"#table-{table}") and f"sort=-{column}" in link]
    assert "as_of=2026-03-12T12%3A00%3A00.000Z" in back
    assert f"table={table}" in back
    assert f'id="table-{table}"' in html
    files = {link for link in links if "format=csv" in link and f"table={table}" in link}
    assert files
    assert all(f"sort={column}" in link and "as_of=" in link for link in files)
    assert re.findall(r'class="col-(\w+)[^"]*" aria-sort="(\w+)"', html) == [(column, "ascending")]


def test_a_list_keeps_its_own_links_beside_a_table_that_is_sorted(api: Api) -> None:
    html = page(api, "/rules?state=all&table=weeks&sort=-person_days")
    assert 'id="table-weeks" open' in html
    assert 'href="/rules?state=all&amp;sort=since"' in html
    assert 'href="/rules?state=all&amp;format=csv"' in html
    assert 'href="/rules?state=all&amp;table=weeks&amp;sort=-person_days&amp;format=csv"' in html
    assert 'id="table-weeks" open' not in page(api, "/rules?sort=since")
    portfolio = page(api, "/?table=stays&sort=-days")
    assert 'href="/?stays=1&amp;sort=-project"' not in portfolio
    assert 'href="/?stays=1&amp;sort=project"' in portfolio
    assert 'href="/?stays=1&amp;table=stays&amp;sort=-days&amp;format=csv"' in portfolio


def test_the_weeks_of_a_person_are_a_file_of_what_the_page_says(api: Api) -> None:
    weeks = {one["week"]: one for one in rows(api, "/people/ada", "weeks")}
    assert weeks["2026-W11"] == {
        "week": "2026-W11",
        "days": 3.0,
        "work": ["ML-1 modeling 3: ML-4", "ML-1 research 2: ML-5"],
        "start": stamp(7),
        "work_days": 4.0,
        "away_days": 0.0,
    }
    assert weeks["2026-W10"]["work"] == ["ML-1 research 2: ML-2"]
    earlier = {one["week"]: one for one in rows(api, "/people/ada", "weeks", as_of=stamp(2))}
    assert (earlier["2026-W10"]["days"], "2026-W11" in earlier) == (1.0, False)


def test_the_findings_of_a_person_are_a_file_of_what_the_page_says(api: Api) -> None:
    told = {one["id"]: one for one in api.items("/findings", person="ada")}
    found = {one["id"]: one for one in rows(api, "/people/ada", "findings")}
    assert found.keys() == told.keys()
    for name, one in found.items():
        assert (one["finding"], one["since"], one["until"]) == (
            told[name]["rule"],
            told[name]["start"],
            told[name]["end"],
        )
        assert (one["state"], one["visible"]) == (told[name]["state"], told[name]["visible_from"])


def test_what_a_finding_follows_from_is_a_file(busy: Api) -> None:
    found = rows(busy, "/rules/one_active", "basis")
    assert {(one["ticket"], one["task"], one["status"], one["phase"]) for one in found} >= {
        ("ML-4", "ML-4", "In Progress", "modeling"),
        ("ML-5", "ML-5", "In Progress", "research"),
    }
    html = page(busy, address(busy, "/rules/one_active", "basis"))
    assert len(body_of(html, "basis")) == len(found)


def test_the_weeks_of_the_team_are_a_file_as_the_api_tells_them(api: Api) -> None:
    names = {"week": "label", "kept": "compliance", "start": "start"}
    names |= {"person_days": "active_person_days", "person_days_over": "over_person_days"}
    told = reversed(api.items("/compliance", weeks=12))
    assert rows(api, "/rules", "weeks") == [{name: one[of] for name, of in names.items()} for one in told]


def test_stays_are_a_file_and_no_cell_of_it_is_a_formula(busy: Api) -> None:
    names = ("phase", "start", "end", "is_return")
    visits = [{name: one[name] for name in names} for one in busy.json("/projects/ML-1")["visits"]]
    found = [one for one in rows(busy, "/", "stays") if one["key"] == "ML-1"]
    assert [{name: one[name] for name in names} for one in found] == visits
    answer = browse(busy, "/?table=stays&format=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="phasewise-stays.csv"'
    assert {one["project"] for one in csv.DictReader(io.StringIO(answer.text))} == {"Issue 1", "'=1+1"}
    assert browse(busy, "/?table=stays&format=xlsx").content.startswith(b"PK")


def groups(html: str) -> list[tuple[str, int]]:
    """The names that stays stand under, each with how many."""
    found = re.findall(r'<th scope="rowgroup" rowspan="(\d+)">([^<]+)<', html)
    return [(name, int(count)) for count, name in found]


def test_stays_that_follow_each_other_stand_under_the_name_of_their_project(busy: Api) -> None:
    by_start, by_end = (groups(page(busy, f"/?table=stays&sort={column}")) for column in ("start", "end"))
    assert [name for name, _ in by_start] == ["=1+1", "Issue 1"]
    assert [name for name, _ in by_end] == ["Issue 1", "=1+1", "Issue 1"]
    stays = len(rows(busy, "/", "stays"))
    assert sum(count for _, count in by_start) == sum(count for _, count in by_end) == stays


def test_stretches_that_are_sorted_say_each_which_task_they_are_of(api: Api) -> None:
    plain, longest = page(api, WHY), page(api, f"{WHY}&table=stretches&sort=-days")
    assert 'class="of-task' in plain
    assert 'class="of-task' not in longest
    days = [float(one) for one in re.findall(r'<td class="number part">([\d.]+)<', longest)]
    assert days == sorted(days, reverse=True)
    assert body_of(longest, "stretches")[0].startswith("ML-3 Issue 3 ")
    assert body_of(longest, "stretches")[-1] == body_of(plain, "stretches")[-1]


def test_a_chosen_order_is_kept_where_all_tasks_are_asked_for(api: Api) -> None:
    done = [
        task(100 + n, moved(1000 + n, 1, TODO, DOING), moved(2000 + n, 2, DOING, DONE), **MODELING)
        for n in range(30)
    ]
    tell(api.deps, done)
    html = page(api, "/projects/ML-1?weeks=52&sort=-task")
    assert 'href="/projects/ML-1?weeks=52&amp;sort=-task&amp;tasks=all"' in html


@pytest.mark.parametrize("table", ["phases", "weeks", "visits"])
def test_a_column_of_days_has_one_decimal_throughout(busy: Api, table: str) -> None:
    there = page(busy, "/projects/ML-1").partition(f'id="table-{table}"')[2].partition("</table>")[0]
    titles = [
        words(head) for head in re.findall(r"<th[ >].*?</th>", there.partition("</thead>")[0], re.DOTALL)
    ]
    days = {"Effort", "Touched", "Elapsed", "All"}
    found = []
    for row in re.findall(r"<tr[ >].*?</tr>", there.partition("</thead>")[2], re.DOTALL):
        cells = [words(cell) for cell in re.findall(r"<t[dh][ >].*?</t[dh]>", row, re.DOTALL)]
        found += [cell for title, cell in zip(titles, cells, strict=True) if title.split()[0] in days]
    assert any(text != "–" for text in found)
    assert all(text == "–" or re.match(r"\d+\.\d\b", text) for text in found), found
