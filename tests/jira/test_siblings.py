"""The second half of a task that is split: looked for among the links of the first, made at most once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.jira.calling import access_of, in_turn
from tests.jira.scripted import Reply, scripted

from phasewise.errors import JiraError
from phasewise.jira.client import JiraClient
from phasewise.jira.sending import Outcome
from phasewise.jira.siblings import Sibling, Siblings

OURS = Reply({"value": {"effect": "split:7:1"}})
SIBLING = Sibling(7, {"summary": "Train it (2)"}, "split:7:1")


@contextmanager
def siblings(*replies: Reply) -> Iterator[Siblings]:
    with scripted(in_turn(*replies)) as jira:
        client = JiraClient(access_of(jira.url))
        yield Siblings(client._caller, is_cloud=True)
        client.close()


def linked(*ends: dict[str, Any]) -> Reply:
    return Reply({"fields": {"issuelinks": list(ends)}})


def test_the_sibling_is_the_linked_issue_that_carries_the_marker() -> None:
    links = linked(
        {"inwardIssue": {"id": "8", "key": "ML-8"}},
        {"outwardIssue": {"id": "9", "key": "ML-9"}},
    )
    with siblings(links, Reply({}, status=404), OURS) as found:
        assert found.made(7, "split:7:1") == "ML-9"


@pytest.mark.parametrize(
    "links", [[], [None], [{"inwardIssue": None}], [{"inwardIssue": {"id": "../x"}}], None]
)
def test_links_that_lead_nowhere_are_no_sibling(links: Any) -> None:
    with siblings(Reply({"fields": {"issuelinks": links}})) as found:
        assert found.made(7, "split:7:1") is None


def test_another_marker_is_no_sibling_and_a_jira_in_trouble_no_answer() -> None:
    with siblings(linked({"inwardIssue": {"id": "8", "key": "ML-8"}}), Reply({"value": "odd"})) as found:
        assert found.made(7, "split:7:1") is None
    with (
        siblings(linked({"inwardIssue": {"id": "8"}}), Reply({}, status=403)) as found,
        pytest.raises(JiraError),
    ):
        found.made(7, "split:7:1")
    with siblings(Reply([])) as found, pytest.raises(JiraError, match="another shape"):
        found.made(7, "split:7:1")


@pytest.mark.parametrize(
    ("names", "chosen"),
    [(["Blocks", "Relates"], "1"), (["Relates", "Issue split"], "1"), (["Bloque"], "0"), ([], None)],
)
def test_the_link_that_says_it_best_is_made(names: list[str], chosen: str | None) -> None:
    types = [{"id": str(n), "name": name} for n, name in enumerate(names)]
    with siblings(Reply({"issueLinkTypes": types})) as found:
        assert found.link_type() == chosen


def test_a_jira_without_links_says_so_and_one_in_trouble_does_not() -> None:
    with siblings(Reply({}, status=404)) as found:
        assert found.link_type() is None
    with siblings(Reply({}, status=403)) as found, pytest.raises(JiraError):
        found.link_type()


def test_without_the_name_of_what_was_made_it_is_unknown() -> None:
    with siblings(Reply({"key": "ML-9"}, status=201)) as found:
        assert found.create(SIBLING, "1").answer == "ML-9"
    with siblings(Reply({}, status=201)) as found:
        assert found.create(SIBLING, "1").outcome is Outcome.UNKNOWN
