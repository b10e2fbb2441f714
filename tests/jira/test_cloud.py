"""Reading Cloud: pages by token, issues and histories in bulk, and what stands in where there is no bulk."""

from typing import Any

import pytest
from tests.jira.calling import ME, SERVER, by_path, calling, cloud
from tests.jira.raw import history, issue, item
from tests.jira.scripted import Reply, Seen

from phasewise.errors import JiraError

SCOPE = "(project = MLP)"


def page(*ids: int, token: str | None = None, last: bool | None = None) -> Reply:
    more = {"nextPageToken": token} if token else {}
    return Reply(
        {"issues": [{"id": str(n)} for n in ids], **more, **({} if last is None else {"isLast": last})}
    )


def pages(replies: dict[str | None, Reply]) -> Any:
    return lambda seen: replies[seen.body.get("nextPageToken")]


def test_ids_are_asked_for_in_the_largest_pages_and_a_stable_order() -> None:
    with calling(cloud(search=page(1, last=True))) as (client, jira):
        assert list(client.ids(SCOPE)) == [[1]]
    asked = next(seen.body for seen in jira.seen if seen.path.endswith("/search/jql"))
    assert asked["jql"] == "(project = MLP) ORDER BY created ASC, key ASC"
    assert (asked["fields"], asked["maxResults"]) == (["id"], 5000)


def test_p12_only_the_missing_token_or_is_last_ends_the_pages() -> None:
    replies = {None: page(1, token="a"), "a": page(token="b"), "b": page(2, 3)}
    with calling(cloud(search=pages(replies))) as (client, _):
        assert list(client.ids(SCOPE)) == [[1], [2, 3]]


def test_p12_a_token_that_comes_with_is_last_is_not_followed() -> None:
    with calling(cloud(search=page(1, token="a", last=True))) as (client, _):
        assert list(client.ids(SCOPE)) == [[1]]


def test_p12_a_repeated_token_starts_over_once_and_is_then_an_error() -> None:
    with (
        calling(cloud(search=page(1, token="same", last=False))) as (client, jira),
        pytest.raises(JiraError, match="circle"),
    ):
        list(client.ids(SCOPE))
    assert [seen.body.get("nextPageToken") for seen in jira.seen[1:]] == [None, "same", None, "same"]


def test_p12_an_expired_token_starts_over_once() -> None:
    expired = iter([Reply({"errorMessages": ["expired"]}, status=400), page(2, last=True)])

    def search(seen: Seen) -> Reply:
        return next(expired) if "nextPageToken" in seen.body else page(1, token="a", last=False)

    with calling(cloud(search=search)) as (client, _):
        assert list(client.ids(SCOPE)) == [[1], [1], [2]]


def test_p12_endless_empty_pages_are_an_error() -> None:
    numbers = iter(range(1000))
    with (
        calling(cloud(search=lambda _: page(token=str(next(numbers)), last=False))) as (client, _),
        pytest.raises(JiraError, match="circle"),
    ):
        list(client.ids(SCOPE))


def test_ids_no_database_can_hold_are_left_out() -> None:
    rows = [{"id": "7"}, {"id": "9" * 40}, {"id": None}, {}, {"id": "-1"}, {"id": "8"}]
    with calling(cloud(search=Reply({"issues": rows, "isLast": True}))) as (client, _):
        assert list(client.ids(SCOPE)) == [[7, 8]]


def test_the_histories_of_an_issue_are_gathered_over_pages() -> None:
    def changelog(seen: Seen) -> Reply:
        token = seen.body.get("nextPageToken")
        one = {"issueId": "10001", "changeHistories": [history(1 if token is None else 2)]}
        return Reply({"issueChangeLogs": [one], "nextPageToken": "more" if token is None else None})

    with calling(cloud(issues=Reply({"issues": [issue()]}), changelog=changelog)) as (client, jira):
        result = client.read([10001], ["summary"])
    assert [told["id"] for told in result.issues[0].histories] == ["1", "2"]
    assert "fieldIds" not in jira.seen[-1].body


def test_histories_in_a_circle_are_an_error() -> None:
    turning = Reply({"issueChangeLogs": [], "nextPageToken": "same"})
    with (
        calling(cloud(issues=Reply({"issues": [issue()]}), changelog=turning)) as (client, _),
        pytest.raises(JiraError, match="circle"),
    ):
        client.read([10001], ["summary"])


def test_what_does_not_come_back_is_missing() -> None:
    with calling(cloud(issues=Reply({"issues": [issue()], "issueErrors": []}))) as (client, _):
        assert client.read([10001, 10002], ["summary"]).missing == {10002}


def test_what_comes_back_as_an_error_is_asked_for_alone() -> None:
    errors = [{"id": "10001", "errorMessage": "try again"}, {"id": "10002", "errorMessage": "hidden"}]
    routes = {
        "/rest/api/2/serverInfo": Reply(SERVER),
        "/rest/api/3/issue/bulkfetch": Reply({"issues": [], "issueErrors": errors}),
        "/rest/api/3/changelog/bulkfetch": Reply({"issueChangeLogs": []}),
        "/rest/api/3/issue/10001": Reply(issue()),
    }
    with calling(by_path(routes)) as (client, _):
        result = client.read([10001, 10002], ["summary"])
    assert [raw.issue["id"] for raw in result.issues] == ["10001"]
    assert result.missing == {10002}


def test_a_row_without_a_usable_id_makes_nothing_missing() -> None:
    nameless = {**issue(), "id": None}
    with calling(cloud(issues=Reply({"issues": [nameless]}))) as (client, _):
        result = client.read([10001], ["summary"])
    assert result.missing == frozenset()
    assert list(result.unreadable) == ["10001"]


def test_p20_an_answer_too_large_is_read_in_halves_and_the_one_too_large_set_aside() -> None:
    def issues(seen: Seen) -> Reply:
        ids = seen.body["issueIdsOrKeys"]
        size = 200_000 if "10003" in ids else 10
        return Reply({"issues": [{**issue(summary="s" * size), "id": name} for name in ids]})

    with calling(cloud(issues=issues), bytes=50_000) as (client, _):
        result = client.read([10001, 10002, 10003, 10004], ["summary"])
    assert sorted(raw.issue["id"] for raw in result.issues) == ["10001", "10002", "10004"]
    assert list(result.unreadable) == ["10003"]
    assert result.missing == frozenset()


def test_without_bulk_reads_search_and_single_histories_take_their_place() -> None:
    def changelog(seen: Seen) -> Reply:
        start = int(seen.query["startAt"][0])
        return Reply({"values": [history(start + 1, item("status", "1", "3"))], "isLast": start == 1})

    routes = {
        "/rest/api/2/serverInfo": Reply(SERVER),
        "/rest/api/3/search/jql": Reply({"issues": [issue()], "isLast": True}),
        "/rest/api/3/issue/10001/changelog": changelog,
    }
    with calling(by_path(routes)) as (client, _):
        result = client.read([10001, 10002], ["summary"])
    assert [told["id"] for told in result.issues[0].histories] == ["1", "2"]
    assert result.missing == {10002}


def test_changes_are_asked_for_in_milliseconds() -> None:
    row = {"id": "1", "fields": {"updated": "2026-03-02T09:00:00.000+0100"}}
    with calling(cloud(search=Reply({"issues": [row, {"id": "2"}], "isLast": True}))) as (client, jira):
        assert list(client.changed_ids(SCOPE, 1_764_000_000_000)) == [[(1, 1_772_438_400_000), (2, None)]]
    assert "updated >= 1764000000000" in jira.seen[-1].body["jql"]


def test_p15_where_milliseconds_are_refused_the_accounts_zone_is_used() -> None:
    def search(seen: Seen) -> Reply:
        refused = "updated >= 17" in seen.body["jql"]
        return Reply({"errorMessages": ["no date"]}, status=400) if refused else page(1, last=True)

    with calling(cloud(search=search)) as (client, jira):
        for _ in range(2):
            assert list(client.changed_ids(SCOPE, 1_773_999_999_999)) == [[(1, None)]]
    asked = [seen.body["jql"] for seen in jira.seen if seen.path.endswith("/search/jql")]
    assert ['"2026/03/20 04:46"' in text for text in asked] == [False, True, True]


def test_matching_is_asked_for_by_id_and_past_the_index() -> None:
    with calling(cloud(search=page(2, 9, last=True))) as (client, jira):
        assert client.matching(SCOPE, [1, 2]) == {2}
    assert jira.seen[-1].body["reconcileIssues"] == [1, 2]
    assert jira.seen[-1].body["jql"].startswith("(project = MLP) AND id in (1, 2)")


def test_a_site_that_does_not_say_what_it_is_is_known_by_its_answers() -> None:
    silent = by_path({"/rest/api/2/serverInfo": Reply({"version": "8.0"}), "/rest/api/2/myself": Reply(ME)})
    with calling(silent) as (client, _):
        assert client.deployment == "datacenter"
        assert client.server().time > 0
