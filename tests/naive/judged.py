"""What the product's core derives from a made-up history, put together as the product does it, and shown in
the naive reading's terms."""

from collections.abc import Iterable, Iterator
from random import Random

from phasewise.core.calendar import calendar_of
from phasewise.core.detectors import OwnMove, flip_flop, moves_among, rabbit_hole
from phasewise.core.figures import TaskLife, settle
from phasewise.core.findings import issues, lacking_phases, seen_at, started_last
from phasewise.core.hygiene import nothing_active, task_hygiene
from phasewise.core.leave import leave_of
from phasewise.core.model import Finding, Interval, Kind, Piece, Rule
from phasewise.core.rules import Held, five_days, held_of, one_active, over_cap
from phasewise.core.timeline import intervals_of, pieces_of
from phasewise.core.unrecorded import without_deliverables, without_plan
from tests.naive.breaches import Found
from tests.naive.facts import Ticket
from tests.naive.histories import History
from tests.naive.translated import edits_of, issue_of, item_of, limits_of, mapping_of, rules_of

FIRSTS = ("plan", "deliverable")
"""The records of which the first of a site tells from when on what is missing is found."""


class Core:
    """Everything over all of a history; `as_of` only cuts it."""

    def __init__(self, history: History) -> None:
        policy, shuffle = history.world.policy, Random(history.seed)
        self.world = history.world
        self.limits = limits_of(policy)
        self.calendar = calendar_of(rules_of(policy))
        self.leave = leave_of(policy.leave, self.calendar)
        self.mapping = mapping_of(policy)
        self.issues = {ticket.id: issue_of(ticket, shuffle) for ticket in history.world.tickets}
        told = {one.id: [item_of(turn) for turn in one.turns] for one in history.world.tickets}
        self.ours = moves_among(_moved_by_us(history.world.tickets), told)
        projects = history.world.projects
        self.lives = {n: intervals_of(one, self.mapping, projects) for n, one in self.issues.items()}
        self.pieces = {task: self._pieces(task) for task in history.world.tasks}
        self.findings = (*self._of_tasks(), *self._of_projects(), *self._of_people())

    def _pieces(self, task: int) -> tuple[Piece, ...]:
        return pieces_of(self.lives[task], self.subtasks(task))

    def subtasks(self, task: int) -> list[tuple[Interval, ...]]:
        children = [one for one in self.issues.values() if one.kind == "subtask" and one.parent == task]
        return [self.lives[one.id] for one in children]

    def _of_tasks(self) -> Iterator[Finding]:
        for task in self.world.tasks:
            own, subtasks = self.lives[task], self.subtasks(task)
            yield from five_days(own, subtasks, self.calendar, self.limits, self.leave)
            yield from task_hygiene(self.issues[task], own, subtasks, self.mapping, self.limits)
            yield from flip_flop(own, subtasks, self.calendar, self.limits, self.ours)

    def _of_projects(self) -> Iterator[Finding]:
        for epic in self.world.projects:
            lives = self.lives_in(epic)
            figures = settle(epic, self.lives[epic], lives, self.calendar)
            yield from rabbit_hole(self.lives[epic], lives, figures, self.calendar, self.limits)
            yield from self._unrecorded(epic, lives)

    def _unrecorded(self, epic: int, lives: list[TaskLife]) -> Iterator[Finding]:
        edits, saved = edits_of(self.world.records, epic), self.world.records
        plans, deliverables = ([one.at for one in saved if one.noun == noun] for noun in FIRSTS)
        if plans:
            yield from without_plan(self.lives[epic], lives, edits, min(plans))
        if deliverables:
            yield from without_deliverables(self.lives[epic], lives, edits, min(deliverables))

    def lives_in(self, project: int) -> list[TaskLife]:
        """Every task that was ever in the project, with all that counts as it."""
        return [
            TaskLife(
                task=task,
                intervals=self.lives[task],
                subtasks=tuple(self.subtasks(task)),
                pieces=self.pieces[task],
                removed_at=self.issues[task].removed_at,
            )
            for task in self.world.tasks
            if any(interval.project == project for interval in self.lives[task])
        ]

    def _of_people(self) -> Iterator[Finding]:
        for mine in self.held_by_person():
            yield from one_active(mine, self.limits)
            yield from over_cap(mine, Rule.WATCHING_OVER_CAP, self.limits)
            yield from over_cap(mine, Rule.PAUSED_OVER_CAP, self.limits)
            yield from nothing_active(mine[0].interval.person or "", mine, self.calendar, self.limits)

    def held_by_person(self) -> list[list[Held]]:
        held: dict[str | None, list[Held]] = {}
        for one in self._held():
            held.setdefault(one.interval.person, []).append(one)
        return [mine for person, mine in held.items() if person is not None]

    def _held(self) -> list[Held]:
        held: list[Held] = []
        for issue in self.issues.values():
            life = self.lives[issue.id]
            if issue.kind is Kind.TASK:
                held += held_of(life, issue.id)
            elif issue.kind is Kind.SUBTASK and issue.parent in self.world.tasks:
                held += held_of(life, issue.parent or 0)
            elif issue.kind is Kind.SUBTASK:
                held += held_of(life, issue.id, orphan=True)
        return held

    def findings_at(self, as_of: int) -> list[Found]:
        seen = [seen_at(finding, as_of) for finding in self.findings]
        return [found_of(finding) for finding in seen if finding is not None]


def _moved_by_us(tickets: Iterable[Ticket]) -> Iterator[OwnMove]:
    for ticket in tickets:
        for turn in ticket.turns:
            if turn.by_us and turn.field == "status" and turn.before and turn.after:
                yield OwnMove(ticket.id, turn.before, turn.after, turn.at, turn.at)


def found_of(finding: Finding) -> Found:
    """A finding by the naive reading's fields; whose it was counts only where a person is its subject."""
    return Found(
        rule=str(finding.rule),
        severity=str(finding.severity),
        start=finding.start,
        end=finding.end,
        person=finding.person if finding.task is None else None,
        task=finding.task,
        project=finding.project,
        breach_at=finding.breach_at,
        issues=issues(finding),
        started_last=started_last(finding) if finding.rule is Rule.ONE_ACTIVE else None,
        evidence=frozenset((one.issue, one.interval_start) for one in finding.evidence),
        phases=lacking_phases(finding.detail) if finding.rule is Rule.DELIVERABLE_MISSING else (),
    )
