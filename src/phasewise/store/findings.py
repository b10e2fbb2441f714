"""Findings: replaced by subject when `judge` judges them again; the read side loads them by filter."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam

from phasewise.core.findings import subject_of
from phasewise.core.model import Finding, Rule
from phasewise.store.tables import findings
from phasewise.store.text import to_json
from phasewise.store.upsert import SITE, SOME, batched, insert_many

ABOUT_PERSONS = (Rule.ONE_ACTIVE, Rule.NOTHING_ACTIVE, Rule.WATCHING_OVER_CAP, Rule.PAUSED_OVER_CAP)
"""Their subject is a person id."""

ABOUT_PROJECTS = (Rule.PROJECT_WITHOUT_PLAN, Rule.DELIVERABLE_MISSING, Rule.RABBIT_HOLE)
"""Their subject is the id of a project."""

ABOUT_TASKS = tuple(rule for rule in Rule if rule not in (*ABOUT_PERSONS, *ABOUT_PROJECTS))

COLUMNS = (
    "site_id",
    "rule",
    "subject",
    "start",
    "severity",
    "known_from",
    "breach_at",
    "end",
    "person",
    "task_id",
    "project_id",
    "policy_version",
    "evidence",
    "detail",
)

_about = findings.delete().where(
    findings.c.site_id == SITE,
    findings.c.rule.in_(bindparam("rules", expanding=True)),
    findings.c.subject.in_(SOME),
)


def replace_findings(
    connection: Connection,
    site_id: int,
    rules: Sequence[Rule],
    subjects: Iterable[int | str],
    found: Iterable[Finding],
) -> None:
    """All findings of these rules about these subjects give way to the ones found now."""
    names = [rule.value for rule in rules]
    for some in batched(str(subject) for subject in subjects):
        connection.execute(_about, {"site": site_id, "rules": names, "some": some})
    insert_many(connection, findings, COLUMNS, [_row(site_id, finding) for finding in found])


def _row(site_id: int, finding: Finding) -> tuple[Any, ...]:
    evidence = [(e.issue, e.interval_start, e.start, e.end, e.counts_as) for e in finding.evidence]
    return (
        site_id,
        finding.rule.value,
        subject_of(finding),
        finding.start,
        finding.severity.value,
        finding.known_from,
        finding.breach_at,
        finding.end,
        finding.person,
        finding.task,
        finding.project,
        finding.policy_version,
        to_json(evidence),
        to_json(dict(finding.detail)),
    )
