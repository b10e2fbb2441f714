"""The numbers of a project: its state, its time by phase and by visit, who works on it.

Called when a project is derived again (over all known history) and to look back (cut at an instant).
Time that is over is summed up; what still runs is kept by its start, so that the same figures answer at
every later instant.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from phasewise.core.calendar import Calendar, Ticks
from phasewise.core.model import PHASE_RANK, PHASES, Group, Instant, Interval, Phase, Piece, State, Visit
from phasewise.core.stretches import FOREVER, Stretch, merged, or_open, overlap, until
from phasewise.core.timeline import clip_intervals, clip_pieces
from phasewise.core.values import value
from phasewise.core.visits import loops, visits_of

ACTIVE = Group.ACTIVE

RECENT_MS = 28 * 86_400_000
"""Whoever had active time in a project within so long is one of its people."""


@value(frozen=True, slots=True)
class Tally:
    """Working time that is over, and the starts of what still runs: one per open piece for effort, at most
    one for touched and elapsed."""

    closed: Ticks
    running: tuple[Instant, ...]

    def at(self, as_of: Instant, calendar: Calendar) -> Ticks:
        """The working time up to `as_of`, which is after all that is over."""
        if not self.running:
            return self.closed
        return self.closed + sum(calendar.working_ticks(start, as_of) for start in self.running)


@value(frozen=True, slots=True)
class TaskLife:
    """One task with all that counts as it."""

    task: int
    intervals: tuple[Interval, ...]
    subtasks: tuple[tuple[Interval, ...], ...]
    pieces: tuple[Piece, ...]
    removed_at: Instant | None


@value(frozen=True, slots=True)
class PhaseFigures:
    """`tasks` and `tasks_done` are those in the project and the phase at the cut."""

    tasks: int
    tasks_done: int
    visits: int
    effort: Tally
    touched: Tally


@value(frozen=True, slots=True)
class VisitFigures:
    visit: Visit
    effort: Tally
    touched: Tally
    elapsed: Tally


@value(frozen=True, slots=True)
class ProjectFigures:
    """A project as it stood after `settled_at`, the last instant at which anything changed: right for
    every `as_of > settled_at` (up to the cut, if there was one).

    `last_active`: person -> end of their last active time in the project, None while active.
    """

    settled_at: Instant
    state: State
    phases_now: tuple[Phase, ...]
    last_phase: Phase | None
    idle_since: Instant | None
    loops: int
    effort: Tally
    touched: Tally
    elapsed: Tally
    by_phase: Mapping[Phase, PhaseFigures]
    visits: tuple[VisitFigures, ...]
    last_active: Mapping[str, Instant | None]


def settle(
    project: int,
    epic: Sequence[Interval],
    lives: Iterable[TaskLife],
    calendar: Calendar,
    cut: Instant | None = None,
) -> ProjectFigures:
    """The figures of a project from the intervals of its epic and every task that ever was in it, as
    history stood at `cut` (None: all of it)."""
    if cut is not None:
        epic = clip_intervals(epic, cut)
        lives = [_life_at(life, cut) for life in lives]
    team = tuple(lives)
    pieces = [piece for life in team for piece in life.pieces if piece.project == project]
    listed = [life.intervals[-1] for life in team if life.removed_at is None and life.intervals]
    listed = [now for now in listed if now.project == project]
    times = _times_by_phase(pieces, calendar)
    whole = merged(stretch for time in times.values() for stretch in time.union)
    visits = visits_of({phase: times[phase].union for phase in PHASES})
    stays = Counter(visit.phase for visit in visits)
    is_running = any(piece.end is None for piece in pieces)
    last = None if is_running else max(pieces, key=_last_in_time, default=None)
    return ProjectFigures(
        settled_at=_settled_at(epic, team),
        state=_state(epic, listed, is_running, bool(pieces)),
        phases_now=tuple(phase for phase in PHASES if times[phase].is_running()),
        last_phase=None if last is None else last.phase,
        idle_since=None if last is None else last.end,
        loops=loops(visits),
        effort=_tally(timed for time in times.values() for timed in time.work),
        touched=_tally(_timed(whole, calendar)),
        elapsed=_tally(_timed([(whole[0][0], whole[-1][1])] if whole else (), calendar)),
        by_phase={phase: _phase_figures(phase, times[phase], stays[phase], listed) for phase in Phase},
        visits=tuple(_visit_figures(visit, times[visit.phase], calendar) for visit in visits),
        last_active=_last_active(project, team),
    )


# ------------------------------------------------------------------ time


class _Timed(NamedTuple):
    """A stretch and its working time: none yet while it runs (its end is FOREVER)."""

    start: Instant
    end: Instant
    ticks: Ticks


@dataclass(frozen=True, slots=True)
class _PhaseTime:
    """What was worked in one phase, task by task and by start; the union of it; and that with its time."""

    work: list[_Timed]
    union: list[Stretch]
    touched: list[_Timed]

    def is_running(self) -> bool:
        return bool(self.union) and self.union[-1][1] >= FOREVER


def _times_by_phase(pieces: Iterable[Piece], calendar: Calendar) -> dict[Phase, _PhaseTime]:
    stretches: dict[Phase, list[Stretch]] = {phase: [] for phase in Phase}
    for piece in pieces:
        stretches[piece.phase].append((piece.start, until(piece.end)))
    times = {}
    for phase, worked in stretches.items():
        worked.sort()
        union = merged(worked)
        work = _timed(worked, calendar)
        times[phase] = _PhaseTime(work, union, work if union == worked else _timed(union, calendar))
    return times


def _timed(stretches: Iterable[Stretch], calendar: Calendar) -> list[_Timed]:
    return [
        _Timed(start, end, 0 if end >= FOREVER else calendar.working_ticks(start, end))
        for start, end in stretches
    ]


def _tally(times: Iterable[_Timed]) -> Tally:
    closed = 0
    running = []
    for start, end, ticks in times:
        closed += ticks
        if end >= FOREVER:
            running.append(start)
    return Tally(closed, tuple(sorted(running)))


# ------------------------------------------------------------------ the parts of a project


def _phase_figures(phase: Phase, time: _PhaseTime, visits: int, listed: Iterable[Interval]) -> PhaseFigures:
    tasks = [now for now in listed if now.phase is phase]
    return PhaseFigures(
        tasks=len(tasks),
        tasks_done=sum(now.group is Group.DONE for now in tasks),
        visits=visits,
        effort=_tally(time.work),
        touched=_tally(time.touched),
    )


def _visit_figures(visit: Visit, time: _PhaseTime, calendar: Calendar) -> VisitFigures:
    end = until(visit.end)
    effort = _tally(_within(time.work, visit.start, end))
    return VisitFigures(
        visit=visit,
        effort=effort,
        touched=effort if time.touched is time.work else _tally(_within(time.touched, visit.start, end)),
        elapsed=_tally(_timed([(visit.start, end)], calendar)),
    )


def _within(times: list[_Timed], start: Instant, end: Instant) -> list[_Timed]:
    """Those that begin in `[start, end)`: the pieces of a phase lie wholly in one visit or another."""
    return times[bisect_left(times, (start,)) : bisect_left(times, (end,))]


def _state(epic: Sequence[Interval], listed: Iterable[Interval], is_running: bool, was_active: bool) -> State:
    groups = {now.group for now in listed}
    if epic and epic[-1].end is None and epic[-1].group is Group.DONE:
        return State.DONE
    if is_running:
        return State.ACTIVE
    if Group.WATCHING in groups:
        return State.WATCHING
    if Group.PAUSED in groups:
        return State.PAUSED
    return State.IDLE if was_active else State.NOT_STARTED


def _last_in_time(piece: Piece) -> tuple[Instant, int]:
    return until(piece.end), PHASE_RANK[piece.phase]


def _last_active(project: int, team: Iterable[TaskLife]) -> dict[str, Instant | None]:
    """Of a sub-task the time counts in which its task was in the project."""
    ends: dict[str, Instant] = {}
    for life in team:
        home = [own for own in life.intervals if own.project == project]
        there = merged((own.start, until(own.end)) for own in home) if life.subtasks else []
        for one in chain(home, *life.subtasks):
            if one.group is ACTIVE and one.person is not None:
                stretch = (one.start, until(one.end))
                both = [stretch] if one.issue == life.task else overlap([stretch], there)
                if both and both[-1][1] > ends.get(one.person, -FOREVER):
                    ends[one.person] = both[-1][1]
    return {person: or_open(end) for person, end in sorted(ends.items())}


# ------------------------------------------------------------------ when


def _settled_at(epic: Iterable[Interval], team: Iterable[TaskLife]) -> Instant:
    """The last instant at which an interval began or ended."""
    lives = chain((epic,), *((life.intervals, *life.subtasks) for life in team if life.intervals))
    last = [life[-1] for life in map(tuple, lives) if life]
    return max((one.start if one.end is None else one.end for one in last), default=0)


def _life_at(life: TaskLife, cut: Instant) -> TaskLife:
    removed = life.removed_at is not None and life.removed_at < cut
    return TaskLife(
        life.task,
        clip_intervals(life.intervals, cut),
        tuple(clip_intervals(subtask, cut) for subtask in life.subtasks),
        clip_pieces(life.pieces, cut),
        life.removed_at if removed else None,
    )


# ------------------------------------------------------------------ as the store keeps them


def to_json(figures: ProjectFigures) -> dict[str, Any]:
    """The figures as plain JSON. Ticks are text: a large project has more of them than 64 bits hold."""
    return {
        "settled_at": figures.settled_at,
        "state": figures.state.value,
        "phases_now": [phase.value for phase in figures.phases_now],
        "last_phase": figures.last_phase and figures.last_phase.value,
        "idle_since": figures.idle_since,
        "loops": figures.loops,
        **_tallies_to_json(figures, "effort", "touched", "elapsed"),
        "by_phase": {phase.value: _phase_to_json(numbers) for phase, numbers in figures.by_phase.items()},
        "visits": [_visit_to_json(numbers) for numbers in figures.visits],
        "last_active": dict(figures.last_active),
    }


def from_json(body: Mapping[str, Any]) -> ProjectFigures:
    """The figures that `to_json` made this of."""
    last_phase = body["last_phase"]
    return ProjectFigures(
        settled_at=body["settled_at"],
        state=State(body["state"]),
        phases_now=tuple(Phase(phase) for phase in body["phases_now"]),
        last_phase=None if last_phase is None else Phase(last_phase),
        idle_since=body["idle_since"],
        loops=body["loops"],
        **_tallies_from_json(body, "effort", "touched", "elapsed"),
        by_phase={Phase(phase): _phase_from_json(numbers) for phase, numbers in body["by_phase"].items()},
        visits=tuple(visit_from_json(numbers) for numbers in body["visits"]),
        last_active=dict(body["last_active"]),
    )


def _phase_to_json(numbers: PhaseFigures) -> dict[str, Any]:
    counts = {"tasks": numbers.tasks, "tasks_done": numbers.tasks_done, "visits": numbers.visits}
    return {**counts, **_tallies_to_json(numbers, "effort", "touched")}


def _phase_from_json(body: Mapping[str, Any]) -> PhaseFigures:
    tallies = _tallies_from_json(body, "effort", "touched")
    return PhaseFigures(
        body["tasks"], body["tasks_done"], body["visits"], tallies["effort"], tallies["touched"]
    )


def _visit_to_json(numbers: VisitFigures) -> dict[str, Any]:
    visit = numbers.visit
    shown = {"phase": visit.phase.value, "start": visit.start, "end": visit.end, "is_return": visit.is_return}
    return {**shown, **_tallies_to_json(numbers, "effort", "touched", "elapsed")}


def visit_from_json(body: Mapping[str, Any]) -> VisitFigures:
    """One visit of the figures that `to_json` made this of."""
    visit = Visit(Phase(body["phase"]), body["start"], body["end"], body["is_return"])
    return VisitFigures(visit, **_tallies_from_json(body, "effort", "touched", "elapsed"))


def _tallies_to_json(of: object, *names: str) -> dict[str, Any]:
    tallies: dict[str, Tally] = {name: getattr(of, name) for name in names}
    return {name: [str(tally.closed), list(tally.running)] for name, tally in tallies.items()}


def _tallies_from_json(body: Mapping[str, Any], *names: str) -> dict[str, Tally]:
    return {name: Tally(int(body[name][0]), tuple(body[name][1])) for name in names}
