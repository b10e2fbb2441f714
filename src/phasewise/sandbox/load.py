"""Loads an export: ids, keys, instants and history ids stay as given, and nothing moves by itself.

Statuses, options, users, types and fields are taken from the issues and their histories.
"""

from collections import Counter
from pathlib import Path
from typing import Any

from phasewise.sandbox import catalogue
from phasewise.sandbox.given import packed
from phasewise.sandbox.load_fields import SeenFields
from phasewise.sandbox.load_refs import GivenRefs, Json
from phasewise.sandbox.load_stream import ExportError, files_of, issues_in
from phasewise.sandbox.model import Change, Deployment, Extras, Field, FieldShape, Issue, Transition
from phasewise.sandbox.names import LANGUAGES, translate
from phasewise.sandbox.times import instant_of
from phasewise.sandbox.world import World

_LONGEST_SHARED = 80
_BELOW_ALL = -(2**62)
"""Histories without an id count from here on, in the order in which they come."""
"""Texts up to this length are kept once however often they occur in histories."""


def load_world(path: Path, deployment: Deployment = "cloud") -> World:
    """The site an export describes. ExportError (a ValueError) where a file cannot be used."""
    world = World(deployment, standard=False)
    loading = _Loading(world)
    heads: list[Json] = []
    for file in files_of(path):
        for number, given in enumerate(issues_in(file, heads), 1):
            try:
                loading.issue(given)
            except (KeyError, TypeError, ValueError, AttributeError) as wrong:
                raise ExportError(f"{file}: issue {number} ({given.get('key')}): {wrong!r}") from None
    for head in heads:
        loading.seen.head(head)
    loading.finish()
    return world


class _Loading:
    def __init__(self, world: World) -> None:
        self.world = world
        self.refs = GivenRefs(world)
        self.seen = SeenFields()
        self._texts: dict[str, str] = {}
        self._epic_keys: dict[int, dict[str, str]] = {}
        self._parent_keys: dict[int, str] = {}
        self._without_id = _BELOW_ALL

    # ---------------------------------------------------------------- one issue

    def issue(self, given: Json) -> None:
        """Takes an issue in; of two states of one issue the later stays. Deleted ones are left out."""
        if given.get("deleted") is True:
            return
        issue_id, key = int(given["id"]), str(given["key"])
        histories = (given.get("changelog") or {}).get("histories") or []
        changes = self._changes(histories)
        made = self._made(issue_id, key, given.get("fields") or {}, changes)
        total = (given.get("changelog") or {}).get("total")
        if isinstance(total, int) and total > len(histories):  # one that is given twice was counted twice
            kept_back = total - len(histories)
            made.extras = Extras(history_total=kept_back + len({change.history_id for change in changes}))
        self._note_parent_key(made, given.get("fields") or {})
        known = self.world.issues.get(issue_id)
        if known is not None:
            if known.updated > made.updated:
                return
            self.world.index.removed(known)
            del self.world.issues[issue_id]
        self.world.load_issue(made, key)
        for change in changes:
            if change.shape is not None and change.shape.field == "Key" and change.before_text:
                self.world.keys.setdefault(change.before_text.upper(), issue_id)

    def _note_parent_key(self, issue: Issue, fields: Json) -> None:
        """A parent of which only the key is given: its id is known when all is read."""
        parent = fields.get("parent")
        if issue.parent is None and isinstance(parent, dict) and parent.get("key"):
            self._parent_keys[issue.id] = str(parent["key"])

    def _made(self, issue_id: int, key: str, fields: Json, changes: tuple[Change, ...]) -> Issue:
        refs, world = self.refs, self.world
        space = refs.space(fields.get("project"), key)
        type_id, status_id = refs.type(fields.get("issuetype")), refs.status(fields.get("status"))
        if type_id not in space.types:
            space.types += (type_id,)
        if status_id not in space.statuses:
            space.statuses += (status_id,)
        created = _instant(fields, "created", changes[0].at if changes else 0)
        return Issue(
            id=issue_id,
            space=space.id,
            number=_number_of(key),
            type=type_id,
            status=status_id,
            summary=str(fields.get("summary") or ""),
            created=created,
            updated=_instant(fields, "updated", changes[-1].at if changes else created),
            status_since=_instant(fields, "statuscategorychangedate", created),
            creator=refs.user(fields.get("creator")),
            reporter=refs.user(fields.get("reporter")),
            assignee=refs.user(fields.get("assignee")),
            parent=_parent(fields),
            priority=refs.named(world.priorities, fields.get("priority")),
            resolution=refs.named(world.resolutions, fields.get("resolution")),
            resolved=_instant(fields, "resolutiondate", 0) or None,
            labels=tuple(str(label) for label in fields.get("labels") or ()),
            due=fields.get("duedate"),
            estimate=fields.get("timeoriginalestimate"),
            custom=self._custom(issue_id, fields, type_id),
            changes=changes,
            given=packed(fields),
        )

    def _custom(self, issue_id: int, fields: Json, type_id: str) -> Json | None:
        """What a search looks at. Keys of epics are kept aside until all issues are known."""
        found: Json = {}
        for field_id, value in fields.items():
            if not field_id.startswith("customfield_"):
                continue
            looked_at = self.seen.value(field_id, value, type_id)
            if isinstance(looked_at, str) and isinstance(value, str):
                self._epic_keys.setdefault(issue_id, {})[field_id] = looked_at
            elif looked_at is not None:
                found[field_id] = looked_at
        return self.world.shared(found) if found else None

    # ---------------------------------------------------------------- histories

    def _changes(self, histories: list[Json]) -> tuple[Change, ...]:
        made: list[tuple[int, int, list[Change]]] = []
        for history in histories:
            at = instant_of(history["created"])
            history_id = self._history_id(history.get("id"))
            author = self.refs.user(history.get("author"))
            items = [self._item(history_id, at, author, item) for item in history.get("items") or []]
            nothing = Change(history_id, at, author, None, None, None, None, None)
            made.append((at, history_id, items or [nothing]))
        made.sort(key=lambda history: history[:2])
        return tuple(change for _, _, items in made for change in items)

    def _history_id(self, given: Any) -> int:
        if given is not None and str(given).isdigit():
            return int(given)
        self._without_id += 1
        return self._without_id

    def _item(self, history_id: int, at: int, author: str | None, item: Json) -> Change:
        name, field_id = str(item.get("field") or ""), item.get("fieldId")
        is_custom = str(field_id or "").startswith("customfield_")
        kind = str(item.get("fieldtype") or ("custom" if is_custom else "jira"))
        before, after = self._text(item.get("from")), self._text(item.get("to"))
        texts = self._text(item.get("fromString")), self._text(item.get("toString"))
        self.seen.item(field_id, name, kind == "custom", before, after, texts)
        system = str(field_id or name).lower() if kind == "jira" else ""
        for id, text in ((before, texts[0]), (after, texts[1])):
            if id and system == "status":
                self.refs.status_of_history(id, text)
            if id and system in ("assignee", "reporter"):
                self.refs.user_of_history(id, text)
        made = FieldShape(name, kind, field_id)
        shape = self.world.shapes.setdefault(made, made)
        return Change(history_id, at, author, shape, before, texts[0], after, texts[1])

    def _text(self, value: Any) -> str | None:
        if value is None:
            return None
        text = str(value)
        return self._texts.setdefault(text, text) if len(text) <= _LONGEST_SHARED else text

    # ---------------------------------------------------------------- once all is read

    def finish(self) -> None:
        """Adds the fields, ties tasks to their epics, gives each space a workflow and the site a caller."""
        world = self.world
        for field in self.seen.fields():
            world.add_field(field)
        for issue_id, key in self._parent_keys.items():
            self._give_parent(world.issues[issue_id], world.issue(key))
        self._link_epics()
        for space in world.spaces.values():
            space.workflow = tuple(
                Transition(str(11 + 10 * n), world.statuses[id].name, id)
                for n, id in enumerate(space.statuses)
            )
        world.service_user = world.add_user(
            "Sync Account", email="sync@example.com", id="sandbox-sync-account"
        )

    def _link_epics(self) -> None:
        """Data Center's way: a field that holds the key of an epic, whose type owns an Epic Name."""
        world = self.world
        self._one_epic_link()
        link = world.epic_link
        if link is None:
            return
        for issue_id, keys in self._epic_keys.items():
            issue, epic = world.issues[issue_id], world.issue(keys.get(link.id, ""))
            if epic is not None and epic is not issue:
                world.epic_type_ids.add(epic.type)
                self._give_parent(issue, epic)
        self._name_epic_name(world.epic_type_ids)

    def _give_parent(self, issue: Issue, parent: Issue | None) -> None:
        if parent is not None and issue.parent is None:
            issue.parent = parent.id
            self.world.index.moved(issue, issue.space, None)

    def _one_epic_link(self) -> None:
        """Of several fields that hold keys, the one called so or naming most issues; the rest is text."""
        world, custom = self.world, catalogue.GREENHOPPER + "gh-epic-link"
        found = [field for field in world.fields.values() if field.schema.get("custom") == custom]
        known = Counter(
            id
            for keys in self._epic_keys.values()
            for id, key in keys.items()
            if world.issue(key) is not None
        )
        names = {translate("Epic Link", language) for language in LANGUAGES}
        found.sort(key=lambda field: (field.name in names, known[field.id]))
        for field in found[:-1]:
            field.schema = {**field.schema, "type": "string", "custom": catalogue.TEXT}

    def _name_epic_name(self, epic_types: set[str]) -> None:
        """The text field only epics have is the Epic Name; an export without one gets it, empty."""
        world, label = self.world, catalogue.GREENHOPPER + "gh-epic-label"
        has_levels = any(world.types[id].level is not None for id in epic_types)
        if world.field_by_schema(label) is not None or not epic_types or has_levels:
            return
        own = [id for id, types in self.seen.types_with.items() if types and types <= epic_types]
        texts = [world.fields[id] for id in own if world.fields[id].schema.get("type") == "string"]
        named = [field for field in texts if field.name.lower() in ("epic name", field.id)]
        if named:
            named[0].schema |= {"custom": label}
            return
        number = 1 + max(int(id.rpartition("_")[2]) for id in self.seen.kinds)
        schema = {"type": "string", "custom": label, "customId": number}
        world.add_field(Field(f"customfield_{number}", "Epic Name", schema, (f"cf[{number}]", "Epic Name")))


def _instant(fields: Json, name: str, default: int) -> int:
    value = fields.get(name)
    return default if value in (None, "") else instant_of(value)


def _number_of(key: str) -> int:
    number = key.rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def _parent(fields: Json) -> int | None:
    parent = fields.get("parent")
    return int(parent["id"]) if isinstance(parent, dict) and parent.get("id") else None
