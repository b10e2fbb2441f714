"""Why a project's figure is what it is: the stretches of work that add up to it. Called by web/why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from phasewise.core.figures import Tally
from phasewise.core.model import Instant, Phase, Piece
from phasewise.core.parts import days_in_parts
from phasewise.core.stretches import merged, outside
from phasewise.errors import BadRequestError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store.boards import IssueRow, issues_by_id
from phasewise.store.project_pages import pieces_in
from phasewise.usecases.as_of.projects import figures_at, project_at
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.as_of.tasks import seen
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment, sync_facts
from phasewise.usecases.portfolio import SyncFacts, Ticket


class Figure(StrEnum):
    """What can be explained: of a project, of one of its phases, of one visit."""

    EFFORT = "effort"
    TOUCHED = "touched"
    ELAPSED = "elapsed"


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure; `phase` None: of the whole project; `visit` is the start of a visit to the phase."""

    figure: Figure
    phase: Phase | None = None
    visit: Instant | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch that counts with so many working days. `tasks` were active in it: none in a gap. `end` is
    None while it lasts."""

    start: Instant
    end: Instant | None
    phase: Phase | None
    tasks: tuple[Ticket, ...]
    days: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The figure, and the parts whose days add up to it: of effort each task's together."""

    as_of: Instant
    now: Instant
    zone: str
    week_days: int
    epic: Ticket
    question: Question
    days: float
    parts: tuple[Part, ...]
    sync: SyncFacts


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch cut at the instant, with what was active in it."""

    start: Instant
    end: Instant
    phase: Phase | None
    tasks: tuple[int, ...]


def explain_figure(deps: Deps, key: str, as_of: Instant | None, asked: Question) -> Explanation:
    """The figure at `as_of` (None: now), and what it is the sum of.

    Raises NotFoundError if there is no such project or visit, BadRequestError for a figure that there is not.
    """
    if asked.phase is None and asked.visit is not None:
        raise BadRequestError(_("visit needs a phase: give the phase that was visited"))
    if asked.figure is Figure.ELAPSED and asked.phase is not None and asked.visit is None:
        raise BadRequestError(_("A phase has no elapsed time; ask for that of the project or of a visit"))
    with moment(deps, as_of) as at:
        epic, __ = project_at(at, key)
        at = at.of_project(epic.id)
        tally, window = _figure(at, epic, asked)
        pieces = _pieces(at, epic, asked, window)
        stretches = _WAYS[asked.figure](pieces, at.as_of)
        printed = days_in_parts(at.calendar.working_ticks(one.start, one.end) for one in stretches)
        [total] = days_in_parts([tally.at(at.as_of, at.calendar)])
        issues = issues_by_id(at.connection, at.site_id, {task for one in stretches for task in one.tasks})
        return Explanation(
            as_of=at.as_of,
            now=deps.now(),
            zone=at.policy.calendar.zone,
            week_days=at.calendar.week_days_at(at.as_of),
            epic=ticket_of(at, epic),
            question=asked,
            days=total,
            parts=tuple(
                Part(
                    start=one.start,
                    end=seen(one.end, at.as_of),
                    phase=one.phase,
                    tasks=tuple(ticket_of(at, issues[task]) for task in one.tasks),
                    days=days,
                )
                for one, days in zip(stretches, printed, strict=True)
            ),
            sync=sync_facts(at),
        )


# ------------------------------------------------------------------ which figure, and what it follows from

Window = tuple[Instant, Instant | None]


def _figure(at: Moment, epic: IssueRow, asked: Question) -> tuple[Tally, Window]:
    """The figure as it is shown everywhere, and when what it follows from began."""
    figures = figures_at(at, [epic.id])[epic.id]
    if asked.phase is None:
        return getattr(figures, asked.figure.value), (0, None)
    if asked.visit is None:
        return getattr(figures.by_phase[asked.phase], asked.figure.value), (0, None)
    for one in figures.visits:
        if (one.visit.phase, one.visit.start) == (asked.phase, asked.visit):
            return getattr(one, asked.figure.value), (one.visit.start, one.visit.end)
    raise NotFoundError(
        _("There was no visit to this phase that began then: open it from the project's page")
    )


def _pieces(at: Moment, epic: IssueRow, asked: Question, window: Window) -> list[Piece]:
    """What was worked, cut at the instant. The pieces of a phase lie wholly in one visit or another."""
    start, end = window
    found = pieces_in(at.connection, at.site_id, epic.id, at.as_of)
    return [
        one
        for one in found
        if (asked.phase is None or one.phase is asked.phase)
        and one.start >= start
        and (end is None or one.start < end)
    ]


# ------------------------------------------------------------------ ways to add up


def _task_by_task(pieces: Sequence[Piece], as_of: Instant) -> list[_Stretch]:
    """Every piece by itself, those of a task together, by its first."""
    first: dict[int, Instant] = {}
    for one in pieces:
        first.setdefault(one.task, one.start)
    order = sorted(pieces, key=lambda one: (first[one.task], one.task, one.start))
    return [_Stretch(one.start, _until(one, as_of), one.phase, (one.task,)) for one in order]


def _union(pieces: Sequence[Piece], as_of: Instant) -> list[_Stretch]:
    """Where anything was active: time counts once, whoever was at work."""
    union = merged((one.start, _until(one, as_of)) for one in pieces)
    found = []
    for start, end in union:
        inside = [one for one in pieces if start <= one.start < end]
        phases = {one.phase for one in inside}
        tasks = tuple(dict.fromkeys(one.task for one in inside))
        found.append(_Stretch(start, end, phases.pop() if len(phases) == 1 else None, tasks))
    return found


def _from_first_to_last(pieces: Sequence[Piece], as_of: Instant) -> list[_Stretch]:
    """Where anything was active, and the gaps between."""
    worked = _union(pieces, as_of)
    if not worked:
        return []
    covered = [(one.start, one.end) for one in worked]
    gaps = outside((covered[0][0], covered[-1][1]), covered)
    return sorted(
        [*worked, *(_Stretch(start, end, None, ()) for start, end in gaps)], key=lambda one: one.start
    )


def _until(piece: Piece, as_of: Instant) -> Instant:
    return as_of if piece.end is None else piece.end


_WAYS = {Figure.EFFORT: _task_by_task, Figure.TOUCHED: _union, Figure.ELAPSED: _from_first_to_last}
