"""The `jira` library drives the sandbox as it is, on both deployments."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from jira.exceptions import JIRAError
from tests.sandbox.builders import Site, served

from jira import JIRA
from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Deployment
from phasewise.sandbox.trouble import Trouble

ANY = "any"


@contextmanager
def library(site: Site, trouble: Trouble | None = None, key: str = ANY) -> Iterator[JIRA]:
    with served(site, trouble) as server:
        if site.world.cloud:
            client = JIRA(server.url, basic_auth=("ada@example.com", key), max_retries=0)
        else:
            client = JIRA(server.url, token_auth=key, max_retries=0)
        yield client
        client.close()


def test_it_searches_cloud_by_tokens() -> None:
    site = Site()
    for n in range(120):
        site.task(f"Task {n}")
    with library(site) as jira:
        assert jira.enhanced_search_issues("project = ML order by key", maxResults=5)[4].key == "ML-5"
        everything = jira.enhanced_search_issues(
            "project = ML order by key", maxResults=False, fields=["summary"]
        )
        assert [issue.key for issue in everything] == [f"ML-{n + 1}" for n in range(120)]
        assert jira.approximate_issue_count("project = ML") == 120


def test_it_searches_data_center_by_offsets() -> None:
    site = Site("datacenter")
    for n in range(60):
        site.task(f"Task {n}")
    site.edit(10001, status=catalogue.DONE)
    with library(site) as jira:
        found = jira.search_issues("project = ML order by key", maxResults=False, expand="changelog")
        assert [issue.key for issue in found] == [f"ML-{n + 1}" for n in range(60)]
        assert found[0].changelog.histories[0].items[1].toString == "Done"


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_it_creates_edits_moves_on_and_comments(deployment: Deployment) -> None:
    site = Site(deployment)
    with library(site) as jira:
        issue = jira.create_issue(project="ML", summary="Made by the library", issuetype={"name": "Task"})
        issue.update(fields={"summary": "Renamed", "labels": ["a"]})
        jira.transition_issue(issue, "In Progress", comment="Off we go")
        comment = jira.add_comment(issue, "Still going")
        jira.add_issue_property(issue.key, "phasewise", {"seen": 1})
        again = jira.issue(issue.key)
        assert (again.fields.summary, again.fields.status.name) == ("Renamed", "In Progress")
        assert [c.body for c in jira.comments(issue)] == ["Off we go", "Still going"]
        assert jira.issue_property(issue.key, "phasewise").value.seen == 1
        comment.delete()
        issue.delete()
        with pytest.raises(JIRAError, match="404"):
            jira.issue(issue.key)


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_it_reads_what_a_site_has(deployment: Deployment) -> None:
    with library(Site(deployment)) as jira:
        assert jira.server_info()["deploymentType"] == ("Cloud" if deployment == "cloud" else "Server")
        assert {project.key for project in jira.projects()} == {"ML", "DS", "GROW"}
        assert jira.status(catalogue.TESTING).name == "Testing"
        assert "Epic" in [kind.name for kind in jira.issue_types()]
        assert catalogue.PHASE_FIELD in [field["id"] for field in jira.fields()]
        assert [priority.name for priority in jira.priorities()][2] == "Medium"
        assert len(jira.boards()) == 3
        assert jira.project("ML").name == "Machine Learning"


def test_it_is_told_that_the_token_is_wrong() -> None:
    with library(Site(), Trouble(token="right"), key="wrong") as jira:
        with pytest.raises(JIRAError) as refused:
            jira.myself()
        assert refused.value.status_code == 401
