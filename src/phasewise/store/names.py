"""The statuses, phase options and people that issues and their histories name; `issues` keeps them.

What is only seen never changes what Jira's own lists say (`sites.save_statuses` and so on).
"""

from collections.abc import Iterable

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


def save_seen(connection: Connection, site_id: int, records: list[IssueRecord], fields: SiteFields) -> None:
    """Keep what the records name: as it is now from the issue, as it was then only where nothing is known."""
    then = _seen_in_histories(records, fields)
    statuses = {s: Status(s, name or s, UNKNOWN, listed=False) for s, name in then[Tracked.STATUS].items()}
    statuses |= {
        r.status_id: Status(r.status_id, r.status_name, r.status_category or UNKNOWN, listed=False)
        for r in sorted(records, key=_age)
    }
    save_statuses(connection, site_id, statuses.values())
    options = {
        r.phase_option: r.phase_option_name or r.phase_option
        for r in sorted(records, key=_age)
        if r.phase_option is not None
    }
    save_phase_options(connection, site_id, [PhaseOption(i, name) for i, name in options.items()])
    people_now = {r.assignee: r.assignee_name for r in sorted(records, key=_age) if r.assignee is not None}
    save_people(connection, site_id, people_now)
    options_then = then[Tracked.PHASE].items() - options.items()
    insert_new(
        connection,
        phase_options,
        [{"site_id": site_id, "option_id": i, "name": name or i, "phase": None} for i, name in options_then],
    )
    insert_new(
        connection,
        people,
        [
            {"site_id": site_id, "person_id": person, "display_name": name, "active": True}
            for person, name in then[Tracked.ASSIGNEE].items()
        ],
    )


def _age(record: IssueRecord) -> int:
    return record.updated


def _seen_in_histories(
    records: Iterable[IssueRecord], fields: SiteFields
) -> dict[Tracked, dict[str, str | None]]:
    """Field -> id -> name as displayed then, of statuses, phase options and assignees."""
    seen: dict[Tracked, dict[str, str | None]] = {Tracked.STATUS: {}, Tracked.PHASE: {}, Tracked.ASSIGNEE: {}}
    known = {"status": seen[Tracked.STATUS], "assignee": seen[Tracked.ASSIGNEE]}
    known |= {name.casefold(): seen[field] for name, field in fields.names if field in seen}
    if fields.phase_field:
        known[fields.phase_field.casefold()] = seen[Tracked.PHASE]
    for record in records:
        for item in record.history:
            names = known.get(item.field.casefold())
            if names is not None:
                for value, name in ((item.before, item.before_text), (item.after, item.after_text)):
                    if value and value.strip() != "[]":
                        names[value] = name or names.get(value)
    return seen
