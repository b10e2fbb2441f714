"""The statuses, phase options and people that issues and their histories name; `issues` keeps them.

What is only seen never changes what Jira's own lists say (`sites.save_statuses` and so on).
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from phasewise.core.model import IssueRecord, Tracked
from phasewise.store.sites import (
    PhaseOption,
    SiteFields,
    Status,
    save_people,
    save_phase_options,
    save_statuses,
)
from phasewise.store.tables import people, phase_options
from phasewise.store.upsert import insert_new

UNKNOWN = "undefined"


def save_seen(
    connection: Connection,
    site_id: int,
    records: Iterable[IssueRecord],
    older: Iterable[IssueRecord],
    fields: SiteFields,
) -> None:
    """Keep what the records name; what only older ones or histories name, where nothing else is known."""
    now = sorted(records, key=_age)
    then = sorted(older, key=_age)
    seen = _seen_in_histories([*then, *now], fields)
    for record in (*then, *now):
        _see(seen[Tracked.PHASE], record.phase_option, record.phase_option_name)
        _see(seen[Tracked.ASSIGNEE], record.assignee, record.assignee_name)
    statuses = {s: Status(s, name or s, UNKNOWN, listed=False) for s, name in seen[Tracked.STATUS].items()}
    for r in (*then, *now):
        statuses[r.status_id] = Status(r.status_id, r.status_name, r.status_category or UNKNOWN, listed=False)
    save_statuses(connection, site_id, statuses.values())
    options = {r.phase_option: r.phase_option_name for r in now if r.phase_option and r.phase_option_name}
    save_phase_options(connection, site_id, [PhaseOption(*option) for option in options.items()])
    save_people(connection, site_id, {r.assignee: r.assignee_name for r in now if r.assignee is not None})
    _save_unknown(connection, site_id, seen)


def _save_unknown(
    connection: Connection, site_id: int, seen: Mapping[Tracked, Mapping[str, str | None]]
) -> None:
    """Options and people that nothing else names."""
    options = [
        {"site_id": site_id, "option_id": option, "name": name or option, "phase": None}
        for option, name in seen[Tracked.PHASE].items()
    ]
    insert_new(connection, phase_options, options)
    persons = [
        {"site_id": site_id, "person_id": person, "display_name": name, "active": True}
        for person, name in seen[Tracked.ASSIGNEE].items()
    ]
    insert_new(connection, people, persons)


def _age(record: IssueRecord) -> int:
    return record.updated


def _see(names: dict[str, str | None], value: str | None, name: str | None) -> None:
    if value and (value not in names or names[value] != name) and value.strip() != "[]":
        names[value] = name or names.get(value)


def _seen_in_histories(
    records: Iterable[IssueRecord], fields: SiteFields
) -> dict[Tracked, dict[str, str | None]]:
    """Field -> id -> name as displayed then, of statuses, phase options and assignees."""
    seen: dict[Tracked, dict[str, str | None]] = {Tracked.STATUS: {}, Tracked.PHASE: {}, Tracked.ASSIGNEE: {}}
    known = {"status": seen[Tracked.STATUS], "assignee": seen[Tracked.ASSIGNEE]}
    known |= {name.casefold(): seen[field] for name, field in fields.names if field in seen}
    if fields.phase_field:
        known[fields.phase_field.casefold()] = seen[Tracked.PHASE]
    spelled: dict[str, dict[str, str | None] | None] = {}  # folding case costs more than all the rest
    for record in records:
        for item in record.history:
            if item.field not in spelled:
                spelled[item.field] = known.get(item.field.casefold())
            names = spelled[item.field]
            if names is not None:
                _see(names, item.before, item.before_text)
                _see(names, item.after, item.after_text)
    return seen
