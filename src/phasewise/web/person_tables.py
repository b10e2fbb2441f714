"""The tables of somebody's own page: their weeks, and the findings about them. Called by people_pages.

Both are of one person, and sort what is theirs: nobody is put in an order by it.
"""

from enum import StrEnum
from typing import Any

from phasewise.core.model import Instant
from phasewise.i18n.speaking import marked
from phasewise.store.finding_lists import FindingLine
from phasewise.terms import rule_name
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.person import OnePerson, Stint, WeekOf
from phasewise.web.columns import instant_column
from phasewise.web.finding_words import ORDER
from phasewise.web.tables import Column, Table


class Which(StrEnum):
    """The tables of the page."""

    WEEKS = "weeks"
    FINDINGS = "findings"


WEEK_COLUMNS: tuple[Column[WeekOf], ...] = (
    Column("week", marked("Week"), lambda one: one.week.start, lambda one: one.week.label),
    Column("days", marked("Days"), lambda one: one.days),
    Column(
        "work",
        marked("Project, phase, tickets"),
        lambda one: len(one.stints),
        lambda one: [_written(stint) for stint in one.stints],
        sorts=False,
    ),
    Column("start", "start", lambda one: one.week.start, lambda one: rfc3339(one.week.start)),
    Column("work_days", "work_days", lambda one: one.work_days),
    Column("away_days", "away_days", lambda one: one.away),
)


def weeks(facts: OnePerson) -> Table[WeekOf]:
    """The weeks, the latest first."""
    return Table(Which.WEEKS, facts.weeks, WEEK_COLUMNS, 3)


def findings(facts: OnePerson) -> Table[FindingLine]:
    """The findings, the latest first, with when everybody may see each."""

    def ticket(line: FindingLine) -> str | None:
        found = facts.findings.tickets.get(line.task or 0)
        return None if found is None else found.key

    def visible(line: FindingLine) -> Instant | None:
        return facts.findings.shown_from.get(line.key)

    columns: tuple[Column[FindingLine], ...] = (
        Column("finding", marked("Finding"), lambda line: rule_name(line.rule), lambda line: line.rule.value),
        Column("ticket", marked("Ticket"), ticket),
        Column(
            "severity",
            marked("Severity"),
            lambda line: ORDER.index(line.severity),
            lambda line: line.severity.value,
        ),
        instant_column("since", marked("Since"), lambda line: line.start),
        instant_column("until", marked("Until"), lambda line: line.end),
        Column("state", marked("State"), lambda line: line.state),
        instant_column("visible", marked("Visible"), visible),
        Column("id", "id", lambda line: f"{line.rule}:{line.subject}:{line.start}"),
    )
    return Table(Which.FINDINGS, facts.findings.lines, columns, 7)


def table_of(which: Which, facts: OnePerson) -> Table[Any]:
    """One of the tables, for its file."""
    return weeks(facts) if which is Which.WEEKS else findings(facts)


def _written(stint: Stint) -> str:
    """`ML-1 modeling 2.5: ML-3 ML-4`; a dash where there is no project."""
    project = "-" if stint.project is None else stint.project.key
    return f"{project} {stint.phase.value} {stint.days:g}: {' '.join(one.key for one in stint.tickets)}"
