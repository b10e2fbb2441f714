"""The hygiene findings of docs/definitions.md, plainly. On a task they hold only while it is not done,
but a status that nobody mapped is told of even when its category makes it done."""

from collections.abc import Callable
from fractions import Fraction

from tests.naive.breaches import Found, five_days, held, one_active, over_cap, overlaps, persons, proof
from tests.naive.detectors import flip_flop, rabbit_hole
from tests.naive.facts import Ticket, value_at
from tests.naive.law import Run, Seen, Stretch, counts_as, edges_of, is_orphan, runs, stretch_at
from tests.naive.unrecorded import unrecorded

Condition = Callable[[Stretch, int], bool]
"""Whether something is wrong, by the task's own interval at an instant and the instant."""


def task_hints(task: Ticket, view: Seen) -> list[Found]:
    policy = view.policy
    family = view.family(task.id)
    instants = edges_of(family) | {turn.at for turn in task.turns}

    def strange_status(own: Stretch, at: int) -> bool:
        return own.status not in policy.groups or own.status in policy.unmapped

    def strange_option(own: Stretch, at: int) -> bool:
        option = value_at(task, "option", at)
        return bool(option) and option not in policy.phases

    def too_long(own: Stretch, at: int) -> bool:
        return task.estimate_days is not None and task.estimate_days > policy.five_days

    conditions: dict[str, Condition] = {
        "no_phase": lambda own, at: own.phase == "none",
        "no_project": lambda own, at: own.project is None,
        "no_assignee": lambda own, at: any(stretch.covers(at) for stretch in unowned(family)),
        "unmapped_status": strange_status,
        "unmapped_phase_option": strange_option,
        "estimate_too_long": too_long,
    }
    return [
        _hint(rule, task.id, run, view)
        for rule, condition in conditions.items()
        for run in _wrong(condition, task, instants, view, even_done=rule == "unmapped_status")
    ]


def unowned(family: list[Stretch]) -> list[Stretch]:
    return [stretch for stretch in family if stretch.group == "active" and stretch.person is None]


def _wrong(
    condition: Condition, task: Ticket, instants: set[int], view: Seen, *, even_done: bool
) -> list[Run[bool]]:
    """The times in which the condition holds for the task, mostly only while it is not done. It may change
    at these instants."""
    own = view.lives[task.id]

    def holds(at: int) -> bool:
        stretch = stretch_at(own, at)
        if stretch is None or (stretch.group == "done" and not even_done):
            return False
        return condition(stretch, at)

    return runs(instants, view.as_of, holds)


def _hint(rule: str, task: int, run: Run[bool], view: Seen) -> Found:
    own = view.lives[task]
    home = stretch_at(own, run.start)
    wrong = unowned(view.family(task)) if rule == "no_assignee" else own
    return Found(
        rule=rule,
        severity="hint",
        start=run.start,
        end=run.end,
        task=task,
        project=home.project if home else None,
        issues=(task,),
        evidence=proof(wrong, run.start, run.end),
    )


def nothing_active(person: str, view: Seen) -> list[Found]:
    """Open work and none of it active for more than one working day; it starts when that day is over."""
    mine = [s for s in held(person, view) if s.group != "done" and not is_orphan(s.issue, view)]

    def waits(at: int) -> bool:
        open_now = [stretch for stretch in mine if stretch.covers(at)]
        return bool(open_now) and not any(stretch.group == "active" for stretch in open_now)

    found = [_idle_day(person, run, mine, view) for run in runs(edges_of(mine), view.as_of, waits)]
    return [one for one in found if one is not None]


def _idle_day(person: str, run: Run[bool], mine: list[Stretch], view: Seen) -> Found | None:
    start = view.days.exceeded([view.measured(run.start, run.end)], Fraction(1))
    if start is None:
        return None
    waiting = [stretch for stretch in mine if overlaps(stretch, run.start, run.end)]
    return Found(
        rule="nothing_active",
        severity="hint",
        start=start,
        end=run.end,
        person=person,
        issues=tuple(sorted({counts_as(stretch.issue, view) for stretch in waiting})),
        evidence=proof(mine, run.start, run.end),
    )


def findings(view: Seen) -> list[Found]:
    """Every finding there is at the instant, by rule, subject and start."""
    found: list[Found] = []
    for task in view.tasks():
        found += five_days(task.id, view) + task_hints(task, view) + flip_flop(task.id, view)
    for project in view.projects():
        found += rabbit_hole(project.id, view) + unrecorded(project.id, view)
    for person in persons(view):
        found += one_active(person, view) + nothing_active(person, view)
        found += over_cap(person, "watching", view) + over_cap(person, "paused", view)
    return sorted(found, key=lambda one: (one.rule, one.subject, one.start))
