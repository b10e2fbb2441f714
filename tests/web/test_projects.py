"""/api/v1/projects: the numbers of the story, worked out by hand, now and before."""

from tests.store.records import at
from tests.web.story import Api


def test_a_project_shows_its_numbers(api: Api) -> None:
    project = api.items("/projects")[0]
    assert (project["id"], project["key"], project["summary"]) == ("1", "ML-1", "Issue 1")
    assert project["url"] == "https://example.atlassian.net/browse/ML-1"
    assert (project["state"], project["phases_now"]) == ("active", ["research", "modeling"])
    assert (project["last_phase"], project["idle_since"]) == (None, None)
    assert (project["owner"], project["people"], project["loops"]) == ("ada", ["ada", "bob"], 1)
    assert (project["effort_days"], project["touched_days"], project["elapsed_days"]) == (13.0, 8.0, 8.0)
    assert (project["planned_weeks"], project["spent_weeks"], project["findings_open"]) == (None, 2.6, 1)
