"""/api/v1/tasks: what a task is at an instant, its age, its intervals."""

from typing import Any

import pytest

from tests.store.records import DOING, TODO, at, moved, subtask, task
from tests.web.story import ADA, BOB, RESEARCH, Api, remove, stamp, tell


def shown(found: list[Any]) -> list[str]:
    return [task["key"] for task in found]


def test_a_task_shows_what_it_is_now(api: Api) -> None:
    found = {task["key"]: task for task in api.items("/tasks")}
    assert list(found) == ["ML-2", "ML-3", "ML-4", "ML-5", "ML-7"]
    task = found["ML-3"]
    assert (task["id"], task["summary"], task["project"]) == ("3", "Issue 3", "1")
    assert (task["phase"], task["status_group"], task["assignee"]) == ("modeling", "active", "bob")
    assert (task["age_days"], task["history_incomplete"], task["flagged"]) == (6.0, False, False)
    assert [task["age_days"] for task in found.values()] == [2.0, 6.0, 3.0, 2.0, 0.0]
    assert (found["ML-7"]["project"], found["ML-7"]["phase"], found["ML-7"]["assignee"]) == (
        None,
        "none",
        None,
    )


def test_a_task_shows_what_it_was(api: Api) -> None:
    task = api.json("/tasks/ML-2", as_of=stamp(3))
    assert (task["status_group"], task["age_days"]) == ("active", 2.0)
    assert [(one["status_id"], one["end"]) for one in task["intervals"]] == [("1", stamp(1)), ("3", None)]


def test_a_task_has_the_intervals_of_its_life(api: Api) -> None:
    last = api.json("/tasks/ML-2")["intervals"][-1]
    assert last == {
        "id": f"2:{at(3)}",
        "start": stamp(3),
        "end": None,
        "status_id": "5",
        "status_group": "done",
        "phase": "research",
        "assignee": "ada",
        "project": "1",
        "flagged": False,
    }


def test_a_task_shows_the_subtasks_that_count_as_it(api: Api) -> None:
    (subtask,) = api.json("/tasks/ML-4")["subtasks"]
    assert (subtask["id"], subtask["key"]) == ("6", "ML-6")
    assert [one["id"] for one in subtask["intervals"]] == [f"6:{at(0)}", f"6:{at(10)}"]
    assert api.json("/tasks/ML-4", as_of=stamp(10))["subtasks"][0]["intervals"][-1]["id"] == f"6:{at(0)}"


def test_a_subtask_is_active_time_of_its_task(api: Api) -> None:
    tell(api.deps, [task(20, **RESEARCH), subtask(21, 20, moved(211, 9.5, TODO, DOING), **BOB)])
    assert api.json("/tasks/ML-20")["age_days"] == 1.5


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"project": "1"}, ["ML-2", "ML-3", "ML-4", "ML-5"]),
        ({"project": "ML-1"}, ["ML-2", "ML-3", "ML-4", "ML-5"]),
        ({"project": "ML-99"}, []),
        ({"person": "ada"}, ["ML-2", "ML-4", "ML-5"]),
        ({"person": "' OR 1=1 --"}, []),
        ({"person": "a\x00da"}, []),
        ({"phase": "none"}, ["ML-7"]),
        ({"phase": "modeling", "person": "ada"}, ["ML-4"]),
        ({"status_group": "done"}, ["ML-2"]),
        ({"status_group": "active", "as_of": stamp(2)}, ["ML-2"]),
    ],
)
def test_s5_tasks_are_filtered_by_what_they_are_at_the_instant(
    api: Api, asked: dict[str, str], found: list[str]
) -> None:
    assert shown(api.items("/tasks", **asked)) == found


@pytest.mark.parametrize("key", ["ML-6", "6", "ML-1", "ML-99"])
def test_what_is_no_task_is_not_found(api: Api, key: str) -> None:
    assert api.get(f"/tasks/{key}").status_code == 404


def test_a_removed_task_is_in_no_list_and_its_effort_stays(api: Api) -> None:
    remove(api.deps, 3, at(10))
    assert shown(api.items("/tasks", project="1")) == ["ML-2", "ML-4", "ML-5"]
    task = api.json("/tasks/ML-3")
    assert (task["removed_at"], task["intervals"][-1]["end"]) == (stamp(10), stamp(10))
    project = api.json("/projects/ML-1")
    assert (project["effort_days"], project["by_phase"]["modeling"]["tasks"]) == (12.0, 1)


def test_a_history_that_disagrees_with_the_issue_is_marked(api: Api) -> None:
    tell(api.deps, [task(30, moved(301, 1, TODO, DOING), status=TODO, **ADA)])
    assert api.json("/tasks/ML-30")["history_incomplete"] is True
    assert api.json("/sync")["issues_incomplete"] == 1
