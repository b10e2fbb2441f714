"""The facts behind the page: the same numbers as the API, at every instant, on both databases."""

from dataclasses import replace

import pytest

from phasewise.core.model import Group, Rule, Severity
from phasewise.errors import BadRequestError
from phasewise.store.db import Database
from phasewise.usecases.as_of.hands import Hand, bare_hands, filled, hands_at, hands_under_way
from phasewise.usecases.instants import parse_instant
from phasewise.usecases.moment import moment
from phasewise.usecases.portfolio import LaneFacts, Portfolio
from phasewise.usecases.show_portfolio import show_portfolio
from tests.store.records import DOING, DONE, TODO, at, epic, item, moved, task
from tests.web.story import ADA, MODELING, NOW, POLICY, Api, Clock, deps_of, remove, stamp, story, tell
from tests.web.test_pages import page, words

INSTANTS = [0.5, 1.5, 3, 4, 8.5, 9, 9.5, 10, 10.5, 11]


@pytest.fixture
def api(database: Database) -> Api:
    """The story on SQLite, then on PostgreSQL."""
    deps = deps_of(database)
    tell(deps, story())
    return Api(deps)


def facts(api: Api, days: float = 11, **asked: bool) -> Portfolio:
    return show_portfolio(api.deps, at(days), weeks=26, **asked)


def lane(found: Portfolio, person: str | None) -> LaneFacts:
    return next(one for one in found.lanes if (one.person.id if one.person else None) == person)


def test_projects_say_what_the_api_says_at_every_instant(api: Api) -> None:
    for days in INSTANTS:
        told = {project["key"]: project for project in api.items("/projects", as_of=stamp(days))}
        found = {project.epic.key: project for project in facts(api, days).projects}
        assert found.keys() == told.keys()
        for key, project in found.items():
            answer = told[key]
            assert project.state == answer["state"]
            assert [now.phase for now in project.phases_now] == answer["phases_now"]
            assert project.loops == answer["loops"]
            assert project.effort_weeks == answer["spent_weeks"]
            assert {member.person.id for member in project.members} == set(answer["people"])


def test_the_page_shows_a_ticket_that_goes_to_and_fro_once_it_is_for_all_to_see(api: Api) -> None:
    instants = (9.1, 9.2, 9.3, 10.2)
    steps = [moved(40 + n, on, *((DOING, TODO) if n % 2 else (TODO, DOING))) for n, on in enumerate(instants)]
    tell(api.deps, [task(8, *steps, assignee="bob", **MODELING)])

    def shown(days: float) -> list[str]:
        (project,) = [one for one in facts(api, days).projects if one.epic.id == 1]
        return [one.tickets[0].key for one in project.troubles if one.rule is Rule.FLIP_FLOP]

    assert (shown(10.3), shown(10.31), shown(11)) == ([], ["ML-8"], ["ML-8"])


def test_lanes_say_what_the_board_says_at_every_instant(api: Api) -> None:
    for days in INSTANTS:
        board = {one["person"]: one["cards"] for one in api.items("/board", as_of=stamp(days))}
        found = facts(api, days)
        for person, cards in board.items():
            active = {card["key"]: card for card in cards if card["status_group"] == "active"}
            if not cards:
                continue
            shown = {card.ticket.key: card for card in lane(found, person).active}
            assert shown.keys() == active.keys()
            for key, card in shown.items():
                assert card.age_days == active[key]["age_days"]
                assert (card.severity is Severity.BREACH) == active[key]["breach"]
                assert (card.severity is Severity.WARNING) == active[key]["warning"]
                assert card.phase == active[key]["phase"]


def test_open_breaches_and_warnings_are_those_of_the_api_at_every_instant(api: Api) -> None:
    for days in INSTANTS:
        found = api.items("/findings", state="open", as_of=stamp(days))
        told = sorted((one["rule"], one["severity"]) for one in found if one["severity"] != "hint")
        serious = [one for one in facts(api, days).troubles if one.severity is not Severity.HINT]
        assert sorted((one.rule.value, one.severity.value) for one in serious) == told


def test_breaches_are_new_on_the_day_they_begin(api: Api) -> None:
    assert [facts(api, days).breaches_today for days in (8.9, 9.9, 10.5, 11)] == [0, 1, 2, 0]


def test_stays_before_the_shown_time_are_left_out_and_the_numbers_stay(api: Api) -> None:
    tell(api.deps, [epic(50), task(51, moved(511, 1, TODO, DOING), moved(512, 2, DOING, DONE), parent_id=50)])
    api.deps = replace(api.deps, now=Clock(at(400)))
    long, short = (show_portfolio(api.deps, None, weeks=weeks) for weeks in (104, 8))
    by_key = [{one.epic.key: one for one in found.projects} for found in (long, short)]
    assert [stay.phase.value for stay in by_key[0]["ML-1"].stays] == ["research", "modeling", "research"]
    assert [stay.phase.value for stay in by_key[1]["ML-1"].stays] == ["modeling", "research"]
    assert by_key[0]["ML-1"].effort_weeks == by_key[1]["ML-1"].effort_weeks


def test_a_done_project_is_counted_and_only_read_if_asked_for(api: Api) -> None:
    tell(api.deps, [epic(20, moved(201, 5, TODO, DONE), item(202, 6, "assignee", None, "ada"), **ADA)])
    found = facts(api)
    assert (found.done, found.done_projects) == (1, ())
    assert "ML-20" not in {project.epic.key for project in found.projects}
    (done,) = facts(api, with_done=True).done_projects
    assert (done.epic.key, done.state_since) == ("ML-20", at(5))
    assert facts(api, 4).done == 0


def test_a_removed_task_leaves_the_lanes_and_its_effort_stays(api: Api) -> None:
    before = facts(api).projects[0].effort_weeks
    remove(api.deps, 3, NOW - 1)
    after = facts(api)
    assert "ML-3" not in {card.ticket.key for card in lane(after, "bob").active}
    assert after.projects[0].effort_weeks == pytest.approx(before, abs=0.001)


def test_finished_tickets_are_counted_by_seven_whole_days(api: Api) -> None:
    found = show_portfolio(replace(api.deps, now=Clock(at(16.5))), None, weeks=26)
    assert found.flow.finished[-3:] == (0, 1, 0)
    assert found.flow.cycle_days[-3:] == (None, 2.0, 2.0)


def test_what_waits_is_cut_to_three_and_counted(api: Api) -> None:
    tell(api.deps, [task(n, **ADA, **MODELING) for n in range(60, 66)])
    ada = lane(facts(api), "ada")
    assert ([card.ticket.key for card in ada.todo], ada.todo_more) == (["ML-60", "ML-61", "ML-62"], 3)
    assert {card.group for card in ada.todo} == {Group.TODO}


def test_an_instant_in_the_future_is_refused(api: Api) -> None:
    with pytest.raises(BadRequestError):
        show_portfolio(api.deps, parse_instant("2999-01-01T00:00:00Z", "as_of"), weeks=26)


def test_the_zone_is_the_teams(api: Api) -> None:
    calendar = replace(POLICY.calendar, zone="Asia/Tokyo")
    deps = replace(api.deps, policy=replace(POLICY, calendar=calendar))
    assert show_portfolio(deps, None, weeks=26).zone == "Asia/Tokyo"


def test_of_many_people_those_come_first_who_need_it_and_the_others_are_counted(api: Api) -> None:
    crowd = [
        task(
            100 + n,
            moved(1000 + n, 10.5, TODO, DOING),
            assignee=f"p{n:02}",
            assignee_name=f"P{n:02}",
            **MODELING,
        )
        for n in range(50)
    ]
    tell(api.deps, crowd)
    found = show_portfolio(api.deps, None, weeks=26)
    names = [lane.person.name for lane in found.lanes if lane.person]
    assert (len(names), found.lanes_more, len(found.active_more)) == (20, 32, 32)
    assert {"Ada", "Bob"} <= set(names[:2])
    assert names[2:] == sorted(names[2:])
    html = page(api, "/")
    assert "and 32 more, on the board" in html
    assert "for 52 people" in words(html)


@pytest.mark.parametrize("days", INSTANTS)
def test_who_is_chosen_first_and_filled_then_has_in_hand_what_everybody_has(api: Api, days: float) -> None:
    with moment(api.deps, at(days)) as then:
        assert filled(then, bare_hands(then)) == hands_at(then)
        for hand in hands_at(then):
            assert filled(then, [Hand(hand.person, hand.name)]) == [hand]


@pytest.mark.parametrize("days", INSTANTS)
def test_what_is_under_way_is_a_part_of_what_everybody_has_in_hand(api: Api, days: float) -> None:
    with moment(api.deps, at(days)) as then:
        whole = [
            (hand.person, hand.name, [one for one in hand.tasks if one.group is not Group.TODO])
            for hand in hands_at(then)
        ]
        assert [(hand.person, hand.name, list(hand.tasks)) for hand in hands_under_way(then)] == whole
