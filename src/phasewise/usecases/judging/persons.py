"""Persons judged: the rule of one active ticket and the hints about what a person holds."""

from collections.abc import Iterator, Sequence

from phasewise.core.hygiene import nothing_active
from phasewise.core.model import Finding
from phasewise.core.rules import PARKED, Held, one_active, over_cap
from phasewise.store.db import Connection
from phasewise.store.derived import held_by
from phasewise.store.findings import ABOUT_PERSONS, replace_findings
from phasewise.usecases.judging.ground import Ground


def judge_persons(connection: Connection, ground: Ground, marked: Sequence[str]) -> Sequence[str]:
    """Find again what there is to find about the marked persons."""
    held = held_by(connection, ground.site_id, marked)
    found = [finding for person in marked for finding in _findings(ground, person, held.get(person, []))]
    replace_findings(connection, ground.site_id, ABOUT_PERSONS, marked, found)
    return marked


def _findings(ground: Ground, person: str, held: list[Held]) -> Iterator[Finding]:
    yield from one_active(held, ground.limits)
    for rule in PARKED:
        yield from over_cap(held, rule, ground.limits)
    yield from nothing_active(person, held, ground.calendar, ground.limits)
