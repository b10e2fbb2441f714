"""The nouns of the imitated site, kept small: a site of a million issues must fit in memory.

`world` changes them, `render` shows them. Instants are milliseconds since the epoch, UTC; ids are Jira's.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Deployment = Literal["cloud", "datacenter"]
Language = Literal["en", "fr", "ja", "ru", "zh"]


class FieldShape(NamedTuple):
    """How a changelog item names its field. Shared by all items of one field."""

    field: str
    fieldtype: str
    field_id: str | None


class Change(NamedTuple):
    """One changelog item. Items of one history follow each other and share `history_id`, `at` and `author`.

    `shape` is None where a history was given without any item.
    """

    history_id: int
    at: int
    author: str | None
    shape: FieldShape | None
    before: str | None
    before_text: str | None
    after: str | None
    after_text: str | None


@dataclass(slots=True)
class User:
    """A person or an app. `id` is the accountId on Cloud, the user key on Data Center."""

    id: str
    display_name: str
    name: str
    email: str | None = None
    zone: str = "UTC"
    active: bool = True
    account_type: str = "atlassian"
    given: dict[str, Any] | None = None


@dataclass(slots=True)
class Status:
    id: str
    name: str
    category: str
    space: str | None = None
    given: dict[str, Any] | None = None


@dataclass(slots=True)
class IssueType:
    """`level` is 1 for epics, 0 for tasks, -1 for sub-tasks; None where an export does not say."""

    id: str
    name: str
    level: int | None
    subtask: bool
    space: str | None = None
    given: dict[str, Any] | None = None


@dataclass(slots=True)
class Named:
    """A priority or a resolution."""

    id: str
    name: str
    given: dict[str, Any] | None = None


@dataclass(slots=True)
class Option:
    id: str
    name: str
    disabled: bool = False


@dataclass(slots=True)
class Field:
    """A system or custom field. `options` are in order; `space` is set for a team-managed space's own."""

    id: str
    name: str
    schema: dict[str, Any]
    clauses: tuple[str, ...] = ()
    options: dict[str, Option] = field(default_factory=dict)
    space: str | None = None
    orderable: bool = True
    navigable: bool = True
    searchable: bool = True

    @property
    def custom(self) -> bool:
        return self.id.startswith("customfield_")


class Transition(NamedTuple):
    """One arrow of a workflow. `sources` None: from any status. `required`: fields its screen insists on."""

    id: str
    name: str
    to: str
    sources: frozenset[str] | None = None
    screen: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


@dataclass(slots=True)
class Space:
    """What Jira calls a project (a project is an epic here)."""

    id: str
    key: str
    name: str
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    workflow: tuple[Transition, ...] = ()
    team_managed: bool = False
    archived: bool = False
    last_number: int = 0
    former_keys: tuple[str, ...] = ()
    given: dict[str, Any] | None = None


@dataclass(slots=True)
class Comment:
    id: str
    author: str | None
    body: Any
    created: int
    updated: int
    update_author: str | None
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Extras:
    """What few issues have: comments, entity properties, links, remote links, an archive date, a cut
    history. A link is (its id, the id of its type, the other issue, whether that one is its outward end)."""

    comments: list[Comment] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    links: list[tuple[int, str, int, bool]] = field(default_factory=list)
    remote_links: dict[int, dict[str, Any]] = field(default_factory=dict)
    archived: int | None = None
    archived_by: str | None = None
    history_total: int = 0
    """How many histories an export says there are, where it holds fewer."""


@dataclass(slots=True)
class Issue:
    """One issue as it is now, with its whole history.

    `custom` holds raw values by field id: an option id for a select, a tuple of them for checkboxes, else
    JSON. `given` is the compressed JSON of a loaded issue's fields, served back as they came, save `touched`.
    """

    id: int
    space: str
    number: int
    type: str
    status: str
    summary: str
    created: int
    updated: int
    status_since: int
    creator: str | None = None
    reporter: str | None = None
    assignee: str | None = None
    parent: int | None = None
    priority: str | None = None
    resolution: str | None = None
    resolved: int | None = None
    labels: tuple[str, ...] = ()
    description: Any = None
    estimate: int | None = None
    due: str | None = None
    custom: dict[str, Any] | None = None
    changes: tuple[Change, ...] = ()
    extras: Extras | None = None
    given: bytes | None = None
    touched: frozenset[str] | None = None

    @property
    def archived(self) -> bool:
        return self.extras is not None and self.extras.archived is not None
