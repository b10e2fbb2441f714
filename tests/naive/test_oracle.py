"""The oracle reads raw issues of both deployments as what they were made from, and answers as documented."""

import json
from dataclasses import replace

import pytest

from tests.naive.cast import EPIC, PARIS, at, epic, task
from tests.naive.facts import World, as_jira_tells, is_incomplete, world
from tests.naive.hints import findings
from tests.naive.histories import make_history
from tests.naive.jira_shapes import settings_of, site_of
from tests.naive.law import seen
from tests.naive.oracle import Oracle, differences

AS_OF = at("2026-03-10 00:00")


def small_world() -> World:
    late = task(2, "modeling", "2026-03-02 00:00 active")
    over = task(3, "research", "2026-03-03 00:00 active", "2026-03-04 12:00 done")
    return world([epic(), late, over], PARIS)


def oracle_of(made: World, *, cloud: bool = True) -> Oracle:
    site = site_of(made, cloud=cloud)
    return Oracle(replace(site, issues=json.loads(json.dumps(site.issues))), settings_of(made.policy))


@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "datacenter"])
@pytest.mark.parametrize("seed", range(40))
def test_raw_issues_are_read_as_what_they_were_made_from(seed: int, cloud: bool) -> None:
    history = make_history(seed)
    listed = replace(history.world.policy, unmapped=frozenset())
    tickets = [as_jira_tells(one) for one in history.world.tickets if one.kind != "other"]
    made = world(tickets, listed)
    oracle = oracle_of(made, cloud=cloud)
    assert oracle.incomplete == {one.id for one in made.tickets if is_incomplete(one)}
    for as_of in history.looks(3):
        assert oracle.at(as_of).lives == seen(made, as_of).lives
        assert findings(oracle.at(as_of)) == findings(seen(made, as_of))


def test_a_project_answers_as_documented() -> None:
    answer = oracle_of(small_world()).project("ML-1", AS_OF)
    assert answer is not None
    assert (answer["id"], answer["state"], answer["phases_now"]) == ("1", "active", ["modeling"])
    assert (answer["effort_days"], answer["touched_days"], answer["spent_weeks"]) == (7.5, 6.0, 1.5)
    assert [visit["is_return"] for visit in answer["visits"]] == [False, True]
    assert answer["by_phase"]["research"]["tasks_done"] == 1
    assert answer["findings_open"] == 1


def test_the_five_day_finding_answers_as_documented() -> None:
    (found,) = [
        one for one in oracle_of(small_world()).findings(AS_OF)["items"] if one["rule"] == "five_days"
    ]
    start = at("2026-03-06 00:00")
    assert found["id"] == f"five_days:2:{start}"
    assert found["start"] == "2026-03-05T23:00:00.000Z"
    assert found["evidence"] == [f"2:{at('2026-03-02 00:00')}"]


def test_what_is_not_yet_created_has_no_route() -> None:
    oracle = oracle_of(small_world())
    assert oracle.task("ML-2", at("2026-03-01 00:00")) is None
    assert oracle.task("2", at("2026-03-01 00:01")) is not None


def test_a_board_shows_each_card_in_the_lane_of_its_person() -> None:
    (lane,) = oracle_of(small_world()).board(AS_OF)
    assert lane["person"] == "ann"
    assert [(card["key"], card["status_group"], card["breach"]) for card in lane["cards"]] == [
        ("ML-2", "active", True)
    ]


def test_a_person_finished_what_they_had_when_it_was_done() -> None:
    (ann,) = oracle_of(small_world()).people(AS_OF)["items"]
    assert (ann["active"], ann["done_last_7_days"], ann["over_limit"]) == (["ML-2"], 1, False)


def test_a_difference_is_told_by_its_place() -> None:
    expected = {"items": [{"id": "1", "effort_days": 1.0, "loops": 0}]}
    assert (
        differences(expected, {"items": [{"id": "1", "effort_days": 1.001, "loops": 0}], "next": None}) == []
    )
    assert differences(expected, {"items": [{"id": "1", "effort_days": 1.002, "loops": 1}]}) == [
        "items[1].effort_days: expected 1.0, got 1.002",
        "items[1].loops: expected 0, got 1",
    ]
    assert differences(expected, {"items": []}) == ["items[1]: missing"]


def test_entries_are_matched_by_what_both_sides_have() -> None:
    card = {"key": "ML-2", "breach": True}
    assert differences([card], [card | {"id": "2"}]) == []


def test_a_zero_is_no_false() -> None:
    assert differences({"loops": 0}, {"loops": False}) == ["loops: expected 0, got False"]


def test_of_a_task_that_was_a_sub_task_the_epic_counts() -> None:
    made = small_world()
    site = site_of(made, cloud=True)
    items = [
        {"field": "Epic Link", "from": None, "to": str(EPIC), "toString": "ML-1"},
        {"field": "Parent", "from": "3", "to": None},
    ]
    history = {"id": "9", "created": at("2026-03-05 00:00"), "items": items}
    issue = site.issues[1] | {"changelog": {"histories": [history]}}  # type: ignore[operator]  # a dict
    oracle = Oracle(replace(site, issues=[site.issues[0], issue]), settings_of(made.policy))
    (found,) = oracle.tasks(AS_OF)["items"]
    assert (found["project"], found["history_incomplete"]) == (str(EPIC), False)


def test_an_epic_is_found_by_its_type_on_data_center() -> None:
    oracle = oracle_of(small_world(), cloud=False)
    assert oracle.world.projects == {EPIC}
    assert {one["project"] for one in oracle.tasks(AS_OF)["items"]} == {str(EPIC)}
