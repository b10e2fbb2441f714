"""Which issue types of a Data Center are epics: it gives types no levels. `map_site` asks once."""

from collections.abc import Callable, Collection, Sequence
from itertools import islice
from typing import Any, TypeVar

from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.client import JiraClient
from phasewise.jira.stream import in_parallel

T = TypeVar("T")
Projects = Callable[[], Sequence[str]]
PROJECTS = 20
LINKS = 100


def epic_types(
    client: JiraClient, clause: str, label: str | None, link: str | None, projects: Projects | None = None
) -> frozenset[str]:
    """The ids of the types that own the epic name field. `projects` waits for Jira projects of the scope.

    Jira tells which fields a type has to those who may create issues. Failing that, the types of issues that
    have an epic name, or to which an epic link points, are epics too.
    """
    owning: set[str] = set()
    if label:
        some = projects() if projects else _some_projects(client, clause)
        owning = _owning(client, some[:PROJECTS], label)
    if not owning and label:
        owning = _types_of(client, jql.not_empty(label))
    if not owning and link:
        owning = _linked(client, clause, link)
    return frozenset(owning)


def _some_projects(client: JiraClient, clause: str) -> list[str]:
    page = _first_page(client, clause, ["project"])
    return sorted({str(key) for issue in page if (key := _value(issue, "project", "key"))})


def _owning(client: JiraClient, projects: Sequence[str], label: str) -> set[str]:
    def kinds(some: list[str]) -> list[tuple[str, str]]:
        listed = _allowed(lambda: client.create_types(some[0]))
        return [(str(kind.get("id")), some[0]) for kind in listed if kind.get("subtask") is not True]

    def owner(some: list[tuple[str, str]]) -> str | None:
        (type_id, project) = some[0]
        return type_id if label in _allowed(lambda: client.create_fields(project, type_id)) else None

    types = dict(pair for some in in_parallel(kinds, projects, 1) for pair in some)
    return {type_id for type_id in in_parallel(owner, types.items(), 1) if type_id is not None}


def _allowed(ask: Callable[[], Collection[T]]) -> Collection[T]:
    """The answer, or nothing where we may not ask that."""
    try:
        return ask()
    except JiraError as error:
        if error.status not in (400, 403, 404):
            raise
        return ()


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
