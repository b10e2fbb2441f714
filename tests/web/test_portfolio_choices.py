"""The filters of the portfolio are links: team, person, phase, what needs attention; all numbers agree."""

import re
from dataclasses import replace

import pytest

from phasewise.core.model import Limits, Phase
from phasewise.core.rights import Role
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Rulebook, Team
from phasewise.store import teams
from phasewise.store.db import Database
from phasewise.usecases.show_portfolio import show_portfolio
from tests.store.records import DOING, TODO, at, epic, moved, task
from tests.web.accounts import signed_in
from tests.web.story import POLICY, Api, deps_of, story, tell
from tests.web.test_pages import browse, page

STRICT = replace(POLICY, limits=Limits(five_days=2.0))


@pytest.fixture
def api(sqlite_database: Database) -> Api:
    return of_two_teams(sqlite_database)


def of_two_teams(database: Database) -> Api:
    """ML-1 and Ada are of the team vision, ML-10 and Bob of the default one; two tickets lack a phase."""
    book = Rulebook(
        (
            Team(DEFAULT_TEAM, (PolicyVersion(DEFAULT_TEAM, 1, EVER, POLICY),)),
            Team("vision", (PolicyVersion("vision", 1, EVER, STRICT),), "project = ML"),
        ),
        (Membership("ada", "vision"),),
    )
    deps = replace(deps_of(database), declared=book)
    tell(deps, [*story(), epic(10)])
    with deps.database.write() as connection:
        teams.place(connection, deps.site_id, {1: "vision"}, DEFAULT_TEAM)
    tell(deps, [task(41, moved(411, 9, TODO, DOING), parent_id=1, assignee="ada")])
    tell(deps, [task(42, moved(421, 9, TODO, DOING), parent_id=10, assignee="bob")])
    return Api(deps)


def rows(api: Api, query: str) -> list[str]:
    return re.findall(r'id="project-(\d+)"', page(api, f"/?{query}"))


def test_rows_are_picked_by_team_person_and_phase_alone_and_together(api: Api) -> None:
    assert sorted(rows(api, "")) == ["1", "10"]
    assert (rows(api, "team=vision"), rows(api, f"team={DEFAULT_TEAM}")) == (["1"], ["10"])
    assert rows(api, "person=ada") == ["1"]
    assert rows(api, "phase=modeling") == ["1"]
    assert rows(api, "team=vision&person=ada&phase=modeling&show=attention") == ["1"]
    assert rows(api, "team=vision&person=nobody") == []
    assert "Take a filter away" in page(api, "/?team=gone")
    assert browse(api, "/?phase=lunch").status_code == 422


def test_the_links_of_the_filters_count_what_they_lead_to(api: Api) -> None:
    html = page(api, "/?person=ada")
    (count,) = re.findall(r'<a href="/\?person=ada" aria-current="true">All <span>(\d+)<', html)
    assert int(count) == len(rows(api, "person=ada"))
    for phase in (Phase.MODELING, Phase.RESEARCH):
        link = rf'href="/\?person=ada&amp;phase={phase}">.*?<span class="muted">(\d+)<'
        assert int(re.findall(link, html)[0]) == len(rows(api, f"person=ada&phase={phase}"))
    assert '<a class="strong-link" href="/">Clear filters</a>' in html


def test_the_head_says_what_is_chosen(api: Api) -> None:
    html = page(api, "/?team=vision&person=ada&phase=modeling")
    assert "Team: vision · Person: Ada · Modeling</p>" in html


def test_of_a_team_the_limits_people_and_gaps_are_its_own(database: Database) -> None:
    deps = of_two_teams(database).deps
    both, vision, other = (
        show_portfolio(deps, at(11), weeks=26, team=name) for name in (None, "vision", DEFAULT_TEAM)
    )
    assert (vision.limits.five_days, len(both.team_limits)) == (2.0, 2)
    assert [lane.person.id for lane in vision.lanes if lane.person] == ["ada"]
    assert (vision.gaps.without_phase, other.gaps.without_phase) == (1, both.gaps.without_phase - 1)
    for count in ("without_project", "incomplete"):
        parts = [getattr(one.gaps, count) for one in (vision, other)]
        assert sum(parts) == getattr(both.gaps, count)
    assert len(vision.troubles) + len(other.troubles) == len(both.troubles)
    weeks = zip(vision.flow.finished, other.flow.finished, both.flow.finished, strict=True)
    assert all(ours + theirs == all_of_them for ours, theirs, all_of_them in weeks)


def test_the_limit_is_named_where_all_have_the_same(api: Api) -> None:
    assert "Over their limit of days" in page(api, "/")
    assert "Over 2 days" in page(api, "/?team=vision")
    for path in ("/", "/board"):
        assert "at most 2 working days" in page(api, f"{path}?team=vision")
        assert "Each team by its own limits" in page(api, path)


def test_changes_and_untidy_tickets_are_those_of_the_team_too(api: Api) -> None:
    assert "ML-42" not in page(api, "/untidy?rule=no_phase&team=vision")
    assert "ML-41" in page(api, "/untidy?rule=no_phase&team=vision")
    assert "/untidy?rule=no_phase&amp;team=vision" in page(api, "/?team=vision")
    ours = page(api, "/changes?team=vision")
    assert "/projects/ML-1" in ours
    assert "/projects/ML-10" not in ours
    assert 'name="team" value="vision"' in ours


def test_a_stakeholder_picks_by_no_person(api: Api) -> None:
    browser = signed_in(api.deps, "boss@example.com", Role.STAKEHOLDER)
    html = browser.get("/").text
    assert ("Person:" in html, "col-people" in html) == (False, False)
    assert 'id="project-' not in browser.get("/?person=ada").text
