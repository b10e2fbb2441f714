"""Find out which field is which on the site, and keep it. sync_site and check_site call it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from phasewise.core.model import Tracked
from phasewise.jira.ahead import Asking
from phasewise.jira.client import CLOUD, JiraAccess, JiraClient
from phasewise.jira.epics import epic_types
from phasewise.jira.fields import (
    EPIC_LABEL,
    EPIC_LINK,
    FieldMap,
    SiteField,
    field_of_kind,
    flag_candidates,
    listed_fields,
    options_on,
    phase_by_options,
    phase_candidates,
)
from phasewise.jira.names import FLAGGED, phase_called
from phasewise.jira.reading import Row
from phasewise.store import sites
from phasewise.store.sites import PhaseOption, SiteFields, Status
from phasewise.usecases.deps import Deps

if TYPE_CHECKING:
    from phasewise.store.db import Connection

SAMPLE = 300


@dataclass(frozen=True, slots=True)
class Warned:
    """Something the user should know: a fixed code, and a sentence that says what to do."""

    code: str
    text: str

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "text": self.text}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What was found. `field_names` are those of Jira's list, by id; `is_changed`: what is stored was read
    with other fields."""

    stored: SiteFields
    fields: FieldMap
    field_names: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Warned, ...] = ()
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the mapping needs of Jira, asked for side by side: each waits for its answer."""

    fields: Callable[[], list[Row]]
    statuses: Callable[[], list[Row]]
    hours_per_day: Callable[[], float]
    projects: Callable[[], list[str]] | None


def ask_site(client: JiraClient, asking: Asking, projects: Callable[[], list[str]] | None = None) -> Asked:
    """Begin to ask for what `map_site` needs.

    `projects` waits for Jira projects of the scope, where something else asks for them anyway.
    """
    return Asked(
        fields=asking.ask(client.fields),
        statuses=asking.ask(client.statuses),
        hours_per_day=asking.ask(client.working_hours_per_day),
        projects=projects,
    )


def map_site(deps: Deps, client: JiraClient, clause: str, asked: Asked, *, thoroughly: bool) -> Mapped:
    """Of Jira's fields and statuses decide which is which, and keep both.

    A field once decided stays decided while Jira lists it, whatever it is called; a setting overrules.
    `thoroughly` also looks into issues, where names alone do not tell.
    """
    access = client.access
    listing = asked.fields()
    listed = listed_fields(listing)
    statuses = [status for row in asked.statuses() if (status := _status(row))]
    with deps.database.read() as connection:
        before = sites.site_fields(connection, deps.site_id)
        state = sites.sync_state(connection, deps.site_id)
        options = frozenset(option.id for option in sites.phase_options(connection, deps.site_id))
    was_listed = any(what is Tracked.PHASE for _, what in before.names)
    sample = _Sample(client, clause) if thoroughly or not was_listed else None
    choice = _choose_phase(access, before, listed, sample, was_listed=was_listed)
    flag, flag_warnings = _choose_flag(access, before, listed)
    link, label = field_of_kind(listed, EPIC_LINK), field_of_kind(listed, EPIC_LABEL)
    known_types = before.epic_types
    if client.deployment != CLOUD and not known_types:
        known_types = tuple(sorted(epic_types(client, clause, label, link, asked.projects)))
    stored = SiteFields(
        phase_field=choice.field,
        phase_candidates=choice.candidates,
        flag_field=flag,
        epic_link_field=link,
        epic_label_field=label,
        epic_types=known_types,
        names=_names(listed, before, {choice.field: Tracked.PHASE, flag: Tracked.FLAG, link: Tracked.PARENT}),
        clauses=_clauses(listing),
        hours_per_day=asked.hours_per_day(),
        phase_is_gone=choice.is_gone,
    )
    is_filled = state.watermark is not None or state.loading_since is not None
    is_changed = is_filled and _decisions(before) != _decisions(stored)
    with deps.database.write() as connection:
        sites.save_site_fields(connection, deps.site_id, stored)
        sites.save_statuses(connection, deps.site_id, statuses)
        if is_changed:  # what is stored was read with other fields: no scope means that all is read again
            sites.save_sync_state(connection, deps.site_id, scope=None)
    return Mapped(
        stored=stored,
        fields=_field_map(client, stored, options),
        field_names={field.id: field.name for field in listed},
        warnings=(*choice.warnings, *flag_warnings),
        is_changed=is_changed,
    )


def remembered(deps: Deps, client: JiraClient) -> Mapped | None:
    """The mapping as it was found last, without asking Jira; None where none was, or a setting overrules."""
    with deps.database.read() as connection:
        stored = sites.site_fields(connection, deps.site_id)
        options = frozenset(option.id for option in sites.phase_options(connection, deps.site_id))
    wanted = (client.access.phase_field or stored.phase_field, client.access.flag_field or stored.flag_field)
    if stored.hours_per_day is None or wanted != (stored.phase_field, stored.flag_field):
        return None
    return Mapped(stored, _field_map(client, stored, options))


def _decisions(fields: SiteFields) -> tuple[str | None, ...]:
    """What makes every issue read otherwise if it changes."""
    return (fields.phase_field, fields.flag_field, fields.epic_link_field, fields.epic_label_field)


def _field_map(client: JiraClient, stored: SiteFields, options: frozenset[str]) -> FieldMap:
    ids = {
        Tracked.PHASE: stored.phase_field,
        Tracked.FLAG: stored.flag_field,
        Tracked.PARENT: stored.epic_link_field,
    }
    return FieldMap(
        cloud=client.deployment == CLOUD,
        phase=stored.phase_field,
        phase_is_gone=stored.phase_is_gone,
        flag=stored.flag_field,
        epic_link=stored.epic_link_field,
        epic_label=stored.epic_label_field,
        epic_types=frozenset(stored.epic_types),
        names=(
            *((name, field_id) for name, what in stored.names if (field_id := ids.get(what))),
            *_flagged(stored),
        ),
        phase_options=options,
        hours_per_day=stored.hours_per_day or 8.0,
    )


def _flagged(stored: SiteFields) -> tuple[tuple[str, str], ...]:
    """Of a flag that is called otherwise now, histories without field ids may tell by Jira's own name of it,
    unless another field has that."""
    field = stored.flag_field
    return ((FLAGGED, field),) if field and stored.clauses.get(FLAGGED, field) == field else ()


def _status(row: Mapping[str, Any]) -> Status | None:
    category = row.get("statusCategory")
    key = category.get("key") if isinstance(category, dict) else None
    if not row.get("id"):
        return None
    return Status(str(row["id"]), str(row.get("name") or row["id"]), str(key or "undefined").lower())


def _names(
    listed: Sequence[SiteField], before: SiteFields, ids: Mapping[str | None, Tracked]
) -> tuple[tuple[str, Tracked], ...]:
    """What the fields are and were called: histories without field ids keep the name of then."""
    now = {(field.name.casefold(), ids[field.id]) for field in listed if field.id in ids}
    same = {Tracked.PHASE: before.phase_field, Tracked.FLAG: before.flag_field}
    kept = {(name, what) for name, what in before.names if what not in same or same[what] in ids}
    return tuple(sorted(now | kept))


def _clauses(listing: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in listing:
        names = row.get("clauseNames")
        for name in [row.get("name"), *(names if isinstance(names, list) else [])]:
            if isinstance(name, str) and isinstance(row.get("id"), str):
                found.setdefault(name.lower(), row["id"])
    return found


# ------------------------------------------------------------------ the phase field


@dataclass(frozen=True, slots=True)
class _Choice:
    field: str | None
    candidates: tuple[dict[str, str], ...] = ()
    warnings: tuple[Warned, ...] = ()
    is_gone: bool = False


def _choose_phase(
    access: JiraAccess,
    before: SiteFields,
    listed: Sequence[SiteField],
    sample: "_Sample | None",
    *,
    was_listed: bool,
) -> _Choice:
    """`was_listed`: Jira once listed the field that was decided on; else a setting made it up."""
    ids = {field.id for field in listed}
    if access.phase_field:
        return _chosen(access.phase_field, listed, was_listed=was_listed)
    if before.phase_field in ids:
        return _Choice(before.phase_field)
    called = phase_candidates(listed)
    if len(called) == 1:
        return _Choice(called[0].id)
    if before.phase_field and was_listed:
        return _Choice(before.phase_field, warnings=(_gone(before.phase_field),), is_gone=True)
    if called:
        return _Choice(None, _as_candidates(called), (_several(called),))
    selects = [field for field in listed if field.is_select]
    found = sample.phase_among(selects) if sample else None
    return _Choice(found, _as_candidates(selects), () if found else (_none(selects),))


def _chosen(field_id: str, listed: Sequence[SiteField], *, was_listed: bool) -> _Choice:
    """The field of the setting, with what speaks against it."""
    field = next((field for field in listed if field.id == field_id), None)
    if field is None:
        warned = _gone(field_id) if was_listed else _unknown(field_id, "PHASEWISE_JIRA_PHASE_FIELD", "phase")
        return _Choice(field_id, warnings=(warned,), is_gone=True)
    return _Choice(field_id, warnings=(_no_select(field),) if field.has_no_options else ())


@dataclass(frozen=True, slots=True)
class _Sample:
    """Some issues of the scope, looked at only where the names of fields do not tell."""

    client: JiraClient
    clause: str

    def phase_among(self, selects: Sequence[SiteField]) -> str | None:
        """The select field whose options on the issues mean phases, if there is exactly one."""
        seen: dict[str, set[str]] = {}
        looked_at = 0
        ids = [field.id for field in selects]
        for page in self.client.rows(self.clause, ids) if ids else ():
            for issue in page:
                for field_id, _, name in options_on(issue, ids):
                    seen.setdefault(field_id, set()).add(name)
            looked_at += len(page)
            if looked_at >= SAMPLE:
                break
        return phase_by_options(seen)


def _as_candidates(fields: Sequence[SiteField]) -> tuple[dict[str, str], ...]:
    return tuple({"id": field.id, "name": field.name} for field in fields)


def _listed(fields: Sequence[SiteField]) -> str:
    return ", ".join(f"{field.id} ({field.name})" for field in fields[:10])


def _several(fields: Sequence[SiteField]) -> Warned:
    return Warned(
        "phase_field_several",
        f"Several fields may be the phase: {_listed(fields)}. Every task counts in none until "
        "PHASEWISE_JIRA_PHASE_FIELD is set to one of these ids",
    )


def _none(selects: Sequence[SiteField]) -> Warned:
    which = f" Select fields here: {_listed(selects)}" if selects else ""
    return Warned(
        "phase_field_none",
        "No phase field was found: every task counts in none. Make a select field Phase with the six phases, "
        f"or set PHASEWISE_JIRA_PHASE_FIELD to the id of yours.{which}",
    )


def _gone(field: str) -> Warned:
    return Warned(
        "phase_field_gone",
        f"Jira no longer lists the phase field {field}: it was deleted, or the account may not see it. The "
        "last known phases are kept; give the account access, or set PHASEWISE_JIRA_PHASE_FIELD",
    )


def _unknown(field: str, setting: str, what: str) -> Warned:
    return Warned(
        f"{what}_field_unknown",
        f"Jira lists no field {field}, which {setting} names: set it to the id of the {what} field, leave it "
        "out to have it found, or give the account access to it",
    )


def _no_select(field: SiteField) -> Warned:
    return Warned(
        "phase_field_no_select",
        f"The phase field {field.id} ({field.name}) is no select field, so it holds no phase and tasks count "
        "in none: set PHASEWISE_JIRA_PHASE_FIELD to the id of a select field",
    )


# ------------------------------------------------------------------ the flag field


def _choose_flag(
    access: JiraAccess, before: SiteFields, listed: Sequence[SiteField]
) -> tuple[str | None, tuple[Warned, ...]]:
    ids = {field.id for field in listed}
    if access.flag_field:
        is_known = access.flag_field in ids or any(what is Tracked.FLAG for _, what in before.names)
        unknown = _unknown(access.flag_field, "PHASEWISE_JIRA_FLAG_FIELD", "flag")
        return access.flag_field, () if is_known else (unknown,)
    if before.flag_field in ids:
        return before.flag_field, ()
    called = flag_candidates(listed)
    if len(called) > 1:
        text = (
            f"Several fields may be the flag: {_listed(called)}. Set PHASEWISE_JIRA_FLAG_FIELD to one of them"
        )
        return None, (Warned("flag_field_several", text),)
    return (called[0].id if called else None), ()


# ------------------------------------------------------------------ the options


def propose_phases(connection: "Connection", site_id: int) -> None:
    """Give every option without a phase the phase that its name means. What is stored stays.

    Options appear with the issues, so this runs in their transaction; `judge` notices the new mapping.
    """
    proposed = [
        PhaseOption(option.id, option.name, phase)
        for option in sites.phase_options(connection, site_id)
        if option.phase is None and (phase := phase_called(option.name))
    ]
    if proposed:
        sites.save_phase_options(connection, site_id, proposed)
