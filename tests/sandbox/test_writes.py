"""Writing over REST: what succeeds lands in the changelog, what Jira refuses is refused alike."""

from typing import Any

import pytest
from tests.sandbox.builders import START, Jira, Site, running

from phasewise.sandbox import catalogue

DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi"}]}],
}


def create(jira: Jira, **fields: Any) -> Any:
    base = {"project": {"key": "ML"}, "issuetype": {"id": catalogue.TASK}, "summary": "New"}
    return jira.post("issue", {"fields": {**base, **fields}})


def transition(jira: Jira, key: str, id: str, **more: Any) -> Any:
    return jira.post(f"issue/{key}/transitions", {"transition": {"id": id}, **more})


def test_an_issue_is_created_with_its_fields() -> None:
    site = Site()
    site.epic()
    with running(site) as jira:
        made = create(
            jira,
            parent={"key": "ML-1"},
            assignee={"accountId": site.ada},
            description=DOCUMENT,
            labels=["deep"],
            timetracking={"originalEstimate": "1d 4h"},
            **{catalogue.PHASE_FIELD: {"value": "Modeling"}},
        )
        assert made.status_code == 201
        issue = site.world.issues[int(made.json()["id"])]
        assert (issue.parent, issue.assignee, issue.labels, issue.estimate) == (
            10001,
            site.ada,
            ("deep",),
            43_200,
        )
        assert issue.custom == {catalogue.PHASE_FIELD: catalogue.MODELING}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"summary": ""}, "summary"),
        ({"summary": "x" * 256}, "summary"),
        ({"project": {"key": "NOPE"}}, "project"),
        ({"issuetype": {"name": "Nope"}}, "issuetype"),
        ({"issuetype": {"id": catalogue.SUBTASK}}, "parent"),
        ({"parent": {"key": "ML-1"}, "issuetype": {"id": catalogue.EPIC}}, "parentId"),
        ({"assignee": {"accountId": "nobody"}}, "assignee"),
        ({"description": "plain text"}, "description"),
        ({catalogue.PHASE_FIELD: {"id": "1"}}, catalogue.PHASE_FIELD),
        ({"customfield_1": "x"}, "customfield_1"),
        ({"status": {"id": catalogue.DONE}}, "status"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], wrong: str) -> None:
    """Facts 62 and 68: create checks the screen, version 3 wants documents."""
    site = Site()
    site.epic()
    with running(site) as jira:
        refused = create(jira, **fields)
        assert refused.status_code == 400
        assert list(refused.json()["errors"]) == [wrong]


def test_an_edit_sets_and_updates_in_one_history() -> None:
    site = Site()
    task = site.task(labels=["old"])
    with running(site) as jira:
        body = {
            "fields": {"summary": "Renamed", catalogue.FLAG_FIELD: [{"id": catalogue.IMPEDIMENT}]},
            "update": {
                "labels": [{"add": "new"}, {"remove": "old"}],
                "comment": [{"add": {"body": DOCUMENT}}],
            },
        }
        assert jira.put("issue/ML-1", body).status_code == 204
        issue = site.world.issues[task]
        assert (issue.summary, issue.labels) == ("Renamed", ("new",))
        assert len({change.history_id for change in issue.changes}) == 1
        assert jira.get("issue/ML-1/comment").json()["total"] == 1


def test_an_edit_can_answer_the_issue() -> None:
    """Fact 77."""
    site = Site()
    site.task()
    with running(site) as jira:
        shown = jira.put("issue/ML-1", {"fields": {"summary": "Renamed"}}, returnIssue="true").json()
        assert shown["fields"]["summary"] == "Renamed"
        assert shown["fields"]["updated"].endswith("+0000")


def test_an_edit_without_notice_may_be_refused_whole() -> None:
    """Fact 73."""
    site = Site()
    task = site.task()
    with running(site) as jira:
        jira.trouble(refuse_silent_edits=True)
        assert jira.put("issue/ML-1", {"fields": {"summary": "X"}}, notifyUsers="false").status_code == 403
        assert site.world.issues[task].summary != "X"
        assert jira.put("issue/ML-1", {"fields": {"summary": "X"}}).status_code == 204


def test_data_center_checks_the_edit_screen_and_cloud_does_not() -> None:
    """Fact 62."""
    cloud, datacenter = Site(), Site("datacenter")
    for site in (cloud, datacenter):
        site.task()
    body = {"fields": {catalogue.EPIC_NAME_FIELD: "A name"}}
    with running(cloud) as jira:
        assert jira.put("issue/ML-1", body).status_code == 204
    with running(datacenter) as jira:
        refused = jira.put("issue/ML-1", body)
        assert "not on the appropriate screen" in refused.json()["errors"][catalogue.EPIC_NAME_FIELD]


def test_transition_ids_differ_between_workflows() -> None:
    """Fact 71: choose by the status they lead to."""
    site = Site()
    site.task()
    site.task(space="DS")
    with running(site) as jira:
        simple = {t["to"]["id"]: t["id"] for t in jira.get("issue/ML-1/transitions").json()["transitions"]}
        directed = {t["to"]["id"]: t["id"] for t in jira.get("issue/DS-1/transitions").json()["transitions"]}
        assert (simple[catalogue.IN_PROGRESS], directed) == ("21", {catalogue.IN_PROGRESS: "111"})
        assert transition(jira, "DS-1", "111").status_code == 204
        refused = transition(jira, "DS-1", "111")
        assert refused.status_code == 400
        assert refused.json()["errorMessages"] == ["Transition id '111' is not valid for this issue."]


def test_a_screen_asks_for_its_field() -> None:
    """Fact 72."""
    site = Site()
    task = site.task(space="DS")
    site.edit(task, status=catalogue.IN_PROGRESS)
    with running(site) as jira:
        (done,) = jira.get("issue/DS-1/transitions", expand="transitions.fields", transitionId=151).json()[
            "transitions"
        ]
        assert done["fields"]["resolution"]["required"]
        assert transition(jira, "DS-1", "151").json()["errors"] == {"resolution": "Resolution is required."}
        off_screen = transition(jira, "DS-1", "151", fields={"resolution": {"id": "10001"}, "summary": "X"})
        assert list(off_screen.json()["errors"]) == ["summary"]
        assert transition(jira, "DS-1", "151", fields={"resolution": {"id": "10001"}}).status_code == 204
        assert site.world.issues[task].resolution == catalogue.RESOLVED_WONT_DO


def test_simultaneous_transitions_conflict_on_request() -> None:
    site = Site()
    site.task()
    with running(site) as jira:
        jira.trouble(conflicts=1)
        assert [transition(jira, "ML-1", "21").status_code for _ in range(2)] == [409, 204]


def test_without_the_permission_the_list_of_transitions_is_empty() -> None:
    """Fact 71: empty, not 403."""
    site = Site()
    site.task()
    with running(site) as jira:
        jira.trouble(may_transition=False)
        assert jira.get("issue/ML-1/transitions").json()["transitions"] == []
        assert transition(jira, "ML-1", "21").status_code == 400
        shown = jira.get("mypermissions", permissions="TRANSITION_ISSUES,EDIT_ISSUES").json()["permissions"]
        assert [shown[key]["havePermission"] for key in shown] == [False, True]


def test_comments_are_added_changed_and_removed() -> None:
    site = Site()
    task = site.task()
    with running(site) as jira:
        made = jira.post(
            "issue/ML-1/comment", {"body": DOCUMENT, "properties": [{"key": "mark", "value": {"n": 1}}]}
        )
        id = made.json()["id"]
        assert jira.get(f"comment/{id}/properties/mark").json()["value"] == {"n": 1}
        text = jira.put(f"/rest/api/2/issue/ML-1/comment/{id}", {"body": "Bye"}).json()["body"]
        assert text == "Bye"
        assert (
            jira.get(f"issue/ML-1/comment/{id}").json()["body"]["content"][0]["content"][0]["text"] == "Bye"
        )
        assert jira.delete(f"issue/ML-1/comment/{id}").status_code == 204
        assert jira.get(f"issue/ML-1/comment/{id}").status_code == 404
        assert site.world.issues[task].changes == ()


def test_a_comment_has_its_property_from_the_moment_it_is_there() -> None:
    """Fact 74: what carries a marker can be looked for."""
    for site in (Site(), Site("datacenter")):
        site.task()
        body = DOCUMENT if site.world.cloud else "Hello"
        with running(site) as jira:
            given = {"body": body, "properties": [{"key": "mark", "value": {"n": 1}}]}
            id = jira.post("issue/ML-1/comment", given).json()["id"]
            keys = jira.get(f"comment/{id}/properties").json()["keys"]
            assert [entry["key"] for entry in keys] == ["mark"]
            assert jira.delete(f"comment/{id}/properties/mark").status_code == 204
            assert jira.get(f"comment/{id}/properties/mark").status_code == 404
            assert jira.delete(f"comment/{id}/properties/mark").status_code == 404


def test_a_comment_is_not_edited_in_silence_where_that_is_refused() -> None:
    """Fact 73."""
    site = Site()
    site.task()
    with running(site) as jira:
        id = jira.post("issue/ML-1/comment", {"body": DOCUMENT}).json()["id"]
        jira.trouble(refuse_silent_edits=True)
        path = f"issue/ML-1/comment/{id}"
        assert jira.put(path, {"body": DOCUMENT}, notifyUsers="false").status_code == 403
        assert jira.put(path, {"body": DOCUMENT}).status_code == 200


def test_comments_are_listed_newest_first_on_request() -> None:
    site = Site()
    task = site.task()
    for number in range(3):
        site.world.comment(START + number, site.ada, task, f"{number}")
    with running(site) as jira:
        page = jira.get("issue/ML-1/comment", orderBy="-created", maxResults=2).json()
        assert [len(page["comments"]), page["total"]] == [2, 3]
        assert page["comments"][0]["created"] > page["comments"][1]["created"]


@pytest.mark.parametrize(
    ("version", "body"), [("3", "text"), ("3", None), ("2", DOCUMENT), ("2", " "), ("2", "x" * 32_768)]
)
def test_a_comment_of_the_wrong_kind_is_refused(version: str, body: object) -> None:
    site = Site()
    site.task()
    with running(site) as jira:
        assert jira.post(f"/rest/api/{version}/issue/ML-1/comment", {"body": body}).status_code == 400


def test_entity_properties_hold_a_marker() -> None:
    """Fact 74: any JSON up to 32 768 characters; neither the changelog nor `updated` notices."""
    site = Site()
    task = site.task()
    with running(site) as jira:
        path = "issue/ML-1/properties/phasewise"
        assert [jira.put(path, {"n": n}).status_code for n in (1, 2)] == [201, 200]
        assert jira.get(path).json() == {"key": "phasewise", "value": {"n": 2}}
        found = jira.search("project = ML", fields=["summary"], properties=["phasewise"]).json()["issues"][0]
        assert found["properties"] == {"phasewise": {"n": 2}}
        assert jira.put(path, "x" * 32_768).status_code == 400
        assert jira.delete(path).status_code == 204
        assert jira.get(path).status_code == 404
        assert site.world.issues[task].updated == START


def test_remote_links_are_replaced_by_global_id() -> None:
    site = Site()
    site.task()
    with running(site) as jira:
        link = {"globalId": "a", "object": {"url": "https://example.com", "title": "Page"}}
        first, second = (jira.post("issue/ML-1/remotelink", link) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["id"] == second.json()["id"]
        assert len(jira.get("issue/ML-1/remotelink").json()) == 1


def test_issues_are_moved_in_bulk_on_cloud() -> None:
    site = Site()
    site.task()
    with running(site) as jira:
        asked = {"targetToSourcesMapping": {f"DS,{catalogue.TASK}": {"issueIdsOrKeys": ["ML-1"]}}}
        task_id = jira.post("bulk/issues/move", asked).json()["taskId"]
        assert jira.get(f"bulk/queue/{task_id}").json()["status"] == "COMPLETE"
        found = jira.get("issue/ML-1")
        assert (found.status_code, found.json()["key"]) == (200, "DS-1")


def test_subtasks_must_be_deleted_knowingly() -> None:
    site = Site()
    task = site.task()
    site.subtask(task)
    with running(site) as jira:
        assert jira.delete("issue/ML-1").status_code == 400
        assert jira.delete("issue/ML-1", deleteSubtasks="true").status_code == 204
        assert jira.get("issue/ML-2").status_code == 404


def test_an_archived_issue_is_gone_from_search_and_read_only() -> None:
    """Fact 88."""
    for site in (Site(), Site("datacenter")):
        site.task()
        with running(site) as jira:
            if site.world.cloud:
                jira.put("issue/archive", {"issueIdsOrKeys": ["ML-1"]})
            else:
                jira.put("issue/ML-1/archive", None)
            assert jira.search("project = ML").json()["issues"] == []
            assert jira.get("issue/ML-1").status_code == 200
            assert jira.put("issue/ML-1", {"fields": {"summary": "X"}}).status_code == 400


def test_an_issue_not_there_and_one_not_shown_are_the_same_404() -> None:
    """Fact 85."""
    site = Site()
    task = site.task()
    with running(site) as jira:
        missing = jira.get("issue/ML-99")
        jira.trouble(hidden_issues=[task])
        hidden = jira.get("issue/ML-1")
        assert (hidden.status_code, hidden.json()) == (404, missing.json())


def test_per_issue_writes_are_limited_on_request() -> None:
    """Fact 44, failure P3: twenty in two seconds."""
    site = Site()
    site.task()
    site.task()
    with running(site) as jira:
        jira.trouble(limit_issue_writes=True)
        answers = [jira.put("issue/ML-1/properties/a", n) for n in range(21)]
        assert [a.status_code for a in answers[:20]].count(429) == 0
        assert answers[20].status_code == 429
        assert answers[20].headers["RateLimit-Reason"] == "jira-per-issue-on-write"
        assert jira.put("issue/ML-2/properties/a", 1).status_code == 201


def test_several_issues_are_created_at_once_and_failures_are_numbered() -> None:
    site = Site()
    with running(site) as jira:
        base = {"project": {"key": "ML"}, "issuetype": {"name": "Task"}}
        updates = [
            {"fields": {**base, "summary": "A"}},
            {"fields": base},
            {"fields": {**base, "summary": "C"}},
        ]
        body = jira.post("issue/bulk", {"issueUpdates": updates}).json()
        assert [issue["key"] for issue in body["issues"]] == ["ML-1", "ML-2"]
        assert [error["failedElementNumber"] for error in body["errors"]] == [1]


@pytest.mark.parametrize("raw", [b"{", b"[1]", b"\xff", b'{"a": ' + b"9" * 5000 + b"}"])
def test_a_body_that_is_no_json_object_is_refused(raw: bytes) -> None:
    with running(Site()) as jira:
        found = jira.http.post("/rest/api/3/issue", content=raw)
        assert found.status_code == 400
        assert found.json()["errorMessages"]


def test_an_issue_is_created_with_a_link_that_both_ends_show() -> None:
    site = Site()
    with running(site) as jira:
        first = create(jira).json()
        types = jira.get("issueLinkType").json()["issueLinkTypes"]
        relates = next(one for one in types if one["name"] == "Relates")
        link = {"add": {"type": {"id": relates["id"]}, "inwardIssue": {"id": first["id"]}}}
        body = {"project": {"key": "ML"}, "issuetype": {"id": catalogue.TASK}, "summary": "Second"}
        made = jira.post("issue", {"fields": body, "update": {"issuelinks": [link]}}).json()
        (there,) = jira.get(f"issue/{first['id']}").json()["fields"]["issuelinks"]
        (here,) = jira.get(f"issue/{made['id']}").json()["fields"]["issuelinks"]
        assert (there["outwardIssue"]["id"], here["inwardIssue"]["id"]) == (made["id"], first["id"])
        nowhere = {"add": {"type": {"name": "Relates"}, "outwardIssue": {"key": "ML-99"}}}
        wrong = jira.post("issue", {"fields": body, "update": {"issuelinks": [nowhere]}})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["issuelinks"])
