"""Webhooks: registration, payloads, signatures, retries, and what goes wrong on request."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import pytest
from tests.sandbox.builders import Jira, Site, running
from tests.sandbox.receiver import Receiver, receiving

from phasewise.sandbox import catalogue
from phasewise.sandbox.trouble import Trouble

OLD, NEW = "/rest/webhooks/1.0/webhook", "/rest/jira-webhook/1.0/webhooks"
EVENTS = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def register(jira: Jira, receiver: Receiver, **more: Any) -> Any:
    body = {"name": "Phasewise", "url": f"{receiver.url}/hook/{{issue.key}}", "events": EVENTS, **more}
    made = jira.post(OLD, body)
    assert made.status_code == 201
    return made.json()


def test_an_edit_is_delivered_signed_with_its_changelog(receiver: Receiver) -> None:
    """Facts 21, 25 and 32: the signature is over the raw body."""
    site = Site()
    task = site.task()
    with running(site) as jira:
        register(jira, receiver, secret="It's a Secret to Everybody")
        history_id = site.edit(task, status=catalogue.IN_PROGRESS)
        ((path, headers, body),) = receiver.wait_for(1)
        signature = hmac.new(b"It's a Secret to Everybody", body, hashlib.sha256).hexdigest()
        assert headers["x-hub-signature"] == f"sha256={signature}"
        assert headers["x-atlassian-webhook-identifier"]
        assert "x-atlassian-webhook-retry" not in headers
        assert path == "/hook/ML-1"
        (payload,) = receiver.bodies(1)
        assert (payload["webhookEvent"], payload["issue_event_type_name"]) == (
            "jira:issue_updated",
            "issue_generic",
        )
        assert payload["changelog"]["id"] == str(history_id)
        assert payload["changelog"]["items"][0]["toString"] == "In Progress"
        assert payload["issue"]["fields"]["status"]["id"] == catalogue.IN_PROGRESS
        assert payload["user"]["accountId"] == site.ada


def test_created_and_deleted_carry_the_issue_and_no_changelog(receiver: Receiver) -> None:
    """Fact 34."""
    site = Site()
    with running(site) as jira:
        register(jira, receiver)
        task = site.task()
        site.world.delete(site.clock(), site.ada, task)
        created, deleted = receiver.bodies(2)
        assert [body["webhookEvent"] for body in (created, deleted)] == EVENTS[:3:2]
        for body in (created, deleted):
            assert body["issue"]["id"] == str(task)
            assert "changelog" not in body


def test_a_comment_of_cloud_shows_six_fields_of_the_issue(receiver: Receiver) -> None:
    """Fact 33."""
    site = Site()
    task = site.task()
    with running(site) as jira:
        register(jira, receiver)
        site.world.comment(site.clock(), site.ada, task, "Hello")
        (payload,) = receiver.bodies(1)
        assert payload["comment"]["body"] == "Hello"
        assert len(payload["issue"]["fields"]) == 6
        assert "user" not in payload


def test_a_comment_of_data_center_comes_twice_once_without_an_issue(receiver: Receiver) -> None:
    """Fact 33, failure W2."""
    site = Site("datacenter")
    task = site.task()
    with running(site) as jira:
        register(jira, receiver)
        site.world.comment(site.clock(), site.ada, task, "Hello")
        comment, update = receiver.bodies(2)
        assert "issue" not in comment
        assert (update["webhookEvent"], update["issue_event_type_name"]) == (
            "jira:issue_updated",
            "issue_commented",
        )
        assert "changelog" not in update


def test_a_failed_delivery_is_retried_with_the_same_identifier(receiver: Receiver) -> None:
    """Facts 25 and 26; any other 4xx is final."""
    site = Site()
    receiver.answers = [503, 429, 204, 404]
    with running(site) as jira:
        jira.trouble(webhook_retry_ms=0)
        register(jira, receiver)
        task = site.task()
        tries = receiver.wait_for(3)[:3]
        assert len({headers["x-atlassian-webhook-identifier"] for _, headers, _ in tries}) == 1
        assert [headers.get("x-atlassian-webhook-retry") for _, headers, _ in tries] == [None, "1", "2"]
        site.edit(task, summary="New")
        receiver.wait_for(4)


def test_data_center_does_not_try_again(receiver: Receiver) -> None:
    """Fact 39: nothing promises a retry."""
    site = Site("datacenter")
    receiver.answers = [503]
    with running(site) as jira:
        jira.trouble(webhook_retry_ms=0)
        register(jira, receiver)
        site.task("First")
        site.task("Second")
        assert [body["issue"]["fields"]["summary"] for body in receiver.bodies(2)] == ["First", "Second"]


def test_deliveries_are_doubled_and_reordered_on_request(receiver: Receiver) -> None:
    """Fact 29, failures W1 and W3."""
    site = Site()
    with running(site) as jira:
        register(jira, receiver)
        jira.trouble(webhook_copies=2)
        site.task("Twice")
        first, second = receiver.wait_for(2)
        assert first[1]["x-atlassian-webhook-identifier"] == second[1]["x-atlassian-webhook-identifier"]
        jira.trouble(webhook_copies=1, webhook_reorder=True)
        site.task("Earlier")
        site.task("Later")
        summaries = [body["issue"]["fields"]["summary"] for body in receiver.bodies(4)]
        assert summaries == ["Twice", "Twice", "Later", "Earlier"]


def test_deliveries_are_lost_on_request(receiver: Receiver) -> None:
    """Failure W8."""
    site = Site()
    with running(site) as jira:
        register(jira, receiver)
        jira.trouble(webhook_lost=True)
        site.task("Lost")
        jira.trouble(webhook_lost=False)
        site.task("Heard")
        assert receiver.bodies(1)[0]["issue"]["fields"]["summary"] == "Heard"


def test_a_filter_is_asked_at_each_event(receiver: Receiver) -> None:
    """Fact 30: an issue that leaves the filter is not heard of again."""
    site = Site()
    with running(site) as jira:
        register(jira, receiver, filters={"issue-related-events-section": "project = ML and status != Done"})
        task = site.task("Here")
        site.task("Elsewhere", space="DS")
        site.edit(task, status=catalogue.DONE)
        site.edit(task, 2, status=catalogue.TODO)
        assert [body["webhookEvent"] for body in receiver.bodies(2)] == [
            "jira:issue_created",
            "jira:issue_updated",
        ]


def test_a_hook_can_be_changed_switched_off_and_removed(receiver: Receiver) -> None:
    site = Site()
    with running(site) as jira:
        made = register(jira, receiver)
        path = made["self"].removeprefix(jira.url)
        assert jira.put(path, {"enabled": False}).json()["enabled"] is False
        site.task("Unheard")
        jira.put(path, {"enabled": True, "excludeBody": True})
        site.task("Heard")
        assert receiver.wait_for(1)[0][2] == b""
        assert jira.delete(path).status_code == 204
        assert (jira.get(OLD).json(), jira.get(path).status_code) == ([], 404)


def test_data_center_ten_has_another_path_and_ignores_the_filter_of_the_old_one(receiver: Receiver) -> None:
    """Facts 37 and 38."""
    site = Site("datacenter")
    with running(site) as jira:
        register(jira, receiver, filters={"issue-related-events-section": "project = DS"})
        settings = {"FILTERS": "project = DS", "SECRET": "s"}
        body = {
            "name": "New",
            "url": receiver.url,
            "events": EVENTS,
            "active": True,
            "configuration": settings,
        }
        assert jira.post(NEW, body).status_code == 201
        site.task()
        ((_, headers, _),) = receiver.wait_for(1)
        assert "x-hub-signature" not in headers
        site.task(space="DS")
        assert {"x-hub-signature" in headers for _, headers, _ in receiver.wait_for(3)[1:]} == {True, False}


def test_data_center_nine_cannot_sign_and_has_the_old_path_alone(receiver: Receiver) -> None:
    """Fact 37: the identifier of a delivery is not promised there either."""
    site = Site("datacenter")
    with running(site, Trouble(datacenter_version="9.12.1")) as jira:
        assert jira.get("serverInfo").json()["versionNumbers"] == [9, 12, 1]
        assert jira.get(NEW).status_code == 404
        filters = {"issue-related-events-section": "project = DS"}
        register(jira, receiver, secret="s", filters=filters)
        site.task()
        site.task(space="DS")
        ((path, headers, _),) = receiver.wait_for(1)
        assert path == "/hook/DS-1"
        assert not {"x-hub-signature", "x-atlassian-webhook-identifier"} & headers.keys()


def test_data_center_ten_ignores_the_secret_of_the_old_json(receiver: Receiver) -> None:
    """Fact 38's other half: what came from a script of Jira 9 arrives unsigned."""
    site = Site("datacenter")
    with running(site) as jira:
        body = {"name": "Old", "url": receiver.url, "events": EVENTS, "secret": "s"}
        assert [jira.post(path, body).status_code for path in (OLD, NEW)] == [201, 201]
        site.task()
        assert all("x-hub-signature" not in headers for _, headers, _ in receiver.wait_for(2))


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_only_an_administrator_sees_and_registers_hooks(receiver: Receiver, deployment: Any) -> None:
    with running(Site(deployment), Trouble(may_administer=False)) as jira:
        body = {"name": "Phasewise", "url": receiver.url, "events": EVENTS}
        paths = (OLD,) if deployment == "cloud" else (OLD, NEW)
        assert {jira.get(path).status_code for path in paths} == {403}
        assert {jira.post(path, body).status_code for path in paths} == {403}
        permissions = jira.get("mypermissions?permissions=ADMINISTER").json()["permissions"]
        assert permissions["ADMINISTER"]["havePermission"] is False


def test_cloud_has_no_new_path() -> None:
    with running(Site()) as jira:
        assert jira.get(NEW).status_code == 404


def test_a_payload_shows_its_own_moment(receiver: Receiver) -> None:
    site = Site()
    task = site.task()
    with running(site) as jira:
        register(jira, receiver)
        for n in range(5):
            site.world.edit(site.clock(), site.ada, task, {"summary": f"Version {n}"})
        summaries = [body["issue"]["fields"]["summary"] for body in receiver.bodies(5)]
        assert summaries == [f"Version {n}" for n in range(5)]


def test_of_a_link_to_an_epic_data_center_tells_by_the_task_alone(receiver: Receiver) -> None:
    """Assumed: that the epic notes it in its history is known (fact 53), that it tells of it is not."""
    site = Site("datacenter")
    epic, task, other = site.epic(), site.task(), site.task()
    with running(site) as jira:
        register(jira, receiver)
        site.edit(task, parent=epic)
        site.edit(other, 2, status=catalogue.IN_PROGRESS)
        assert [int(body["issue"]["id"]) for body in receiver.bodies(2)] == [task, other]
