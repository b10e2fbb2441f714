"""What was never recorded of a project, plainly: at each instant it is asked again what there was and what
had been saved by then."""

from tests.naive.breaches import Found, overlaps
from tests.naive.facts import PHASES, Saved
from tests.naive.law import Run, Seen, Stretch, edges_of, runs, stretch_at
from tests.naive.projects import project_pieces

NEEDED = {
    "data_exploration": ("eda_notebook",),
    "modeling": ("prototype", "evaluation_report"),
    "productization": ("checklist", "merge", "code_review"),
    "ab_testing": ("ab_test",),
    "results_analysis": ("report", "result"),
}
"""What each phase after Research has to deliver."""


def unrecorded(project: int, view: Seen) -> list[Found]:
    return without_plan(project, view) + without_deliverables(project, view)


def without_plan(project: int, view: Seen) -> list[Found]:
    later = [piece for piece in project_pieces(project, view) if piece.phase in NEEDED]
    if not later:
        return []
    first = min(piece.start for piece in later)

    def holds(at: int) -> bool:
        is_judged = any(one.noun == "plan" and one.at <= at for one in view.world.records)
        return (
            is_judged and first <= at and goes_on(project, at, view) and accepted(project, at, view) is None
        )

    tasks = {piece.task for piece in later if piece.start == first}
    begun = [s for task in tasks for s in view.family(task) if s.group == "active" and s.covers(first)]
    return [
        Found(
            rule="project_without_plan",
            severity="hint",
            start=run.start,
            end=run.end,
            project=project,
            issues=tuple(sorted(tasks)),
            evidence=frozenset((one.issue, one.start) for one in begun),
        )
        for run in runs(instants(project, view), view.as_of, holds)
    ]


def without_deliverables(project: int, view: Seen) -> list[Found]:
    """One finding for all the phases with which it begins at the same instant."""
    by_phase = {phase: _runs_of(project, phase, view) for phase in NEEDED}
    parts: dict[int, dict[str, Run[bool]]] = {}
    for phase, some in by_phase.items():
        for run in some:
            parts.setdefault(run.start, {})[phase] = run
    return [_undelivered(project, start, some, view) for start, some in parts.items()]


def _undelivered(project: int, start: int, parts: dict[str, Run[bool]], view: Seen) -> Found:
    ends = [run.end for run in parts.values()]
    end = None if None in ends else max(at for at in ends if at is not None)
    done = [
        (task, own)
        for phase, run in parts.items()
        for task, own in in_phase(project, phase, view)
        if own.group == "done" and overlaps(own, run.start, run.end)
    ]
    return Found(
        rule="deliverable_missing",
        severity="hint",
        start=start,
        end=end,
        project=project,
        issues=tuple(sorted({task for task, _ in done})),
        evidence=frozenset((own.issue, own.start) for _, own in done),
        phases=tuple(phase for phase in PHASES if phase in parts and parts[phase].end == end),
    )


def _runs_of(project: int, phase: str, view: Seen) -> list[Run[bool]]:
    begun = min((piece.start for piece in project_pieces(project, view)), default=None)
    work = [own for _, own in in_phase(project, phase, view)]

    def holds(at: int) -> bool:
        if begun is None or at < begun or not goes_on(project, at, view):
            return False
        if not any(one.noun == "deliverable" and one.at <= at for one in view.world.records):
            return False
        there = [own for own in work if own.covers(at)]
        if not there or any(own.group != "done" for own in there):
            return False
        plan = accepted(project, at, view)
        is_skipped = plan is not None and phase in plan.skipped
        return not is_skipped and any(not is_there(project, slot, at, view) for slot in NEEDED[phase])

    return runs(instants(project, view), view.as_of, holds)


def in_phase(project: int, phase: str, view: Seen) -> list[tuple[int, Stretch]]:
    """The intervals that tasks had in a phase of the project."""
    return [
        (task.id, own)
        for task in view.tasks()
        for own in view.lives[task.id]
        if own.phase == phase and own.project == project
    ]


def instants(project: int, view: Seen) -> set[int]:
    """Whenever something may change: work, the epic, or what is recorded anywhere."""
    stretches = [own for task in view.tasks() for own in view.family(task.id)]
    return edges_of([*stretches, *view.lives[project]]) | {one.at for one in view.world.records}


def goes_on(project: int, at: int, view: Seen) -> bool:
    own = stretch_at(view.lives[project], at)
    return own is not None and own.group != "done"


def accepted(project: int, at: int, view: Seen) -> Saved | None:
    """The plan that was accepted last."""
    plans = [one for one in view.world.records if one.noun == "plan" and one.state == "accepted"]
    return next((one for one in reversed(plans) if one.project == project and one.at <= at), None)


def is_there(project: int, slot: str, at: int, view: Seen) -> bool:
    """Whether what is in a slot at an instant is accepted."""
    mine = [one for one in view.world.records if one.project == project and one.at <= at]
    if slot in ("ab_test", "result"):
        states = list({one.name: one.state for one in mine if one.noun == slot}.values())
        if slot == "result":
            return bool(states) and all(state == "complete" for state in states)
        return "ended" in states and "planned" not in states and "running" not in states
    states = [one.state for one in mine if one.noun == "deliverable" and one.name == slot]
    return bool(states) and states[-1] == "accepted"
