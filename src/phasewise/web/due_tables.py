"""The tables of /due and /tests, as the pages show them and as files. Called by due and due_page."""

from collections.abc import Set
from datetime import date
from enum import StrEnum

from phasewise.core.ab_tests import AbState
from phasewise.i18n.speaking import marked
from phasewise.usecases.record_facts import AbTestFacts, AbTestOf
from phasewise.usecases.records.due import Due, DueFacts
from phasewise.usecases.records.lacking import Lacking
from phasewise.web.record_words import mark, word
from phasewise.web.tables import Column, Table

HEADS = 4
"""The first columns have heads on the page; the others are in files only."""


class Which(StrEnum):
    """The tables of /due."""

    DUE = "due"
    LACKING = "lacking"


DUE_COLUMNS: tuple[Column[Due], ...] = (
    Column("day", marked("Day"), lambda one: one.on.isoformat()),
    Column("kind", marked("What"), lambda one: word(one.kind)),
    Column("about", marked("About"), lambda one: about(one)),
    Column("project", marked("Project"), lambda one: one.project.summary),
    Column("key", "key", lambda one: one.project.key),
    Column("late_days", "late_days", lambda one: one.late_days),
)
"""What is due: all that stands in a row."""

LACKING_COLUMNS: tuple[Column[Lacking], ...] = (
    Column("project", marked("Project"), lambda one: one.project.summary),
    Column("missing", marked("What is missing"), lambda one: len(_missing(one)), lambda one: _missing(one)),
    Column("key", "key", lambda one: one.project.key),
)
"""What was never recorded: `plan`, and what a phase delivers, as `modeling:prototype`; sorted by how much."""


def due(facts: DueFacts) -> Table[Due]:
    """What is due now or within a week, the oldest first."""
    return Table(Which.DUE, facts.due, DUE_COLUMNS, HEADS)


def lacking(facts: DueFacts) -> Table[Lacking]:
    """The projects of which something was never recorded, by key."""
    return Table(Which.LACKING, facts.lacking, LACKING_COLUMNS, 2)


def about(one: Due) -> str:
    return word(one.slot) if one.slot else one.what


def _missing(one: Lacking) -> list[str]:
    slots = [f"{phase.value}:{slot.value}" for phase, some in one.slots.items() for slot in some]
    return ["plan", *slots] if one.plan else slots


def columns_of_tests(facts: AbTestFacts) -> tuple[Column[AbTestOf], ...]:
    """The tests: what stands in a row, and the days of its bar."""
    in_clash = in_clash_of(facts)
    return (
        Column("test", marked("Test"), lambda one: one.test.title),
        Column("state", marked("State"), lambda one: mark(one.test.state).word),
        Column("surface", marked("Surface and traffic"), lambda one: one.test.surface or None),
        Column("starts_on", marked("Period"), lambda one: _written(one.test.starts_on)),
        Column("ends_on", "ends_on", lambda one: _written(one.test.ends_on)),
        Column("verdict_on", "verdict_on", lambda one: _written(one.test.verdict_on)),
        Column("key", "key", lambda one: one.project.key),
        Column("project", "project", lambda one: one.project.summary),
        Column("traffic", "traffic", lambda one: one.test.traffic),
        Column("clash", "clash", lambda one: clashes(one, in_clash)),
    )


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def in_clash_of(facts: AbTestFacts) -> set[AbTestOf]:
    return {test for clash in facts.clashes for test in clash.tests}


def clashes(one: AbTestOf, in_clash: Set[AbTestOf]) -> bool:
    return one in in_clash and one.test.state is not AbState.CANCELLED
