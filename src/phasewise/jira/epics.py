"""Which issue types of a Data Center are epics: it gives types no levels. `map_site` asks once."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.client import JiraClient

PROJECTS = 20
LINKS = 100


def epic_types(client: JiraClient, clause: str, label: str | None, link: str | None) -> frozenset[str]:
    """The ids of the types that own the epic name field.

    Jira tells which fields a type has to those who may create issues. Failing that, the types of issues that
    have an epic name, or to which an epic link points, are epics too.
    """
    owning = _owning(client, _projects(client, clause), label) if label else set()
    if not owning and label:
        owning = _types_of(client, jql.not_empty(label))
    if not owning and link:
        owning = _linked(client, clause, link)
    return frozenset(owning)


def _projects(client: JiraClient, clause: str) -> list[str]:
    page = _first_page(client, clause, ["project"])
    keys = {str(key) for issue in page if (key := _value(issue, "project", "key"))}
    return sorted(keys)[:PROJECTS]


def _owning(client: JiraClient, projects: Iterable[str], label: str) -> set[str]:
    owning: set[str] = set()
    asked: set[str] = set()
    try:
        for project in projects:
            for kind in client.create_types(project):
                type_id = str(kind.get("id"))
                if type_id not in asked and kind.get("subtask") is not True:
                    asked.add(type_id)
                    owning |= {type_id} if label in client.create_fields(project, type_id) else set()
    except JiraError as error:
        if error.status not in (400, 403, 404):
            raise
    return owning


def _linked(client: JiraClient, clause: str, link: str) -> set[str]:
    """The types of the epics to which some issues of the scope are linked."""
    page = _first_page(client, jql.both(clause, jql.not_empty(link)), [link])
    keys = sorted({str(key) for issue in page if (key := _value(issue, link))})
    return _types_of(client, jql.with_keys(islice(keys, LINKS))) if keys else set()


def _types_of(client: JiraClient, clause: str) -> set[str]:
    page = _first_page(client, clause, ["issuetype"])
    return {str(type_id) for issue in page if (type_id := _value(issue, "issuetype", "id"))}


def _first_page(client: JiraClient, clause: str, fields: list[str]) -> list[Any]:
    try:
        return next(client.rows(clause, fields), [])
    except JiraError as error:
        if error.status != 400:
            raise
        return []


def _value(issue: Any, *path: str) -> Any:
    value = issue.get("fields")
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
