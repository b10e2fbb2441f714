"""What a finding says at an instant: a cut through what was derived from all known history.

Called wherever findings are shown, counted or exported, and by `compliance`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from phasewise.core.model import Evidence, Finding, Instant, Phase, Rule, Severity
from phasewise.core.stretches import until

Detail = Mapping[str, str | int | float | None]

UNRECORDED = frozenset({Rule.PROJECT_WITHOUT_PLAN, Rule.DELIVERABLE_MISSING})
"""About what nobody recorded: the least pressing of the hints, told after all others."""


def seen_at(finding: Finding, as_of: Instant) -> Finding | None:
    """The finding as it was seen strictly before `as_of`; None if nobody could know of it then."""
    if finding.known_from >= as_of:
        return None
    evidence = tuple(_evidence_at(one, as_of) for one in finding.evidence if one.start < as_of)
    breach_at = finding.breach_at if _is_before(finding.breach_at, as_of) else None
    seen = replace(
        finding,
        severity=Severity.WARNING
        if finding.rule is Rule.FIVE_DAYS and breach_at is None
        else finding.severity,
        end=finding.end if _is_before(finding.end, as_of) else None,
        breach_at=breach_at,
        evidence=evidence,
    )
    cut = DETAIL_AT.get(finding.rule)
    return seen if cut is None else replace(seen, detail=cut(seen, as_of))


def subject_of(finding: Finding) -> str:
    """What the finding is about, by id: a task, else a person, else a project."""
    return next(str(one) for one in (finding.task, finding.person, finding.project) if one is not None)


def issues(finding: Finding) -> tuple[int, ...]:
    """The issues it names, sub-tasks as their parent, in order of their ids."""
    return tuple(sorted({one.counts_as for one in finding.evidence}))


def to_look_at(finding: Finding) -> tuple[int, ...]:
    """The issues to look at first: the task that it is about; the project itself where something of it was
    not recorded; else what it still follows from."""
    if finding.rule in UNRECORDED and finding.project is not None:
        return (finding.project,)
    return lasting(finding) if finding.task is None else (finding.task,)


def lacking_phases(detail: Detail) -> tuple[Phase, ...]:
    """The phases that `deliverable_missing` is still about."""
    over = {word.partition("@")[0] for word in str(detail.get("over", "")).split()}
    return tuple(Phase(word) for word in str(detail.get("phases", "")).split() if word not in over)


def lasting(finding: Finding) -> tuple[int, ...]:
    """Of those issues the ones that it still follows from, by when they entered; all where it is over."""
    now = dict.fromkeys(one.counts_as for one in finding.evidence if one.end is None)
    return tuple(now) or issues(finding)


def started_last(finding: Finding) -> int | None:
    """Of the issues a `one_active` finding names, the one that entered last (ties: the greater id)."""
    return entered_last(finding)[1] if finding.rule is Rule.ONE_ACTIVE else None


def entered_last(finding: Finding) -> tuple[Instant, int]:
    """When an issue last entered a `one_active` finding while it lasted, and which (ties: the greater id)."""
    return _last_entry(finding.start, finding.evidence, int(finding.detail["opened_by"] or 0))


def one_active_detail(
    start: Instant, evidence: Sequence[Evidence], opened_by: int, assigned: list[tuple[Instant, int]]
) -> Detail:
    """What a `one_active` finding keeps beside its evidence.

    `opened_by`: the issue that entered at its start (evidence is cut there and cannot tell). `assigned`:
    who entered by re-assignment, and when, as `id@instant` words. `started_last_by_assignment`: 1 if the
    one that entered last did, so that it is never moved back.
    """
    return _detail(start, evidence, opened_by, [f"{task}@{at}" for at, task in assigned])


def _entries_at(finding: Finding, as_of: Instant) -> Detail:
    words = _words_before(finding.detail["assigned"], as_of)
    return _detail(finding.start, finding.evidence, finding.detail["opened_by"], words)


def _lacking_at(finding: Finding, as_of: Instant) -> Detail:
    return {**finding.detail, "over": " ".join(_words_before(finding.detail["over"], as_of))}


DETAIL_AT: Mapping[Rule, Callable[[Finding, Instant], Detail]] = {
    Rule.ONE_ACTIVE: _entries_at,
    Rule.DELIVERABLE_MISSING: _lacking_at,
}
"""What is kept beside the evidence of a finding, as it was known."""


def _words_before(words: object, as_of: Instant) -> list[str]:
    """Of words like `id@instant` those of before."""
    return [word for word in str(words).split() if int(word.split("@")[1]) < as_of]


def _detail(
    start: Instant, evidence: Sequence[Evidence], opened_by: str | int | float | None, assigned: list[str]
) -> Detail:
    at, task = _last_entry(start, evidence, int(opened_by or 0))
    return {
        "opened_by": opened_by,
        "assigned": " ".join(assigned),
        "started_last_by_assignment": int(f"{task}@{at}" in assigned),
    }


def _last_entry(start: Instant, evidence: Sequence[Evidence], opened_by: int) -> tuple[Instant, int]:
    """When an issue last entered while the stretch lasted, and which."""
    left: dict[int, Instant] = {}
    entered: dict[int, Instant] = {}
    for one in evidence:  # in order: what begins after all before it has ended enters again
        task, end = one.counts_as, until(one.end)
        if task not in left or one.start > left[task]:
            entered[task], left[task] = one.start, end
        elif end > left[task]:
            left[task] = end
    # What is there when the stretch begins may have been there long before it.
    later = [(at, task) for task, at in entered.items() if at > start]
    return max(later) if later else (start, opened_by)


def _evidence_at(one: Evidence, as_of: Instant) -> Evidence:
    return one if _is_before(one.end, as_of) or one.end is None else replace(one, end=None)


def _is_before(at: Instant | None, as_of: Instant) -> bool:
    return at is not None and at < as_of
