"""Searching and reading in bulk on Cloud: tokens, short pages, ids by default, the cut at forty histories."""

from typing import Any

import pytest
from tests.sandbox.builders import DAY, START, Jira, Site, running

from phasewise.sandbox import catalogue


def many(count: int, site: Site | None = None) -> Site:
    site = site or Site()
    for n in range(count):
        site.task(f"Task {n}", at=START + n)
    return site


def pages(jira: Jira, jql: str, **asked: Any) -> list[list[str]]:
    """The ids of every page, following the tokens."""
    found: list[list[str]] = []
    token = None
    while True:
        more = {"nextPageToken": token} if token else {}
        body = jira.search(jql, **asked, **more).json()
        found.append([issue["id"] for issue in body["issues"]])
        token = body.get("nextPageToken")
        if body["isLast"]:
            assert token is None
            return found


def ids(jira: Jira, jql: str, **asked: Any) -> list[str]:
    return [id for page in pages(jira, jql, **asked) for id in page]


def test_by_default_a_search_shows_nothing_but_ids() -> None:
    """Fact 2."""
    with running(many(1)) as jira:
        assert jira.search("project = ML").json() == {"issues": [{"id": "10001"}], "isLast": True}
        found = jira.search("project = ML", fields=["summary"]).json()["issues"][0]
        assert (found["key"], found["fields"]) == ("ML-1", {"summary": "Task 0"})


def test_get_and_post_agree() -> None:
    with running(many(3)) as jira:
        by_url = jira.get(
            "search/jql", jql="project = ML order by key", fields="summary,status", maxResults=2
        )
        by_body = jira.search("project = ML order by key", fields=["summary", "status"], maxResults=2)
        assert by_url.json() == by_body.json()


def test_tokens_lead_through_all_pages_once() -> None:
    site = many(23)
    with running(site) as jira:
        assert [len(page) for page in pages(jira, "project = ML order by key", maxResults=10)] == [10, 10, 3]
        assert ids(jira, "project = ML order by created", maxResults=7) == [str(10001 + n) for n in range(23)]
        assert len(ids(jira, "project = ML order by summary desc", maxResults=4)) == 23


def test_a_page_holds_a_hundred_issues_or_five_thousand_ids() -> None:
    with running(many(120)) as jira:
        assert [len(p) for p in pages(jira, "project = ML", maxResults=5000, fields=["summary"])] == [100, 20]
        assert [len(p) for p in pages(jira, "project = ML", maxResults=5000)] == [120]


def test_pages_may_be_short_and_more_still_follow() -> None:
    with running(many(9)) as jira:
        jira.trouble(short_pages=True)
        assert [len(page) for page in pages(jira, "project = ML", maxResults=5)] == [3, 3, 3]


def test_a_token_asked_twice_gives_the_same_page_and_only_with_its_query() -> None:
    with running(many(6)) as jira:
        token = jira.search("project = ML order by key", maxResults=2).json()["nextPageToken"]
        again = [
            jira.search("project = ML order by key", maxResults=2, nextPageToken=token) for _ in range(2)
        ]
        assert again[0].json() == again[1].json()
        assert jira.search("project = ML", nextPageToken=token).status_code == 400
        assert jira.search("project = ML order by key", nextPageToken="gibberish").status_code == 400


@pytest.mark.parametrize("jql", ["", "order by created"])
def test_unbounded_queries_are_refused(jql: str) -> None:
    with running(many(1)) as jira:
        for found in (jira.search(jql), jira.post("search/approximate-count", {"jql": jql})):
            assert found.status_code == 400
            assert "Unbounded JQL" in found.json()["errorMessages"][0]


def test_a_refused_query_has_jiras_error_shape() -> None:
    with running(many(1)) as jira:
        found = jira.search("project = ")
        assert found.status_code == 400
        assert found.json()["errors"] == {}
        assert found.json()["errorMessages"][0].startswith("Error in the JQL Query:")


def test_edits_while_paging_move_issues_only_in_an_order_by_updated() -> None:
    """Measured on peers: ordered by `updated` every edited issue comes twice; by `created` none does."""
    with running(many(20)) as jira:
        jira.trouble(edit_after_page=True)
        assert sorted(ids(jira, "project = ML order by created", maxResults=5)) == sorted(
            str(10001 + n) for n in range(20)
        )
        # Each edited issue moves to the end, comes again there, and is edited again: it never ends by itself.
        first = jira.search("project = ML order by updated", maxResults=5).json()
        token = first["nextPageToken"]
        second = jira.search("project = ML order by updated", maxResults=50, nextPageToken=token).json()
        assert first["issues"][0]["id"] in [issue["id"] for issue in second["issues"]]


def test_the_approximate_count() -> None:
    with running(many(12)) as jira:
        assert jira.post("search/approximate-count", {"jql": "project = ML"}).json() == {"count": 12}


def with_histories(count: int) -> Site:
    site = Site()
    task = site.task()
    for n in range(count):
        site.world.edit(START + n, site.ada, task, {"summary": f"Version {n}"})
    return site


def test_expand_changelog_shows_the_forty_newest() -> None:
    """Fact 8: never to be used for durations. `GET issue` shows a hundred."""
    with running(with_histories(150)) as jira:
        searched = jira.search("project = ML", fields=["summary"], expand="changelog").json()["issues"][0]
        fetched = jira.post("issue/bulkfetch", {"issueIdsOrKeys": ["ML-1"], "expand": ["changelog"]}).json()
        for shown in (searched, fetched["issues"][0]):
            histories = shown["changelog"]["histories"]
            assert (len(histories), histories[0]["id"], histories[-1]["id"]) == (40, "10150", "10111")
        assert len(jira.get("issue/ML-1", expand="changelog").json()["changelog"]["histories"]) == 100


def test_the_changelog_of_an_issue_comes_in_pages_oldest_first() -> None:
    with running(with_histories(150)) as jira:
        first = jira.get("issue/ML-1/changelog").json()
        assert (first["total"], len(first["values"]), first["isLast"]) == (150, 100, False)
        second = jira.get("issue/ML-1/changelog", startAt=100).json()
        assert [h["id"] for h in first["values"] + second["values"]] == [str(10001 + n) for n in range(150)]
        assert second["isLast"]


def test_bulk_changelogs_give_every_history_split_over_pages() -> None:
    """Facts 9 and 10."""
    site = with_histories(25)
    other = site.task()
    site.edit(other, status=catalogue.DONE)
    with running(site) as jira:
        asked: dict[str, Any] = {"issueIdsOrKeys": ["ML-1", str(other)], "maxResults": 10}
        found: dict[str, list[int]] = {}
        token = None
        for _ in range(3):
            body = jira.post(
                "changelog/bulkfetch", {**asked, "nextPageToken": token} if token else asked
            ).json()
            for log in body["issueChangeLogs"]:
                found.setdefault(log["issueId"], []).extend(h["created"] for h in log["changeHistories"])
            token = body["nextPageToken"]
        assert token is None
        assert found == {"10001": [START + n for n in range(25)], str(other): [START + DAY]}


def test_bulk_changelogs_of_some_fields() -> None:
    site = Site()
    epic, task = site.epic(), site.task()
    site.edit(task, 1, status=catalogue.DONE, summary="New")
    site.edit(task, 2, parent=epic)
    site.edit(task, 3, summary="Newer")
    with running(site) as jira:
        asked = {"issueIdsOrKeys": ["ML-2"], "fieldIds": ["status", "IssueParentAssociation"]}
        (log,) = jira.post("changelog/bulkfetch", asked).json()["issueChangeLogs"]
        fields = [[item["field"] for item in history["items"]] for history in log["changeHistories"]]
        assert fields == [["status"], ["IssueParentAssociation"]]


@pytest.mark.parametrize(
    "asked",
    [
        {"issueIdsOrKeys": []},
        {"issueIdsOrKeys": ["1"] * 1001},
        {"issueIdsOrKeys": ["1"], "fieldIds": list("abcdefghijk")},
        {"issueIdsOrKeys": ["1"], "maxResults": 10_001},
    ],
)
def test_bulk_changelogs_have_limits(asked: dict[str, Any]) -> None:
    with running(Site()) as jira:
        assert jira.post("changelog/bulkfetch", asked).status_code == 400


def test_bulk_fetch_finds_moved_issues_and_names_missing_ones() -> None:
    """Facts 14 and 87: by id in ascending order, at most a hundred."""
    site = many(3)
    site.world.move(START, site.ada, 10001, "DS")
    with running(site) as jira:
        asked = {"issueIdsOrKeys": ["10003", "ML-1", "ML-99"], "fields": ["status"]}
        body = jira.post("issue/bulkfetch", asked).json()
        assert [(issue["id"], issue["key"]) for issue in body["issues"]] == [
            ("10001", "DS-1"),
            ("10003", "ML-3"),
        ]
        assert [error["id"] for error in body["issueErrors"]] == ["ML-99"]
        assert jira.post("issue/bulkfetch", {"issueIdsOrKeys": ["1"] * 101}).status_code == 400


def test_an_index_that_lags_shows_the_past_while_reads_show_the_truth() -> None:
    """Facts 4 and 6; `reconcileIssues` makes single issues exact."""
    site = many(2)
    with running(site) as jira:
        jira.trouble(index_lag_ms=5000)
        site.world.edit(site.clock(), site.ada, 10001, {"status": catalogue.DONE})
        new = site.world.create_issue(
            site.clock(), site.ada, space="ML", type_id=catalogue.TASK, summary="New"
        )
        assert ids(jira, "project = ML and status = Done") == []
        assert ids(jira, "project = ML order by key") == ["10001", "10002"]
        stale = jira.search("key = ML-1", fields=["status"]).json()["issues"][0]
        assert stale["fields"]["status"]["id"] == catalogue.TODO
        assert jira.get("issue/ML-1").json()["fields"]["status"]["id"] == catalogue.DONE
        exact = jira.search("project = ML order by key", reconcileIssues=[10001, new])
        assert [issue["id"] for issue in exact.json()["issues"]] == ["10001", "10002", str(new)]
        site.clock.now += 5001
        assert ids(jira, "project = ML and status = Done") == ["10001"]


def test_a_deleted_issue_stays_in_a_lagging_index() -> None:
    site = many(1)
    with running(site) as jira:
        jira.trouble(index_lag_ms=5000)
        site.world.delete(site.clock(), site.ada, 10001)
        assert ids(jira, "project = ML") == ["10001"]
        assert jira.get("issue/10001").status_code == 404


@pytest.mark.parametrize("mode", ["expired", "repeated", "empty_page"])
def test_tokens_go_wrong_on_request(mode: str) -> None:
    """Failure P12."""
    with running(many(4)) as jira:
        jira.trouble(page_token=mode)
        first = jira.search("project = ML order by key", maxResults=2).json()
        second = jira.search("project = ML order by key", maxResults=2, nextPageToken=first["nextPageToken"])
        if mode == "expired":
            assert second.status_code == 400
        elif mode == "repeated":
            assert second.json()["nextPageToken"] == first["nextPageToken"]
        else:
            assert (second.json()["issues"], second.json()["isLast"]) == ([], False)
            assert ids(jira, "project = ML order by key", maxResults=2) == [str(10001 + n) for n in range(4)]


def test_version_two_shows_text_and_version_three_documents() -> None:
    """Facts 68 and 69."""
    site = Site()
    site.task(description="Ask [~accountid:5f01] first")
    with running(site) as jira:
        document = jira.get("/rest/api/3/issue/ML-1").json()["fields"]["description"]
        assert document["content"][0]["content"][1] == {
            "type": "mention",
            "attrs": {"id": "5f01", "text": "@5f01"},
        }
        text = jira.get("/rest/api/2/issue/ML-1").json()["fields"]["description"]
        assert text == "Ask [~accountid:5f01] first"


def test_parents_levels_and_scopes_are_shown() -> None:
    """Facts 50, 51 and 54."""
    site = Site()
    epic = site.epic()
    site.task(parent=epic)
    grown = site.world.create_issue(
        START, site.ada, space="GROW", type_id=catalogue.TEAM_TASK, summary="Grow"
    )
    with running(site) as jira:
        fields = jira.get("issue/ML-2").json()["fields"]
        assert (fields["parent"]["id"], fields["parent"]["key"]) == (str(epic), "ML-1")
        assert fields["parent"]["fields"]["issuetype"]["hierarchyLevel"] == 1
        assert (fields["issuetype"]["hierarchyLevel"], fields["project"]["simplified"]) == (0, False)
        fields = jira.get(f"issue/{grown}").json()["fields"]
        assert fields["issuetype"]["scope"] == {"type": "PROJECT", "project": {"id": catalogue.GROW}}
        assert jira.get("project/GROW").json()["style"] == "next-gen"
