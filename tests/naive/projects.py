"""Section 5 of docs/definitions.md, plainly: visits, returns, state and time of a project at an instant."""

from dataclasses import dataclass
from fractions import Fraction

from tests.naive.facts import PHASES
from tests.naive.law import Piece, Seen, Stretch, pieces

FOUR_WEEKS = 28 * 24 * 60 * 60 * 1000
OpenSpan = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Visit:
    phase: str
    start: int
    end: int | None
    is_return: bool


@dataclass(frozen=True, slots=True)
class VisitTime:
    visit: Visit
    effort: Fraction
    touched: Fraction
    elapsed: Fraction


@dataclass(frozen=True, slots=True)
class PhaseTime:
    tasks: int
    tasks_done: int
    visits: int
    effort: Fraction
    touched: Fraction


@dataclass(frozen=True, slots=True)
class ProjectTime:
    """A project's figures; working time in exact days."""

    state: str
    phases_now: tuple[str, ...]
    last_phase: str | None
    idle_since: int | None
    loops: int
    effort: Fraction
    touched: Fraction
    elapsed: Fraction
    by_phase: dict[str, PhaseTime]
    visits: tuple[VisitTime, ...]
    people: frozenset[str]


def rank(phase: str) -> int:
    """1 to 6 for the six; `none` comes before all of them."""
    return PHASES.index(phase) + 1 if phase in PHASES else 0


def union(spans: list[OpenSpan]) -> list[OpenSpan]:
    """The spans laid over each other; what touches is one."""
    joined: list[OpenSpan] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        if joined and (joined[-1][1] is None or start <= joined[-1][1]):
            last = joined[-1][1]
            joined[-1] = (joined[-1][0], None if last is None or end is None else max(last, end))
        else:
            joined.append((start, end))
    return joined


def spans_of(found: list[Piece]) -> list[OpenSpan]:
    return [(piece.start, piece.end) for piece in found]


def visits(found: list[Piece]) -> list[Visit]:
    """The visits of a project, from all its pieces."""
    stays = {phase: union(spans_of([p for p in found if p.phase == phase])) for phase in PHASES}
    begun = [(phase, start) for phase, spans in stays.items() for start, _ in spans]
    bare: list[tuple[str, int, int | None]] = []
    for phase, spans in stays.items():
        for start, end in spans:
            if bare and bare[-1][0] == phase and not _interrupted(phase, bare[-1][2], start, begun):
                bare[-1] = (phase, bare[-1][1], end)
            else:
                bare.append((phase, start, end))
    bare.sort(key=lambda stay: (stay[1], rank(stay[0])))
    return [Visit(phase, start, end, _returns(phase, start, bare)) for phase, start, end in bare]


def _interrupted(phase: str, end: int | None, start: int, begun: list[tuple[str, int]]) -> bool:
    """Whether another phase began a piece in the gap between two pieces of this one."""
    return end is not None and any(other != phase and end <= begin < start for other, begin in begun)


def _returns(phase: str, start: int, stays: list[tuple[str, int, int | None]]) -> bool:
    return any(begin < start and rank(other) > rank(phase) for other, begin, _ in stays)


def project_pieces(project: int, view: Seen) -> list[Piece]:
    every = [piece for task in view.tasks() for piece in pieces(task.id, view)]
    return [piece for piece in every if piece.project == project]


def figures(project: int, view: Seen) -> ProjectTime:
    found = project_pieces(project, view)
    running = [piece for piece in found if piece.end is None]
    last = None if running or not found else max(found, key=lambda p: (p.end or 0, rank(p.phase)))
    stays = visits(found)
    return ProjectTime(
        state=state(project, found, view),
        phases_now=tuple(phase for phase in PHASES if phase in {piece.phase for piece in running}),
        last_phase=last.phase if last else None,
        idle_since=last.end if last else None,
        loops=sum(visit.is_return for visit in stays),
        effort=view.days.total(view.measured(piece.start, piece.end) for piece in found),
        touched=touched(found, view),
        elapsed=elapsed(found, view),
        by_phase={phase: _phase(phase, project, found, view) for phase in (*PHASES, "none")},
        visits=tuple(_visit_time(visit, found, view) for visit in stays),
        people=people_of(project, view),
    )


def touched(found: list[Piece], view: Seen) -> Fraction:
    return view.days.total(view.measured(start, end) for start, end in union(spans_of(found)))


def elapsed(found: list[Piece], view: Seen) -> Fraction:
    if not found:
        return Fraction(0)
    ends = [view.measured(piece.start, piece.end)[1] for piece in found]
    return view.days.working_days(min(piece.start for piece in found), max(ends))


def state(project: int, found: list[Piece], view: Seen) -> str:
    epic = view.now(project)
    groups = {now.group for now in tasks_now(project, view)}
    if epic is not None and epic.group == "done":
        return "done"
    if any(piece.end is None for piece in found):
        return "active"
    if "watching" in groups:
        return "watching"
    if "paused" in groups:
        return "paused"
    return "idle" if found else "not_started"


def tasks_now(project: int, view: Seen) -> list[Stretch]:
    """The intervals that the project's tasks are in, those of removed tasks left out."""
    now = [view.now(task.id) for task in view.tasks()]
    return [stretch for stretch in now if stretch is not None and stretch.project == project]


def _phase(phase: str, project: int, found: list[Piece], view: Seen) -> PhaseTime:
    mine = [piece for piece in found if piece.phase == phase]
    tasks = [now for now in tasks_now(project, view) if now.phase == phase]
    return PhaseTime(
        tasks=len(tasks),
        tasks_done=sum(now.group == "done" for now in tasks),
        visits=sum(visit.phase == phase for visit in visits(found)),
        effort=view.days.total(view.measured(piece.start, piece.end) for piece in mine),
        touched=touched(mine, view),
    )


def _visit_time(visit: Visit, found: list[Piece], view: Seen) -> VisitTime:
    start, end = view.measured(visit.start, visit.end)
    inside = [p for p in found if p.phase == visit.phase and start <= p.start < end]
    effort = view.days.total(view.measured(piece.start, piece.end) for piece in inside)
    return VisitTime(visit, effort, touched(inside, view), view.days.working_days(start, end))


def people_of(project: int, view: Seen) -> frozenset[str]:
    """Who had active time in the project during the last 28 days."""
    return frozenset(
        person
        for person, start, end in active_time(project, view)
        if end is None or end > view.as_of - FOUR_WEEKS
    )


def active_time(project: int, view: Seen) -> list[tuple[str, int, int | None]]:
    """Who was active in the project, from when to when: of sub-tasks, while their task was in it."""
    found = []
    for task in view.tasks():
        own = view.lives[task.id]
        homes = [stretch for stretch in own if stretch.project == project]
        for one in view.family(task.id):
            if one.group == "active" and one.person is not None:
                found += [(one.person, *both) for home in homes if (both := _both(one, home))]
    return found


def _both(one: Stretch, other: Stretch) -> OpenSpan | None:
    """The time the two have in common; its end is None while both last."""
    start = max(one.start, other.start)
    ends = [end for end in (one.end, other.end) if end is not None]
    if ends and min(ends) <= start:
        return None
    return (start, min(ends)) if ends else (start, None)
