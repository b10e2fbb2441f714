"""The two rules, one active ticket and the five-day task, and the caps on what is parked.

Called when a person or a task is judged again, over all known history; `findings.seen_at` cuts the
result at an instant.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def _moments(held: Sequence[Held]) -> Iterator[tuple[Instant, Sequence[int], Sequence[int]]]:
    """Each instant at which something begins or ends, in order, with what does: indexes of `held`."""
    begun: defaultdict[Instant, list[int]] = defaultdict(list)
    ended: defaultdict[Instant, list[int]] = defaultdict(list)
    for n, one in enumerate(held):
        begun[one.interval.start].append(n)
        ended[until(one.interval.end)].append(n)
    ended.pop(FOREVER, None)
    for at in sorted(begun.keys() | ended.keys()):
        yield at, begun.get(at, ()), ended.get(at, ())


def spells(held: Iterable[Held], limit: int) -> Iterator[Spell]:
    """The stretches during which more than `limit` tasks lie on the desk, in one sweep.

    What ends and what begins at one instant does so at once. The innermost loop of judging people: until
    there are too many it handles plain numbers.
    """
    held = list(held)
    task_of = [one.counts_as for one in held]
    lying: dict[int, None] = {}
    tasks: dict[int, int] = {}
    spell: Spell | None = None
    for at, begun, ended in _moments(held):
        entering = []
        # What begins comes first, so that a task which goes on in another interval does not enter again.
        for n in begun:
            lying[n] = None
            task = task_of[n]
            if task in tasks:
                tasks[task] += 1
            else:
                tasks[task] = 1
                entering.append(task)
        for n in ended:
            del lying[n]
            task = task_of[n]
            if tasks[task] == 1:
                del tasks[task]
            else:
                tasks[task] -= 1
        if len(tasks) > limit:
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
    last = or_open(until_then)
    found = []
    for one, counts_as in intervals:
        start, end = one.start, one.end
        if start < until_then and (end is None or end > since):
            cut = last if end is None or end > until_then else end
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
    for over in spells(active, limits.one_active):
        yield _one_active(over, limits, over.start + grace)


def over_cap(held: Iterable[Held], rule: Rule, limits: Limits) -> tuple[Finding, ...]:
    """The hints of one person for `watching_over_cap` or `paused_over_cap`: as the rule, without grace."""
    group = PARKED[rule]
    cap = limits.watching if group is Group.WATCHING else limits.paused
    parked = [one for one in held if one.interval.group is group and not one.orphan]
    return tuple(_over_cap(rule, over, limits) for over in spells(parked, cap))


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


@value(frozen=True, slots=True)
class Life:
    """A task from when it was created or left `done` until it is done, with the active time that ages it."""

    start: Instant
    end: Instant
    active: tuple[Stretch, ...]


def age_ticks(
    task: Sequence[Interval],
    subtasks: Iterable[Sequence[Interval]],
    calendar: Calendar,
    as_of: Instant,
    leave: Leave = NO_LEAVE,
) -> Ticks:
    """The age of a task as seen at `as_of`; of one that is done, the age it had reached."""
    return age_in(lives_of(task, subtasks, leave), calendar, as_of)


def age_in(lives: Iterable[Life], calendar: Calendar, as_of: Instant) -> Ticks:
    """The same from the lives of the task."""
    last = None
    for life in lives:
        if life.start >= as_of:
            break
        last = life
    if last is None:
        return 0
    return sum(calendar.working_ticks(start, min(end, as_of)) for start, end in last.active if start < as_of)


def five_days(
    task: Sequence[Interval],
    subtasks: Iterable[Sequence[Interval]],
    calendar: Calendar,
    limits: Limits,
    leave: Leave = NO_LEAVE,
) -> tuple[Finding, ...]:
    """The findings of one task. Of an open active task they may lie ahead: it is taken to stay active."""
    family = (task, *subtasks)
    return too_old(family, lives_of(task, family[1:], leave), calendar, limits)


def too_old(
    family: Sequence[Sequence[Interval]], lives: Iterable[Life], calendar: Calendar, limits: Limits
) -> tuple[Finding, ...]:
    """The same from the lives of the task; the `family` is the task and its sub-tasks."""
    found = (_too_old(family, life, calendar, limits) for life in lives)
    return tuple(finding for finding in found if finding is not None)


def lives_of(
    task: Sequence[Interval], subtasks: Iterable[Sequence[Interval]], leave: Leave = NO_LEAVE
) -> tuple[Life, ...]:
    """The lives of a task, in order: its findings and its ages follow from them."""
    undone: list[Stretch] = []
    for own in task:
        if own.group is not DONE:
            if undone and undone[-1][1] == own.start:
                undone[-1] = (undone[-1][0], until(own.end))
            else:
                undone.append((own.start, until(own.end)))
    active: list[list[Stretch]] = [[] for _ in undone]
    n = 0
    for own, start, end in active_stretches(task, subtasks):
        if own.group is not DONE:
            while undone[n][1] <= start:
                n += 1
            away = leave and leave.get(own.person or "")
            active[n] += outside((start, end), away) if away else [(start, end)]
    return tuple(Life(*stretch, tuple(ageing)) for stretch, ageing in zip(undone, active, strict=True))


def _too_old(
    family: Sequence[Sequence[Interval]], life: Life, calendar: Calendar, limits: Limits
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
