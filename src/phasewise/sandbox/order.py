"""The order of a search's answer: sort keys that can be compared, and written into a page token."""

from collections.abc import Callable
from typing import Any

from phasewise.sandbox.jql_match import find_custom
from phasewise.sandbox.jql_text import JqlError
from phasewise.sandbox.jql_values import Scope
from phasewise.sandbox.model import Issue

Key = tuple[Any, ...]
_LAST = "\U0010ffff"


class Reversed:
    """Text in descending order."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __lt__(self, other: "Reversed") -> bool:
        return other.text < self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reversed) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


class Order:
    """Sorts by several terms, then by id. Without terms: the newest issue first."""

    def __init__(self, scope: Scope, terms: tuple[tuple[str, bool], ...]) -> None:
        if len(terms) > 7:
            raise JqlError("The maximum number of fields in the ORDER BY clause is 7.")
        self._reads: list[tuple[Callable[[Issue], int | str], bool]] = []
        for field, descending in terms:
            self._reads += [(read, descending) for read in _reads(scope, field)]
        self._newest_first = not terms

    def raw(self, issue: Issue) -> list[int | str]:
        """What the order looks at: numbers and texts, as a page token holds them."""
        return [*(read(issue) for read, _ in self._reads), issue.id]

    def key(self, raw: list[int | str]) -> Key:
        """The sort key of raw values."""
        *values, issue_id = raw
        wrapped = [
            value if not descending else -value if isinstance(value, int) else Reversed(value)
            for value, (_, descending) in zip(values, self._reads, strict=True)
        ]
        return (*wrapped, -int(issue_id) if self._newest_first else issue_id)

    def key_of(self, issue: Issue) -> Key:
        return self.key(self.raw(issue))


def _reads(scope: Scope, field: str) -> list[Callable[[Issue], int | str]]:
    world, name = scope.world, field.lower()
    if name in ("id", "key", "issue", "issuekey"):
        return [lambda issue: world.spaces[issue.space].key, lambda issue: issue.number]
    read = _SIMPLE.get(name)
    if read is not None:
        return [read]
    named = {
        "status": ("statuses", "status"),
        "issuetype": ("types", "type"),
        "type": ("types", "type"),
        "assignee": ("users", "assignee"),
        "reporter": ("users", "reporter"),
    }.get(name)
    if named is not None:
        return [_by_name(getattr(world, named[0]), named[1])]
    if name == "project":
        return [lambda issue: world.spaces[issue.space].key]
    custom = find_custom(scope, field)
    if custom is None:
        raise JqlError(f"Field '{field}' does not exist or you do not have permission to view it.")
    id = custom.id
    return [lambda issue: str(issue.custom[id]) if issue.custom and id in issue.custom else _LAST]


def _by_name(registry: dict[str, Any], attribute: str) -> Callable[[Issue], str]:
    def read(issue: Issue) -> str:
        found = registry.get(getattr(issue, attribute))
        if found is None:
            return _LAST
        return str(getattr(found, "display_name", None) or found.name).lower()

    return read


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 1 << 60


_SIMPLE: dict[str, Callable[[Issue], int | str]] = {
    "created": lambda issue: issue.created,
    "createddate": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "updateddate": lambda issue: issue.updated,
    "resolved": lambda issue: issue.resolved or 1 << 60,
    "resolutiondate": lambda issue: issue.resolved or 1 << 60,
    "statuscategorychangeddate": lambda issue: issue.status_since,
    "summary": lambda issue: issue.summary.lower(),
    "priority": lambda issue: _number(issue.priority),
    "due": lambda issue: issue.due or _LAST,
    "duedate": lambda issue: issue.due or _LAST,
    "rank": lambda issue: issue.id,
    "parent": lambda issue: issue.parent or 1 << 60,
}
