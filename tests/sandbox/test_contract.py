"""Every answer is what Jira's OpenAPI documents say, named deviations apart."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.sandbox.builders import Jira, Site, running
from tests.sandbox.contract import problems

from phasewise.sandbox import catalogue


@pytest.fixture(scope="module")
def cloud() -> Iterator[Jira]:
    with running(lived_in(Site("cloud"))) as jira:
        yield jira


@pytest.fixture(scope="module")
def datacenter() -> Iterator[Jira]:
    with running(lived_in(Site("datacenter"))) as jira:
        yield jira


def lived_in(site: Site) -> Site:
    """An epic (ML-1), a task with everything set and changed (ML-2), a sub-task (ML-3), more elsewhere."""
    epic = site.epic()
    task = site.task(
        parent=epic, description="Read [~accountid:1]", assignee=site.ada, phase=catalogue.MODELING
    )
    site.subtask(task)
    site.edit(task, status=catalogue.IN_PROGRESS, assignee=site.ada, flagged=True, estimate=28_800)
    site.edit(task, 2, status=catalogue.DONE, flagged=False, parent=None, labels=["a", "b"], summary="Other")
    site.edit(task, 3, parent=epic, phase=None, description="New", due="2026-04-01", priority="1")
    site.world.comment(site.clock(), site.ada, task, "Looks good")
    site.world.set_property(task, "phasewise", {"seen": True})
    site.task(space="DS")
    space = site.world.space("GROW")
    assert space is not None
    site.world.create_issue(site.clock(), site.ada, space="GROW", type_id=space.types[2], summary="Grow")
    site.world.move(site.clock(), site.ada, task, "DS")
    return site


BOUNDED = {"jql": "project in (ML, DS, GROW) ORDER BY key", "fields": ["*all"], "expand": "changelog"}

CLOUD_READS = [
    ("fields", "field"),
    ("contexts", f"field/{catalogue.PHASE_FIELD}/context"),
    ("options", f"field/{catalogue.PHASE_FIELD}/context/10148/option"),
    ("issue", "issue/ML-2?expand=changelog,transitions,names"),
    ("issue", "issue/ML-1"),
    ("changelog", "issue/ML-2/changelog"),
    ("transitions", "issue/DS-1/transitions?expand=transitions.fields"),
    ("editmeta", "issue/ML-2/editmeta"),
    ("comments", "issue/ML-2/comment"),
    ("property_keys", "issue/ML-2/properties"),
    ("property", "issue/ML-2/properties/phasewise"),
    ("server_info", "serverInfo"),
    ("myself", "myself"),
    ("statuses", "status"),
    ("statuses_search", "statuses/search"),
    ("categories", "statuscategory"),
    ("types", "issuetype"),
    ("types_of_space", "issuetype/project?projectId=10000&level=1"),
    ("spaces", "project/search"),
    ("space", "project/ML"),
    ("space", "project/GROW"),
    ("space_statuses", "project/ML/statuses"),
    ("priorities", "priority"),
    ("resolutions", "resolution"),
    ("my_permissions", "mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER"),
    ("user", "user?accountId=5f0000000000000000002712"),
    ("users", "users/search"),
    ("configuration", "configuration"),
    ("create_types", "issue/createmeta/ML/issuetypes"),
    ("create_fields", "issue/createmeta/ML/issuetypes/10002"),
]


@pytest.mark.parametrize(("answer", "path"), CLOUD_READS)
def test_cloud_reads_are_as_documented(cloud: Jira, answer: str, path: str) -> None:
    found = cloud.get(path)
    assert found.status_code == 200
    assert problems("cloud", answer, found.json()) == []


CLOUD_POSTS: list[tuple[str, str, dict[str, Any]]] = [
    ("search", "search/jql", BOUNDED),
    ("search", "search/jql", {**BOUNDED, "maxResults": 1}),
    ("search", "search/jql", {"jql": "project = ML"}),
    ("count", "search/approximate-count", {"jql": "project = ML"}),
    (
        "bulk_issues",
        "issue/bulkfetch",
        {"issueIdsOrKeys": ["ML-2", "10001", "NO-1"], "expand": ["changelog"]},
    ),
    ("bulk_changelogs", "changelog/bulkfetch", {"issueIdsOrKeys": ["ML-2"], "maxResults": 1}),
    ("bulk_changelogs", "changelog/bulkfetch", {"issueIdsOrKeys": ["ML-2"], "fieldIds": ["status"]}),
    ("permissions", "permissions/check", {"projectPermissions": [{"permissions": ["BROWSE_PROJECTS"]}]}),
    (
        "created",
        "issue",
        {"fields": {"project": {"key": "ML"}, "issuetype": {"id": catalogue.TASK}, "summary": "New"}},
    ),
    (
        "comment",
        "issue/ML-1/comment",
        {"body": {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": []}]}},
    ),
    ("remote_link", "issue/ML-1/remotelink", {"object": {"url": "https://example.com", "title": "A page"}}),
]


@pytest.mark.parametrize(("answer", "path", "body"), CLOUD_POSTS)
def test_cloud_posts_are_answered_as_documented(
    cloud: Jira, answer: str, path: str, body: dict[str, Any]
) -> None:
    found = cloud.post(path, body)
    assert found.status_code in (200, 201)
    assert problems("cloud", answer, found.json()) == []


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ("boards", "/rest/agile/1.0/board"),
        ("board", "/rest/agile/1.0/board/1"),
        ("board_configuration", "/rest/agile/1.0/board/1/configuration"),
        ("board_issues", "/rest/agile/1.0/board/1/issue"),
    ],
)
def test_boards_on_cloud_are_as_documented(cloud: Jira, answer: str, path: str) -> None:
    assert problems("cloud_agile", answer, cloud.get(path).json()) == []


DATACENTER_READS = [
    ("search", "search?jql=project+in+(ML,DS)&fields=*all&expand=changelog", None),
    ("issue", "issue/ML-2?expand=changelog,transitions", None),
    ("issue", "issue/ML-3", None),
    ("fields", "field", "*"),
    ("myself", "myself", None),
    ("user", "user?username=ada.lovelace", None),
    ("my_permissions", "mypermissions", None),
    ("types", "issuetype", "*"),
    ("statuses", "status", "*"),
    ("priorities", "priority", "*"),
    ("space", "project/ML", None),
    ("configuration", "configuration", None),
    ("transitions", "issue/DS-1/transitions?expand=transitions.fields", None),
    ("editmeta", "issue/ML-2/editmeta", None),
    ("options", "customFields/10048/options", None),
    ("create_type", "issue/createmeta/ML/issuetypes", "values"),
    ("create_field", "issue/createmeta/ML/issuetypes/10002", "values"),
    ("board", "/rest/agile/1.0/board", "values"),
    ("board_configuration", "/rest/agile/1.0/board/1/configuration", None),
    ("epic", "/rest/agile/1.0/board/1/epic", "values"),
]


@pytest.mark.parametrize(("answer", "path", "part"), DATACENTER_READS)
def test_data_center_reads_are_as_documented(
    datacenter: Jira, answer: str, path: str, part: str | None
) -> None:
    """Its document describes one element where a list is answered: `part` says where the list is."""
    found = datacenter.get(path)
    assert found.status_code == 200
    body = found.json()
    for shown in [body] if part is None else body if part == "*" else body[part]:
        assert problems("datacenter", answer, shown) == []


def test_the_old_search_of_cloud_is_gone(cloud: Jira) -> None:
    """Fact 1: documented nowhere in the answers, but 410 is what every client gets."""
    gone = [cloud.get("search", jql="project = ML"), cloud.post("search", {"jql": "project = ML"})]
    assert [found.status_code for found in gone] == [410, 410]
    assert "removed" in gone[0].json()["errorMessages"][0]
