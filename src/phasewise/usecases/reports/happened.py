"""What changed since the report before: moves between phases, tasks finished and started. For
build_digest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from phasewise.core.digest import PhaseMove, Span, TaskDone, TaskStarted
from phasewise.core.figures import VisitFigures
from phasewise.store.boards import IssueRow, issues_by_id
from phasewise.store.hands import DoneRow, done_since
from phasewise.store.persons import PieceRow
from phasewise.store.report_facts import begun_before
from phasewise.store.return_reasons import reasons_of
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.as_of.tasks import Life, lives_of, seen
from phasewise.usecases.reports.ground import Ground, nobody_yet


@dataclass(frozen=True, slots=True)
class Happened:
    """By project: what was finished and what was started, in the order in which it was."""

    finished: Mapping[int, list[TaskDone]] = field(default_factory=dict)
    started: Mapping[int, list[TaskStarted]] = field(default_factory=dict)


def happened_in(ground: Ground) -> Happened:
    at = ground.at
    done = _entered_done(done_since(at.connection, at.site_id, ground.wanted.since, at.as_of), ground)
    first = _first_pieces(ground)
    issues = issues_by_id(at.connection, at.site_id, done.keys() | first.keys())
    there = {task: issue for task, issue in issues.items() if issue.exists_at(at.as_of)}
    lives = lives_of(at, there)
    finished: defaultdict[int, list[TaskDone]] = defaultdict(list)
    for row in sorted(done.values(), key=lambda row: (row.start, row.task)):
        life = lives.get(row.task)
        project = None if life is None else life.now(at.as_of).project
        if life is not None and project is not None and project in ground.projects:
            finished[project].append(_finished(ground, there[row.task], row, life))
    started: defaultdict[int, list[TaskStarted]] = defaultdict(list)
    for piece in sorted(first.values(), key=lambda piece: (piece.stretch[0], piece.task)):
        project = piece.project
        if piece.task in there and project is not None and project in ground.projects:
            started[project].append(_started(ground, there[piece.task], piece, lives.get(piece.task)))
    return Happened(finished, started)


def spans_of(ground: Ground, project: int) -> tuple[Span, ...]:
    """The visits that reach beyond the start of the ribbon."""
    return tuple(
        Span(one.visit.phase, one.visit.start, seen(one.visit.end, ground.at.as_of), one.visit.is_return)
        for one in visits_shown(ground, project)
    )


def moves_of(ground: Ground, project: int) -> tuple[PhaseMove, ...]:
    """The phases that the project came into. Reasons are those that are known today: a lead chooses them
    after the week."""
    at, visits = ground.at, visits_shown(ground, project)
    began = [n for n, one in enumerate(visits) if one.visit.start >= ground.wanted.since]
    if not began:
        return ()
    is_any_return = any(visits[n].visit.is_return for n in began)
    chosen = reasons_of(at.connection, at.site_id, project, None) if is_any_return else {}
    reasons = {visit: one.reason for visit, one in chosen.items()}
    return tuple(
        PhaseMove(
            phase=visit.phase,
            at=visit.start,
            is_return=visit.is_return,
            came_from=visits[n - 1].visit.phase if n else None,
            reason=reasons.get((visit.phase, visit.start)),
        )
        for n, visit in ((n, visits[n].visit) for n in began)
    )


def visits_shown(ground: Ground, project: int) -> list[VisitFigures]:
    """Of all visits only these, however many the figures have: which they have depends on when one looks."""
    start = ground.ribbon_start
    return [
        one
        for one in ground.figures[project].visits
        if one.visit.start < ground.at.as_of and (one.visit.end is None or one.visit.end > start)
    ]


def _entered_done(rows: Iterable[DoneRow], ground: Ground) -> dict[int, DoneRow]:
    """The tasks that entered done since the report before and still are, by task, with whose they were."""
    entered: dict[int, DoneRow] = {}
    last: dict[int, DoneRow] = {}
    for row in rows:
        if row.task not in entered or last[row.task].end != row.start:
            entered[row.task] = row
        last[row.task] = row
    since, as_of = ground.wanted.since, ground.at.as_of
    return {
        task: row
        for task, row in entered.items()
        if row.start >= since and seen(last[task].end, as_of) is None
    }


def _first_pieces(ground: Ground) -> dict[int, PieceRow]:
    """By task the first piece of those that were never active before."""
    first: dict[int, PieceRow] = {}
    for piece in ground.pieces:
        if piece.stretch[0] >= ground.wanted.since:
            first.setdefault(piece.task, piece)
    before = begun_before(ground.at.connection, ground.at.site_id, first, ground.wanted.since)
    return {task: piece for task, piece in first.items() if task not in before}


def _finished(ground: Ground, issue: IssueRow, row: DoneRow, life: Life) -> TaskDone:
    return TaskDone(
        ticket=ticket_of(ground.at, issue),
        phase=life.now(ground.at.as_of).phase,
        at=row.start,
        person=nobody_yet(row.person),
        age_days=None if issue.history_incomplete else life.age_days(ground.at),
    )


def _started(ground: Ground, issue: IssueRow, piece: PieceRow, life: Life | None) -> TaskStarted:
    start = piece.stretch[0]
    own = () if life is None else life.own
    whose = next((one.person for one in reversed(own) if one.start <= start), None)
    return TaskStarted(ticket_of(ground.at, issue), piece.phase, start, nobody_yet(whose))
