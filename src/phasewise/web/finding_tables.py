"""The tables of the pages of findings: the weeks of the team below their list, and what one follows from.

Called by finding_pages and finding_page; a weekly report has the weeks, too.
"""

from collections.abc import Sequence
from enum import StrEnum

from phasewise.i18n.speaking import marked
from phasewise.usecases.finding_list import Basis
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.views import WeekCompliance
from phasewise.web.columns import instant_column, phase_column
from phasewise.web.tables import Column, Table


class Which(StrEnum):
    """The tables of the list's page."""

    FINDINGS = "findings"
    WEEKS = "weeks"


class OfOne(StrEnum):
    """The only table of the page of one finding."""

    BASIS = "basis"


WEEK_COLUMNS: tuple[Column[WeekCompliance], ...] = (
    Column("week", marked("Week"), lambda week: week.start, lambda week: week.label),
    Column("kept", marked("Kept"), lambda week: week.compliance),
    Column("person_days", marked("Person-days active"), lambda week: week.active_person_days),
    Column("person_days_over", marked("Over the limit"), lambda week: week.over_person_days),
    Column("start", "start", lambda week: week.start, lambda week: rfc3339(week.start)),
)


def weeks(found: Sequence[WeekCompliance]) -> Table[WeekCompliance]:
    """How far the team kept to one active ticket, the latest week first; they are given oldest first."""
    return Table(Which.WEEKS, found[::-1], WEEK_COLUMNS, 4)


BASIS_COLUMNS: tuple[Column[Basis], ...] = (
    Column("ticket", marked("Ticket"), lambda one: one.ticket.id, lambda one: one.ticket.key),
    Column("status", marked("Status"), lambda one: one.status),
    phase_column(lambda one: one.phase),
    instant_column("from", marked("From"), lambda one: one.start),
    instant_column("until", marked("Until"), lambda one: one.end),
    Column("task", "task", lambda one: one.task.key),
    Column("title", "title", lambda one: one.ticket.summary),
)


def basis(found: Sequence[Basis]) -> Table[Basis]:
    """The stretches of history that a finding follows from, oldest first."""
    return Table(OfOne.BASIS, found, BASIS_COLUMNS, 5)
