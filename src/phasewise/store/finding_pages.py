"""The read side: findings as known at an instant, filtered, page by page. Called by usecases/as_of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, literal, or_, select, tuple_

from phasewise.core.model import Evidence, Finding, Instant, Rule, Severity, Strengths
from phasewise.core.stretches import FOREVER
from phasewise.store.boards import Page, chunks
from phasewise.store.shown import is_waived, visible, where_visible
from phasewise.store.tables import findings
from phasewise.store.upsert import AS_OF, SITE, SOME, fetch_many

FINDING_PLACE = (int, str, str)
"""Shape of a place among findings, latest first: start, rule, subject."""

BARE = ("rule", "severity", "start", "known_from", "end", "breach_at", "project_id")
"""Columns of a finding without its evidence, which may be long."""


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings; None: all. `since` and `until` keep those that overlap `[since, until)`. Those that are
    `off` by the strengths are left out; of the open ones some may be waived."""

    rule: Rule | None = None
    severity: Severity | None = None
    is_open: bool | None = None
    person: str | None = None
    project: int | None = None
    since: Instant | None = None
    until: Instant | None = None
    is_waived: bool | None = None
    strengths: Strengths = field(default_factory=Strengths)


def findings_at(
    connection: Connection, site_id: int, as_of: Instant, asked: FindingFilter, page: Page
) -> list[Finding]:
    """The findings known at `as_of` that pass the filter, latest first, as over all known history."""
    place = (findings.c.start, findings.c.rule, findings.c.subject)
    statement = select(findings).where(
        findings.c.site_id == site_id, findings.c.known_from < as_of, *_clauses(asked, as_of)
    )
    if page.after is not None:
        statement = statement.where(tuple_(*place) < tuple_(*map(literal, page.after)))
    statement = statement.order_by(*(column.desc() for column in place)).limit(page.limit)
    return [finding_of(row) for row in connection.execute(statement)]


def serious_findings(
    connection: Connection, site_id: int, as_of: Instant, projects: Iterable[int], strengths: Strengths
) -> dict[int, list[Finding]]:
    """The warnings and breaches that are open and not waived at `as_of`, by project, as over all known
    history, without what they follow from."""
    wanted = set(projects)
    # Few findings are open, and the index by end finds those; by project it would find all that ever were.
    asked = {"site": site_id, "as_of": as_of, "project": min(wanted, default=0)}
    statement = where_visible(_serious_of_one if len(wanted) == 1 else _serious, strengths)
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for row in connection.execute(statement, asked):
        if row.project_id in wanted:
            found[row.project_id].append(_bare(row))
    return dict(found)


def count_open(
    connection: Connection, site_id: int, as_of: Instant, strengths: Strengths
) -> dict[tuple[Rule, Severity], int]:
    """How many findings are open and not waived at `as_of`, by rule and the severity they have then."""
    seen = (
        select(findings.c.rule, _severity(as_of).label("seen"))
        .where(findings.c.site_id == site_id, findings.c.known_from < as_of, is_open(as_of))
        .where(~is_waived(as_of), *visible(strengths))
        .subquery()
    )
    statement = select(seen.c.rule, seen.c.seen, func.count()).group_by(seen.c.rule, seen.c.seen)
    return {(Rule(row[0]), Severity(row[1])): row[2] for row in connection.execute(statement)}


def open_five_days(
    connection: Connection, site_id: int, as_of: Instant, tasks: Iterable[int] | None, strengths: Strengths
) -> dict[int, Severity]:
    """Which of these tasks (None: of all) are near or over the five-day limit at `as_of`, and not waived, by
    task."""
    asked: dict[str, object] = {"site": site_id, "as_of": as_of}
    if tasks is None:
        parts = [(statement, asked) for statement in _five_days]
    else:
        named = chunks([str(task) for task in sorted(set(tasks))])
        parts = [(_five_days_about, {**asked, "some": some}) for some in named]
    return {
        task: Severity(severity)
        for statement, values in parts
        for task, severity in fetch_many(connection, where_visible(statement, strengths), **values)
    }


def open_of_rule(
    connection: Connection,
    site_id: int,
    as_of: Instant,
    rule: Rule,
    strengths: Strengths,
    subjects: Collection[str] | None = None,
) -> list[Finding]:
    """The findings of a rule that are open at `as_of` and not waived, as over all known history; about these
    subjects only, or about any.

    Two questions of the index by end: as one, with `or`, or by the index of subjects, it would read all that
    the rule ever found.
    """
    statements = _of_rule if subjects is None else _of_rule_about
    named: Iterable[Sequence[str]] = [()] if subjects is None else chunks(sorted(subjects))
    asked = {"site": site_id, "as_of": as_of, "rule": rule}
    return [
        finding_of(row)
        for some in named
        for statement in statements
        for row in connection.execute(where_visible(statement, strengths), {**asked, "some": some})
    ]


def ends(as_of: Instant | ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
    """The ends of what is open, as questions of the index by end."""
    return findings.c.end.is_(None), findings.c.end.between(as_of, FOREVER)


def _clauses(asked: FindingFilter, as_of: Instant) -> list[ColumnElement[bool]]:
    wanted: list[tuple[Any, Any]] = [
        (findings.c.rule, asked.rule),
        (_severity(as_of), asked.severity),
        (findings.c.person, asked.person),
        (findings.c.project_id, asked.project),
    ]
    clauses = [column == value for column, value in wanted if value is not None]
    if asked.is_open is not None:
        clauses.append(is_open(as_of) if asked.is_open else findings.c.end < as_of)
    if asked.is_waived is not None:
        clauses.append(is_waived(as_of) if asked.is_waived else ~is_waived(as_of))
    if asked.since is not None:
        clauses.append(or_(is_open(as_of), findings.c.end > asked.since))
    if asked.until is not None:
        clauses.append(findings.c.start < asked.until)
    return [*clauses, *visible(asked.strengths)]


def is_open(as_of: Instant | ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a finding had not ended strictly before `as_of`."""
    return or_(findings.c.end.is_(None), findings.c.end >= as_of)


def _severity(as_of: Instant | ColumnElement[Any]) -> ColumnElement[str]:
    """As `core.findings.seen_at` has it: a finding of the five-day rule warns until `breach_at`."""
    warns = and_(
        findings.c.rule == Rule.FIVE_DAYS, or_(findings.c.breach_at.is_(None), findings.c.breach_at >= as_of)
    )
    return case((warns, Severity.WARNING.value), else_=findings.c.severity)


def finding_of(row: Any) -> Finding:
    """A finding from its whole row, as over all known history."""
    return Finding(
        rule=Rule(row.rule),
        severity=Severity(row.severity),
        start=row.start,
        known_from=row.known_from,
        end=row.end,
        person=row.person,
        task=row.task_id,
        project=row.project_id,
        breach_at=row.breach_at,
        policy_version=row.policy_version,
        evidence=tuple(Evidence(*entry) for entry in row.evidence),
        detail=row.detail,
    )


def _bare(row: Any) -> Finding:
    return Finding(
        rule=Rule(row.rule),
        severity=Severity(row.severity),
        start=row.start,
        known_from=row.known_from,
        end=row.end,
        project=row.project_id,
        breach_at=row.breach_at,
    )


# ------------------------------------------------------------------ questions that are put together once

_known = (findings.c.site_id == SITE, findings.c.known_from < AS_OF, ~is_waived(AS_OF))
_serious = select(*(findings.c[name] for name in BARE)).where(
    *_known, findings.c.severity != Severity.HINT, is_open(AS_OF)
)
# The sum keeps the database from taking the index by project all the same.
_serious_of_one = _serious.where(findings.c.project_id + 0 == bindparam("project"))
_near = select(findings.c.task_id, _severity(AS_OF)).where(*_known, findings.c.rule == Rule.FIVE_DAYS)
_five_days = tuple(_near.where(end) for end in ends(AS_OF))
_five_days_about = _near.where(findings.c.subject.in_(SOME), is_open(AS_OF))
_of_rule = tuple(
    select(findings).where(*_known, findings.c.rule == bindparam("rule"), end) for end in ends(AS_OF)
)
_of_rule_about = tuple(one.where(func.coalesce(findings.c.subject, "").in_(SOME)) for one in _of_rule)
