"""/projects/{key}/why: what is listed adds up to the figure, and the figure is the API's."""

import re

import pytest

from phasewise.store.db import Database
from phasewise.usecases.instants import parse_instant
from tests.naive.facts import world
from tests.naive.histories import make_history
from tests.naive.oracle import stamp as naive_stamp
from tests.store.records import DOING, DONE, TODO, epic, moved, task
from tests.web.story import Api, tell
from tests.web.test_agreement import told
from tests.web.test_pages import browse, page, words


def parts(html: str) -> list[float]:
    """The working days of every stretch."""
    return [float(text.replace(",", "")) for text in re.findall(r'<td class="number part">([\d.,]+)<', html)]


def total(html: str) -> float:
    found = re.search(r"<h1>[^:]*: ([\d.,]+) working days</h1>", html)
    assert found is not None
    return float(found[1].replace(",", ""))


def figures(project: dict[str, object]) -> dict[str, float]:
    """Every figure of a project by the question that explains it, as the API has it."""
    found = {name: project[f"{name}_days"] for name in ("effort", "touched", "elapsed")}
    for phase, numbers in project["by_phase"].items():  # type: ignore[attr-defined]
        for name in ("effort", "touched"):
            found[f"{name}&phase={phase}"] = numbers[f"{name}_days"]
    return found  # type: ignore[return-value]


def test_every_figure_of_the_story_is_the_sum_of_what_is_listed(api: Api) -> None:
    for asked, days in figures(api.json("/projects/ML-1")).items():
        html = page(api, f"/projects/ML-1/why?figure={asked}")
        assert (total(html), round(sum(parts(html)), 3)) == (days, days)


@pytest.mark.parametrize("seed", [3, 4])
def test_a3_figures_of_any_history_at_any_instant_add_up(seed: int, sqlite_database: Database) -> None:
    history = make_history(seed)
    made = world([one for one in history.world.tickets if one.kind != "other"], history.world.policy)
    api = told(sqlite_database, made, now=history.after_all())
    for as_of in history.looks(2):
        at = naive_stamp(as_of).replace("+", "%2B")
        for listed in api.items("/projects", as_of=naive_stamp(as_of)):
            project = api.json(f"/projects/{listed['id']}", as_of=naive_stamp(as_of))
            asked = figures(project)
            for visit in project["visits"]:
                start = parse_instant(visit["start"], "start")
                for name in ("effort", "touched", "elapsed"):
                    asked[f"{name}&phase={visit['phase']}&visit={start}"] = visit[f"{name}_days"]
            for question, days in asked.items():
                html = page(api, f"/projects/{project['key']}/why?figure={question}&as_of={at}")
                assert (total(html), round(sum(parts(html)), 3)) == (days, days), question


def test_the_stretches_are_a_file_that_adds_up(api: Api) -> None:
    html = page(api, "/projects/ML-1/why?figure=effort")
    assert 'href="/projects/ML-1/why?figure=effort&amp;table=stretches&amp;format=csv"' in html
    told = browse(api, "/projects/ML-1/why?figure=effort&format=json").json()
    assert round(sum(one["days"] for one in told), 3) == total(html)
    assert {key for one in told for key in one["tasks"].split()} == set(
        re.findall(r'class="key"[^>]*>(ML-\d+)<', html)
    )


def test_a_gap_is_a_line_of_its_own_in_what_elapsed(api: Api) -> None:
    research = {"phase_option": "r", "phase_option_name": "Research", "parent_id": 20}
    worked = [
        task(20 + n, moved(40 + n, n, TODO, DOING), moved(50 + n, n + 1, DOING, DONE), **research)
        for n in (1, 3)
    ]
    tell(api.deps, [epic(20), *worked])
    text = words(page(api, "/projects/ML-20/why?figure=elapsed"))
    assert "ML-21 Mar 3, 00:00 Mar 4, 00:00 to Mar 4, 00:00 Research 1.000" in text
    assert "Nothing active Mar 4, 00:00 Mar 5, 00:00 to Mar 5, 00:00 – no single phase 1.000" in text
    assert "From the first start to the last end" in text


def test_a_task_that_goes_on_ends_now_and_two_at_once_count_twice(api: Api) -> None:
    text = words(page(api, "/projects/ML-1/why?figure=effort&phase=modeling"))
    assert "ML-3 Issue 3 Mar 5, 00:00 now up to now Modeling 6.000" in text
    assert "ML-4 Issue 4 Mar 10, 00:00 now up to now Modeling 3.000" in text
    assert "Sum 9.000" in text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("figure=elapsed&phase=modeling", 422),
        ("figure=effort&visit=5", 422),
        ("figure=x", 422),
        ("figure=effort&phase=modeling&visit=5", 404),
    ],
)
def test_a_figure_that_there_is_not_is_an_error_page(api: Api, query: str, status: int) -> None:
    assert browse(api, f"/projects/ML-1/why?{query}").status_code == status


def test_a_phase_without_work_is_zero_and_says_why(api: Api) -> None:
    text = words(page(api, "/projects/ML-1/why?figure=effort&phase=ab_testing"))
    assert "Effort: 0.000 working days" in text
    assert "No task was active here" in text
