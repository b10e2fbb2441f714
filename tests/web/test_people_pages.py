"""/people: by name, with how full the weeks were; /people/{id}: one person, the same for all who see it."""

import json
import re
from dataclasses import replace

import pytest

from phasewise.core.rights import Asker, Role
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Rulebook, Team
from phasewise.store.db import Database
from phasewise.usecases.show_person import show_person
from tests.store.records import DOING, DONE, TODO, at, moved, task
from tests.web.accounts import signed_in
from tests.web.story import MODELING, Api, deps_of, stamp, tell
from tests.web.test_pages import browse, page, words


def test_everybody_is_there_by_name_with_what_they_have_in_hand(api: Api) -> None:
    html = page(api, "/people")
    assert re.findall(r'<span class="clip">(Ada|Bob)</span>', html) == ["Ada", "Bob"]
    assert "ML-4 Issue 4 ML-5 Issue 5" in words(html)


def test_the_map_counts_working_days_with_an_active_ticket(api: Api) -> None:
    rows = json.loads(browse(api, "/people?format=json").text)
    weeks = {row["person"]: (row["2026-W10"], row["2026-W11"]) for row in rows}
    # Ada on ML-2 for two days, then from Tuesday on; Bob from Thursday on.
    assert weeks == {"Ada": (2.0, 3.0), "Bob": (2.0, 4.0)}
    assert "W11: 3 of 4 working days with an active ticket" in words(page(api, "/people"))


def test_nobody_is_put_in_an_order_by_a_number(api: Api) -> None:
    for column in ("active", "2026-W11", "-2026-W10", "days", "findings"):
        assert browse(api, f"/people?sort={column}").status_code == 422
    backwards = re.findall(r'<span class="clip">(Ada|Bob)</span>', page(api, "/people?sort=-person"))
    assert backwards == ["Bob", "Ada"]


def test_a_person_has_a_lane_with_ages(api: Api) -> None:
    text = words(page(api, "/people/ada"))
    assert "Active 2" in text
    assert "Nothing watched" in text
    assert "Too many active tickets" in text


def test_the_weeks_name_phases_projects_and_tickets(api: Api) -> None:
    text = words(page(api, "/people/ada"))
    assert "W10 Mar 2 – Mar 8 2.0 of 5.0 d Research Issue 1 2.0 d ML-2" in text
    assert "W11 Mar 9 – Mar 15 3.0 of 4.0 d Modeling Issue 1 3.0 d ML-4 Research Issue 1 2.0 d ML-5" in text


def test_work_on_a_subtask_counts_as_its_task(api: Api) -> None:
    assert "Modeling Issue 1 4.0 d ML-3 ML-4" in words(page(api, "/people/bob"))


def test_a_past_day_shows_the_hand_of_then(api: Api) -> None:
    text = words(page(api, f"/people/ada?as_of={stamp(2)}"))
    assert "Active 1 ML-2 Research" in text
    assert "Next ML-4 Issue 4 ML-5 Issue 5" in text


def test_the_person_sees_what_a_lead_sees_and_their_own_hints_before(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database, now=at(4))
    waiting = task(30, moved(301, 1, TODO, DOING), moved(302, 2, DOING, TODO), assignee="eve", **MODELING)
    tell(deps, [waiting, task(31, moved(311, 1, TODO, DONE), assignee="eve", assignee_name="Eve")])
    eve, lead = (Asker(Role.MEMBER, "Eve", person="eve"), Asker(Role.LEAD, "Li", person="li"))
    seen = {asker.name: show_person(replace(deps, asker=asker), None, "eve", 4) for asker in (eve, lead)}
    assert [line.rule for line in seen["Eve"].findings.lines if line not in seen["Li"].findings.lines] == [
        "nothing_active"
    ]
    assert (seen["Eve"].cards, seen["Eve"].weeks) == (seen["Li"].cards, seen["Li"].weeks)
    later = [
        show_person(replace(deps, asker=asker, now=lambda: at(5)), None, "eve", 4) for asker in (eve, lead)
    ]
    assert later[0].findings == later[1].findings


def test_a_person_nobody_knows_is_not_found(api: Api) -> None:
    answer = browse(api, "/people/nobody/else")
    assert answer.status_code == 404
    assert "search for their name" in words(answer.text)


def test_people_are_those_of_a_team_where_there_are_several(api: Api) -> None:
    assert "Team:" not in words(page(api, "/people"))
    teams = tuple(
        Team(name, (PolicyVersion(name, 1, EVER, api.deps.policy),)) for name in (DEFAULT_TEAM, "search")
    )
    several = Api(replace(api.deps, declared=Rulebook(teams, (Membership("ada", "search"),))))
    html = page(several, "/people?team=search&sort=-person")
    assert "Team: search" in words(html)
    assert re.findall(r'<span class="clip">(Ada|Bob)</span>', html) == ["Ada"]
    assert 'href="/people?team=search&amp;sort=person"' in html
    assert [one["person"] for one in browse(several, "/people?team=default&format=json").json()] == ["Bob"]
    assert "Nobody of this team has a ticket in hand" in words(page(several, "/people?team=none"))


@pytest.mark.parametrize("column", ["work", "person", "score"])
def test_the_weeks_of_a_person_sort_by_nothing_that_compares_people(api: Api, column: str) -> None:
    answer = browse(api, f"/people/ada?sort={column}")
    assert answer.status_code == 422
    assert "there are week, days, start, work_days, away_days" in answer.text


def test_s16_a_stakeholder_has_no_file_of_a_person(api: Api) -> None:
    stakeholder = signed_in(api.deps, "board@example.com", Role.STAKEHOLDER)
    for table in ("weeks", "findings"):
        assert stakeholder.get(f"/people/ada?table={table}&format=json").status_code == 403
