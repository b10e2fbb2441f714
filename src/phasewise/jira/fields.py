"""Which of a site's fields is the phase, the flag, the epic link, the epic name. `map_site` decides by it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phasewise.jira.names import FLAG_FIELD, PHASE_FIELD, PHASE_FIELD_LONG, phase_called, plain

ONE_OF_SEVERAL = (":select", ":radiobuttons")
SEVERAL_OF_SEVERAL = (":multicheckboxes",)
EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
EPIC_LABEL = "com.pyxis.greenhopper.jira:gh-epic-label"

SYSTEM_FIELDS = (
    "summary",
    "status",
    "issuetype",
    "project",
    "parent",
    "assignee",
    "created",
    "updated",
    "timeoriginalestimate",
    "subtasks",
)


@dataclass(frozen=True, slots=True)
class SiteField:
    """A field of the site as Jira lists it; `custom` is the kind of a custom field."""

    id: str
    name: str
    custom: str = ""

    @property
    def is_select(self) -> bool:
        return self.custom.endswith(ONE_OF_SEVERAL)

    @property
    def has_no_options(self) -> bool:
        """A field of Jira's own, or of a kind that is known and no select field."""
        return not self.is_select and (bool(self.custom) or not self.id.startswith("customfield_"))


@dataclass(frozen=True, slots=True)
class FieldMap:
    """What reading issues needs to know of a site.

    `names` tells what a history means that gives a field's name only (Data Center): name in lower case ->
    field id. `phase_options` are the option ids known to be of the phase field. `hours_per_day` is what Jira
    counts as a day in estimates. `phase_is_gone`: Jira no longer lists the field, only histories tell of it.
    """

    cloud: bool = True
    phase: str | None = None
    phase_is_gone: bool = False
    flag: str | None = None
    epic_link: str | None = None
    epic_label: str | None = None
    epic_types: frozenset[str] = frozenset()
    names: tuple[tuple[str, str], ...] = ()
    phase_options: frozenset[str] = frozenset()
    hours_per_day: float = 8.0

    @property
    def requested(self) -> list[str]:
        """The fields to ask Jira for."""
        custom = (self.phase, self.flag, self.epic_link, self.epic_label)
        return [*SYSTEM_FIELDS, *(field for field in custom if field)]


def listed_fields(listing: Iterable[Mapping[str, Any]]) -> list[SiteField]:
    """Jira's list of fields, in the order of ids; what has no id is left out."""
    found = {}
    for row in listing:
        schema = row.get("schema")
        custom = schema.get("custom") if isinstance(schema, dict) else None
        if isinstance(row.get("id"), str):
            found[row["id"]] = SiteField(row["id"], str(row.get("name") or row["id"]), str(custom or ""))
    return [found[field_id] for field_id in sorted(found)]


def phase_candidates(fields: Sequence[SiteField]) -> list[SiteField]:
    """The select fields called Phase in one of five languages; failing that, called something like it."""
    selects = [field for field in fields if field.is_select]
    for names in (PHASE_FIELD, PHASE_FIELD_LONG):
        if called := [field for field in selects if plain(field.name) in names]:
            return called
    return []


def phase_by_options(values: Mapping[str, Collection[str]]) -> str | None:
    """The one field whose options seen on issues mean at least two different phases; failing that, the one
    whose options seen all mean a phase, however few. None if not exactly one. `values` is field id -> names.
    """
    phases = {field_id: [phase_called(name) for name in names] for field_id, names in values.items()}
    rich = [field_id for field_id, meant in phases.items() if len({*meant} - {None}) >= 2]
    pure = [field_id for field_id, meant in phases.items() if meant and None not in meant]
    found = rich or pure
    return found[0] if len(found) == 1 else None


def flag_candidates(fields: Sequence[SiteField]) -> list[SiteField]:
    """The check-box fields called Flagged in one of five languages."""
    return [
        field
        for field in fields
        if field.custom.endswith(SEVERAL_OF_SEVERAL) and plain(field.name) in FLAG_FIELD
    ]


def field_of_kind(fields: Sequence[SiteField], custom: str) -> str | None:
    """The id of the field of a kind there is one of on a site (epic link, epic name)."""
    return next((field.id for field in fields if field.custom == custom), None)


def options_on(issue: Mapping[str, Any], fields: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    """(field id, option id, option name) of every option that an issue has set in these fields."""
    values = issue.get("fields")
    if not isinstance(values, dict):
        return
    for field_id in fields:
        value = values.get(field_id)
        if isinstance(value, dict) and value.get("id") and value.get("value"):
            yield field_id, str(value["id"]), str(value["value"])
