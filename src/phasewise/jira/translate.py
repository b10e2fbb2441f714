"""From what Jira sent to an `IssueRecord`, tolerant of everything known to come; `sync_site` calls it.

An issue that makes no sense is set aside by itself with its reason, never the page it came on.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from phasewise.core.model import HistoryItem, Instant, IssueRecord, Kind
from phasewise.jira.fields import FieldMap
from phasewise.jira.instants import instant_of
from phasewise.jira.reading import RawIssue
from phasewise.jira.text import clean, one_line

SHORT = 255
SUMMARY = 1000
LARGEST = 2**63 - 1
LEVELS = {1: Kind.PROJECT, 0: Kind.TASK, -1: Kind.SUBTASK}
_VALUES = ("status", "assignee", "reporter", "priority", "resolution", "summary", "labels", "security")
_PLACES = ("issuetype", "issue type", "project", "key", "parent", "issueparentassociation")
JIRAS_OWN = frozenset({*_VALUES, *_PLACES, "component", "version", "fix version", "duedate"})
"""Fields of Jira itself by the names that histories give them: those of which something follows here."""

CATEGORIES = frozenset({"new", "indeterminate", "done", "undefined"})


class UnreadableIssueError(Exception):
    """An issue that cannot be kept: `reference` is its id, key or position, the text the reason."""

    def __init__(self, reference: str, reason: str) -> None:
        super().__init__(reason)
        self.reference = reference


def issue_record(raw: RawIssue, fields: FieldMap, *, matched: bool = True) -> IssueRecord:
    """The issue with its whole history. UnreadableIssueError where a part that must be there is missing."""
    reference = clean(str(raw.issue.get("id") or raw.issue.get("key") or "?"), SHORT)
    try:
        return _record(raw, fields, matched)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise UnreadableIssueError(reference, one_line(str(error) or type(error).__name__)) from None


def subtask_ids(raw: RawIssue) -> list[int]:
    """The ids of the issue's sub-tasks, as far as they can be read."""
    values = raw.issue.get("fields")
    listed = values.get("subtasks") if isinstance(values, dict) else None
    ids = [entry.get("id") for entry in listed or () if isinstance(entry, dict)]
    return [int(value) for value in ids if isinstance(value, str) and value.isascii() and value.isdigit()]


def _record(raw: RawIssue, fields: FieldMap, matched: bool) -> IssueRecord:
    issue = raw.issue
    values = issue.get("fields")
    if not isinstance(values, dict):
        raise ValueError("the issue came without fields")
    key = _required(issue.get("key"), "key")
    status, kind_of_issue = _part(values, "status"), _part(values, "issuetype")
    space = _part(values, "project")
    kind = _kind(kind_of_issue, values, fields)
    parent_id, parent_key = _parent(values, kind, fields)
    history = tuple(_history(raw.histories, fields))
    option = _option(values.get(fields.phase)) if fields.phase else (None, None)
    if fields.phase_is_gone and option[0] is None:
        option = _last_option(history, fields.phase)
    created = instant_of(_there(values.get("created"), "date of creation"))
    assignee = values.get("assignee")
    return IssueRecord(
        id=_whole_number(issue.get("id"), "id"),
        key=key,
        summary=clean(str(values.get("summary") or ""), SUMMARY),
        space_id=_short(space.get("id")) or "",
        space_key=_short(space.get("key")) or key.rpartition("-")[0],
        type_id=_required(kind_of_issue.get("id"), "issue type"),
        type_name=_short(kind_of_issue.get("name")) or "",
        kind=kind,
        status_id=_required(status.get("id"), "status"),
        status_name=_short(status.get("name")) or "",
        status_category=_category(status),
        phase_option=option[0],
        phase_option_name=option[1],
        assignee=_person(assignee),
        assignee_name=_short(assignee.get("displayName")) if isinstance(assignee, dict) else None,
        parent_id=parent_id,
        parent_key=parent_key,
        flagged=bool(fields.flag and values.get(fields.flag)),
        created=created,
        updated=created if values.get("updated") is None else instant_of(values["updated"]),
        estimate_seconds=_estimate(values.get("timeoriginalestimate"), fields.hours_per_day),
        history=history,
        history_whole=raw.whole,
        matched=matched,
    )


# ------------------------------------------------------------------ parts of an issue


def _part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = values.get(name)
    return part if isinstance(part, dict) else {}


def _short(value: object) -> str | None:
    """Any value as text of at most 255 characters; None stays None."""
    if value is None:
        return None
    if type(value) is not str:
        value = str(value)
    # What is printable holds no character that a database refuses, and nearly all values are.
    return value if len(value) <= SHORT and value.isprintable() else clean(value, SHORT)


def _required(value: object, what: str) -> str:
    return str(_there(_short(value), what))


def _there(value: object, what: str) -> object:
    if not value:
        raise ValueError(f"the issue has no {what}")
    return value


def _whole_number(value: object, what: str) -> int:
    """A whole number that a database can hold."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"the {what} is no whole number")
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= 19):
        raise ValueError(f"the {what} is no whole number of at most 64 bits")
    number = int(value)
    if not 0 <= number <= LARGEST:
        raise ValueError(f"the {what} has more than 64 bits")
    return number


def _kind(kind: Mapping[str, Any], values: Mapping[str, Any], fields: FieldMap) -> Kind:
    """By the level of the type, never by its name. Data Center has none: there, what has an epic name."""
    level = kind.get("hierarchyLevel")
    if isinstance(level, int) and not isinstance(level, bool):
        return LEVELS.get(level, Kind.OTHER)
    if kind.get("subtask") is True:
        return Kind.SUBTASK
    has_epic_name = fields.epic_label is not None and values.get(fields.epic_label) is not None
    is_epic = has_epic_name or str(kind.get("id")) in fields.epic_types
    return Kind.PROJECT if is_epic else Kind.TASK


def _parent(values: Mapping[str, Any], kind: Kind, fields: FieldMap) -> tuple[int | None, str | None]:
    """(id, key) of the parent, at most one of them. Cloud's deprecated Epic Link is not asked."""
    if kind not in (Kind.TASK, Kind.SUBTASK):
        return None, None
    parent = values.get("parent")
    if isinstance(parent, dict) and parent.get("id") is not None:
        return _whole_number(parent["id"], "parent"), None
    if isinstance(parent, dict) and parent.get("key"):
        return None, _short(parent["key"])
    link = values.get(fields.epic_link) if fields.epic_link and not fields.cloud else None
    return None, _short(link) if isinstance(link, str) and kind is Kind.TASK else None


def _category(status: Mapping[str, Any]) -> str:
    key = str(_part(status, "statusCategory").get("key") or "").lower()
    return key if key in CATEGORIES else "undefined"


def _option(value: object) -> tuple[str | None, str | None]:
    """(id, name) of the chosen option; of several the first, since a task is in one phase."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict) or value.get("id") is None:
        return None, None
    return _short(value["id"]), _short(value.get("value"))


def _last_option(history: Sequence[HistoryItem], phase: str | None) -> tuple[str | None, str | None]:
    """What the history set last: all that is left of a field that is gone."""
    set_to = [(item.at, item.history_id, item) for item in history if item.field == phase]
    last = max(set_to, key=lambda entry: entry[:2], default=None)
    return (last[2].after, last[2].after_text) if last else (None, None)


def _person(user: object) -> str | None:
    """`accountId` on Cloud, user key on Data Center (the name on very old ones)."""
    if not isinstance(user, dict):
        return None
    return _short(user.get("accountId") or user.get("key") or user.get("name"))


def _estimate(seconds: object, hours_per_day: float) -> int | None:
    """Seconds of an estimate, in days of 8 hours: a site that counts 7 hours a day means the same days."""
    if seconds is None:
        return None
    if isinstance(seconds, float) and seconds.is_integer() and abs(seconds) < LARGEST:
        seconds = int(seconds)
    whole = _whole_number(seconds, "estimate")
    return whole if hours_per_day == 8.0 else min(LARGEST, round(whole * 8.0 / hours_per_day))


# ------------------------------------------------------------------ the history


def _history(histories: Iterable[Any], fields: FieldMap) -> Iterable[HistoryItem]:
    """Every item of every history, each history once. One without an id gets a negative one from its time."""
    seen: set[int] = set()
    names = dict(fields.names)
    for history in histories:
        if not isinstance(history, dict):
            continue
        items = history.get("items")
        if not items or not isinstance(items, list):
            continue
        at = instant_of(history.get("created"))
        given = history.get("id")
        history_id = _free_id(at, seen) if given is None else _whole_number(given, "history id")
        if history_id in seen:
            continue
        seen.add(history_id)
        author = _person(history.get("author"))
        for number, item in enumerate(items):
            if isinstance(item, dict) and (name := _field(item, names, fields)):
                yield HistoryItem(
                    history_id,
                    number,
                    at,
                    author,
                    name,
                    _short(item.get("from")),
                    _short(item.get("to")),
                    _short(item.get("fromString")),
                    _short(item.get("toString")),
                )


def _free_id(at: Instant, taken: set[int]) -> int:
    history_id = -at
    while history_id in taken:  # the next one at the same instant comes after it
        history_id += 1
    return history_id


def _field(item: Mapping[str, Any], names: Mapping[str, str], fields: FieldMap) -> str | None:
    """The field id; where Jira gives only a name, the id of the field that has or had that name.

    A renamed phase field is still known by its options, whose ids are the site's only ones. A custom field
    that is called like one of Jira's own, "Status" or "Key", is none of them.
    """
    field_id = item.get("fieldId")
    if field_id:
        return _short(field_id)
    name = _short(item.get("field"))
    if not name or item.get("fieldtype") != "custom":
        return name
    if known := names.get(name.casefold()):
        return known
    is_phase = item.get("from") in fields.phase_options or item.get("to") in fields.phase_options
    if is_phase and fields.phase:
        return fields.phase
    return None if name.casefold() in JIRAS_OWN else name
