"""What a policy would find in the stored intervals, without writing. Called by preview_policy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from phasewise.core.calendar import Calendar, calendar_of
from phasewise.core.detectors import flip_flop
from phasewise.core.hygiene import nothing_active, task_hygiene
from phasewise.core.leave import Leave
from phasewise.core.model import (
    Finding,
    Instant,
    Interval,
    Issue,
    Kind,
    Limits,
    Phase,
    Policy,
    Rule,
    SiteMapping,
    Strength,
)
from phasewise.core.rules import Held, five_days, one_active, over_cap
from phasewise.core.stretches import until
from phasewise.store.findings import ABOUT_PERSONS, ABOUT_PROJECTS

NO_MAPPING = SiteMapping({}, {})
BY_CALENDAR = frozenset({Rule.FIVE_DAYS, Rule.NOTHING_ACTIVE, Rule.FLIP_FLOP})
BY_LIMIT: Mapping[str, frozenset[Rule]] = {
    "one_active": frozenset({Rule.ONE_ACTIVE}),
    "grace_minutes": frozenset({Rule.ONE_ACTIVE}),
    "five_days": frozenset({Rule.FIVE_DAYS, Rule.ESTIMATE_TOO_LONG}),
    "watching": frozenset({Rule.WATCHING_OVER_CAP}),
    "paused": frozenset({Rule.PAUSED_OVER_CAP}),
}
NOT_TRIED = frozenset({Rule.RABBIT_HOLE})
"""It follows from all that ever was in a project: only a synchronisation works it out."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A policy as it is looked through."""

    policy: Policy
    limits: Limits
    calendar: Calendar
    leave: Leave


def lens_of(policy: Policy, leave: Leave) -> Lens:
    """A policy with the leave of everybody, which other teams may know of."""
    return Lens(policy, policy.limits, calendar_of(policy.calendar), leave)


def rules_that_differ(old: Policy, new: Policy) -> frozenset[Rule]:
    """The rules that may find something else under the other limits, calendar or leave."""
    differing: set[Rule] = set()
    if old.calendar != new.calendar:
        differing |= BY_CALENDAR
    if old.leave != new.leave:
        differing.add(Rule.FIVE_DAYS)
    for name, rules in BY_LIMIT.items():
        if getattr(old.limits, name) != getattr(new.limits, name):
            differing |= rules
    return frozenset(differing)


def rules_shown_otherwise(old: Policy, new: Policy) -> frozenset[Rule]:
    """The rules that are off in one of the policies and shown in the other, in some phase."""
    return frozenset(
        rule
        for rule in Rule
        if any(_is_off(old, rule, phase) != _is_off(new, rule, phase) for phase in Phase)
    )


def _is_off(policy: Policy, rule: Rule, phase: Phase) -> bool:
    if rule in (*ABOUT_PERSONS, *ABOUT_PROJECTS) and rule is not Rule.ONE_ACTIVE:
        return policy.strengths.rules.get(rule) is Strength.OFF
    return policy.strengths.of(rule, phase) is Strength.OFF


def is_shown(policy: Policy, finding: Finding, phase: Phase) -> bool:
    """Whether a finding that belongs to a phase is on the pages at all."""
    return not _is_off(policy, finding.rule, phase)


def ticket_of(finding: Finding) -> int | None:
    """The ticket whose phase, when the finding began, is the finding's."""
    if finding.rule is Rule.ONE_ACTIVE:
        return int(finding.detail["opened_by"] or 0)
    return finding.task


def phase_at(intervals: Iterable[Interval], at: Instant) -> Phase:
    """The phase that a ticket had at an instant."""
    return next((one.phase for one in intervals if one.start <= at < until(one.end)), Phase.NONE)


def of_person(lens: Lens, rules: frozenset[Rule], person: str, held: Sequence[Held]) -> Iterator[Finding]:
    """What is found about a person by some rules, from all that the person held."""
    if Rule.ONE_ACTIVE in rules:
        yield from one_active(held, lens.limits)
    for rule in (Rule.WATCHING_OVER_CAP, Rule.PAUSED_OVER_CAP):
        if rule in rules:
            yield from over_cap(held, rule, lens.limits)
    if Rule.NOTHING_ACTIVE in rules:
        yield from nothing_active(person, held, lens.calendar, lens.limits)


@dataclass(frozen=True, slots=True)
class Family:
    """A task, its sub-tasks, and its original estimate in working days."""

    own: Sequence[Interval]
    subtasks: Sequence[Sequence[Interval]]
    estimate_days: float | None = None


def of_task(lens: Lens, rules: frozenset[Rule], task: Family) -> Iterator[Finding]:
    """What is found about a task by some rules."""
    if Rule.FIVE_DAYS in rules:
        yield from five_days(task.own, task.subtasks, lens.calendar, lens.limits, lens.leave)
    if Rule.FLIP_FLOP in rules:
        yield from flip_flop(task.own, task.subtasks, lens.calendar, lens.limits)
    if Rule.ESTIMATE_TOO_LONG in rules and task.estimate_days is not None:
        first = task.own[0]
        issue = Issue(first.issue, Kind.TASK, first.start, first.status, estimate_days=task.estimate_days)
        hints = task_hygiene(issue, task.own, (), NO_MAPPING, lens.limits)
        yield from (hint for hint in hints if hint.rule is Rule.ESTIMATE_TOO_LONG)
