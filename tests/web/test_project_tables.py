"""The tables of a project's page: each sorts by its heads, and is a file of the numbers that the API has."""

import re
from dataclasses import replace
from typing import Any

import pytest

from phasewise.core.rights import Asker, Role
from phasewise.usecases.show_project_page import show_project_page
from phasewise.web.project_tables import Which, table_of
from tests.web.story import Api
from tests.web.test_pages import browse, page

Row = dict[str, Any]


def rows(api: Api, which: Which, **more: str) -> list[Row]:
    """The file of a table."""
    query = "&".join(f"{name}={value}" for name, value in {"table": which, "format": "json", **more}.items())
    answer = browse(api, f"/projects/ML-1?{query}")
    assert answer.status_code == 200, answer.text
    assert f'filename="phasewise-ML-1-{which}.json"' in answer.headers["content-disposition"]
    found: list[Row] = answer.json()
    return found


def test_the_file_of_the_tasks_has_all_of_them_as_the_api_tells_them(api: Api) -> None:
    project = api.json("/projects/ML-1")["id"]
    told = {one["key"]: one for one in api.json("/tasks")["items"] if one["project"] == project}
    found = {one["key"]: one for one in rows(api, Which.TASKS)}
    assert found.keys() == told.keys()
    for key, one in found.items():
        assert (one["task"], one["phase"]) == (told[key]["summary"], told[key]["phase"])
        assert one["age_days"] in (None, told[key]["age_days"])


def test_the_files_of_visits_and_phases_have_the_numbers_of_the_api(api: Api) -> None:
    told = api.json("/projects/ML-1")
    by_phase = {one["phase"]: one for one in rows(api, Which.PHASES)}
    for phase, numbers in told["by_phase"].items():
        if phase in by_phase:
            assert {name: by_phase[phase][name] for name in numbers} == numbers
    visits = rows(api, Which.VISITS)
    assert [(one["phase"], one["start"], one["effort_days"]) for one in visits] == [
        (one["phase"], one["start"], one["effort_days"]) for one in told["visits"]
    ]
    assert sum(one["is_return"] for one in visits) == told["loops"]


def test_the_weeks_of_the_file_add_up_to_the_effort(api: Api) -> None:
    weeks = rows(api, Which.WEEKS)
    total = api.json("/projects/ML-1")["effort_days"]
    assert sum(week["all"] for week in weeks) == pytest.approx(total, abs=0.01)
    for week in weeks:
        parts = [days for name, days in week.items() if name not in ("week", "all")]
        assert sum(parts) == pytest.approx(week["all"], abs=0.01)


@pytest.mark.parametrize(
    ("which", "column"),
    [
        (Which.TASKS, "age_days"),
        (Which.TASKS, "task"),
        (Which.VISITS, "effort_days"),
        (Which.FINISHED, "days"),
        (Which.WEEKS, "all"),
        (Which.PHASES, "touched_days"),
    ],
)
def test_a_table_sorts_by_the_column_that_its_head_names(api: Api, which: Which, column: str) -> None:
    up = [one[column] for one in rows(api, which, sort=column)]
    known = [value for value in up if value is not None]
    assert known == sorted(known)
    assert up == known + [None] * (len(up) - len(known))
    down = [one[column] for one in rows(api, which, sort=f"-{column}")]
    assert [value for value in down if value is not None] == known[::-1]


def test_only_the_table_that_is_named_is_sorted_and_stands_open(api: Api) -> None:
    html = page(api, "/projects/ML-1?table=visits&sort=-effort_days&weeks=52")
    assert re.findall(r'id="table-(\w+)" open', html) == ["visits"]
    assert re.findall(r'class="col-(\w+)[^"]*" aria-sort="(\w+)"', html) == [("effort_days", "descending")]
    assert 'href="/projects/ML-1?weeks=52&amp;table=visits&amp;sort=effort_days#table-visits"' in html
    assert 'href="/projects/ML-1?table=visits&amp;sort=-effort_days&amp;weeks=260">5 years' in html
    assert 'href="/projects/ML-1?weeks=52&amp;table=phases&amp;format=csv"' in html
    assert 'href="/projects/ML-1?weeks=52&amp;table=tasks&amp;sort=task#table-tasks"' in html


def test_a_column_that_there_is_not_is_refused(api: Api) -> None:
    answer = browse(api, "/projects/ML-1?table=phases&sort=age_days")
    assert answer.status_code == 422
    assert "there are phase, tasks_done, visits, effort_days, touched_days, tasks" in answer.text


def test_s16_a_stakeholder_has_no_file_of_who_does_what(api: Api) -> None:
    asker = Asker(Role.STAKEHOLDER, "board")
    facts = show_project_page(replace(api.deps, asker=asker), "ML-1", None, weeks=26)
    assert "assignee" not in {column.name for column in table_of(Which.TASKS, facts).columns}
