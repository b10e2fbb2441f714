"""/api/v1/people and /api/v1/board: two views of who has what in hand."""

from dataclasses import replace
from typing import Any

from phasewise.core.model import Limits
from tests.store.records import DOING, DONE, TODO, WAITING, at, item, moved, subtask, task
from tests.web.story import ADA, POLICY, RESEARCH, Api, deps_of, stamp, tell


def person(api: Api, id: str, **asked: Any) -> Any:
    return next(one for one in api.items("/people", **asked) if one["id"] == id)


def lane(api: Api, person: str | None, **asked: Any) -> Any:
    return next(one for one in api.items("/board", **asked) if one["person"] == person)


def test_a_person_shows_what_they_have_in_hand(api: Api) -> None:
    assert person(api, "ada") == {
        "id": "ada",
        "display_name": "Ada",
        "active": ["ML-4", "ML-5"],
        "watching": [],
        "paused": [],
        "team": "default",
        "done_last_7_days": 0,
        "done_keys": [],
        "over_limit": True,
    }


def test_a_subtask_shows_as_its_task(api: Api) -> None:
    assert person(api, "bob")["active"] == ["ML-3", "ML-4"]
    assert (person(api, "bob", as_of=stamp(10))["active"], lane(api, "bob")["over_limit"]) == (["ML-3"], True)


def test_a_subtask_without_a_task_counts_for_the_limit_only(api: Api) -> None:
    tell(api.deps, [subtask(21, 999, moved(211, 10, TODO, DOING), assignee="cyd", assignee_name="Cyd")])
    tell(api.deps, [task(22, moved(221, 10, TODO, DOING), assignee="cyd", assignee_name="Cyd")])
    assert (person(api, "cyd")["active"], person(api, "cyd")["over_limit"]) == (["ML-21", "ML-22"], True)
    assert [card["key"] for card in lane(api, "cyd")["cards"]] == ["ML-22"]


def test_what_is_over_the_limit_follows_the_policy(api: Api) -> None:
    lenient = replace(POLICY, limits=Limits(one_active=2))
    assert person(Api(deps_of(api.deps.database, policy=lenient)), "ada")["over_limit"] is False


def test_done_counts_for_whom_it_was_when_it_became_done(api: Api) -> None:
    handed_on = item(303, 10, "assignee", "bob", "ada", before_text="Bob", after_text="Ada")
    moves = (moved(301, 9, TODO, DOING), moved(302, 9.5, DOING, DONE), handed_on)
    tell(api.deps, [task(30, *moves, **ADA)])
    assert (person(api, "bob")["done_keys"], person(api, "ada")["done_keys"]) == (["ML-30"], [])
    assert person(api, "bob", as_of=stamp(9.5))["done_last_7_days"] == 0


def test_done_counts_for_168_hours_and_while_it_lasts(api: Api) -> None:
    reopened = (moved(311, 9, TODO, DONE), moved(312, 10, DONE, TODO))
    tell(api.deps, [task(31, *reopened, **ADA), task(32, moved(321, 4, TODO, DONE), **ADA)])
    assert person(api, "ada")["done_keys"] == ["ML-32"]
    assert person(api, "ada", as_of="2026-03-13T00:00:00.000Z")["done_last_7_days"] == 1
    tell(api.deps, [task(33, moved(331, 3.999, TODO, DONE), **ADA)])
    assert person(api, "ada")["done_keys"] == ["ML-32"]


def test_people_are_in_the_order_of_their_names_and_the_nameless_come_last(api: Api) -> None:
    named = [("u1", "zoe"), ("u2", "Åsa"), ("u3", None), ("u0", "Bob")]
    tell(api.deps, [task(40 + n, assignee=i, assignee_name=name) for n, (i, name) in enumerate(named)])
    assert [one["id"] for one in api.items("/people")] == ["ada", "bob", "u0", "u1", "u2", "u3"]


def test_who_has_nothing_open_is_listed_for_14_days_of_their_last_work(api: Api) -> None:
    worked = (moved(501, 0.5, TODO, DOING), moved(502, 1, DOING, DONE))
    tell(api.deps, [task(50, *worked, assignee="eve", assignee_name="Eve")])
    assert person(api, "eve")["active"] == []
    later = Api(deps_of(api.deps.database, now=at(16)))
    assert "eve" in [one["id"] for one in later.items("/people", as_of=stamp(14.99))]
    assert "eve" not in [one["id"] for one in later.items("/people", as_of=stamp(15))]


def test_the_board_has_a_lane_for_everybody_and_one_for_nobody(api: Api) -> None:
    lanes = api.items("/board")
    assert [(one["person"], [card["key"] for card in one["cards"]]) for one in lanes] == [
        ("ada", ["ML-4", "ML-5"]),
        ("bob", ["ML-3", "ML-4"]),
        (None, ["ML-7"]),
    ]


def test_a_card_shows_where_its_task_stands(api: Api) -> None:
    card = lane(api, "bob")["cards"][0]
    assert (card["key"], card["id"], card["project"], card["phase"]) == ("ML-3", "3", "1", "modeling")
    assert (card["status_group"], card["age_days"], card["flagged"]) == ("active", 6.0, False)
    assert (card["warning"], card["breach"]) == (False, True)


def test_a_card_warns_before_it_is_a_breach(api: Api) -> None:
    card = lane(api, "bob", as_of=stamp(10))["cards"][0]
    assert (card["age_days"], card["warning"], card["breach"]) == (5.0, True, False)
    card = lane(api, "bob", as_of=stamp(9))["cards"][0]
    assert (card["age_days"], card["warning"], card["breach"]) == (4.0, False, False)


def test_a_card_shows_the_most_active_of_what_its_person_holds(api: Api) -> None:
    waiting = task(60, moved(601, 1, TODO, WAITING), flagged=True, **ADA, **RESEARCH)
    tell(api.deps, [waiting, subtask(61, 60, moved(611, 2, TODO, DOING), **ADA)])
    card = next(card for card in lane(api, "ada")["cards"] if card["key"] == "ML-60")
    assert (card["status_group"], card["flagged"]) == ("active", True)
    assert person(api, "ada")["paused"] == ["ML-60"]


def test_the_same_number_everywhere(api: Api) -> None:
    ages = {task["key"]: task["age_days"] for task in api.items("/tasks")}
    for one in api.items("/board"):
        assert {card["key"]: card["age_days"] for card in one["cards"]}.items() <= ages.items()
    project = api.json("/projects/ML-1")
    assert {task["key"]: task["age_days"] for task in project["tasks"]}.items() <= ages.items()
    assert {one["id"]: one["active"] for one in api.items("/people")} == {
        one["person"]: [card["key"] for card in one["cards"] if card["status_group"] == "active"]
        for one in api.items("/board")
        if one["person"]
    }
    efforts = [project["by_phase"][phase]["effort_days"] for phase in project["by_phase"]]
    assert sum(efforts) == project["effort_days"] == sum(visit["effort_days"] for visit in project["visits"])
