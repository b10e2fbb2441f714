"""/api/v1/projects: the numbers of the story, worked out by hand, now and before."""

import pytest

from phasewise.store.db import Database
from tests.store.records import DOING, DONE, TODO, at, epic, moved, task
from tests.web.story import ADA, MODELING, Api, deps_of, remove, stamp, tell


def test_a_project_shows_its_numbers(api: Api) -> None:
    project = api.items("/projects")[0]
    assert (project["id"], project["key"], project["summary"]) == ("1", "ML-1", "Issue 1")
    assert project["url"] == "https://example.atlassian.net/browse/ML-1"
    assert (project["state"], project["phases_now"]) == ("active", ["research", "modeling"])
    assert (project["last_phase"], project["idle_since"]) == (None, None)
    assert (project["owner"], project["people"], project["loops"]) == ("ada", ["ada", "bob"], 1)
    assert (project["effort_days"], project["touched_days"], project["elapsed_days"]) == (13.0, 8.0, 8.0)
    assert (project["planned_weeks"], project["spent_weeks"], project["findings_open"]) == (None, 2.6, 1)


def test_a_project_shows_its_numbers_by_phase(api: Api) -> None:
    by_phase = api.items("/projects")[0]["by_phase"]
    assert list(by_phase) == [
        "research",
        "data_exploration",
        "modeling",
        "productization",
        "ab_testing",
        "results_analysis",
        "none",
    ]
    research = {"tasks": 2, "tasks_done": 1, "visits": 2, "effort_days": 4.0, "touched_days": 4.0}
    modeling = {"tasks": 2, "tasks_done": 0, "visits": 1, "effort_days": 9.0, "touched_days": 6.0}
    assert (by_phase["research"], by_phase["modeling"]) == (research, modeling)
    assert by_phase["none"] == {
        "tasks": 0,
        "tasks_done": 0,
        "visits": 0,
        "effort_days": 0.0,
        "touched_days": 0.0,
    }


def test_one_project_has_its_visits_in_order(api: Api) -> None:
    visits = api.json("/projects/ML-1")["visits"]
    assert [(one["phase"], one["start"], one["end"], one["is_return"]) for one in visits] == [
        ("research", stamp(1), stamp(3), False),
        ("modeling", stamp(3), None, False),
        ("research", stamp(9), None, True),
    ]
    assert [(one["effort_days"], one["touched_days"], one["elapsed_days"]) for one in visits] == [
        (2.0, 2.0, 2.0),
        (9.0, 6.0, 6.0),
        (2.0, 2.0, 2.0),
    ]


def test_one_project_has_its_tasks_and_no_plan_yet(api: Api) -> None:
    project = api.json("/projects/ML-1")
    assert [task["key"] for task in project["tasks"]] == ["ML-2", "ML-3", "ML-4", "ML-5"]
    assert (project["plan"], project["deliverables"]) == (None, [])


def test_before_its_last_change_a_project_is_computed_from_its_history(api: Api) -> None:
    project = api.json("/projects/ML-1", as_of=stamp(9))
    assert (project["phases_now"], project["loops"], project["findings_open"]) == (["modeling"], 0, 0)
    assert (project["effort_days"], project["touched_days"], project["elapsed_days"]) == (7.0, 6.0, 6.0)
    assert (project["by_phase"]["research"]["tasks_done"], project["by_phase"]["research"]["visits"]) == (
        1,
        1,
    )


def test_a_project_that_was_idle_says_since_when(api: Api) -> None:
    tell(api.deps, [task(3, moved(31, 3, TODO, DOING), moved(32, 3.5, DOING, DONE), **ADA, **MODELING)])
    project = api.json("/projects/ML-1", as_of=stamp(5))
    assert (project["state"], project["last_phase"], project["idle_since"]) == (
        "idle",
        "modeling",
        stamp(3.5),
    )


def test_a_project_nobody_started_has_empty_numbers(api: Api) -> None:
    project = api.json("/projects/ML-10")
    assert (project["state"], project["effort_days"], project["visits"]) == ("not_started", 0.0, [])
    assert (project["owner"], project["people"], project["url"][-5:]) == (None, [], "ML-10")


def test_projects_are_in_the_order_of_their_keys_by_number(api: Api) -> None:
    tell(api.deps, [epic(9)])
    assert [project["key"] for project in api.items("/projects")] == ["ML-1", "ML-9", "ML-10"]


def test_a_project_is_found_by_key_by_id_and_by_former_key(api: Api) -> None:
    tell(api.deps, [epic(1, key="NEW-5", space_key="NEW", updated=at(10), **ADA)])
    assert {api.json(f"/projects/{key}")["key"] for key in ("NEW-5", "1", "ML-1", "ml-1")} == {"NEW-5"}


@pytest.mark.parametrize(
    "key", ["ML-99", "99", "ML-2", "9" * 30, "%00", "ML-1'--", "²", "M" * 255, "ß" * 200]
)
def test_what_is_no_project_is_not_found(api: Api, key: str) -> None:
    assert api.get(f"/projects/{key}").status_code == 404


def test_a_project_created_at_the_instant_does_not_exist_yet(api: Api) -> None:
    assert api.get("/projects/ML-1", as_of=stamp(0)).status_code == 404
    assert api.items("/projects", as_of=stamp(0)) == []
    assert api.get("/projects/ML-1", as_of="2026-03-02T00:00:00.001Z").status_code == 200


def test_a_removed_project_is_in_no_list_after_it(api: Api) -> None:
    remove(api.deps, 1, at(10))
    assert [project["key"] for project in api.items("/projects")] == ["ML-10"]
    assert [project["key"] for project in api.items("/projects", as_of=stamp(10))] == ["ML-1", "ML-10"]
    assert api.json("/projects/ML-1")["removed_at"] == stamp(10)


def test_done_projects_are_listed_too(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, [epic(1, moved(1, 2, TODO, DONE))])
    assert [project["state"] for project in Api(deps).items("/projects")] == ["done"]
