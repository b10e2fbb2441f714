"""What a delivery can tell: the issues to read again, or why nothing follows from it."""

import json
from typing import Any

import pytest
from tests.web.recorded import INDEX, NAMES, RECORDED, TELLS_NOTHING

from phasewise.jira.hints import EVENTS, NO_ISSUE, UNKNOWN_EVENT, Hint, hint_of, is_of

ABSENT: tuple[Any, ...] = (None, "", 0, 1.5, True, [], {}, {"id": None}, {"self": 7}, ["a"], "x" * 999)


def told(name: str, **parts: Any) -> Hint:
    return hint_of({"webhookEvent": name, **parts})


def test_every_recorded_body_is_in_the_index_with_its_licence() -> None:
    assert {str(path.relative_to(RECORDED)) for path in RECORDED.glob("*/*.json")} == set(NAMES)
    assert {row["licence"] for row in INDEX} <= {"MIT", "Apache-2.0"}


@pytest.mark.parametrize("row", INDEX, ids=NAMES)
def test_every_recorded_body_tells_its_issue_or_why_it_tells_nothing(row: dict[str, str]) -> None:
    body = json.loads((RECORDED / row["source"] / row["file"]).read_bytes())
    hint = hint_of(body)
    assert (hint.event, hint.ignored) == (row["event"], TELLS_NOTHING.get(row["event"]))
    if hint.ignored is None and "issue" in body:
        assert hint.issue_ids == (int(body["issue"]["id"]),)
    assert hint.issue_ids or hint.ignored


def test_a_link_tells_both_of_its_issues() -> None:
    link = {"id": 1, "sourceIssueId": 20192, "destinationIssueId": 20734}
    assert told("issuelink_created", issueLink=link).issue_ids == (20192, 20734)


def test_w2_a_comment_of_data_center_tells_its_issue_by_its_address() -> None:
    comment = {"self": "https://jira.example/jira/rest/api/2/issue/10100/comment/7", "id": "7"}
    assert told("comment_created", comment=comment).issue_ids == (10100,)


def test_a_worklog_tells_its_issue_by_a_field_of_its_own() -> None:
    assert told("worklog_updated", worklog={"id": "9", "issueId": "10100"}).issue_ids == (10100,)


def test_a_property_and_an_attachment_tell_their_issue() -> None:
    address = "https://jira.example/rest/api/2/issue/10100/properties/x?a=1"
    assert told("issue_property_set", property={"self": address}).issue_ids == (10100,)
    assert told("attachment_created", attachment={"self": "https://j/rest/api/2/attachment/9"}) == Hint(
        "attachment_created", ignored=NO_ISSUE, address="https://j/rest/api/2/attachment/9"
    )


def test_an_issue_without_an_id_is_told_by_its_address_and_never_by_its_key() -> None:
    assert told("jira:issue_updated", issue={"self": "https://j/rest/api/2/20942"}).issue_ids == (20942,)
    assert told("jira:issue_updated", issue={"key": "ML-1"}).ignored == NO_ISSUE


def test_w12_an_unknown_event_is_ignored_by_that_name() -> None:
    for name in ("jira:issue_exploded", "", "x" * 300, None, 7, {}):
        hint = hint_of({"webhookEvent": name, "issue": {"id": "5"}, "new": {"field": 1}})
        assert (hint.ignored, hint.issue_ids, len(hint.event) <= 255) == (UNKNOWN_EVENT, (5,), True)


@pytest.mark.parametrize(
    "part", ["issue", "user", "changelog", "comment", "worklog", "issueLink", "property"]
)
@pytest.mark.parametrize("value", ABSENT)
def test_w11_whatever_is_missing_or_odd_does_no_harm(part: str, value: Any) -> None:
    for name in EVENTS:
        hint = told(name, **{part: value})
        assert hint.issue_ids == ()
        assert hint.census or hint.ignored is not None


@pytest.mark.parametrize("changelog", [None, {}, {"items": None}, {"items": []}, {"id": "1"}])
def test_w11_an_update_without_changes_names_its_issue(changelog: Any) -> None:
    issue = {"id": "5", "fields": {"assignee": None, "summary": ""}}
    assert told("jira:issue_updated", issue=issue, changelog=changelog, user=None).issue_ids == (5,)


@pytest.mark.parametrize(
    "number", ["-5", "0", "5.0", "٥", " 5", "9" * 19, "9" * 400, 2**63, 0, -5, 5.0, True]
)
def test_an_id_is_a_positive_number_that_both_databases_hold(number: Any) -> None:
    assert told("jira:issue_updated", issue={"id": number}).ignored == NO_ISSUE


@pytest.mark.parametrize("name", ["project_deleted", "project_archived", "project_updated"])
def test_a_project_that_goes_asks_which_issues_there_still_are(name: str) -> None:
    hint = told(name, project={"id": 1, "self": "https://j/rest/api/2/project/1"})
    assert (hint.census, hint.issue_ids, hint.ignored) == (True, (), None)


def test_b7_a_comment_tells_who_made_it_and_a_change_does_not() -> None:
    author = {"author": {"accountId": "5:ada"}, "updateAuthor": {"accountId": "5:bob"}}
    assert told("comment_updated", issue={"id": "5"}, comment=author).actor == "5:bob"
    commented = {"issue": {"id": "5"}, "user": {"key": "ada"}, "issue_event_type_name": "issue_commented"}
    assert told("jira:issue_updated", **commented).actor == "ada"
    changed = {**commented, "changelog": {"items": [{"field": "status"}]}}
    assert told("jira:issue_updated", **changed).actor is None


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://jira.example/rest/api/2/issue/1", True),
        ("http://JIRA.example:80/jira/rest/api/2/issue/1", True),
        ("https://jira.example.:443/", True),
        ("https://api.example/ex/jira/1", True),
        ("https://jira.example:8443/", False),
        ("https://jira.example.evil/", False),
        ("https://evil/?https://jira.example", False),
        ("https://jira.example@evil/", False),
        (None, True),
        ("nonsense", True),
        ("https://[broken", True),
    ],
)
def test_w18_an_address_belongs_to_a_site_by_its_host(address: str | None, ours: bool) -> None:
    assert is_of(address, ("https://jira.example", "https://api.example:443/ex/jira/1")) is ours


@pytest.mark.parametrize("what", ["sprint", "board", "jira:version", "version"])
@pytest.mark.parametrize("happened", ["deleted", "closed", "updated"])
def test_x8_what_becomes_of_sprints_boards_and_versions_is_ignored_for_a_reason(
    what: str, happened: str
) -> None:
    hint = told(f"{what}_{happened}", **{what.removeprefix("jira:"): None})
    assert hint.issue_ids == ()
    assert hint.ignored not in (None, UNKNOWN_EVENT)
