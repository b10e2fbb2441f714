"""What was never recorded of a project, as hints: the plan of one that is past Research, and what a phase
delivers whose tasks are all done.

Called when a project is judged again, over all that is known of it, and where it is listed at an instant.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from phasewise.core.deliverables import DeliverableState, Slot, missing, state_of
from phasewise.core.figures import ProjectFigures, TaskLife
from phasewise.core.model import Evidence, Finding, Group, Instant, Interval, Phase, Rule, Severity
from phasewise.core.plan import PLANNED
from phasewise.core.rules import evidence_of
from phasewise.core.stretches import FOREVER, Stretch, merged, or_open, outside, overlap, until

ACTIVE, DONE = Group.ACTIVE, Group.DONE
LATER = frozenset(PLANNED)
NONE_SKIPPED: frozenset[Phase] = frozenset()


@dataclass(frozen=True, slots=True)
class PlanEdit:
    """A plan was accepted that does without some phases."""

    at: Instant
    skipped: frozenset[Phase] = NONE_SKIPPED


@dataclass(frozen=True, slots=True)
class SlotEdit:
    """A record in a slot came to be in a state; `name` tells those in one slot apart."""

    at: Instant
    slot: Slot
    name: str
    state: str


Edit = PlanEdit | SlotEdit

# ------------------------------------------------------------------ at an instant


def has_begun(figures: ProjectFigures) -> bool:
    """Whether a task of the project was ever active."""
    return bool(figures.effort.running) or figures.last_phase is not None


def is_past_research(figures: ProjectFigures) -> bool:
    """Whether a task of a later phase was ever active."""
    return any(figures.by_phase[phase].visits for phase in PLANNED)


def lacking(
    states: Mapping[Slot, DeliverableState], skipped: Collection[Phase]
) -> dict[Phase, tuple[Slot, ...]]:
    """What each later phase still has to deliver, but for those that the plan does without. Research
    delivers the plan, which is told by itself."""
    slots = {phase: missing(states, phase) for phase in PLANNED if phase not in skipped}
    return {phase: some for phase, some in slots.items() if some}


def lacking_now(
    figures: ProjectFigures, states: Mapping[Slot, DeliverableState], skipped: Collection[Phase]
) -> dict[Phase, tuple[Slot, ...]]:
    """The same of the phases whose tasks are all done."""
    numbers = figures.by_phase
    return {
        phase: slots
        for phase, slots in lacking(states, skipped).items()
        if 0 < numbers[phase].tasks == numbers[phase].tasks_done
    }


# ------------------------------------------------------------------ over all history


def without_plan(
    epic: Sequence[Interval], lives: Iterable[TaskLife], edits: Iterable[Edit], since: Instant
) -> tuple[Finding, ...]:
    """The findings of one project that is past Research, from the intervals of its epic and every task that
    ever was in it. One starts at `since` or when a task of a later phase first was active; it ends when a
    plan is accepted, or when the epic is done or removed."""
    team = tuple(lives)
    later = [piece for piece in _pieces(epic, team) if piece[1] in PLANNED]
    if not later:
        return ()
    first = min(start for start, _, _ in later)
    accepted = min((one.at for one in edits if isinstance(one, PlanEdit)), default=FOREVER)
    wanted = (max(first, since), accepted)
    tasks = {task for start, _, task in later if start == first}
    begun = [
        (one, life.task)
        for life in team
        for one in chain(life.intervals, *life.subtasks)
        if life.task in tasks and one.group is ACTIVE and one.start <= first < until(one.end)
    ]
    return tuple(
        _hint(Rule.PROJECT_WITHOUT_PLAN, epic, stretch, evidence_of(begun, (first, stretch[1])), {})
        for stretch in overlap([wanted] if wanted[0] < wanted[1] else [], _undone(epic))
    )


def without_deliverables(
    epic: Sequence[Interval], lives: Iterable[TaskLife], edits: Iterable[Edit], since: Instant
) -> tuple[Finding, ...]:
    """The findings of one project whose phases do not deliver, from the same; `edits` in their order. One
    starts at `since` or when every task of a phase is done while something that the phase delivers is not
    accepted; it ends when that is accepted or not needed, when a task is undone or all are gone, or when the
    epic is done or removed. Phases with which it starts at the same instant are one finding."""
    team = tuple(lives)
    begun = min((start for start, _, _ in _pieces(epic, team)), default=FOREVER)
    goes_on = overlap([(max(begun, since), FOREVER)] if begun < FOREVER else [], _undone(epic))
    if not goes_on:
        return ()
    turns, work = list(_turns(edits)), _work(epic[0].issue, team)
    ends: defaultdict[Instant, dict[Phase, Instant]] = defaultdict(dict)
    for phase, there in work.items():
        for start, end in overlap(overlap(there.all_done(), _lacking_during(turns, phase)), goes_on):
            ends[start][phase] = end
    return tuple(_undelivered(epic, start, phases, work) for start, phases in ends.items())


def _pieces(epic: Sequence[Interval], lives: Iterable[TaskLife]) -> list[tuple[Instant, Phase, int]]:
    """When tasks of the project began to be active, in which phase."""
    return [
        (piece.start, piece.phase, life.task)
        for life in lives
        for piece in life.pieces
        if epic and piece.project == epic[0].issue
    ]


def _undone(epic: Iterable[Interval]) -> list[Stretch]:
    return merged((own.start, until(own.end)) for own in epic if own.group is not DONE)


@dataclass(slots=True)
class _Work:
    """The tasks of a phase: their intervals in which they were done, with the task, and when one was not."""

    done: list[tuple[Interval, int]] = field(default_factory=list)
    undone: list[Stretch] = field(default_factory=list)

    def all_done(self) -> list[Stretch]:
        """When there were tasks, and all of them done."""
        others = merged(self.undone)
        there = merged((own.start, until(own.end)) for own, _ in self.done)
        return [part for one in there for part in outside(one, others)]


def _work(project: int, lives: Iterable[TaskLife]) -> defaultdict[Phase, _Work]:
    """By later phase of the project."""
    found: defaultdict[Phase, _Work] = defaultdict(_Work)
    for life in lives:
        for own in life.intervals:
            if own.project != project or own.phase not in LATER:
                continue
            if own.group is DONE:
                found[own.phase].done.append((own, life.task))
            else:
                found[own.phase].undone.append((own.start, until(own.end)))
    return found


def _turns(edits: Iterable[Edit]) -> Iterator[tuple[Instant, Collection[Phase]]]:
    """From when on which phases lack something; at one instant the last counts."""
    records: defaultdict[Slot, dict[str, str]] = defaultdict(dict)
    skipped = NONE_SKIPPED
    yield -FOREVER, lacking({}, skipped)
    for one in edits:
        if isinstance(one, PlanEdit):
            skipped = one.skipped
        else:
            records[one.slot][one.name] = one.state
        states = {slot: state_of(slot, set(some.values())) for slot, some in records.items()}
        yield one.at, lacking(states, skipped)


def _lacking_during(turns: Sequence[tuple[Instant, Collection[Phase]]], phase: Phase) -> list[Stretch]:
    return merged(
        (start, end)
        for (start, phases), (end, _) in pairwise([*turns, (FOREVER, ())])
        if start < end and phase in phases
    )


def _undelivered(
    epic: Sequence[Interval], start: Instant, ends: Mapping[Phase, Instant], work: Mapping[Phase, _Work]
) -> Finding:
    """One finding for all the phases, which says of each that is over before it when that was."""
    stretch = (start, max(ends.values()))
    evidence = chain.from_iterable(evidence_of(work[phase].done, (start, end)) for phase, end in ends.items())
    phases = [phase for phase in PLANNED if phase in ends]
    over = [f"{phase}@{ends[phase]}" for phase in phases if ends[phase] < stretch[1]]
    in_order = tuple(sorted(evidence, key=lambda one: (one.start, one.issue)))
    detail = {"phases": " ".join(phases), "over": " ".join(over)}
    return _hint(Rule.DELIVERABLE_MISSING, epic, stretch, in_order, detail)


def _hint(
    rule: Rule,
    epic: Sequence[Interval],
    stretch: Stretch,
    evidence: tuple[Evidence, ...],
    detail: Mapping[str, str],
) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.HINT,
        start=stretch[0],
        known_from=stretch[0],
        end=or_open(stretch[1]),
        project=epic[0].issue,
        evidence=evidence,
        detail=dict(detail),
    )
