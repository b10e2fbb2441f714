"""How Jira writes an edit into the changelog: which items, with which ids and texts. `world` calls it.

Every function changes the issue and returns the items of the history; no items means nothing changed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from phasewise.sandbox import catalogue
from phasewise.sandbox.adf import plain_text
from phasewise.sandbox.model import FieldShape, Issue, IssueType, Space, Status
from phasewise.sandbox.site import Site

Item = tuple[FieldShape, str | None, str | None, str | None, str | None]
"""The field, then from, fromString, to, toString."""


def change(site: Site, issue: Issue, name: str, value: Any, at: int) -> list[Item]:
    """Sets one field, named as `World.edit` names it, or by a custom field's id."""
    if name == "phase":
        name = catalogue.PHASE_FIELD
    if name == "flagged":
        name, value = catalogue.FLAG_FIELD, (catalogue.IMPEDIMENT,) if value else None
    if name.startswith("customfield_"):
        return _custom(site, issue, name, value)
    if name == "status":
        return _status(site, issue, value, at)
    if name == "resolution":
        return _resolve(site, issue, value, at)
    return _CHANGES[name](site, issue, value)


def _touch(issue: Issue, *field_ids: str) -> None:
    if issue.given is not None:
        issue.touched = (issue.touched or frozenset()) | frozenset(field_ids)


def _text(shape: FieldShape, before: str | None, after: str | None) -> list[Item]:
    return [(shape, None, before, None, after)]


def _summary(site: Site, issue: Issue, value: str) -> list[Item]:
    before, issue.summary = issue.summary, value
    _touch(issue, "summary")
    return _text(site.field_shape("summary"), before, value) if before != value else []


def _description(site: Site, issue: Issue, value: Any) -> list[Item]:
    before, issue.description = issue.description, value
    _touch(issue, "description")
    if before == value:
        return []
    return _text(site.field_shape("description"), plain_text(before), plain_text(value))


def _labels(site: Site, issue: Issue, value: list[str] | tuple[str, ...]) -> list[Item]:
    before, after = issue.labels, tuple(sorted(set(value)))
    issue.labels = after
    _touch(issue, "labels")
    if before == after:
        return []
    return [(site.field_shape("labels"), "", " ".join(before), "", " ".join(after))]


def _due(site: Site, issue: Issue, value: str | None) -> list[Item]:
    before, issue.due = issue.due, value
    _touch(issue, "duedate")
    if before == value:
        return []
    texts = [f"{day} 00:00:00.0" if day else None for day in (before, value)]
    return [(site.field_shape("duedate"), before, texts[0], value, texts[1])]


def _estimate(site: Site, issue: Issue, value: int | None) -> list[Item]:
    before, issue.estimate = issue.estimate, value
    _touch(issue, "timeoriginalestimate", "timeestimate")
    if before == value:
        return []
    old, new = (None if seconds is None else str(seconds) for seconds in (before, value))
    return [(site.field_shape(id), old, old, new, new) for id in ("timeoriginalestimate", "timeestimate")]


def _person(attribute: str) -> Callable[[Site, Issue, str | None], list[Item]]:
    def apply(site: Site, issue: Issue, value: str | None) -> list[Item]:
        before = getattr(issue, attribute)
        setattr(issue, attribute, value)
        _touch(issue, attribute)
        if before == value:
            return []
        names = [site.users[id].display_name if id in site.users else id for id in (before, value)]
        return [(site.field_shape(attribute), before, names[0], value, names[1])]

    return apply


def _named(attribute: str, field_id: str, registry: str) -> Callable[[Site, Issue, str | None], list[Item]]:
    def apply(site: Site, issue: Issue, value: str | None) -> list[Item]:
        before = getattr(issue, attribute)
        setattr(issue, attribute, value)
        _touch(issue, field_id)
        if before == value:
            return []
        known = getattr(site, registry)
        names = [known[id].name if id in known else None for id in (before, value)]
        return [(site.field_shape(field_id), before, names[0], value, names[1])]

    return apply


_resolution = _named("resolution", "resolution", "resolutions")


def _resolve(site: Site, issue: Issue, value: str | None, at: int) -> list[Item]:
    items = _resolution(site, issue, value)
    if items:
        issue.resolved = None if value is None else at
        _touch(issue, "resolutiondate")
    return items


def _status(site: Site, issue: Issue, value: str, at: int) -> list[Item]:
    """Entering or leaving the done category also sets or clears the resolution, as Jira's workflows do."""
    before = issue.status
    if before == value:
        return []
    was_done = site.statuses[before].category == "done"
    is_done = site.statuses[value].category == "done"
    items: list[Item] = []
    if is_done and not issue.resolution and site.resolutions:
        items += _resolve(site, issue, next(iter(site.resolutions)), at)
    elif was_done and not is_done and issue.resolution:
        items += _resolve(site, issue, None, at)
    if site.statuses[before].category != site.statuses[value].category:
        issue.status_since = at
    issue.status = value
    _touch(issue, "status", "statuscategorychangedate")
    names = [site.statuses[id].name for id in (before, value)]
    return [*items, (site.field_shape("status"), before, names[0], value, names[1])]


def _parent(site: Site, issue: Issue, value: int | None) -> list[Item]:
    before, issue.parent = issue.parent, value
    _touch(issue, "parent", *([site.epic_link.id] if site.epic_link else []))
    if before == value:
        return []
    keys = [_key(site, id) for id in (before, value)]
    ids = [None if id is None else str(id) for id in (before, value)]
    if site.cloud:
        shape = site.shape("IssueParentAssociation", "jira", None)
    elif site.level(issue) < 0:
        shape = site.shape("Parent", "jira", None)
    else:
        shape = site.shape(site.epic_link.name if site.epic_link else "Epic Link", "custom", None)
    return [(shape, ids[0], keys[0], ids[1], keys[1])]


def _key(site: Site, id: int | None) -> str | None:
    issue = None if id is None else site.issues.get(id)
    return None if issue is None else site.key_of(issue)


def _custom(site: Site, issue: Issue, field_id: str, value: Any) -> list[Item]:
    before = (issue.custom or {}).get(field_id)
    after = tuple(value) if isinstance(value, list) else value
    if after in ((), ""):
        after = None
    custom = {**(issue.custom or {}), field_id: after}
    if after is None:
        del custom[field_id]
    issue.custom = site.shared(custom)
    _touch(issue, field_id)
    if before == after:
        return []
    return [
        (
            site.field_shape(field_id),
            *custom_texts(site, field_id, before),
            *custom_texts(site, field_id, after),
        )
    ]


def custom_texts(site: Site, field_id: str, value: Any) -> tuple[str | None, str | None]:
    """A custom value's id and text in a changelog: `[10019]` for checkboxes, the option's id for a select."""
    field = site.fields.get(field_id)
    options = field.options if field else {}
    is_checkboxes = field is not None and field.schema.get("type") == "array"
    if value is None:
        return ("", "") if is_checkboxes else (None, None)
    if isinstance(value, tuple):
        names = [options[id].name if id in options else str(id) for id in value]
        return "[" + ", ".join(str(id) for id in value) + "]", ", ".join(names)
    if isinstance(value, str) and value in options:
        return value, options[value].name
    return None, str(value)


_CHANGES: dict[str, Callable[[Site, Issue, Any], list[Item]]] = {
    "summary": _summary,
    "description": _description,
    "labels": _labels,
    "due": _due,
    "estimate": _estimate,
    "assignee": _person("assignee"),
    "reporter": _person("reporter"),
    "priority": _named("priority", "priority", "priorities"),
    "type": _named("type", "issuetype", "types"),
    "parent": _parent,
}


def fitting(site: Site, issue: Issue, target: Space) -> tuple[str, str]:
    """The type and status of the same name (else level, category) that a space to move to has."""
    kind, status = site.types[issue.type], site.statuses[issue.status]
    types = [site.types[id] for id in target.types if site.types[id].level == kind.level]
    statuses = [site.statuses[id] for id in target.statuses]
    alike = [one for one in statuses if one.category == status.category] or statuses
    return _same(issue.type, kind.name, target.types, types), _same(
        issue.status, status.name, target.statuses, alike
    )


def _same(id: str, name: str, there: tuple[str, ...], alike: Sequence[IssueType | Status]) -> str:
    if id in there or not alike:
        return id
    return next((one.id for one in alike if one.name == name), alike[0].id)
