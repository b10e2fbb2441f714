"""Reads issues as Jira's REST interface gives them, Cloud or Data Center, into the naive reading's facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.naive.facts import Policy, Ticket, Turn, World, world
from tests.naive.phase_names import phase_by_name

Json = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CATEGORIES = {"new": "todo", "undefined": "todo", "indeterminate": "active", "done": "done"}
EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
EPIC_LABEL = "com.pyxis.greenhopper.jira:gh-epic-label"
SELECT = "com.atlassian.jira.plugin.system.customfieldtypes:select"
CHECKBOXES = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the installation is set. `phases` is option id -> phase and `statuses` status id -> group; a
    phase field that is not set is the one select field with a phase among its options, a flag field the one
    of check boxes. Of several none is taken."""

    phase_field: str | None = None
    flag_field: str | None = None
    phases: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    country: str | None = None
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    extra: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    leave: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    one_active: int = 1
    five_days: float = 5.0
    grace_minutes: float = 15.0
    watching: int = 2
    paused: int = 2
    hours_per_day: float = 8.0
    browse_url: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """What Jira answers: whole issues with whole histories, `/field`, `/status`, and when issues went."""

    issues: Sequence[Json]
    fields: Sequence[Json] = ()
    statuses: Sequence[Json] = ()
    removed: Mapping[int, int] = field(default_factory=dict)

    def custom(self, kind: str) -> Json | None:
        return next((one for one in self.fields if _custom(one) == kind), None)

    def the_only(self, kind: str, *, of_phases: bool) -> str | None:
        """The id of the only field of a kind (and with phases to choose from, if that is asked)."""
        found = [str(one["id"]) for one in self.fields if _custom(one) == kind]
        found = [one for one in found if not of_phases or self._has_phases(one)]
        return found[0] if len(found) == 1 else None

    def _has_phases(self, field_id: str) -> bool:
        chosen = [(issue["fields"].get(field_id) or {}).get("value") for issue in self.issues]
        changed = [item for item in items(self) if self.named(field_id) & _called(item)]
        texts = [text for item in changed for text in (item.get("fromString"), item.get("toString"))]
        return any(phase_by_name(text or "") for text in (*chosen, *texts))

    def named(self, field_id: str | None) -> set[str]:
        """How histories may call a field: by its id or, where they give none, by its name."""
        if field_id is None:
            return set()
        names = {str(one.get("name")) for one in self.fields if one.get("id") == field_id}
        return {name.casefold() for name in (field_id, *names)}


def _called(item: Json) -> set[str]:
    return {str(item.get(name)).casefold() for name in ("fieldId", "field")}


def _custom(field_json: Json) -> str | None:
    return (field_json.get("schema") or {}).get("custom")


def instant(value: str | int) -> int:
    """Milliseconds: Jira gives them as such, or as ISO text whose offset has no colon."""
    if isinstance(value, int):
        return value
    return (datetime.fromisoformat(value) - EPOCH) // timedelta(milliseconds=1)


def world_of(site: Site, settings: Settings) -> World:
    reader = _Reader(site, settings)
    return world([reader.ticket(issue) for issue in site.issues], reader.policy())


def histories(issue: Json) -> list[Json]:
    return list((issue.get("changelog") or {}).get("histories") or ())


def items(site: Site) -> list[Json]:
    return [item for issue in site.issues for one in histories(issue) for item in one["items"]]


def keys(site: Site) -> dict[str, int]:
    """Every key an issue has or had, and its id; what it has counts before what another one had."""
    former = {
        key: int(issue["id"])
        for issue in site.issues
        for history in histories(issue)
        for item in history["items"]
        if str(item.get("field")).casefold() == "key"
        for key in (item.get("fromString"), item.get("toString"))
        if key
    }
    return former | {issue["key"]: int(issue["id"]) for issue in site.issues}


class _Reader:
    """Reads the issues of one site by its fields and settings."""

    def __init__(self, site: Site, settings: Settings) -> None:
        phase_field = settings.phase_field or site.the_only(SELECT, of_phases=True)
        flag_field = settings.flag_field or site.the_only(CHECKBOXES, of_phases=False)
        settings = replace(settings, phase_field=phase_field, flag_field=flag_field)
        self.site, self.settings = site, settings
        self.keys = keys(site)
        types = [issue["fields"]["issuetype"] for issue in site.issues]
        self.is_cloud = any("hierarchyLevel" in kind for kind in types)
        link, label = site.custom(EPIC_LINK), site.custom(EPIC_LABEL)
        self.epic_link = link["id"] if link else None
        self.epic_types = self._epic_types(label["id"] if label else "")
        self.names = self._names()
        self.keys = self._linked_keys() | self.keys

    def _epic_types(self, label: str) -> set[str]:
        """Data Center: the types of the issues that have an epic's name, or that an epic link points to."""
        linked = {issue["fields"].get(self.epic_link or "") for issue in self.site.issues}
        return {
            str(issue["fields"]["issuetype"]["id"])
            for issue in self.site.issues
            if issue["fields"].get(label) or issue["key"] in linked
        }

    def _names(self) -> dict[str, str]:
        """What the items of a history are called -> which of the tracked fields that is."""
        cloud = ("issueparentassociation", "epic link", "parent")
        parents = {"epic link"} | self.site.named(self.epic_link) if not self.is_cloud else set(cloud)
        return (
            {"status": "status", "assignee": "assignee"}
            | dict.fromkeys(self.site.named(self.settings.phase_field), "option")
            | dict.fromkeys(self.site.named(self.settings.flag_field), "flag")
            | dict.fromkeys(parents, "parent")
        )

    # ------------------------------------------------------------------ policy

    def policy(self) -> Policy:
        settings = self.settings
        country, _, subdivision = (settings.country or "").partition("-")
        listed = {str(status["id"]) for status in self.site.statuses}
        groups = self.groups()
        return Policy(
            groups=groups,
            phases=self.phases(),
            unmapped=frozenset(groups.keys() - listed - set(settings.statuses)),
            one_active=settings.one_active,
            five_days=settings.five_days,
            grace_minutes=settings.grace_minutes,
            watching=settings.watching,
            paused=settings.paused,
            zone=settings.timezone,
            weekdays=settings.weekdays,
            country=country or None,
            subdivision=subdivision or None,
            extra=settings.extra,
            removed=settings.removed,
            leave=settings.leave,
        )

    def groups(self) -> dict[str, str]:
        """Every status by its category; one that only histories know is `todo`; the settings count most."""
        known = [*(issue["fields"]["status"] for issue in self.site.issues), *self.site.statuses]
        return {
            str(status["id"]): CATEGORIES.get(str((status.get("statusCategory") or {}).get("key")), "todo")
            for status in known
        } | dict(self.settings.statuses)

    def phases(self) -> dict[str, str]:
        """Every option whose name says which phase it is; the settings count more."""
        field_id = self.settings.phase_field
        named: dict[str, str | None] = {}
        for item in items(self.site):
            if self.field_of(item) == "option":
                named[str(item.get("from"))] = item.get("fromString")
                named[str(item.get("to"))] = item.get("toString")
        for issue in self.site.issues:
            option = issue["fields"].get(field_id or "")
            if option:
                named[str(option["id"])] = option.get("value")
        proposed = {number: phase_by_name(name or "") for number, name in named.items()}
        return {number: phase for number, phase in proposed.items() if phase} | dict(self.settings.phases)

    # ------------------------------------------------------------------ issues

    def ticket(self, issue: Json) -> Ticket:
        fields, number = issue["fields"], int(issue["id"])
        option = fields.get(self.settings.phase_field) if self.settings.phase_field else None
        flag = fields.get(self.settings.flag_field) if self.settings.flag_field else None
        seconds = (fields.get("timetracking") or {}).get("originalEstimateSeconds")
        seconds = fields.get("timeoriginalestimate") if seconds is None else seconds
        changelog = issue.get("changelog") or {}
        kind = self.kind(fields["issuetype"])
        return Ticket(
            id=number,
            kind=kind,
            created=instant(fields["created"]),
            status=str(fields["status"]["id"]),
            option=str(option["id"]) if option else None,
            assignee=self.person(fields.get("assignee")),
            parent=self.parent(kind, fields),
            flagged=bool(flag),
            removed_at=self.site.removed.get(number),
            whole=changelog.get("total", 0) <= len(histories(issue)),
            estimate_days=None if seconds is None else seconds / 3600 / self.settings.hours_per_day,
            turns=tuple(self.turns(issue)),
        )

    def kind(self, issuetype: Json) -> str:
        if "hierarchyLevel" in issuetype:
            level = issuetype["hierarchyLevel"]
            return {1: "project", 0: "task", -1: "subtask"}.get(level, "other")
        if issuetype.get("subtask"):
            return "subtask"
        return "project" if str(issuetype["id"]) in self.epic_types else "task"

    def person(self, user: Json | None) -> str | None:
        if not user:
            return None
        return user.get("accountId") or user.get("key") or user.get("name")

    def parent(self, kind: str, fields: Json) -> int | None:
        if self.is_cloud or kind == "subtask":
            return int(fields["parent"]["id"]) if fields.get("parent") else None
        link = fields.get(self.epic_link) if self.epic_link else None
        return self.keys.get(link) if link else None

    def _linked_keys(self) -> dict[str, int]:
        """Keys of epics that are not stored themselves, with their ids, from the histories of their tasks."""
        return {
            str(item["toString"]): int(item["to"])
            for item in items(self.site)
            if self.field_of(item) == "parent" and str(item.get("to")).isdigit() and item.get("toString")
        }

    def field_of(self, item: Json) -> str | None:
        """Which tracked field an item changes: by the field's id, else by its name."""
        by_id = self.names.get(str(item.get("fieldId")).casefold())
        return by_id or self.names.get(str(item.get("field")).casefold())

    def turns(self, issue: Json) -> list[Turn]:
        """The changes of the tracked fields; a history that came twice is read once."""
        once = {str(history["id"]): history for history in reversed(histories(issue))}
        found = []
        for history in once.values():
            for number, item in enumerate(history["items"]):
                name = self.field_of(item)
                if name is not None and not self.is_left_parent(item, history):
                    before = self.value(name, item.get("from"), item.get("fromString"))
                    after = self.value(name, item.get("to"), item.get("toString"))
                    at = instant(history["created"])
                    found.append(Turn(at, int(history["id"]), number, name, before, after))
        return found

    def is_left_parent(self, item: Json, history: Json) -> bool:
        """A sub-task that became a task left its parent and entered an epic at once: the epic counts."""
        others = [one for one in history["items"] if "parent" not in _called(one)]
        return "parent" in _called(item) and any(self.field_of(one) == "parent" for one in others)

    def value(self, name: str, raw: str | None, shown: str | None) -> str | None:
        if name == "parent":
            return self.parent_value(raw, shown)
        empty = raw is None or str(raw).strip() in ("", "[]")
        return None if empty else str(raw)

    def parent_value(self, raw: str | None, shown: str | None) -> str | None:
        """A parent as an issue id: given as such, or by a key that the store knows."""
        if raw and str(raw).isdigit():
            return str(raw)
        number = self.keys.get(str(raw)) or self.keys.get(str(shown))
        return None if number is None else str(number)
