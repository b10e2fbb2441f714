"""The two rules, one active ticket and the five-day task, and the caps on what is parked.

Called when a person or a task is judged again, over all known history; `findings.seen_at` cuts the
result at an instant.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from phasewise.core.calendar import NEVER, Calendar, Ticks, ticks_of
from phasewise.core.findings import one_active_detail
from phasewise.core.leave import NO_LEAVE, Leave
from phasewise.core.model import Evidence, Finding, Group, Instant, Interval, Limits, Rule, Severity
from phasewise.core.stretches import FOREVER, Stretch, or_open, outside, until
from phasewise.core.timeline import active_stretches
from phasewise.core.values import value

MINUTE = 60_000
ENDLESS: Ticks = 1 << 100
"""More working time than any calendar holds: what an open stretch will gain."""

# Read once: looking a member up in its class costs more than all the rest of an inner loop.
ACTIVE, DONE = Group.ACTIVE, Group.DONE

_by_start = attrgetter("start", "issue")

PARKED: Mapping[Rule, Group] = {
    Rule.WATCHING_OVER_CAP: Group.WATCHING,
    Rule.PAUSED_OVER_CAP: Group.PAUSED,
}


# ------------------------------------------------------------------ what a person holds


@value(frozen=True, slots=True)
class Held:
    """An interval that a person holds, and the task it counts as (the parent, for a sub-task).

    `by_assignment`: it came to the person in the state it was in, and was not moved there. `orphan`: a
    sub-task with no parent in the store, which stands for itself in the one-active rule and nowhere else.
    """

    interval: Interval
    counts_as: int
    by_assignment: bool = False
    orphan: bool = False


def held_of(intervals: Sequence[Interval], counts_as: int, *, orphan: bool = False) -> tuple[Held, ...]:
    """Those intervals of one issue that a person holds, in order."""
    earlier: list[Interval | None] = [None, *intervals]
    return tuple(
        Held(one, counts_as, _by_assignment(before, one), orphan)
        for before, one in zip(earlier, intervals, strict=False)
        if one.person is not None
    )


def assigned_at(intervals: Sequence[Interval]) -> frozenset[Instant]:
    """The starts of those intervals of one issue that came to their person by assignment, as they were."""
    return frozenset(
        after.start
        for before, after in pairwise(intervals)
        if after.person is not None and _by_assignment(before, after)
    )


def _by_assignment(before: Interval | None, after: Interval) -> bool:
    return before is not None and before.group is after.group and before.person != after.person


# ------------------------------------------------------------------ spells: how a person's desk changes


@dataclass(slots=True)
class Spell:
    """A maximal stretch during which something holds of a person's desk; `end` None while it lasts.

    `held`: all that lay on the desk during it. `entries`: when a task came onto the desk during it (or at
    its start), which, and whether by re-assignment.
    """

    start: Instant
    held: list[Held]
    entries: list[tuple[Instant, int, bool]]
    end: Instant | None = None

    def evidence(self) -> tuple[Evidence, ...]:
        return evidence_of(
            ((one.interval, one.counts_as) for one in self.held), (self.start, until(self.end))
        )


def _moments(held: Sequence[Held]) -> Iterator[tuple[Instant, list[int], list[int]]]:
    """Each instant at which something ends or begins, in order, with what does: indexes of `held`."""
    begin = [one.interval.start for one in held]
    end = [until(one.interval.end) for one in held]
    beginning = sorted(range(len(held)), key=begin.__getitem__)
    ending = sorted((n for n, at in enumerate(end) if at < FOREVER), key=end.__getitem__)
    starts = [*(begin[n] for n in beginning), FOREVER]
    ends = [*(end[n] for n in ending), FOREVER]
    begun = ended = 0
    while (at := min(starts[begun], ends[ended])) < FOREVER:
        first_begun, first_ended = begun, ended
        while starts[begun] == at:
            begun += 1
        while ends[ended] == at:
            ended += 1
        yield at, ending[first_ended:ended], beginning[first_begun:begun]


def spells(held: Iterable[Held], holds: Callable[[int, int], bool]) -> Iterator[Spell]:
    """The stretches during which `holds(tasks on the desk, intervals of them active)`, in one sweep.

    What ends and what begins at one instant does so at once. The innermost loop of judging people: until
    something holds it handles plain numbers.
    """
    held = list(held)
    task_of = [one.counts_as for one in held]
    is_active = [one.interval.group is ACTIVE for one in held]
    lying: dict[int, None] = {}
    tasks: dict[int, int] = {}
    active = 0
    spell: Spell | None = None
    for at, ended, begun in _moments(held):
        left, entering = [], []
        for n in ended:
            del lying[n]
            active -= is_active[n]
            tasks[task_of[n]] -= 1
            if not tasks[task_of[n]]:
                del tasks[task_of[n]]
                left.append(task_of[n])
        for n in begun:
            lying[n] = None
            active += is_active[n]
            count = tasks.get(task_of[n], 0)
            tasks[task_of[n]] = count + 1
            if not count and task_of[n] not in left:
                entering.append(task_of[n])
        if holds(len(tasks), active):
            if spell is None:
                spell = Spell(at, [held[n] for n in lying], [])
            else:
                spell.held += [held[n] for n in begun]
            if entering:
                moved = {task_of[n] for n in begun if not held[n].by_assignment}
                spell.entries += [(at, task, task not in moved) for task in entering]
        elif spell is not None:
            spell.end = at
            yield spell
            spell = None
    if spell is not None:
        yield spell


def evidence_of(intervals: Iterable[tuple[Interval, int]], within: Stretch) -> tuple[Evidence, ...]:
    """The parts of intervals, each with the task it counts as, within a stretch; by start and issue."""
    since, until_then = within
    found = []
    for one, counts_as in intervals:
        start, end = one.start, until(one.end)
        if start < until_then and end > since:
            cut = or_open(until_then if until_then < end else end)
            found.append(Evidence(one.issue, start, since if since > start else start, cut, counts_as))
    found.sort(key=_by_start)
    return tuple(found)


# ------------------------------------------------------------------ one active ticket


def one_active(held: Iterable[Held], limits: Limits) -> tuple[Finding, ...]:
    """The findings of one person, from what the person holds (any groups; the active count)."""
    return tuple(one for one in over_limit(held, limits) if one.known_from < until(one.end))


def over_limit(held: Iterable[Held], limits: Limits) -> Iterator[Finding]:
    """The same with the stretches that do not last longer than the grace: nobody ever knows of those, unless
    they go on under other limits (see `versions`)."""
    grace = round(limits.grace_minutes * MINUTE)
    active = [one for one in held if one.interval.group is ACTIVE]
    for over in spells(active, lambda tasks, _: tasks > limits.one_active):
        yield _one_active(over, limits, over.start + grace)


def over_cap(held: Iterable[Held], rule: Rule, limits: Limits) -> tuple[Finding, ...]:
    """The hints of one person for `watching_over_cap` or `paused_over_cap`: as the rule, without grace."""
    group = PARKED[rule]
    cap = limits.watching if group is Group.WATCHING else limits.paused
    parked = [one for one in held if one.interval.group is group and not one.orphan]
    return tuple(_over_cap(rule, over, limits) for over in spells(parked, lambda tasks, _: tasks > cap))


def _one_active(over: Spell, limits: Limits, known_from: Instant) -> Finding:
    opened_by = max(task for at, task, _ in over.entries if at == over.start)
    assigned = [(at, task) for at, task, by_assignment in sorted(over.entries) if by_assignment]
    evidence = over.evidence()
    return Finding(
        rule=Rule.ONE_ACTIVE,
        severity=Severity.BREACH,
        start=over.start,
        known_from=known_from,
        end=over.end,
        person=over.held[0].interval.person,
        policy_version=limits.version,
        evidence=evidence,
        detail=one_active_detail(over.start, evidence, opened_by, assigned),
    )


def _over_cap(rule: Rule, over: Spell, limits: Limits) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.HINT,
        start=over.start,
        known_from=over.start,
        end=over.end,
        person=over.held[0].interval.person,
        policy_version=limits.version,
        evidence=over.evidence(),
    )


# ------------------------------------------------------------------ the five-day task


@dataclass(slots=True)
class _Life:
    """A task from when it was created or left `done` until it is done, with the active time that ages it."""

    start: Instant
    end: Instant
    active: list[Stretch]


def age_ticks(
    task: Sequence[Interval],
    subtasks: Iterable[Sequence[Interval]],
    calendar: Calendar,
    as_of: Instant,
    leave: Leave = NO_LEAVE,
) -> Ticks:
    """The age of a task as seen at `as_of`; of one that is done, the age it had reached."""
    lives = [life for life in _lives(task, subtasks, leave) if life.start < as_of]
    if not lives:
        return 0
    return sum(
        calendar.working_ticks(start, min(end, as_of)) for start, end in lives[-1].active if start < as_of
    )


def five_days(
    task: Sequence[Interval],
    subtasks: Iterable[Sequence[Interval]],
    calendar: Calendar,
    limits: Limits,
    leave: Leave = NO_LEAVE,
) -> tuple[Finding, ...]:
    """The findings of one task. Of an open active task they may lie ahead: it is taken to stay active."""
    family = (task, *subtasks)
    found = (_too_old(family, life, calendar, limits) for life in _lives(task, family[1:], leave))
    return tuple(finding for finding in found if finding is not None)


def _lives(task: Sequence[Interval], subtasks: Iterable[Sequence[Interval]], leave: Leave) -> list[_Life]:
    lives: list[_Life] = []
    ended: Instant | None = None
    for own in task:
        if own.group is not DONE:
            if own.start != ended:
                lives.append(_Life(own.start, FOREVER, []))
            ended = own.end
            lives[-1].end = until(ended)
    n = 0
    for own, start, end in active_stretches(task, subtasks):
        if own.group is not DONE:
            while lives[n].end <= start:
                n += 1
            away = leave and leave.get(own.person or "")
            lives[n].active += outside((start, end), away) if away else [(start, end)]
    return lives


def _too_old(
    family: Sequence[Sequence[Interval]], life: _Life, calendar: Calendar, limits: Limits
) -> Finding | None:
    start, breach_at = _ageing(life.active, calendar, limits.five_days)
    if start is None or start >= life.end:
        return None
    home = next(own for own in family[0] if start < until(own.end))
    active = ((one, home.issue) for intervals in family for one in intervals if one.group is ACTIVE)
    return Finding(
        rule=Rule.FIVE_DAYS,
        severity=Severity.WARNING if breach_at is None else Severity.BREACH,
        start=start,
        known_from=start,
        end=or_open(life.end),
        person=home.person,
        task=home.issue,
        project=home.project,
        breach_at=breach_at,
        policy_version=limits.version,
        evidence=evidence_of(active, (life.start, life.end)),
    )


def _ageing(
    active: Iterable[Stretch], calendar: Calendar, limit_days: float
) -> tuple[Instant | None, Instant | None]:
    """When the age reaches one day less than the limit, and from when it is above the limit."""
    warning, limit = ticks_of(limit_days - 1.0), ticks_of(limit_days)
    reached: Instant | None = None
    age = 0
    for start, end in active:
        origin = calendar.position(start)
        gained = ENDLESS if end >= FOREVER else calendar.position(end) - origin
        if reached is None and age + gained >= warning:
            reached = _unless_never(max(start, calendar.first_at(origin + warning - age)))
        if age + gained > limit:
            return reached, _unless_never(max(start, calendar.first_after(origin + limit - age)))
        age += gained
    return reached, None


def _unless_never(at: Instant) -> Instant | None:
    return None if at >= NEVER else at
