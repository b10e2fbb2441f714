"""The detectors of docs/definitions.md, plainly: tickets that go to and fro, visits that lead nowhere."""

from fractions import Fraction
from itertools import pairwise

from tests.naive.breaches import Found, overlaps, proof, undone
from tests.naive.facts import PHASES
from tests.naive.law import Piece, Run, Seen, Stretch, edges_of, runs, stretch_at
from tests.naive.projects import Visit, project_pieces, spans_of, union, visits

NEVER = 1 << 62


def flip_flop(task: int, view: Seen) -> list[Found]:
    """The times in which some ticket of the family is switched to and fro, from the third switch on."""
    tickets = [task, *(ticket.id for ticket in view.subtasks(task))]
    bouts = {ticket: _bouts(ticket, task, view) for ticket in tickets}
    every = [bout for found in bouts.values() for bout in found]
    instants = {at for bout in every for at in (bout.start, bout.end) if at is not None}
    times = runs(instants, view.as_of, lambda at: any(_lasts(bout, at) for bout in every))
    return [_switched(task, run, bouts, view) for run in times]


def _lasts(bout: Run[int], at: int) -> bool:
    return bout.start <= at and (bout.end is None or at < bout.end)


def switches(ticket: int, task: int, view: Seen) -> list[int]:
    """When the ticket went from active to paused or todo or back, while the task was there."""
    found = []
    ours = [turn.at for turn in view.tickets[ticket].turns if turn.by_us and turn.field == "status"]
    for before, after in pairwise(view.lives[ticket]):
        groups = sorted((before.group, after.group))
        is_switch = groups in (["active", "paused"], ["active", "todo"])
        if is_switch and stretch_at(view.lives[task], after.start) and after.start not in ours:
            found.append(after.start)
    return found


def _bouts(ticket: int, task: int, view: Seen) -> list[Run[int]]:
    """Each with the first of its switches as its label."""
    turns = switches(ticket, task, view)
    ends = {at: _a_day_later(at, view) for at in turns}

    def goes_on(at: int) -> bool:
        if stretch_at(view.lives[task], at) is None:
            return False
        chain = [turn for turn in turns if turn <= at]
        if not chain or not (at < ends[chain[-1]] or at == chain[-1]):
            return False
        return any(chain[n + 2] <= ends[chain[n]] for n in _linked(chain, ends))

    instants = {*turns, *ends.values(), *edges_of(view.lives[task])}
    found = runs(instants, view.as_of, goes_on)
    return [Run(run.start, run.end, turns[turns.index(run.start) - 2]) for run in found]


def _linked(chain: list[int], ends: dict[int, int]) -> list[int]:
    """Where three switches begin from which each one came within a day of the one before, up to the last."""
    found = []
    for n in reversed(range(len(chain) - 1)):
        if chain[n + 1] > ends[chain[n]]:
            break
        found.append(n)
    return [n for n in found if n + 2 < len(chain)]


def _a_day_later(at: int, view: Seen) -> int:
    """The last moment at which no more than a working day has passed."""
    over = view.days.exceeded([(at, view.as_of)], Fraction(1))
    return NEVER if over is None else over


def _switched(task: int, run: Run[bool], bouts: dict[int, list[Run[int]]], view: Seen) -> Found:
    home = stretch_at(view.lives[task], run.start)
    evidence: set[tuple[int, int]] = set()
    for ticket, mine in bouts.items():
        for bout in mine:
            if bout.start >= run.start and (run.end is None or bout.start < run.end):
                evidence |= proof(view.lives[ticket], bout.label, bout.end)
    return Found(
        rule="flip_flop",
        severity="hint",
        start=run.start,
        end=run.end,
        task=task,
        project=home.project if home else None,
        issues=(task,),
        evidence=frozenset(evidence),
    )


def rabbit_hole(project: int, view: Seen) -> list[Found]:
    """Four weeks of effort in one visit and no task done in it, while the epic is not done."""
    found = project_pieces(project, view)
    parts: dict[int, list[tuple[Visit, int | None]]] = {}
    for visit in visits(found):
        reached = _reached(visit, found, view)
        over = _over(visit, project, found, view)
        for run in undone(project, view):
            ends = [end for end in (run.end, over) if end is not None]
            start, end = max(reached, run.start), min(ends, default=None)
            if start < view.as_of and (end is None or start < end):
                parts.setdefault(start, []).append((visit, end))
    return [_lost(project, start, some, view) for start, some in parts.items()]


def _reached(visit: Visit, found: list[Piece], view: Seen) -> int:
    """The first millisecond at which the effort of the visit, task by task, is four weeks."""
    spans = [view.measured(piece.start, piece.end) for piece in found if _is_in(visit, piece)]
    target = Fraction(4 * len(set(view.policy.weekdays)))
    edges = sorted({at for span in spans for at in span})
    effort = Fraction(0)
    for start, end in pairwise(edges):
        working = sum(begin <= start < finish for begin, finish in spans)
        for frm, to, length in view.days.worked(start, end):
            gained = Fraction((to - frm) * working, length)
            if effort + gained >= target:
                missing = (target - effort) * length / working
                return frm + -(-missing.numerator // missing.denominator)
            effort += gained
    return NEVER


def _is_in(visit: Visit, piece: Piece) -> bool:
    starts = piece.start >= visit.start and (visit.end is None or piece.start < visit.end)
    return piece.phase == visit.phase and starts


def _over(visit: Visit, project: int, found: list[Piece], view: Seen) -> int | None:
    """When a task of the phase is done after the visit began, or another phase begins after its end."""
    ends = []
    for task in view.tasks():
        for before, own in pairwise(view.lives[task.id]):
            is_done = own.group == "done" and before.group != "done"
            if is_done and own.phase == visit.phase and own.project == project and own.start >= visit.start:
                ends.append(own.start)
    for phase in PHASES:
        spans = union(spans_of([piece for piece in found if piece.phase == phase]))
        if phase != visit.phase and visit.end is not None:
            ends += [start for start, _ in spans if start >= visit.end]
    return min(ends, default=None)


def _lost(project: int, start: int, parts: list[tuple[Visit, int | None]], view: Seen) -> Found:
    ends = [end for _, end in parts]
    evidence: set[tuple[int, int]] = set()
    tasks = set()
    for visit, end in parts:
        for task in view.tasks():
            proven = _worked(task.id, project, visit, end, view)
            evidence |= proven
            tasks |= {task.id} if proven else set()
    return Found(
        rule="rabbit_hole",
        severity="hint",
        start=start,
        end=None if None in ends else max(end for end in ends if end is not None),
        project=project,
        issues=tuple(sorted(tasks)),
        evidence=frozenset(evidence),
    )


def _worked(task: int, project: int, visit: Visit, end: int | None, view: Seen) -> frozenset[tuple[int, int]]:
    """The active intervals of the task and its sub-tasks in the visit, while the task was in the phase."""
    homes = [s for s in view.lives[task] if s.phase == visit.phase and s.project == project]
    return frozenset(
        (one.issue, one.start)
        for one in view.family(task)
        for home in homes
        if one.group == "active" and _meet(one, home, visit.start, end)
    )


def _meet(one: Stretch, home: Stretch, start: int, end: int | None) -> bool:
    """Whether an interval has time in common with another one within `[start, end)`."""
    begin = max(home.start, start)
    ends = [at for at in (home.end, end) if at is not None]
    finish = min(ends, default=None)
    return (finish is None or begin < finish) and overlaps(one, begin, finish)
