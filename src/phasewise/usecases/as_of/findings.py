"""Findings as they were known at an instant. Called by show_findings, export_table and audit_history."""

from collections.abc import Iterable
from typing import Literal

from phasewise.core.findings import issues, seen_at, started_last, subject_of
from phasewise.core.model import Finding, Instant
from phasewise.core.privacy import visible_to_person
from phasewise.store.ladder import FindingId, Step, steps_by_id
from phasewise.store.waivers import Waiver, waivers_about
from phasewise.usecases.moment import Moment
from phasewise.usecases.views import FindingShown, StepShown, WaiverShown


def finding_rows(at: Moment, findings: Iterable[Finding]) -> list[FindingShown]:
    """The findings as they were known; one that was not known yet is left out."""
    seen = [finding for one in findings if (finding := seen_at(one, at.as_of)) is not None]
    ids = [id_of(finding) for finding in seen]
    waivers = waivers_about(at.connection, at.site_id, ids, at.as_of)
    steps = steps_by_id(at.connection, at.site_id, ids)
    return [
        finding_row(finding, at, waivers.get(one), steps.get(one))
        for finding, one in zip(seen, ids, strict=True)
    ]


def finding_row(
    finding: Finding, at: Moment, waiver: Waiver | None = None, step: Step | None = None
) -> FindingShown:
    """One finding, already seen at the instant."""
    last = started_last(finding)
    return FindingShown(
        id=f"{finding.rule}:{subject_of(finding)}:{finding.start}",
        rule=finding.rule,
        severity=finding.severity,
        state=_state(finding, at.as_of, waiver),
        person=finding.person,
        project=_digits(finding.project),
        task=_digits(finding.task),
        issues=[str(issue) for issue in issues(finding)],
        started_last=_digits(last),
        start=finding.start,
        breach_at=finding.breach_at,
        end=finding.end,
        visible_from=at.policies.visible_to_lead(finding),
        visible_from_person=visible_to_person(finding),
        policy_version=finding.policy_version,
        evidence=list(dict.fromkeys(f"{entry.issue}:{entry.interval_start}" for entry in finding.evidence)),
        detail=dict(finding.detail),
        waiver=None if waiver is None else waiver_shown(waiver, at.as_of),
        done=None if step is None or step.issue_id is None else step_shown(step),
    )


def _state(finding: Finding, as_of: Instant, waiver: Waiver | None) -> Literal["open", "closed", "waived"]:
    if finding.end is not None:
        return "closed"
    return "waived" if waiver is not None and waiver.holds_at(as_of) else "open"


def waiver_shown(waiver: Waiver, as_of: Instant) -> WaiverShown:
    """A waiver as it stood at an instant: what was decided later was not decided then."""
    is_decided = waiver.decided_at is not None and waiver.decided_at < as_of
    return WaiverShown(
        id=waiver.waiver_id,
        person=waiver.person,
        reason=waiver.reason,
        until=waiver.until,
        state=waiver.state.value if is_decided else "asked",
        asked_at=waiver.asked_at,
        decided_by=waiver.decided_by if is_decided else None,
        decided_at=waiver.decided_at if is_decided else None,
    )


def step_shown(step: Step) -> StepShown:
    return StepShown(
        strength=step.strength,
        issue=_digits(step.issue_id),
        said=step.said,
        answered=step.answered,
        move=step.move,
        note=step.note,
        lead_told_at=step.told_at,
        lead_told=step.told,
        dry=step.is_dry,
    )


def id_of(finding: Finding) -> FindingId:
    """What it is known by in the store."""
    return FindingId(finding.rule.value, subject_of(finding), finding.start)


def place_of(finding: Finding) -> tuple[int, str, str]:
    """Where it stands among findings: see FINDING_PLACE."""
    return (finding.start, finding.rule.value, subject_of(finding))


def _digits(issue: int | None) -> str | None:
    return None if issue is None else str(issue)
