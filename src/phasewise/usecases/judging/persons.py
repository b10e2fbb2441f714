"""Persons judged: the rule of one active ticket and the hints about what a person holds."""

from collections.abc import Iterator, Sequence
from functools import partial

from phasewise.core.hygiene import nothing_active
from phasewise.core.model import Finding
from phasewise.core.rules import PARKED, Held, over_cap, over_limit
from phasewise.core.versions import by_versions, numbered
from phasewise.store.db import Connection
from phasewise.store.derived import held_by, held_counts
from phasewise.store.findings import ABOUT_PERSONS, replace_findings
from phasewise.store.upsert import grouped
from phasewise.usecases.judging.ground import Ground

INTERVALS_AT_ONCE = 20_000
"""In memory at a time: people who hold little together, one who holds much alone."""


def judge_persons(connection: Connection, ground: Ground, marked: Sequence[str]) -> Sequence[str]:
    """Find again what there is to find about the marked persons."""
    sizes = held_counts(connection, ground.site_id, marked) if len(marked) > 1 else {}
    for some in grouped(marked, sizes, INTERVALS_AT_ONCE):
        held = held_by(connection, ground.site_id, some)
        found = [finding for person in some for finding in _findings(ground, person, held.get(person, []))]
        replace_findings(connection, ground.site_id, ABOUT_PERSONS, some, found)
    return marked


def _findings(ground: Ground, person: str, held: list[Held]) -> Iterator[Finding]:
    counts = ground.policies.for_person(person)
    yield from by_versions(counts, partial(over_limit, held))
    for rule in PARKED:
        yield from by_versions(counts, partial(over_cap, held, rule))
    yield from numbered(counts, nothing_active(person, held, counts.calendar, counts.newest.limits))
