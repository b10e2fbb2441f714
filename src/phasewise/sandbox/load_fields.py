"""Which custom fields an export has: kinds guessed from values and histories, names from histories.

An export carries values, not definitions. `load` shows every value and every history item to `SeenFields`.
"""

import re
from collections import Counter
from typing import Any

from phasewise.sandbox.catalogue import CHECKBOXES, GREENHOPPER, SELECT
from phasewise.sandbox.model import Field, Option

_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:"
KEY = re.compile(r"[A-Z][A-Z0-9_]+-[0-9]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_IDS = re.compile(r"\[([0-9, ]+)\]")

_SCHEMAS: dict[str, tuple[str, str | None, str]] = {
    "option": ("option", None, SELECT),
    "options": ("array", "option", CHECKBOXES),
    "cascade": ("option-with-child", None, _TYPES + "cascadingselect"),
    "user": ("user", None, _TYPES + "userpicker"),
    "users": ("array", "user", _TYPES + "multiuserpicker"),
    "number": ("number", None, _TYPES + "float"),
    "date": ("date", None, _TYPES + "datepicker"),
    "instant": ("datetime", None, _TYPES + "datetime"),
    "text": ("string", None, _TYPES + "textfield"),
    "texts": ("array", "string", _TYPES + "labels"),
    "sprint": ("array", "json", GREENHOPPER + "gh-sprint"),
    "rank": ("any", None, GREENHOPPER + "gh-lexo-rank"),
    "key": ("any", None, GREENHOPPER + "gh-epic-link"),
    "epic_name": ("string", None, GREENHOPPER + "gh-epic-label"),
    "other": ("any", None, _TYPES + "readonlyfield"),
}
"""Kind -> (type, items, custom) of the schema."""


def kind_of(value: Any) -> str:
    """What a value looks like, as a key of the schemas."""
    if isinstance(value, list):
        return _kind_of_list(value)
    if isinstance(value, dict):
        if "value" in value and "id" in value:
            return "cascade" if "child" in value else "option"
        return "user" if "displayName" in value else "other"
    if isinstance(value, bool):
        return "other"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return _kind_of_text(value)
    return "other"


def _kind_of_text(value: str) -> str:
    if KEY.fullmatch(value):
        return "key"
    if _DATE.fullmatch(value):
        return "date"
    if _INSTANT.match(value):
        return "instant"
    return "rank" if re.match(r"\d\|[a-z0-9]+:", value) else "text"


def _kind_of_list(values: list[Any]) -> str:
    first = values[0] if values else None
    if isinstance(first, str):
        return "sprint" if "greenhopper.service.sprint" in first else "texts"
    if isinstance(first, dict):
        if "boardId" in first or ("state" in first and "name" in first):
            return "sprint"
        return {"option": "options", "cascade": "options", "user": "users"}.get(kind_of(first), "other")
    return "other"


class SeenFields:
    """Votes on the kind and name of each custom field."""

    def __init__(self) -> None:
        self.kinds: dict[str, Counter[str]] = {}
        self.options: dict[str, dict[str, str]] = {}
        self.names: dict[str, str] = {}
        self.schemas: dict[str, dict[str, Any]] = {}
        self._name_of_option: dict[str, str] = {}
        self._history_options: dict[str, dict[str, str]] = {}
        self.types_with: dict[str, set[str]] = {}
        self._link_name: str | None = None
        self._lists: set[str] = set()

    # ---------------------------------------------------------------- what is seen

    def value(self, field_id: str, value: Any, type_id: str) -> Any:
        """A field of an issue. Returns what a search looks at: option ids, an epic's key, or None."""
        kinds = self.kinds.setdefault(field_id, Counter())
        if value is None or value == []:
            return None
        kind = kind_of(value)
        kinds[kind] += 1
        self.types_with.setdefault(field_id, set()).add(type_id)
        if kind in ("option", "cascade"):
            return self._option(field_id, value)
        if kind == "options":
            return tuple(self._option(field_id, one) for one in value if isinstance(one, dict))
        return value if kind == "key" else None

    def _option(self, field_id: str, value: dict[str, Any]) -> str:
        id = str(value["id"])
        self.options.setdefault(field_id, {})[id] = str(value["value"])
        return id

    def item(
        self, field_id: str | None, name: str, custom: bool, before: Any, after: Any, texts: Any
    ) -> None:
        """A history item; `texts` are fromString and toString."""
        if not custom:
            return
        if field_id:
            self.names[field_id] = name
            self.kinds.setdefault(field_id, Counter())
        known = self._history_options.setdefault(field_id or name, {})
        for id, text in zip((before, after), texts, strict=True):
            if not isinstance(id, str) or not isinstance(text, str):
                continue
            if id.isdigit() and KEY.fullmatch(text):
                # An issue's id with its key: the link to an epic, no option.
                self._link_name = name
                continue
            several = _IDS.fullmatch(id)
            ids = (
                [part.strip() for part in several[1].split(",")] if several else [id] if id.isdigit() else []
            )
            words = [part.strip() for part in text.split(",")] if several and len(ids) > 1 else [text]
            if len(words) == len(ids):
                known.update(zip(ids, words, strict=True))
            for one in ids:
                self._name_of_option.setdefault(one, name)
            if several and field_id:
                self.kinds[field_id]["options"] += 1
            elif several:
                self._lists.add(name)

    def head(self, page: dict[str, Any]) -> None:
        """What a page says beside its issues: `expand=names,schema`."""
        names, schemas = page.get("names"), page.get("schema")
        if isinstance(names, dict):
            self.names.update({str(id): str(name) for id, name in names.items()})
        if isinstance(schemas, dict):
            self.schemas.update(
                {str(id): schema for id, schema in schemas.items() if isinstance(schema, dict)}
            )

    # ---------------------------------------------------------------- what follows

    def fields(self) -> list[Field]:
        """The custom fields seen, by id."""
        self._tell_the_last_list()
        return [self._field(id) for id in sorted(self.kinds, key=lambda id: (len(id), id))]

    def _tell_the_last_list(self) -> None:
        """Of one list of options that only histories tell of, by name (a flag that nobody has set now), and
        one field without any value, each is the other."""
        unnamed = [id for id in self.kinds if self._name(id) == id]
        lists = self._lists.difference(self._name(id) for id in self.kinds)
        empty = [id for id in unnamed if not self.kinds[id]]
        if len(lists) == len(empty) == 1:
            self.names[empty[0]] = lists.pop()
            self.kinds[empty[0]]["options"] += 1

    def _field(self, id: str) -> Field:
        name = self._name(id)
        options = {
            **self._history_options.get(id, self._history_options.get(name, {})),
            **self.options.get(id, {}),
        }
        number = id.removeprefix("customfield_")
        kind = self._kind(id, options)
        if kind not in ("option", "options", "cascade"):
            options = {}
        made = {option: Option(option, text) for option, text in options.items()}
        return Field(id, name, self._schema(id, kind, number), (f"cf[{number}]", name), made)

    def _schema(self, id: str, kind: str, number: str) -> dict[str, Any]:
        if id in self.schemas:
            return self.schemas[id]
        type, items, custom = _SCHEMAS[kind]
        schema: dict[str, Any] = {"type": type, "custom": custom}
        if number.isdigit():
            schema["customId"] = int(number)
        return schema | ({"items": items} if items else {})

    def _kind(self, id: str, options: dict[str, str]) -> str:
        """The kind most values have; a field that is empty everywhere now may have had options once."""
        votes = self.kinds[id]
        if len(votes) > 1 and "key" in votes:
            # A text field may hold something like a key now and then: only one that always does is a link.
            votes = votes - Counter(key=votes["key"]) + Counter(text=votes["key"])
        if not votes:
            return "option" if options else "other"
        return votes.most_common(1)[0][0]

    def _name(self, id: str) -> str:
        if id in self.names:
            return self.names[id]
        if self.kinds[id] and set(self.kinds[id]) == {"key"} and self._link_name:
            return self._link_name
        return self._name_by_options(id) or id

    def _name_by_options(self, id: str) -> str | None:
        """Data Center's items do not name the field's id; the option ids in them still tell."""
        votes = Counter(
            self._name_of_option[option]
            for option in self.options.get(id, {})
            if option in self._name_of_option
        )
        return votes.most_common(1)[0][0] if votes else None
