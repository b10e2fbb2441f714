"""What is different on Data Center: offsets, the Epic Link, no levels, user keys, whole changelogs."""

from typing import Any

import pytest
from tests.sandbox.builders import START, Jira, Site, running

from phasewise.sandbox import catalogue


def many(count: int) -> Site:
    site = Site("datacenter")
    for n in range(count):
        site.task(f"Task {n}", at=START + n)
    return site


def keys(jira: Jira, jql: str, **asked: Any) -> list[str]:
    return [issue["key"] for issue in jira.search(jql, **asked).json()["issues"]]


def test_a_search_has_offsets_and_a_total() -> None:
    """Fact 15."""
    with running(many(5)) as jira:
        body = jira.search("order by key", startAt=3, maxResults=10).json()
        assert (body["startAt"], body["maxResults"], body["total"]) == (3, 10, 5)
        assert [issue["key"] for issue in body["issues"]] == ["ML-4", "ML-5"]
        assert "status" in body["issues"][0]["fields"]
        assert jira.get("search", jql="order by key", startAt=3, maxResults=10).json() == body


def test_rows_shift_between_pages_when_issues_go() -> None:
    """Failure P11: an issue deleted behind the reader hides another from it."""
    site = many(6)
    with running(site) as jira:
        first = keys(jira, "order by key", maxResults=3)
        site.world.delete(START, site.ada, 10001)
        assert first + keys(jira, "order by key", startAt=3, maxResults=3) == [
            "ML-1",
            "ML-2",
            "ML-3",
            "ML-5",
            "ML-6",
        ]


@pytest.mark.parametrize("path", ["search/jql?jql=project=ML", "issue/ML-1/changelog", "/rest/api/3/myself"])
def test_what_cloud_has_is_not_there(path: str) -> None:
    with running(many(1)) as jira:
        assert jira.get(path).status_code == 404
        assert jira.post("changelog/bulkfetch", {"issueIdsOrKeys": ["ML-1"]}).status_code in (404, 405)


def test_a_changelog_comes_whole_oldest_first_without_field_ids() -> None:
    site = many(1)
    for n in range(120):
        site.world.edit(START + n, site.ada, 10001, {"summary": f"Version {n}"})
    with running(site) as jira:
        for shown in (
            jira.search("key = ML-1", expand=["changelog"]).json()["issues"][0],
            jira.get("issue/ML-1", expand="changelog").json(),
        ):
            log = shown["changelog"]
            assert (log["total"], len(log["histories"]), log["histories"][0]["id"]) == (120, 120, "10001")
            assert "fieldId" not in log["histories"][0]["items"][0]
            assert log["histories"][0]["author"]["key"] == site.ada


def test_epics_are_linked_by_key_and_types_have_no_level() -> None:
    """Facts 55 and 56."""
    site = Site("datacenter")
    epic = site.epic()
    task = site.task(parent=epic)
    subtask = site.subtask(task)
    with running(site) as jira:
        fields = jira.get(f"issue/{task}").json()["fields"]
        assert (fields[catalogue.EPIC_LINK_FIELD], "parent" in fields) == ("ML-1", False)
        assert "hierarchyLevel" not in fields["issuetype"]
        assert jira.get(f"issue/{subtask}").json()["fields"]["parent"]["key"] == "ML-2"
        assert keys(jira, '"Epic Link" = ML-1') == ["ML-2"]
        custom = {field["schema"]["custom"] for field in jira.get("field").json() if field["custom"]}
        assert {
            "com.pyxis.greenhopper.jira:gh-epic-link",
            "com.pyxis.greenhopper.jira:gh-epic-label",
        } <= custom


def test_epics_can_be_found_by_the_board_and_by_the_create_form() -> None:
    site = Site("datacenter")
    epic = site.epic()
    site.task(parent=epic)
    with running(site) as jira:
        assert [e["key"] for e in jira.get("/rest/agile/1.0/board/1/epic").json()["values"]] == ["ML-1"]
        assert [i["key"] for i in jira.get("/rest/agile/1.0/epic/ML-1/issue").json()["issues"]] == ["ML-2"]
        owners = []
        for kind in jira.get("issue/createmeta/ML/issuetypes").json()["values"]:
            form = jira.get(f"issue/createmeta/ML/issuetypes/{kind['id']}").json()["values"]
            if catalogue.EPIC_NAME_FIELD in [field["fieldId"] for field in form]:
                owners.append(kind["id"])
        assert owners == [catalogue.EPIC]


def test_the_epic_link_is_set_by_key_and_people_by_name() -> None:
    site = Site("datacenter")
    site.epic()
    task = site.task()
    with running(site) as jira:
        fields = {catalogue.EPIC_LINK_FIELD: "ML-1", "assignee": {"name": "grace.hopper"}}
        assert jira.put("issue/ML-2", {"fields": fields}).status_code == 204
        assert site.world.issues[task].parent == 10001
        assert jira.get("issue/ML-2").json()["fields"]["assignee"]["key"] == site.grace
        wrong = jira.put("issue/ML-1", {"fields": {catalogue.EPIC_LINK_FIELD: "ML-1"}})
        assert catalogue.EPIC_LINK_FIELD in wrong.json()["errors"]


def test_unknown_values_only_warn_when_the_query_is_not_validated() -> None:
    with running(many(1)) as jira:
        assert jira.search("key = ML-9").status_code == 400
        assert jira.search("key in (ML-1, ML-9)", validateQuery=False).json()["total"] == 1


def test_who_is_calling() -> None:
    with running(many(1)) as jira:
        found = jira.http.get("/rest/api/2/myself", auth=("ada.lovelace", "any"))
        assert (found.json()["name"], found.json()["timeZone"]) == ("ada.lovelace", "Europe/Paris")
        assert found.headers["X-AUSERNAME"] == "ada.lovelace"
        assert jira.get("serverInfo").json()["deploymentType"] == "Server"


def test_results_beyond_the_window_fail_on_request() -> None:
    """Fact 17."""
    with running(many(5)) as jira:
        jira.trouble(max_result_window=4)
        assert jira.search("order by key", startAt=0, maxResults=4).status_code == 200
        refused = jira.search("order by key", startAt=3, maxResults=2)
        assert refused.status_code == 400
        assert "Result window is too large" in refused.json()["errorMessages"][0]


@pytest.mark.parametrize("asked", [{"startAt": -1}, {"maxResults": "x"}, {"startAt": 10**30}])
def test_numbers_that_are_none_are_refused(asked: dict[str, Any]) -> None:
    with running(many(1)) as jira:
        assert jira.search("order by key", **asked).status_code == 400
