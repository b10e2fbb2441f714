"""The fields of a create, edit or transition request, read into what `World` writes; wrong ones are refused.

Screens are checked where Jira checks them: on create and transition, and on edit only on Data Center.
"""

import re
from collections.abc import Collection
from typing import Any

from phasewise.sandbox.adf import is_document
from phasewise.sandbox.answers import RefusedError, object_of
from phasewise.sandbox.catalogue import LINK_TYPES
from phasewise.sandbox.model import Field, Issue
from phasewise.sandbox.world import World

_LENGTHS = {"w": 5 * 8 * 3600, "d": 8 * 3600, "h": 3600, "m": 60}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*([wdhm])")
_NAMES = {"duedate": "due", "issuetype": "type"}
_NOT_A_DOCUMENT = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"


class FieldsIn:
    """Collects errors field by field; `done` gives the values, or refuses all errors at once."""

    def __init__(self, world: World, version: str, screen: Collection[str] | None = None) -> None:
        self.world = world
        self.version = version
        self.screen = screen
        self.values: dict[str, Any] = {}
        self.comments: list[Any] = []
        self.links: list[tuple[str, int, bool]] = []
        """Type, the other issue, whether that one is the outward end."""
        self.errors: dict[str, str] = {}

    def take(self, body: dict[str, Any], issue: Issue | None = None) -> None:
        """The `fields` and `update` parts of a body; `issue` is what the update works on."""
        for name, value in object_of(body, "fields").items():
            self.set(name, value)
        for name, operations in object_of(body, "update").items():
            for operation in operations if isinstance(operations, list) else [operations]:
                self._operate(name, operation, issue)

    def done(self) -> dict[str, Any]:
        if self.errors:
            raise RefusedError(400, errors=self.errors)
        return self.values

    def set(self, name: str, value: Any) -> None:
        field = self.world.fields.get(name)
        if name == "timetracking":
            self._timetracking(value)
        elif field is None or not (self.screen is None or name in self.screen):
            self.errors[name] = (
                f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            )
        elif field.custom:
            self._custom(field, value)
        else:
            reader = getattr(self, f"_read_{name}", None)
            if reader is None:
                self.errors[name] = (
                    f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
                )
                return
            reader(name, value)

    def _operate(self, name: str, operation: Any, issue: Issue | None) -> None:
        if not isinstance(operation, dict) or len(operation) != 1:
            self.errors[name] = 'An operation is an object with one verb, such as {"set": ...}.'
            return
        ((verb, value),) = operation.items()
        if name == "comment" and verb == "add" and isinstance(value, dict):
            self.comments.append(self._document("comment", value.get("body")))
        elif name == "issuelinks" and verb == "add" and isinstance(value, dict):
            self._link(value)
        elif verb == "set":
            self.set(name, value)
        elif name == "labels" and verb in ("add", "remove"):
            now = set(self.values.get("labels", issue.labels if issue else ()))
            self._read_labels(name, sorted(now | {str(value)} if verb == "add" else now - {str(value)}))
        else:
            self.errors[name] = f"Field '{name}' does not support the operation '{verb}'."

    def _link(self, value: dict[str, Any]) -> None:
        wanted = object_of(value, "type")
        type_id = next(
            (
                id
                for id, (name, *_) in LINK_TYPES.items()
                if wanted.get("id") == id or wanted.get("name") == name
            ),
            None,
        )
        is_outward = "outwardIssue" in value
        other = object_of(value, "outwardIssue" if is_outward else "inwardIssue")
        named = str(other.get("id") or self.world.keys.get(str(other.get("key")).upper()))
        issue = self.world.issues.get(int(named)) if named.isdigit() else None
        if type_id is None or issue is None:
            self.errors["issuelinks"] = "No issue link type or issue with this name was found."
            return
        self.links.append((type_id, issue.id, is_outward))

    # ---------------------------------------------------------------- one reader per field

    def _read_summary(self, name: str, value: Any) -> None:
        if not isinstance(value, str) or not value.strip():
            self.errors[name] = "You must specify a summary of the issue."
        elif len(value) > 255:
            self.errors[name] = "Summary can't exceed 255 characters."
        elif "\n" in value:
            self.errors[name] = "The summary is invalid because it contains newline characters."
        else:
            self.values[name] = value

    def _read_description(self, name: str, value: Any) -> None:
        self.values[name] = self._document(name, value)

    def _document(self, name: str, value: Any) -> Any:
        """Version 3 takes documents only, version 2 text only."""
        if value is None:
            return None
        if self.version == "3" and not is_document(value):
            self.errors[name] = _NOT_A_DOCUMENT
        if self.version == "2" and not isinstance(value, str):
            self.errors[name] = "Operation value must be a string"
        return value

    def _read_labels(self, name: str, value: Any) -> None:
        labels = [] if value is None else value if isinstance(value, list) else [value]
        bad = [label for label in labels if not isinstance(label, str) or " " in label]
        if bad:
            self.errors[name] = f"The label '{bad[0]}' contains spaces which is invalid."
        else:
            self.values[name] = labels

    def _read_duedate(self, name: str, value: Any) -> None:
        if value is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
            self.errors[name] = "Error parsing date string: " + str(value)
        self.values["due"] = value

    def _user(self, name: str, value: Any) -> None:
        given = value if isinstance(value, dict) else {}
        text = (
            given.get("accountId", given.get("id"))
            if self.world.cloud
            else given.get("name", given.get("key"))
        )
        user = self.world.user(text if text is None else str(text))
        if text is not None and (user is None or not user.active):
            self.errors[name] = (
                f"User '{text}' does not exist." if user is None else f"User '{text}' cannot be used."
            )
        self.values[name] = user.id if user else None

    _read_assignee = _read_reporter = _user

    def _named(self, name: str, value: Any) -> None:
        registries: dict[str, dict[str, Any]] = {
            "priority": self.world.priorities,
            "resolution": self.world.resolutions,
            "issuetype": self.world.types,
        }
        if value is None and name != "issuetype":
            self.values[name] = None
            return
        given = value if isinstance(value, dict) else {}
        wanted = str(given.get("id") or ""), given.get("name")
        found = next(
            (n.id for n in registries[name].values() if n.id == wanted[0] or n.name == wanted[1]), None
        )
        if found is None:
            self.errors[name] = f"The {name} selected is invalid."
        else:
            self.values[_NAMES.get(name, name)] = found

    _read_priority = _read_resolution = _read_issuetype = _named

    def _read_parent(self, name: str, value: Any) -> None:
        if value is None:
            self.values[name] = None
            return
        given = value if isinstance(value, dict) else {}
        found = self.world.issue(str(given.get("id") or given.get("key") or ""))
        if found is None:
            self.errors[name] = "Could not find issue by id or key."
        else:
            self.values[name] = found.id

    def _timetracking(self, value: Any) -> None:
        text = value.get("originalEstimate") if isinstance(value, dict) else None
        if text is None:
            self.values["estimate"] = None
            return
        parts = _LENGTH.findall(str(text))
        if not parts and not re.fullmatch(r"[0-9]{1,9}", str(text)):
            self.errors["timetracking"] = "The original estimate specified is not valid."
            return
        minutes = [("0", "m")] if parts else [(str(text), "m")]
        self.values["estimate"] = int(sum(float(n) * _LENGTHS[unit] for n, unit in parts or minutes))

    # ---------------------------------------------------------------- custom fields

    def _custom(self, field: Field, value: Any) -> None:
        if field is self.world.epic_link:
            self._epic_link(field, value)
        elif value is None or not field.options:
            self.values[field.id] = value
        elif isinstance(value, list):
            self.values[field.id] = [self._option(field, one) for one in value]
        else:
            self.values[field.id] = self._option(field, value)

    def _option(self, field: Field, value: Any) -> str | None:
        given = value if isinstance(value, dict) else {}
        id, text = str(given.get("id") or ""), given.get("value")
        found = next(
            (o.id for o in field.options.values() if o.id == id or (not id and o.name == text)), None
        )
        if found is None:
            self.errors[field.id] = (
                f"Option id '{id}' is not valid" if id else f"Option value '{text}' is not valid"
            )
        return found

    def _epic_link(self, field: Field, value: Any) -> None:
        found = self.world.issue(str(value)) if value else None
        if value and (found is None or self.world.level(found) != 1):
            self.errors[field.id] = f"Issue '{value}' does not exist or is not an epic."
        self.values["parent"] = found.id if found else None
