"""The detectors: tickets that are switched to and fro, and visits that lead nowhere. Both are hints.

Called when a task or a project is judged again, over all known history.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from types import MappingProxyType

from phasewise.core.calendar import NEVER, TICKS_PER_DAY, Calendar, Ticks
from phasewise.core.figures import ProjectFigures, TaskLife
from phasewise.core.model import (
    PHASES,
    Evidence,
    Finding,
    Group,
    HistoryItem,
    Instant,
    Interval,
    Limits,
    Phase,
    Rule,
    Severity,
    Visit,
)
from phasewise.core.rules import ACTIVE, DONE, ENDLESS, evidence_of
from phasewise.core.stretches import FOREVER, Stretch, merged, or_open, overlap, until

SWITCHES = 3
"""So many within one working day are a flip-flop."""

WEEKS = 4
"""So many weeks of effort in one visit, with nothing done in it, are a rabbit hole."""

STATUS = "status"
"""What histories call the field, in every language."""

IDLE = frozenset({Group.PAUSED, Group.TODO})


# ------------------------------------------------------------------ flip-flop


@dataclass(frozen=True, slots=True)
class _Bout:
    """A ticket that is switched to and fro: known as such in `[start, end)`, and begun at `first`."""

    ticket: Sequence[Interval]
    person: str | None
    first: Instant
    start: Instant
    end: Instant

    def evidence(self, task: int) -> tuple[Evidence, ...]:
        return evidence_of(((one, task) for one in self.ticket), (self.first, self.end))


Moves = Collection[tuple[int, Instant]]
"""Changes of status, by issue and instant."""

NO_MOVES: Moves = frozenset()

CLOCKS_APART_MS = 3_600_000
"""How far our clock and Jira's may be apart when a move of ours is looked for in a history."""


@dataclass(frozen=True, slots=True)
class OwnMove:
    """A ticket that we moved from one status to another, between two instants of our clock."""

    issue: int
    before: str
    after: str
    begun: Instant
    done: Instant


def moves_among(made: Iterable[OwnMove], histories: Mapping[int, Iterable[HistoryItem]]) -> Moves:
    """The changes of status that our moves are, in the histories of these issues: Jira does not say which, so
    of each it is the nearest one between the same statuses. One move is one change, whoever's the account."""
    found = ((one.issue, _change_of(one, histories.get(one.issue, ()))) for one in made)
    return frozenset((issue, at) for issue, at in found if at is not None)


def _change_of(move: OwnMove, history: Iterable[HistoryItem]) -> Instant | None:
    first, last = move.begun - CLOCKS_APART_MS, move.done + CLOCKS_APART_MS
    near = [
        item.at
        for item in history
        if (item.field, item.before, item.after) == (STATUS, move.before, move.after)
        and first <= item.at <= last
    ]
    return min(near, key=lambda at: (abs(at - move.done), at), default=None)


def flip_flop(
    task: Sequence[Interval],
    subtasks: Iterable[Sequence[Interval]],
    calendar: Calendar,
    limits: Limits,
    ours: Moves = NO_MOVES,
) -> tuple[Finding, ...]:
    """The findings of one task: it or one of its sub-tasks was switched between active and paused or todo
    three times within a working day. One starts at the switch that makes three, and ends once more than a
    working day has passed without another. What we moved ourselves (`ours`) is nobody's switch."""
    if not task:
        return ()
    life = (task[0].start, until(task[-1].end))
    bouts = [bout for ticket in (task, *subtasks) for bout in _bouts(ticket, life, calendar, ours)]
    return tuple(
        _flip_flop(task, stretch, [bout for bout in bouts if stretch[0] <= bout.start < stretch[1]], limits)
        for stretch in merged((bout.start, bout.end) for bout in bouts)
    )


def _bouts(ticket: Sequence[Interval], life: Stretch, calendar: Calendar, ours: Moves) -> Iterator[_Bout]:
    """The bouts of one ticket, from its switches while the task is there."""
    switched = [
        after
        for before, after in pairwise(ticket)
        if _is_switch(before, after)
        and life[0] <= after.start < life[1]
        and (after.issue, after.start) not in ours
    ]
    first = 0
    while first + SWITCHES <= len(switched):
        third = last = first + SWITCHES - 1
        if not _within_a_day(switched[first], switched[third], calendar):
            first += 1
            continue
        while last + 1 < len(switched) and _within_a_day(switched[last], switched[last + 1], calendar):
            last += 1
        over = calendar.first_after(calendar.position(switched[last].start) + TICKS_PER_DAY)
        yield _Bout(
            ticket=ticket,
            person=switched[third].person,
            first=switched[first].start,
            start=switched[third].start,
            end=min(FOREVER if over >= NEVER else over, life[1]),
        )
        first = last + 1


def _is_switch(before: Interval, after: Interval) -> bool:
    """Between active and paused or todo, either way."""
    if before.group is ACTIVE:
        return after.group in IDLE
    return after.group is ACTIVE and before.group in IDLE


def _within_a_day(earlier: Interval, later: Interval, calendar: Calendar) -> bool:
    return calendar.working_ticks(earlier.start, later.start) <= TICKS_PER_DAY


def _flip_flop(task: Sequence[Interval], stretch: Stretch, bouts: Sequence[_Bout], limits: Limits) -> Finding:
    """Whose ticket it was that was switched first is the person; the project is the task's then."""
    start, end = stretch
    home = next(own for own in task if start < until(own.end))
    return Finding(
        rule=Rule.FLIP_FLOP,
        severity=Severity.HINT,
        start=start,
        known_from=start,
        end=or_open(end),
        person=min(bouts, key=lambda bout: bout.start).person,
        task=home.issue,
        project=home.project,
        policy_version=limits.version,
        evidence=_in_order(entry for bout in bouts for entry in bout.evidence(home.issue)),
    )


# ------------------------------------------------------------------ rabbit hole

NOTHING_ACCEPTED: Mapping[Phase, Sequence[Instant]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Hole:
    """A visit that took four weeks with nothing done in it, while that is so."""

    visit: Visit
    start: Instant
    end: Instant


_Homes = dict[Phase, list[tuple[TaskLife, list[Stretch]]]]


def rabbit_hole(
    epic: Sequence[Interval],
    lives: Iterable[TaskLife],
    figures: ProjectFigures,
    calendar: Calendar,
    limits: Limits,
    accepted: Mapping[Phase, Sequence[Instant]] = NOTHING_ACCEPTED,
) -> tuple[Finding, ...]:
    """The findings of one project, from the intervals of its epic and every task that ever was in it, with
    the figures settled from the same, and when deliverables were `accepted`. One starts when the effort of a
    visit reaches four weeks; it ends when a task is done in that phase or a deliverable accepted, when the
    visit is settled, or when the epic is done or removed."""
    undone = merged((own.start, until(own.end)) for own in epic if own.group is not DONE)
    long = [
        one.visit
        for one in figures.visits
        if one.effort.running or one.effort.closed >= _target(one.visit, calendar)
    ]
    if not undone or not long:
        return ()
    project, team = epic[0].issue, tuple(lives)
    active = _active(project, team)
    begun = {phase: [start for start, _ in merged(stretches)] for phase, stretches in active.items()}
    done = _done(project, team)
    holes: defaultdict[Instant, list[_Hole]] = defaultdict(list)
    for visit in long:
        over = until(visit.end)
        worked = (one for one in active[visit.phase] if visit.start <= one[0] < over)
        start = _reached(worked, _target(visit, calendar), calendar)
        settled = (
            _first(starts, over) for phase, starts in begun.items() if phase not in (visit.phase, Phase.NONE)
        )
        delivered = _first(accepted.get(visit.phase, ()), visit.start)
        end = min(_first(done[visit.phase], visit.start), delivered, min(settled, default=FOREVER))
        for part in overlap([(start, end)] if start < end else [], undone):
            holes[part[0]].append(_Hole(visit, *part))
    homes = _homes(project, team, {hole.visit.phase for some in holes.values() for hole in some})
    return tuple(_rabbit_hole(project, some, homes, limits) for some in holes.values())


def _target(visit: Visit, calendar: Calendar) -> Ticks:
    """Four weeks, each as long as weeks were when the visit began."""
    return WEEKS * calendar.week_days_at(visit.start) * TICKS_PER_DAY


def _active(project: int, lives: Iterable[TaskLife]) -> defaultdict[Phase, list[Stretch]]:
    """The active time of a project's phases, task by task."""
    found: defaultdict[Phase, list[Stretch]] = defaultdict(list)
    for life in lives:
        for piece in life.pieces:
            if piece.project == project:
                found[piece.phase].append((piece.start, until(piece.end)))
    return found


def _done(project: int, lives: Iterable[TaskLife]) -> defaultdict[Phase, list[Instant]]:
    """When tasks of the project were done, by their phase then, in order."""
    found: defaultdict[Phase, list[Instant]] = defaultdict(list)
    for life in lives:
        for before, own in pairwise(life.intervals):
            if own.group is DONE and before.group is not DONE and own.project == project:
                found[own.phase].append(own.start)
    for entered in found.values():
        entered.sort()
    return found


def _first(instants: Sequence[Instant], at: Instant) -> Instant:
    """The first of ordered instants that is not before `at`; FOREVER where there is none."""
    n = bisect_left(instants, at)
    return instants[n] if n < len(instants) else FOREVER


def _reached(stretches: Iterable[Stretch], target: Ticks, calendar: Calendar) -> Instant:
    """The first instant at which the working time of stretches, summed one by one, is the target; they reach
    it, if only because one of them never ends."""
    turns: Counter[Instant] = Counter()
    for start, end in stretches:
        turns[start] += 1
        turns[end] -= 1
    parts = pairwise(sorted(turns))
    effort = gained = at_once = start = origin = 0
    while effort + gained < target:
        effort += gained
        start, end = next(parts)
        at_once += turns[start]
        origin = calendar.position(start)
        gained = at_once * (ENDLESS if end >= FOREVER else calendar.position(end) - origin)
    at = max(start, calendar.first_at(origin - (effort - target) // at_once))
    return FOREVER if at >= NEVER else at


def _homes(project: int, lives: Iterable[TaskLife], phases: Collection[Phase]) -> _Homes:
    """By phase the tasks that ever were in it in the project, each with when."""
    found: _Homes = {phase: [] for phase in phases}
    for life in lives:
        at_home: defaultdict[Phase, list[Stretch]] = defaultdict(list)
        for own in life.intervals:
            if own.project == project and own.phase in found:
                at_home[own.phase].append((own.start, until(own.end)))
        for phase, stretches in at_home.items():
            found[phase].append((life, merged(stretches)))
    return found


def _rabbit_hole(project: int, holes: Sequence[_Hole], homes: _Homes, limits: Limits) -> Finding:
    """Visits that come to be holes at the same instant are one finding: its id tells them not apart."""
    start = holes[0].start
    return Finding(
        rule=Rule.RABBIT_HOLE,
        severity=Severity.HINT,
        start=start,
        known_from=start,
        end=or_open(max(hole.end for hole in holes)),
        project=project,
        policy_version=limits.version,
        evidence=_in_order(
            entry
            for hole in holes
            for life, stretches in homes[hole.visit.phase]
            for entry in _worked(hole, life, stretches)
        ),
        detail={"phases": " ".join(phase for phase in PHASES if any(h.visit.phase is phase for h in holes))},
    )


def _worked(hole: _Hole, life: TaskLife, homes: Sequence[Stretch]) -> Iterator[Evidence]:
    """The active time of a task and its sub-tasks during the visit, while the task was in that phase."""
    during = overlap(homes, [(hole.visit.start, hole.end)])
    active = [one for one in chain(life.intervals, *life.subtasks) if one.group is ACTIVE] if during else ()
    for home in during:
        yield from evidence_of(((one, life.task) for one in active), home)


def _in_order(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(evidence, key=lambda entry: (entry.start, entry.issue)))
