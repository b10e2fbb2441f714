"""Whatever is sent, the sandbox answers like Jira: it refuses, it never breaks."""

import copy
import json
from typing import Any

import pytest
from tests.sandbox.builders import Site, running

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Deployment

WEIRD: list[Any] = [
    None,
    -1,
    1.5,
    True,
    "",
    "x",
    "1" * 5000,
    "\u0000",
    [1],
    [None],
    [{}],
    {"a": 1},
    {"id": []},
    {"key": 5},
    {"set": 1},
    [{"add": {}}],
    10**30,
]
GOOD: dict[str, Any] = {
    "fields": {"project": {"key": "ML"}, "issuetype": {"id": catalogue.TASK}, "summary": "S"},
    "jql": "project = ML",
    "issueIdsOrKeys": ["ML-1"],
    "transition": {"id": "21"},
    "name": "Hook",
    "url": "http://127.0.0.1:9/",
    "events": ["none"],
}
FIELDS = (
    "project issuetype summary parent labels assignee priority duedate timetracking description resolution"
)
CUSTOM = (catalogue.PHASE_FIELD, catalogue.FLAG_FIELD, catalogue.EPIC_LINK_FIELD, catalogue.EPIC_NAME_FIELD)
IN_FIELDS = [
    *(f"fields.{name}" for name in (*FIELDS.split(), *CUSTOM)),
    "fields",
    "update.labels",
    "update.comment",
]

REQUESTS = [
    ("POST", "issue", [*IN_FIELDS, "update", "properties"]),
    ("PUT", "issue/ML-2", [*IN_FIELDS, "update", "properties"]),
    ("POST", "issue/ML-2/transitions", ["transition", "transition.id", "fields", "update"]),
    ("POST", "issue/bulk", ["issueUpdates"]),
    ("POST", "issue/ML-2/comment", ["body", "properties"]),
    ("POST", "issue/ML-2/remotelink", ["object", "globalId"]),
    ("PUT", "issue/ML-2/assignee", ["accountId", "name"]),
    ("POST", "search", ["jql", "fields", "expand", "maxResults", "startAt"]),
    (
        "POST",
        "search/jql",
        ["jql", "fields", "expand", "maxResults", "nextPageToken", "properties", "reconcileIssues"],
    ),
    ("POST", "issue/bulkfetch", ["issueIdsOrKeys", "fields", "expand", "properties"]),
    ("POST", "changelog/bulkfetch", ["issueIdsOrKeys", "fieldIds", "maxResults", "nextPageToken"]),
    ("POST", "permissions/check", ["projectPermissions", "globalPermissions"]),
    ("POST", "bulk/issues/move", ["targetToSourcesMapping"]),
    ("PUT", "issue/archive", ["issueIdsOrKeys"]),
    ("POST", "/rest/webhooks/1.0/webhook", ["name", "url", "events", "filters", "secret"]),
    ("POST", "/rest/jira-webhook/1.0/webhooks", ["name", "url", "events", "configuration"]),
    ("POST", "/_sandbox/edit", ["issue", "fields", "at"]),
    ("POST", "/_sandbox/create", ["space", "type", "parent"]),
]


def with_value(path: str, value: Any) -> dict[str, Any]:
    body = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    inside = body
    for name in parents:
        inside = inside.setdefault(name, {})
    inside[last] = value
    return body


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_no_body_breaks_it(deployment: Deployment) -> None:
    """Every request with every strange value in every place."""
    site = Site(deployment)
    site.task(parent=site.epic())
    with running(site) as jira:
        broken = []
        for method, path, places in REQUESTS:
            url = path if path.startswith("/") else f"/rest/api/2/{path}"
            for place in places:
                for value in WEIRD:
                    content = json.dumps(with_value(place, value))
                    if jira.http.request(method, url, content=content).status_code >= 500:
                        broken.append((path, place, value))
        assert broken == []


@pytest.mark.parametrize(
    "path",
    [
        "search/jql?jql=project=ML&maxResults=-1",
        "search/jql?jql=project=ML&reconcileIssues=abc",
        "issue/ML-1?fields=,,-",
        "issue/%00",
        "issue/ML-1/changelog?startAt=-5&maxResults=-1",
        "field/customfield_x/context",
        "user/search?maxResults=z",
        "project/%F0%9F%98%80",
        "issuetype/project?projectId=10000&level=q",
        "mypermissions?permissions=,",
    ],
)
def test_no_address_breaks_it(path: str) -> None:
    site = Site()
    site.task()
    with running(site) as jira:
        assert jira.get(path).status_code < 500
