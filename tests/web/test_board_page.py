"""/board: a lane a person with the numbers of the API, the stand-up, filters, one page after the other."""

import re
from dataclasses import replace

import pytest

from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Rulebook, Team
from phasewise.usecases.as_of.board_lanes import LANES
from phasewise.web.wording import days_text
from tests.store.records import DOING, TODO, WAITING, moved, task
from tests.web.story import MODELING, Api, stamp, tell
from tests.web.test_pages import browse, page, words


def lanes(html: str) -> dict[str, str]:
    """The words of each lane, by the name of its person, in order."""
    parts = re.findall(r'data-lane="([^"]*)">(.*?)</section>', html, re.DOTALL)
    return {name: words(body) for name, body in parts}


def cards(html: str) -> list[str]:
    return re.findall(r'<span class="key">([^<]+)</span>', html.split('id="board"')[1])


def test_a_lane_shows_the_cards_of_the_api_with_their_ages(api: Api) -> None:
    shown = lanes(page(api, "/board"))
    told = {one["display_name"] or "Nobody": one["cards"] for one in api.items("/board")}
    assert set(shown) == set(told)
    for name, held in told.items():
        for card in held:
            age = f"active, {days_text(card['age_days'])} active" if card["status_group"] == "active" else ""
            assert card["key"] in shown[name]
            assert age in shown[name]


def test_a_broken_limit_is_said_with_since_when_and_a_ticket_over_age_with_how_far(api: Api) -> None:
    shown = lanes(page(api, "/board"))
    assert "2 active, limit 1, since Mar 11" in shown["Ada"]
    assert "6 d active, 1 over, limit broken" in shown["Bob"]
    assert list(shown) == ["Ada", "Bob", "Nobody"]


def test_the_oldest_ticket_stands_first_for_the_stand_up_with_whose_it_is(api: Api) -> None:
    html = page(api, "/board?view=standup")
    assert cards(html) == ["ML-3", "ML-4", "ML-4", "ML-5"]
    assert re.search(r"ML-3 .*? Bob .* ML-4", words(html))


def test_one_person_and_one_phase_are_chosen_by_links_that_keep_each_other(api: Api) -> None:
    html = page(api, "/board?person=ada&phase=research")
    assert cards(html) == ["ML-5"]
    assert 'href="/board?phase=research">Show everybody' in html
    assert 'href="/board?person=ada">Every phase' in html


def test_who_has_nothing_active_has_an_empty_ring_and_says_so(api: Api) -> None:
    html = page(api, f"/board?as_of={stamp(3.5)}")
    assert "0 of 1 active" in lanes(html)["Ada"]
    assert "Nothing active" in lanes(html)["Ada"]
    assert html.count('class="avatar idle"') == 1


def test_the_lane_of_nobody_says_that_every_active_ticket_has_an_assignee(api: Api) -> None:
    said = "Every active ticket has an assignee"
    assert said in lanes(page(api, "/board"))["Nobody"]
    tell(api.deps, [task(31, moved(311, 1, TODO, DOING), assignee=None, **MODELING)])
    assert said not in lanes(page(api, "/board"))["Nobody"]


def test_watching_paused_and_flagged_tickets_stand_apart(api: Api) -> None:
    tell(api.deps, [task(30, moved(301, 1, TODO, DOING), flagged=True, assignee="eve", **MODELING)])
    [paused] = re.findall(
        r'<div class="cell paused" data-column="Paused">(.*?)</ul>', page(api, "/board"), re.S
    )
    assert "ML-30" in paused
    assert "paused, flagged" in paused


def counts(html: str) -> dict[str, int]:
    """The numbers beside the phases to choose, where there is any."""
    found = re.findall(r'<a href="/board[^"]*phase=(\w+)"[^>]*>.*?<span[^>]*>(\d+)</span></a>', html)
    return {phase: int(count) for phase, count in found if int(count)}


def test_a_phase_says_how_many_cards_its_link_leads_to(api: Api) -> None:
    """In a stand-up neither what waits nor what is watched or paused is listed."""
    paused = task(30, moved(301, 1, TODO, DOING), flagged=True, assignee="eve", **MODELING)
    tell(api.deps, [paused])
    assert counts(page(api, "/board")) == {"research": 1, "modeling": 3}
    standup = page(api, "/board?view=standup")
    assert counts(standup) == {"research": 1, "modeling": 2}
    assert set(cards(page(api, "/board?view=standup&phase=modeling"))) == {"ML-3", "ML-4"}
    assert counts(page(api, "/board?view=standup&person=bob")) == {"modeling": 2}
    assert counts(page(api, "/board?person=eve")) == {"modeling": 1}


def test_waiting_cards_are_cut_but_not_for_the_person_asked_for(api: Api) -> None:
    tell(api.deps, [task(n, assignee="eve", **MODELING) for n in range(30, 38)])
    assert "and 5 more" in lanes(page(api, "/board"))["Unknown person"]
    alone = page(api, "/board?person=eve")
    assert len(cards(alone)) == 8
    assert "more" not in lanes(alone)["Unknown person"]


def test_more_lanes_than_fit_are_on_the_next_page(api: Api) -> None:
    tell(api.deps, [task(n, assignee=f"p{n}", **MODELING) for n in range(30, 30 + LANES)])
    first, second = page(api, "/board"), page(api, "/board?page=2")
    assert (first.count("data-lane="), second.count("data-lane=")) == (LANES, 3)
    assert 'href="/board?page=2" rel="next"' in first
    assert f"Page 2 of 2, {LANES + 2} people" in words(second)
    assert list(lanes(first))[:2] == ["Ada", "Bob"]
    assert list(lanes(second))[-1] == "Nobody"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("person=gone", "This person has nothing in hand"),
        ("phase=ab_testing", "No ticket is under way in A/B Testing"),
        ("view=standup&as_of=" + stamp(0.5), "No ticket is in anybody"),
    ],
)
def test_an_empty_board_says_why(api: Api, query: str, text: str) -> None:
    assert text in words(page(api, f"/board?{query}"))


@pytest.mark.parametrize("query", ["phase=x", "view=x", "page=0", "as_of=2999-01-01T00:00:00Z"])
def test_what_cannot_be_asked_of_the_board_is_an_error_page(api: Api, query: str) -> None:
    assert browse(api, f"/board?{query}").status_code == 422


def test_s1_a_title_is_text_on_the_board_too(api: Api) -> None:
    evil = "<img src=x onerror=alert(1)>"
    tell(
        api.deps, [task(3, moved(31, 3, TODO, DOING), moved(32, 4, DOING, WAITING), summary=evil, **MODELING)]
    )
    html = page(api, "/board")
    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_teams_are_chosen_where_there_are_several(api: Api) -> None:
    assert "All teams" not in page(api, "/board")
    policy = api.deps.policy
    teams = tuple(Team(name, (PolicyVersion(name, 1, EVER, policy),)) for name in ("search", DEFAULT_TEAM))
    book = Rulebook(teams, (Membership("ada", "search"),))
    several = Api(replace(api.deps, declared=book))
    html = page(several, "/board?team=search&person=ada")
    assert list(lanes(html)) == ["Ada"]
    assert 'href="/board?team=default">default' in html
    assert list(lanes(page(several, "/board?team=default"))) == ["Bob"]
    assert "Nobody of this team" in words(page(several, "/board?team=vision"))
