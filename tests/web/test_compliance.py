"""/api/v1/compliance: how far the team kept to one active ticket per person, week by week."""

import pytest

from tests.web.story import Api, stamp

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
