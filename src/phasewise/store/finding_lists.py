"""The read side of the page of findings: many of them, without what they follow from.

Called by usecases/show_finding_list and its neighbours.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select, tuple_

from phasewise.core.model import Finding, Instant, Rule, Severity, Strengths
from phasewise.store.finding_pages import finding_of, is_open
from phasewise.store.shown import is_waived, visible
from phasewise.store.tables import findings

FindingKey = tuple[str, str, int]
"""Rule, subject, start: what a finding is known by."""

COLUMNS = ("rule", "subject", "start", "severity", "breach_at", "end", "person", "task_id", "project_id")


@dataclass(frozen=True, slots=True)
class Lines:
    """Which findings: those that are then in one of these states (open, waived, closed), of a person or of
    all, of these rules or of any, that started or ended at an instant or later, and how many at most (None:
    all)."""

    states: Collection[str]
    most: int | None
    person: str | None = None
    since: Instant | None = None
    rules: Collection[Rule] | None = None


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as it was known at an instant, without its evidence."""

    rule: Rule
    subject: str
    start: Instant
    severity: Severity
    breach_at: Instant | None
    end: Instant | None
    person: str | None
    task: int | None
    project: int | None
    waived: bool

    def as_finding(self) -> Finding:
        """The same as a finding, for the rules of the core that need no evidence."""
        return Finding(
            rule=self.rule,
            severity=self.severity,
            start=self.start,
            known_from=self.start,
            end=self.end,
            person=self.person,
            task=self.task,
            project=self.project,
            breach_at=self.breach_at,
        )

    @property
    def key(self) -> FindingKey:
        return self.rule.value, self.subject, self.start

    @property
    def state(self) -> str:
        """open, waived or closed."""
        if self.end is not None:
            return "closed"
        return "waived" if self.waived else "open"


def finding_lines(
    connection: Connection, site_id: int, as_of: Instant, strengths: Strengths, asked: Lines
) -> list[FindingLine]:
    """The latest findings known at `as_of`, latest first."""
    states = asked.states
    waived = is_waived(as_of)
    statement = (
        select(*(findings.c[name] for name in COLUMNS), waived.label("waived"))
        .where(findings.c.site_id == site_id, findings.c.known_from < as_of, *visible(strengths))
        .order_by(findings.c.start.desc(), findings.c.rule.desc(), findings.c.subject.desc())
        .limit(asked.most)
    )
    if asked.person is not None:
        statement = statement.where(findings.c.person == asked.person)
    if asked.rules is not None:
        statement = statement.where(findings.c.rule.in_([rule.value for rule in asked.rules]))
    if asked.since is not None:
        ended = findings.c.end.between(asked.since, as_of - 1)
        statement = statement.where(or_(findings.c.start >= asked.since, ended))
    if "closed" not in states:
        statement = statement.where(is_open(as_of))
    elif set(states) == {"closed"}:
        statement = statement.where(findings.c.end < as_of)
    if set(states) in ({"open"}, {"waived"}):
        statement = statement.where(waived if "waived" in states else ~waived)
    return [_line(row, as_of) for row in connection.execute(statement)]


def finding_by_key(connection: Connection, site_id: int, key: FindingKey) -> Finding | None:
    """One finding, as over all known history."""
    place = tuple_(findings.c.rule, findings.c.subject, findings.c.start)
    row = connection.execute(select(findings).where(findings.c.site_id == site_id, place == key)).first()
    return None if row is None else finding_of(row)


def _line(row: Any, as_of: Instant) -> FindingLine:
    """As `core.findings.seen_at` has it: what came later is not known yet."""
    breach_at = row.breach_at if row.breach_at is not None and row.breach_at < as_of else None
    warns = row.rule == Rule.FIVE_DAYS and breach_at is None
    return FindingLine(
        rule=Rule(row.rule),
        subject=row.subject,
        start=row.start,
        severity=Severity.WARNING if warns else Severity(row.severity),
        breach_at=breach_at,
        end=row.end if row.end is not None and row.end < as_of else None,
        person=row.person,
        task=row.task_id,
        project=row.project_id,
        waived=bool(row.waived),
    )
