"""/api/v1/compliance: how far the team kept to one active ticket per person, week by week."""

from dataclasses import replace

import pytest

from phasewise.core.rulebook import EVER, Membership, PolicyVersion, Rulebook, Team, one_team
from phasewise.store.db import Database
from tests.web.story import POLICY, Api, deps_of, stamp, story, tell

MONDAY, NEXT = 7, 14
"""Days of the story: its second week begins and ends."""


def test_each_week_has_its_person_days_and_its_compliance(api: Api) -> None:
    before, first, second = api.items("/compliance", weeks=3)
    assert (before["label"], before["compliance"], before["active_person_days"]) == ("2026-W09", None, 0.0)
    assert first == {
        "label": "2026-W10",
        "start": stamp(0),
        "end": stamp(MONDAY),
        "compliance": 1.0,
        "active_person_days": 4.0,
        "over_person_days": 0.0,
    }
    assert (second["label"], second["start"], second["end"]) == ("2026-W11", stamp(MONDAY), stamp(NEXT))
    assert (second["active_person_days"], second["over_person_days"]) == (7.0, 3.0)
    assert second["compliance"] == 0.571


def test_a_week_that_runs_is_measured_up_to_the_instant(api: Api) -> None:
    (week,) = api.items("/compliance", weeks=1, as_of=stamp(9.5))
    assert (week["active_person_days"], week["over_person_days"]) == (4.0, 0.5)
    (within_the_grace,) = api.items("/compliance", weeks=1, as_of=stamp(9 + 10 / 1440))
    assert within_the_grace["over_person_days"] == 0.0


def test_a_week_that_is_over_is_the_last_one_at_its_end(api: Api) -> None:
    assert api.items("/compliance", weeks=1, as_of=stamp(MONDAY))[0]["label"] == "2026-W10"
    assert api.items("/compliance", weeks=1, as_of=stamp(MONDAY + 1 / 86_400_000))[0]["label"] == "2026-W11"


def test_without_saying_how_many_there_are_twelve_oldest_first(api: Api) -> None:
    answer = api.json("/compliance")
    starts = [week["start"] for week in answer["items"]]
    assert (len(starts), starts) == (12, sorted(starts))
    assert (answer["as_of"], answer["next"]) == (stamp(11), None)


@pytest.mark.parametrize("weeks", [0, 105, "many"])
def test_a_strange_number_of_weeks_is_refused(api: Api, weeks: object) -> None:
    assert api.get("/compliance", weeks=weeks).status_code == 422


def test_a_team_has_the_time_that_people_were_in_it(sqlite_database: Database) -> None:
    whole = Membership("ada", "search"), Membership("bob", "search")
    first, second = weeks_of(sqlite_database, *whole)
    assert (second["active_person_days"], second["over_person_days"]) == (7.0, 3.0)
    until_tuesday = Membership("ada", "search", last="2026-03-10"), Membership("bob", "search")
    first, second = weeks_of(sqlite_database, *until_tuesday)
    assert (first["active_person_days"], first["compliance"]) == (4.0, 1.0)
    assert (second["active_person_days"], second["over_person_days"]) == (5.0, 1.0)


def test_a_week_in_which_only_one_of_a_team_was_active_has_no_numbers(sqlite_database: Database) -> None:
    for week in weeks_of(sqlite_database, Membership("bob", "search")):
        assert (week["compliance"], week["active_person_days"], week["over_person_days"]) == (
            None,
            None,
            None,
        )


def test_a_team_that_is_not_there_is_answered_with_those_that_are(api: Api) -> None:
    answer = api.get("/compliance", team="serach")
    assert answer.status_code == 404
    assert "default" in answer.json()["detail"]


def weeks_of(database: Database, *members: Membership) -> list[dict[str, float]]:
    """The two weeks of the story, of a team of these people."""
    search = Team("search", (PolicyVersion("search", 1, EVER, POLICY),), "project = ML")
    declared = Rulebook((search, *one_team(POLICY).teams), members)
    deps = replace(deps_of(database), declared=declared)
    tell(deps, story())
    return Api(deps).items("/compliance", weeks=2, team="search")
