"""Persons judged: the rule of one active ticket and the hints about what a person holds."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial

from phasewise.core.hygiene import nothing_active
from phasewise.core.model import Finding, Instant
from phasewise.core.quiet import first_reached, last_quiet
from phasewise.core.rulebook import Timeline
from phasewise.core.rules import PARKED, Held, over_cap, over_limit
from phasewise.core.versions import by_versions, numbered
from phasewise.store.db import Connection
from phasewise.store.derived import held_by, held_counts
from phasewise.store.dirty import EVER, Marks
from phasewise.store.findings import ABOUT_PERSONS, replace_findings, stretches_of
from phasewise.store.upsert import grouped
from phasewise.usecases.judging.ground import Ground

INTERVALS_AT_ONCE = 20_000
"""In memory at a time: people who hold little together, one who holds much alone."""

LOOK_BACK_MS = 7 * 86_400_000
"""So long before what changed a quiet instant is looked for: nobody's desk is in order at each instant."""


def judge_persons(connection: Connection, ground: Ground, marked: Marks) -> Collection[str]:
    """Find again what there is to find about the marked persons, from where something changed on."""
    again = [
        p for p, since in marked.items() if since == EVER or not _from_then_on(connection, ground, p, since)
    ]
    sizes = held_counts(connection, ground.site_id, again) if len(again) > 1 else {}
    for some in grouped(again, sizes, INTERVALS_AT_ONCE):
        held = held_by(connection, ground.site_id, some)
        found = [
            finding
            for person in some
            for finding in _findings(person, held.get(person, []), ground.policies.for_person(person))
        ]
        replace_findings(connection, ground.site_id, ABOUT_PERSONS, some, found)
    return marked.keys()


def _from_then_on(connection: Connection, ground: Ground, person: str, since: Instant) -> bool:
    """Find again what starts after the last quiet instant before a change; whether there was one."""
    counts = ground.policies.for_person(person)
    known = stretches_of(connection, ground.site_id, ABOUT_PERSONS, person)
    at = first_reached(known, since)
    held = held_by(connection, ground.site_id, [person], at - LOOK_BACK_MS).get(person, [])
    quiet = last_quiet(held, [window.limits for window in counts.windows], (at - LOOK_BACK_MS, at))
    if quiet is None:
        return False
    found = [finding for finding in _findings(person, held, counts) if finding.start >= quiet]
    replace_findings(connection, ground.site_id, ABOUT_PERSONS, [person], found, quiet)
    return True


def _findings(person: str, held: Sequence[Held], counts: Timeline) -> Iterator[Finding]:
    yield from by_versions(counts, partial(over_limit, held))
    for rule in PARKED:
        yield from by_versions(counts, partial(over_cap, held, rule))
    yield from numbered(counts, nothing_active(person, held, counts.calendar, counts.newest.limits))
