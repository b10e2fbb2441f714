"""Hygiene: hints about tasks and persons, which start when their condition became true.

Called when a task or a person is judged again, over all known history.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from phasewise.core.calendar import NEVER, TICKS_PER_DAY, Calendar
from phasewise.core.history import PHASE
from phasewise.core.model import (
    Finding,
    Instant,
    Interval,
    Issue,
    Limits,
    Phase,
    Rule,
    Severity,
    SiteMapping,
)
from phasewise.core.rules import ACTIVE, DONE, Held, evidence_of
from phasewise.core.stretches import FOREVER, Stretch, merged, or_open, overlap, until
from phasewise.core.timeline import option_stretches


def task_hygiene(
    issue: Issue,
    intervals: Sequence[Interval],
    subtasks: Iterable[Sequence[Interval]],
    mapping: SiteMapping,
    limits: Limits,
) -> tuple[Finding, ...]:
    """The hints about one task, from its own intervals and its sub-tasks'. All but `unmapped_status` hold
    only while the task is not done. Person and project are the task's at the start of the hint."""
    wrong = _wrong_by_itself(issue, intervals, mapping, limits)
    unmapped = _unmapped_options(issue, mapping)
    unowned = [one for life in (intervals, *subtasks) for one in life if _is_unowned(one)]
    if unmapped or unowned:
        undone = merged((own.start, until(own.end)) for own in intervals if own.group is not DONE)
        wrong[Rule.UNMAPPED_PHASE_OPTION] = overlap(unmapped, undone)
        wrong[Rule.NO_ASSIGNEE] = overlap(merged((one.start, until(one.end)) for one in unowned), undone)
    return tuple(
        _about_task(rule, stretch, intervals, unowned if rule is Rule.NO_ASSIGNEE else intervals, limits)
        for rule, stretches in wrong.items()
        for stretch in merged(stretches)
    )


def nothing_active(
    person: str, held: Iterable[Held], calendar: Calendar, limits: Limits
) -> tuple[Finding, ...]:
    """The hints that a person holds open work and none of it active, from what the person holds.

    One starts when this has lasted more than one working day.
    """
    open_ones = [one for one in held if one.interval.group is not DONE and not one.orphan]
    long: dict[Stretch, Instant] = {}
    for idle in _without_any_active(one.interval for one in open_ones):
        start = calendar.first_after(calendar.position(idle[0]) + TICKS_PER_DAY)
        if start < min(idle[1], NEVER):
            long[idle] = start
    lying = _lying_during(list(long), open_ones)
    return tuple(
        Finding(
            rule=Rule.NOTHING_ACTIVE,
            severity=Severity.HINT,
            start=start,
            known_from=start,
            end=or_open(idle[1]),
            person=person,
            policy_version=limits.version,
            evidence=evidence_of(there, idle),
        )
        for (idle, start), there in zip(long.items(), lying, strict=True)
    )


def _without_any_active(held: Iterable[Interval]) -> list[Stretch]:
    """The stretches during which something is held, and none of it active."""
    stretches = [(one.start, until(one.end), one.group is ACTIVE) for one in held]
    active = merged((start, end) for start, end, is_active in stretches if is_active)
    edges = [-FOREVER, *chain.from_iterable(active), FOREVER]
    between = list(zip(edges[::2], edges[1::2], strict=True))
    return overlap(merged((start, end) for start, end, _ in stretches), between)


def _lying_during(stretches: Sequence[Stretch], held: Iterable[Held]) -> list[list[tuple[Interval, int]]]:
    """What is held during each of the stretches, which are disjoint and in order."""
    ends = [end for _, end in stretches]
    found: list[list[tuple[Interval, int]]] = [[] for _ in stretches]
    for one in held:
        over = until(one.interval.end)
        n = bisect_right(ends, one.interval.start)
        while n < len(stretches) and stretches[n][0] < over:
            found[n].append((one.interval, one.counts_as))
            n += 1
    return found


def _wrong_by_itself(
    issue: Issue, intervals: Iterable[Interval], mapping: SiteMapping, limits: Limits
) -> dict[Rule, list[Stretch]]:
    """What each of the task's own intervals tells by itself."""
    wrong: defaultdict[Rule, list[Stretch]] = defaultdict(list)
    too_long = issue.estimate_days is not None and issue.estimate_days > limits.five_days
    for own in intervals:
        stretch = (own.start, until(own.end))
        if own.status not in mapping.groups or own.status in mapping.unmapped_statuses:
            wrong[Rule.UNMAPPED_STATUS].append(stretch)
        if own.group is DONE:
            continue
        if own.phase is Phase.NONE:
            wrong[Rule.NO_PHASE].append(stretch)
        if own.project is None:
            wrong[Rule.NO_PROJECT].append(stretch)
        if too_long:
            wrong[Rule.ESTIMATE_TOO_LONG].append(stretch)
    return wrong


def _unmapped_options(issue: Issue, mapping: SiteMapping) -> list[Stretch]:
    options = {value for one in issue.changes if one.field is PHASE for value in (one.before, one.after)}
    if all(not option or option in mapping.phases for option in (*options, issue.phase_option)):
        return []
    return merged(
        (start, end)
        for start, end, option in option_stretches(issue)
        if option and option not in mapping.phases
    )


def _is_unowned(one: Interval) -> bool:
    return one.person is None and one.group is ACTIVE


def _about_task(
    rule: Rule, stretch: Stretch, own: Sequence[Interval], wrong: Iterable[Interval], limits: Limits
) -> Finding:
    home = next(one for one in own if stretch[0] < until(one.end))
    return Finding(
        rule=rule,
        severity=Severity.HINT,
        start=stretch[0],
        known_from=stretch[0],
        end=or_open(stretch[1]),
        person=home.person,
        task=home.issue,
        project=home.project,
        policy_version=limits.version,
        evidence=evidence_of(((one, home.issue) for one in wrong), stretch),
    )
