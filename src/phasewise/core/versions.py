"""Findings where the limits changed: at each instant by the version in force then. Called by `judge`.

For each window the findings are those under its limits, cut to it; what goes on across a boundary is one
finding. So a new version never changes what was found before it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from phasewise.core.findings import Detail, entered_last, subject_of
from phasewise.core.model import Evidence, Finding, Instant, Interval, Limits, Rule, Severity
from phasewise.core.rulebook import Timeline, Window
from phasewise.core.stretches import FOREVER, Stretch, merged, or_open, until

FROM_BEFORE = frozenset(
    {Rule.FIVE_DAYS, Rule.NOTHING_ACTIVE, Rule.PROJECT_WITHOUT_PLAN, Rule.FLIP_FLOP, Rule.RABBIT_HOLE}
)
"""The rules whose findings follow from what was before they start; all others from what is during them."""


def by_versions(
    timeline: Timeline,
    find: Callable[[Limits], Iterable[Finding]],
    own: Sequence[Interval] = (),
) -> tuple[Finding, ...]:
    """What `find` finds, by the limits in force at each instant, under the version in force at the start.

    `find` may answer with what ended before anybody could know of it. `own` are the intervals of the task
    that it is all about: they say whose and where it was when a new limit makes a finding start.
    """
    windows = timeline.windows
    if len(windows) == 1:
        found = list(find(windows[0].limits))
    else:
        parts = (part for window in windows for part in _parts(find(window.limits), window))
        found = [_settled(one, own) for one in _joined(parts)]
    return numbered(timeline, [one for one in found if one.known_from < until(one.end)])


def numbered(timeline: Timeline, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings under the number of the version that was in force when each started."""
    if len(timeline.versions) == 1:
        return tuple(found)
    return tuple(replace(one, policy_version=timeline.at(one.start).number) for one in found)


# ------------------------------------------------------------------ the part in one window


def _parts(found: Iterable[Finding], window: Window) -> Iterator[Finding]:
    for one in found:
        start, end = max(one.start, window.start), min(until(one.end), window.end)
        if start < end:
            yield _part(one, start, end)


def _part(one: Finding, start: Instant, end: Instant) -> Finding:
    """The finding in `[start, end)`; one that is known from its end on only was not known in it."""
    breach_at = None if one.breach_at is None else max(one.breach_at, start)
    begin = -FOREVER if one.rule in FROM_BEFORE else start
    part = replace(
        one,
        start=start,
        end=or_open(end),
        known_from=max(one.known_from, start),
        breach_at=None if breach_at is None or breach_at >= end else breach_at,
        evidence=tuple(_evidence(one.evidence, (begin, end))),
    )
    return replace(part, detail=_entries(one, part)) if one.rule is Rule.ONE_ACTIVE else part


def _evidence(evidence: Iterable[Evidence], within: Stretch) -> Iterator[Evidence]:
    for entry in evidence:
        start, end = max(entry.start, within[0]), min(until(entry.end), within[1])
        if start < end:
            yield replace(entry, start=start, end=or_open(end))


def _entries(one: Finding, part: Finding) -> Detail:
    """Who entered during the part, and who opened it: the ticket that had entered last when it began."""
    opened_by = int(one.detail["opened_by"] or 0) if part.start == one.start else _opener(one, part.start)
    words = str(one.detail["assigned"]).split()
    return _detail(part, opened_by, [word for word in words if part.start <= _at(word) < until(part.end)])


def _opener(one: Finding, at: Instant) -> int:
    """Of the tickets in hand at an instant of the finding, the one that came last (ties: the greater id)."""
    entered: dict[int, Instant] = {}
    left: dict[int, Instant] = {}
    # In the order of their starts; what is there when the finding starts came with its interval.
    for entry in (entry for entry in one.evidence if entry.start <= at):
        task, end = entry.counts_as, until(entry.end)
        if entry.start > left.get(task, -FOREVER):
            entered[task] = entry.start if entry.start > one.start else entry.interval_start
        left[task] = max(left.get(task, end), end)
    return max((start, task) for task, start in entered.items() if left[task] > at)[1]


def _detail(one: Finding, opened_by: int, assigned: Sequence[str]) -> Detail:
    told: Detail = {"opened_by": opened_by, "assigned": " ".join(assigned)}
    at, task = entered_last(replace(one, detail=told))
    return {**told, "started_last_by_assignment": int(f"{task}@{at}" in assigned)}


def _at(word: str) -> Instant:
    return int(word.split("@")[1])


# ------------------------------------------------------------------ the parts as one


def _joined(parts: Iterable[Finding]) -> Iterator[Finding]:
    by_subject: defaultdict[tuple[Rule, str], list[Finding]] = defaultdict(list)
    for part in parts:
        by_subject[part.rule, subject_of(part)].append(part)
    for mine in by_subject.values():
        mine.sort(key=lambda part: part.start)
        whole = mine[0]
        for part in mine[1:]:
            if whole.end == part.start:
                whole = _as_one(whole, part)
            else:
                yield whole
                whole = part
        yield whole


def _as_one(first: Finding, then: Finding) -> Finding:
    """A finding that goes on under other limits: from the first start on, known and a breach from when it
    first was."""
    is_known = first.known_from < until(first.end)
    whole = replace(
        first,
        end=then.end,
        known_from=first.known_from if is_known else then.known_from,
        breach_at=then.breach_at if first.breach_at is None else first.breach_at,
        evidence=_together((*first.evidence, *then.evidence)),
    )
    if first.rule is not Rule.ONE_ACTIVE:
        return whole
    assigned = [word for part in (first, then) for word in str(part.detail["assigned"]).split()]
    return replace(whole, detail=_detail(whole, int(first.detail["opened_by"] or 0), assigned))


def _together(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The same intervals once, each as far as it goes."""
    by_interval: defaultdict[tuple[int, Instant, int], list[Stretch]] = defaultdict(list)
    for one in evidence:
        by_interval[one.issue, one.interval_start, one.counts_as].append((one.start, until(one.end)))
    found = [
        Evidence(issue, interval_start, start, or_open(end), counts_as)
        for (issue, interval_start, counts_as), stretches in by_interval.items()
        for start, end in merged(stretches)
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.issue)))


def _settled(one: Finding, own: Sequence[Interval]) -> Finding:
    """With what follows from all of it: how severe it is; of a task, whose and where it was at the start."""
    if one.rule is Rule.FIVE_DAYS:
        one = replace(one, severity=Severity.WARNING if one.breach_at is None else Severity.BREACH)
    if one.task is None:
        return one
    home = next(interval for interval in own if one.start < until(interval.end))
    return replace(one, person=home.person, project=home.project)
