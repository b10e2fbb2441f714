"""Findings: replaced by subject when `judge` judges them again; the read side loads them by filter."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from phasewise.core.findings import subject_of
from phasewise.core.model import Finding, Instant, Rule
from phasewise.core.stretches import Stretch, until
from phasewise.store.tables import findings
from phasewise.store.text import to_json
from phasewise.store.upsert import SITE, SOME, batched, fetch_many, insert_many, of_some

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

_of = (
    findings.c.site_id == SITE,
    findings.c.rule.in_(bindparam("rules", expanding=True)),
    findings.c.subject.in_(SOME),
)
_about = findings.delete().where(*_of)
_since = _about.where(findings.c.start >= bindparam("since"))
_lasting = select(findings.c.start, findings.c.end).where(*_of)
_following = _lasting.add_columns(findings.c.evidence)


def replace_findings(
    connection: Connection,
    site_id: int,
    rules: Sequence[Rule],
    subjects: Iterable[int | str],
    found: Iterable[Finding],
    since: Instant | None = None,
) -> None:
    """All findings of these rules about these subjects, with `since` those that start then or later, give way
    to the ones found now."""
    values = {"site": site_id, "rules": [rule.value for rule in rules]}
    for some in batched(str(subject) for subject in subjects):
        statement, value = of_some(_about if since is None else _since, some)
        which = {**values, "some": value} if since is None else {**values, "some": value, "since": since}
        connection.execute(statement, which)
    insert_many(connection, findings, COLUMNS, [_row(site_id, finding) for finding in found])


def stretches_of(
    connection: Connection, site_id: int, rules: Sequence[Rule], subject: int | str
) -> list[Stretch]:
    """When the findings of these rules about a subject lasted."""
    rows = fetch_many(connection, _lasting, site=site_id, rules=[*map(str, rules)], some=[str(subject)])
    return [(start, until(end)) for start, end in rows]


def follow_from(
    connection: Connection, site_id: int, rules: Sequence[Rule], subject: int | str
) -> list[Stretch]:
    """The same from the start of what they follow from, which may be before they started."""
    statement, value = of_some(_following, [str(subject)])
    rows = connection.execute(statement, {"site": site_id, "rules": [*map(str, rules)], "some": value})
    return [(min([start, *(one[2] for one in evidence)]), until(end)) for start, end, evidence in rows]


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
