"""What is stored of a delivery, and in which state."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.web.recorded import INDEX, NAMES, RECORDED, TELLS_NOTHING
from tests.web.story import NOW, deps_of

from phasewise.store import inbox, sites
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.store.inbox import DeliveryRow
from phasewise.usecases.deps import Deps
from phasewise.usecases.receive_deliveries import keep_deliveries, read_delivery

RECORDED_HOSTS = ("https://jira.example.com", "https://example.atlassian.net")


@pytest.fixture
def deps(database: Database) -> Deps:
    return replace(deps_of(database), jira_urls=RECORDED_HOSTS)


def kept(deps: Deps, *bodies: bytes | dict[str, Any]) -> list[DeliveryRow]:
    """The bodies, received and stored together, in the order of their digests."""
    raw = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies]
    keep_deliveries(deps, [read_delivery(deps, body, []) for body in raw])
    with deps.database.read() as connection:
        return inbox.deliveries_at(connection, deps.site_id, NOW + 1, None, Page(500))


def test_every_recorded_body_waits_or_is_ignored_for_a_reason(deps: Deps) -> None:
    bodies = [(RECORDED / name).read_bytes() for name in NAMES]
    rows = kept(deps, *bodies)
    assert len(rows) == len(set(bodies))
    assert {row.event for row in rows} == {entry["event"] for entry in INDEX}
    for row in rows:
        ignored = TELLS_NOTHING.get(row.event)
        assert (row.state, row.reason) == (("ignored", ignored) if ignored else ("pending", None))
        assert row.issue_ids or row.state != "pending"


def test_w18_a_body_of_another_site_changes_nothing_here(deps: Deps) -> None:
    foreign = {"id": "5", "self": "https://other.atlassian.net/rest/api/2/issue/5"}
    project = {"self": "https://other.atlassian.net/rest/api/2/project/1"}
    rows = kept(
        deps,
        {"webhookEvent": "jira:issue_updated", "issue": foreign},
        {"webhookEvent": "project_deleted", "project": project},
    )
    assert {(row.state, row.reason, row.issue_ids) for row in rows} == {
        ("ignored", "of another Jira site", (5,)),
        ("ignored", "of another Jira site", ()),
    }
    with deps.database.read() as connection:
        assert not sites.has_request(connection, deps.site_id)


def test_w18_the_site_is_known_by_its_own_address_where_no_other_is_given(database: Database) -> None:
    issue = {"id": "5", "self": "https://example.atlassian.net/rest/api/2/issue/5"}
    [row] = kept(deps_of(database), {"webhookEvent": "jira:issue_updated", "issue": issue})
    assert row.state == "pending"


def test_b7_our_own_comment_is_ignored_and_anybody_elses_is_not(deps: Deps) -> None:
    def comment(author: str) -> dict[str, Any]:
        made = {"author": {"accountId": author}, "updateAuthor": {"accountId": author}}
        return {"webhookEvent": "comment_created", "comment": made, "issue": {"id": "5"}}

    assert {row.state for row in kept(deps, comment("us"))} == {"pending"}
    with deps.database.write() as connection:
        sites.save_site(connection, deps.site_id, account="us")
    rows = kept(deps, {**comment("us"), "timestamp": 1}, {**comment("them"), "timestamp": 2})
    assert sorted((row.state, row.reason) for row in rows if row.reason) == [("ignored", "our own comment")]
    assert len(rows) == 3


def test_a_project_that_was_deleted_asks_for_one_census(deps: Deps) -> None:
    deleted = {"webhookEvent": "project_deleted", "project": {"id": 1}}
    rows = kept(deps, deleted, {**deleted, "timestamp": 2})
    assert {(row.state, row.reason) for row in rows} == {("applied", "a census was asked for")}
    with deps.database.write() as connection:
        request = sites.next_request(connection, deps.site_id, NOW)
        assert request is not None
        sites.finish_request(connection, deps.site_id, request.request_id, NOW)
        assert not sites.has_request(connection, deps.site_id)
    kept(deps, deleted)
    with deps.database.read() as connection:
        assert not sites.has_request(connection, deps.site_id)


def test_w19_an_event_name_is_stored_as_both_databases_can(deps: Deps) -> None:
    [row] = kept(deps, b'{"webhookEvent": "a\\u0000b\\ud800c\\u202e\\ufffe"}')
    assert row.event == "a\ufffdb\ufffdc\u202e\ufffe"
    assert row.reason == "unknown event"
