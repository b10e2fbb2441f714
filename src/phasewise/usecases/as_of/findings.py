"""Findings as they were known at an instant. Called by show_findings, export_table and audit_history."""

from collections.abc import Iterable

from phasewise.core.findings import issues, seen_at, started_last
from phasewise.core.model import Finding
from phasewise.store.findings import ABOUT_PERSONS
from phasewise.usecases.moment import Moment
from phasewise.usecases.views import FindingShown


def finding_rows(at: Moment, findings: Iterable[Finding]) -> list[FindingShown]:
    """The findings as they were known; one that was not known yet is left out."""
    seen = (seen_at(finding, at.as_of) for finding in findings)
    return [finding_row(finding) for finding in seen if finding is not None]


def finding_row(finding: Finding) -> FindingShown:
    """One finding, already seen at the instant. Until findings can be waived, none is."""
    last = started_last(finding)
    return FindingShown(
        id=f"{finding.rule}:{subject_of(finding)}:{finding.start}",
        rule=finding.rule,
        severity=finding.severity,
        state="open" if finding.end is None else "closed",
        person=finding.person,
        project=_digits(finding.project),
        task=_digits(finding.task),
        issues=[str(issue) for issue in issues(finding)],
        started_last=_digits(last),
        start=finding.start,
        breach_at=finding.breach_at,
        end=finding.end,
        visible_from=finding.start,
        policy_version=finding.policy_version,
        evidence=list(dict.fromkeys(f"{entry.issue}:{entry.interval_start}" for entry in finding.evidence)),
        detail=dict(finding.detail),
        waiver=None,
    )


def subject_of(finding: Finding) -> str:
    """What the finding is about: a person or a task, by id."""
    return str(finding.person if finding.rule in ABOUT_PERSONS else finding.task)


def place_of(finding: Finding) -> tuple[int, str, str]:
    """Where it stands among findings: see FINDING_PLACE."""
    return (finding.start, finding.rule.value, subject_of(finding))


def _digits(issue: int | None) -> str | None:
    return None if issue is None else str(issue)
