"""What a site has: its people, spaces, types, statuses, fields and issues, and how to find them.

`world.World` is this plus the writes. Reading needs no lock for a single issue; whoever scans takes `lock`.
"""

import threading
from collections.abc import Iterable
from typing import Any

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import (
    Deployment,
    Field,
    FieldShape,
    Issue,
    IssueType,
    Language,
    Named,
    Option,
    Space,
    Status,
    User,
)
from phasewise.sandbox.names import LANGUAGES, translate

_EPIC_NAMES = frozenset(translate("Epic", language).lower() for language in LANGUAGES)


class Site:
    """The registries. `meta_version` counts changes of anything but issues: renderings are cached by it."""

    def __init__(self, deployment: Deployment, language: Language, title: str, *, standard: bool) -> None:
        self.deployment: Deployment = deployment
        self.language: Language = language
        self.title = title
        self.site_zone = "UTC"
        self.lock = threading.RLock()
        self.meta_version = 0
        self.users: dict[str, User] = {}
        self.statuses: dict[str, Status] = {}
        self.types: dict[str, IssueType] = {}
        self.priorities: dict[str, Named] = {}
        self.resolutions: dict[str, Named] = {}
        self.fields: dict[str, Field] = {}
        self.spaces: dict[str, Space] = {}
        self.space_ids: dict[str, str] = {}
        self.issues: dict[int, Issue] = {}
        self.keys: dict[str, int] = {}
        self.epic_type_ids: set[str] = set()
        self.shapes: dict[FieldShape, FieldShape] = {}
        self._epic_link: Field | None = None
        self._epic_link_at = -1
        self._shared: dict[frozenset[tuple[str, Any]], dict[str, Any]] = {}
        self._add_fields(catalogue.system_fields())
        if standard:
            self._add_standard_content()
        self._translate_names()

    @property
    def cloud(self) -> bool:
        return self.deployment == "cloud"

    # ---------------------------------------------------------------- finding

    def space(self, id_or_key: str) -> Space | None:
        """By id, key or a former key."""
        return self.spaces.get(id_or_key) or self.spaces.get(self.space_ids.get(id_or_key.upper(), ""))

    def issue(self, id_or_key: int | str) -> Issue | None:
        """By id, key or any former key; None where it never was or is deleted."""
        if isinstance(id_or_key, int):
            return self.issues.get(id_or_key)
        if id_or_key.isascii() and id_or_key.isdigit():
            return self.issues.get(int(id_or_key[:18]))
        return self.issues.get(self.keys.get(id_or_key.upper(), -1))

    def key_of(self, issue: Issue) -> str:
        return f"{self.spaces[issue.space].key}-{issue.number}"

    def user(self, text: str | None) -> User | None:
        """By id, user name, or e-mail address."""
        if text is None:
            return None
        found = self.users.get(text)
        if found is not None:
            return found
        return next((user for user in self.users.values() if text in (user.name, user.email)), None)

    def level(self, issue: Issue) -> int:
        """1 for an epic, 0 for a task, -1 for a sub-task, whatever the export called it."""
        kind = self.types[issue.type]
        if kind.level is not None:
            return kind.level
        if kind.subtask:
            return -1
        return 1 if kind.id in self.epic_types() else 0

    def epic_types(self) -> frozenset[str]:
        """Types of level 1; where an export has no levels, those linked to as epics, or called like one."""
        return frozenset(
            kind.id
            for kind in self.types.values()
            if kind.level == 1
            or (kind.level is None and not kind.subtask and kind.name.lower() in _EPIC_NAMES)
        ) | frozenset(self.epic_type_ids)

    def shape(self, field: str, fieldtype: str, field_id: str | None) -> FieldShape:
        """One shared object per way of naming a field in a changelog. Data Center's have no field id."""
        made = FieldShape(field, fieldtype, field_id if self.cloud else None)
        return self.shapes.setdefault(made, made)

    def shared(self, custom: dict[str, Any]) -> dict[str, Any]:
        """One object for equal values, which are never changed in place: most issues differ in little."""
        try:
            return self._shared.setdefault(frozenset(custom.items()), custom)
        except TypeError:
            return custom

    def field_shape(self, field_id: str) -> FieldShape:
        field = self.fields.get(field_id)
        if field is not None and field.custom:
            return self.shape(field.name, "custom", field_id)
        return self.shape(field_id, "jira", field_id)

    def field_by_schema(self, custom: str) -> Field | None:
        """The first field of a custom type, such as the Epic Link."""
        return next((f for f in self.fields.values() if f.schema.get("custom") == custom), None)

    @property
    def epic_link(self) -> Field | None:
        if self._epic_link_at != self.meta_version:
            self._epic_link = self.field_by_schema(catalogue.GREENHOPPER + "gh-epic-link")
            self._epic_link_at = self.meta_version
        return self._epic_link

    def localised(self, english: str) -> str:
        return translate(english, self.language)

    # ---------------------------------------------------------------- changing what is not an issue

    def add_user(
        self, display_name: str, *, email: str | None = None, zone: str = "UTC", id: str | None = None
    ) -> str:
        """A new person; returns the id (accountId on Cloud, user key on Data Center)."""
        number = len(self.users) + 10001
        login = display_name.lower().replace(" ", ".")
        made = id or (f"5f{number:022x}" if self.cloud else f"JIRAUSER{number}")
        self.users[made] = User(made, display_name, login, email or f"{login}@example.com", zone)
        self.meta_version += 1
        return made

    def add_field(self, field: Field) -> None:
        self.fields[field.id] = field
        self.meta_version += 1

    def delete_field(self, field_id: str) -> None:
        """The field is gone with all values; what histories say of it stays."""
        with self.lock:
            self.fields.pop(field_id, None)
            self.meta_version += 1

    def rename_status(self, status_id: str, name: str) -> None:
        self.statuses[status_id].name = name
        self.statuses[status_id].given = None
        self.meta_version += 1

    def rename_space(self, space_id: str, key: str) -> None:
        """Another key for a space: every issue's key changes with it, old keys still lead to the issues."""
        with self.lock:
            space = self.spaces[space_id]
            space.key, space.given = key.upper(), None
            self.space_ids[space.key] = space_id
            for issue in self.issues.values():
                if issue.space == space_id:
                    self.keys[self.key_of(issue).upper()] = issue.id
                    if issue.given is not None:
                        issue.touched = (issue.touched or frozenset()) | {"project"}
            self.meta_version += 1

    def archive_space(self, space_id: str, *, archived: bool) -> None:
        """Hides all issues of a space from search, or brings them back."""
        self.spaces[space_id].archived = archived
        self.meta_version += 1

    def anonymise(self, user_id: str) -> None:
        """What is left of a person who was erased: the id, and a name that says nothing."""
        user = self.users[user_id]
        user.display_name, user.name, user.email = "Former user", user_id, None
        user.active, user.given = False, None
        self.meta_version += 1

    def set_language(self, language: Language) -> None:
        """Translates standard content; names of one's own and what histories say stay."""
        with self.lock:
            for named in self._named():
                named.name = self._english.get(named.name, named.name)
            for field in self.fields.values():
                field.clauses = tuple(self._english.get(clause, clause) for clause in field.clauses)
            self.language = language
            self._translate_names()

    def _named(self) -> Iterable[Status | IssueType | Named | Field | Option]:
        yield from self.statuses.values()
        yield from self.types.values()
        yield from self.priorities.values()
        yield from self.resolutions.values()
        for field in self.fields.values():
            yield field
            yield from field.options.values()

    def _translate_names(self) -> None:
        self._english: dict[str, str] = {}
        for named in self._named():
            named.name = self._translated(named.name)
        for field in self.fields.values():
            field.clauses = tuple(dict.fromkeys(self._translated(clause) for clause in field.clauses))
        for space in self.spaces.values():
            space.workflow = tuple(
                arrow._replace(name=self.statuses[arrow.to].name) if arrow.to in self.statuses else arrow
                for arrow in space.workflow
            )
        self.meta_version += 1

    def _translated(self, name: str) -> str:
        result = translate(name, self.language)
        self._english[result] = name
        return result

    def _add_fields(self, fields: Iterable[Field]) -> None:
        self.fields.update((field.id, field) for field in fields)

    def _add_standard_content(self) -> None:
        self._add_fields(catalogue.custom_fields())
        self.types.update((t.id, t) for t in catalogue.standard_types(team_managed=self.cloud))
        self.statuses.update((s.id, s) for s in catalogue.standard_statuses(team_managed=self.cloud))
        self.priorities.update((p.id, p) for p in catalogue.priorities())
        self.resolutions.update((r.id, r) for r in catalogue.resolutions())
        for space in catalogue.standard_spaces(team_managed=self.cloud):
            self.spaces[space.id] = space
            self.space_ids[space.key] = space.id
