"""Issues as Jira Cloud or Data Center answers them, written by hand: a first state and what changed then."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Shape = dict[str, Any]
Change = tuple[str, str, str | None]
"""(instant in UTC; field; new value): `status`, `phase`, `assignee`, `parent`, `flagged`, `key`."""

PHASE, FLAG, LINK, LABEL = "customfield_10077", "customfield_10033", "customfield_10014", "customfield_10011"
KIND = "com.atlassian.jira.plugin.system.customfieldtypes:"
FIELDS: list[Shape] = [
    {"id": "summary", "name": "Summary", "custom": False, "schema": {"type": "string", "system": "summary"}},
    {"id": "status", "name": "Status", "custom": False, "schema": {"type": "status", "system": "status"}},
    {"id": "assignee", "name": "Assignee", "custom": False, "schema": {"type": "user", "system": "assignee"}},
    {"id": PHASE, "name": "Phase", "custom": True, "schema": {"type": "option", "custom": f"{KIND}select"}},
    {"id": FLAG, "name": "Flagged", "custom": True, "schema": {"type": "array", "items": "option",
                                                              "custom": f"{KIND}multicheckboxes"}},
    {"id": LINK, "name": "Epic Link", "custom": True,
     "schema": {"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-epic-link"}},
    {"id": LABEL, "name": "Epic Name", "custom": True,
     "schema": {"type": "string", "custom": "com.pyxis.greenhopper.jira:gh-epic-label"}},
]  # fmt: skip
for _field in FIELDS:
    _field |= {"key": _field["id"], "orderable": True, "navigable": True, "searchable": True}
    _field["clauseNames"] = (
        [f"cf[{_field['id'][12:]}]", _field["name"]] if _field["custom"] else [_field["id"]]
    )

OPTIONS = {
    "1": "Research", "2": "Data Exploration", "3": "Modeling", "4": "Productization", "5": "A/B Testing",
    "6": "Results Analysis", "9": "Party",
}  # fmt: skip
STATUSES: dict[str, tuple[str, str]] = {
    "1": ("To Do", "new"),
    "3": ("In Progress", "indeterminate"),
    "4": ("Experiment running", "indeterminate"),
    "5": ("Blocked", "indeterminate"),
    "6": ("Done", "done"),
}
TYPES = {"epic": ("10000", "Epic", 1), "task": ("10001", "Task", 0), "subtask": ("10002", "Sub-task", -1)}
CATEGORY_IDS = {
    "new": (2, "To Do"),
    "indeterminate": (4, "In Progress"),
    "done": (3, "Done"),
    "undefined": (1, ""),
}


def status(number: str) -> Shape:
    name, category = STATUSES[number]
    number_of, called = CATEGORY_IDS[category]
    return {
        "id": number,
        "name": name,
        "statusCategory": {"id": number_of, "key": category, "name": called, "colorName": "yellow"},
    }


def at_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def jira_time(text: str) -> str:
    """As Jira writes instants: milliseconds and an offset without a colon."""
    return datetime.fromisoformat(text).isoformat(timespec="milliseconds") + "+0000"


def issue(
    number: int,
    *changes: Change,
    kind: str = "task",
    created: str = "2026-09-01T09:00",
    cloud: bool = True,
    **first: str | None,
) -> Shape:
    """One issue. `first` holds the first values of what changes can name, and `summary`."""
    first = {"key": f"ML-{number}", "status": "1", "summary": f"Issue {number}", **first}
    now = dict(first)
    histories = []
    for place, (when, field, value) in enumerate(changes):
        item = _item(field, now.get(field), value, cloud)
        histories.append({"id": str(number * 100 + place), "created": jira_time(when), "items": [item],
                          "author": person("ada", cloud)})  # fmt: skip
        now[field] = value
    last = max([created, *(change[0] for change in changes)])
    fields = _fields(now, kind, cloud) | {"created": jira_time(created), "updated": jira_time(last)}
    log = {"startAt": 0, "maxResults": len(histories), "total": len(histories), "histories": histories}
    return {"id": str(number), "key": now["key"], "fields": fields, "changelog": log}


def person(name: str | None, cloud: bool = True) -> Shape | None:
    if name is None:
        return None
    known = {"accountId": name} if cloud else {"key": name, "name": name}
    return known | {"displayName": name.title(), "active": True}


def _fields(now: Mapping[str, str | None], kind: str, cloud: bool) -> Shape:
    type_id, type_name, level = TYPES[kind]
    project = str(now["key"]).rpartition("-")[0]
    fields: Shape = {
        "summary": now["summary"],
        "issuetype": {"id": type_id, "name": type_name, "subtask": kind == "subtask"},
        "project": {"id": str(sum(map(ord, project))), "key": project, "name": project},
        "status": status(str(now["status"])),
        "assignee": person(now.get("assignee"), cloud),
        PHASE: option(now.get("phase")),
        FLAG: [{"id": "77", "value": "Impediment"}] if now.get("flagged") else None,
    }
    if cloud:
        fields["issuetype"]["hierarchyLevel"] = level
    return fields | _home(now.get("parent"), kind, cloud)


def _home(parent: str | None, kind: str, cloud: bool) -> Shape:
    if cloud or kind == "subtask":
        return {"parent": {"id": parent, "key": f"ML-{parent}"}} if parent else {}
    if kind == "epic":
        return {LABEL: "An epic", LINK: None}
    return {LINK: f"ML-{parent}" if parent else None}


def option(number: str | None) -> Shape | None:
    return {"id": number, "value": OPTIONS[number]} if number else None


def _item(field: str, old: str | None, new: str | None, cloud: bool) -> Shape:
    name, field_id = {
        "status": ("status", "status"),
        "assignee": ("assignee", "assignee"),
        "phase": ("Phase", PHASE),
        "parent": ("IssueParentAssociation", None) if cloud else ("Epic Link", None),
        "flagged": ("Flagged", FLAG),
        "key": ("Key", None),
        "summary": ("summary", "summary"),
    }[field]
    shown: Shape = {"field": name, "fieldtype": "custom" if field in ("phase", "flagged") else "jira"}
    shown |= {"from": old, "fromString": _text(field, old), "to": new, "toString": _text(field, new)}
    if field in ("key", "summary"):
        shown |= {"from": None, "to": None}
    return shown | ({"fieldId": field_id} if field_id and cloud else {})


def _text(field: str, value: str | None) -> str | None:
    if value is None:
        return None
    names = {"status": lambda one: STATUSES[one][0], "phase": lambda one: OPTIONS[one],
             "parent": lambda one: f"ML-{one}", "flagged": lambda one: "Impediment"}  # fmt: skip
    return names[field](value) if field in names else value


def small_project(cloud: bool = True) -> Sequence[Shape]:
    """An epic, three tasks through several phases and statuses, a sub-task, and a task without an epic."""
    make = issue
    return [
        make(10, ("2026-09-02T10:00", "assignee", "ada"), kind="epic", cloud=cloud, summary="Churn"),
        make(11, ("2026-09-02T10:00", "status", "3"), ("2026-09-09T10:00", "status", "6"), cloud=cloud,
             parent="10", phase="1", assignee="ada"),
        make(12, ("2026-09-03T08:00", "status", "3"), ("2026-09-04T08:00", "assignee", "bob"),
             ("2026-09-07T08:00", "phase", "3"), ("2026-09-08T12:30", "status", "5"), cloud=cloud,
             parent="10", phase="2", assignee="ada"),
        make(13, ("2026-09-10T08:00", "status", "3"), ("2026-09-11T08:00", "flagged", "[77]"),
             ("2026-09-14T08:00", "flagged", None), ("2026-09-15T08:00", "status", "4"), cloud=cloud,
             parent="10", phase="5", assignee="bob"),
        make(14, ("2026-09-16T08:00", "status", "3"), kind="subtask", cloud=cloud, parent="12",
             assignee="cy"),
        make(15, ("2026-09-16T09:00", "status", "3"), cloud=cloud, assignee="cy", phase="9"),
    ]  # fmt: skip
