"""Everything the core derives from a team, put together: what the properties are told about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.core.builders import ANA, BEN, CLEO, MAPPING, PROJECTS
from tests.core.strategies import Team

from phasewise.core.calendar import Calendar, calendar_of
from phasewise.core.compliance import share_of
from phasewise.core.detectors import flip_flop, rabbit_hole
from phasewise.core.figures import ProjectFigures, TaskLife, settle
from phasewise.core.findings import subject_of
from phasewise.core.hygiene import nothing_active, task_hygiene
from phasewise.core.leave import leave_of
from phasewise.core.model import Finding, Group, Instant, Interval, Kind, Limits, Piece, Rule
from phasewise.core.rules import Held, five_days, held_of, one_active, over_cap
from phasewise.core.stretches import merged, until
from phasewise.core.timeline import intervals_of, pieces_of
from phasewise.core.weeks import Week


@dataclass(frozen=True, slots=True)
class Derived:
    intervals: dict[int, tuple[Interval, ...]]
    pieces: dict[int, tuple[Piece, ...]]
    findings: dict[tuple[Rule, object, Instant], Finding]
    figures: dict[int, ProjectFigures]


def derive(team: Team) -> Derived:
    """All of it, over all that is known of the team."""
    calendar = calendar_of(team.rules)
    intervals = {issue.id: intervals_of(issue, MAPPING, PROJECTS) for issue in team.issues}
    lives = [_life(team, issue.id, intervals) for issue in team.issues if issue.kind is Kind.TASK]
    figures = {epic: project_of(team, intervals, epic) for epic in PROJECTS if epic in intervals}
    found = [*_of_tasks(team, lives, calendar), *_of_persons(team, intervals, calendar)]
    for epic, settled in figures.items():
        found += rabbit_hole(intervals[epic], lives, settled, calendar, team.limits)
    return Derived(
        intervals,
        {life.task: life.pieces for life in lives},
        {(one.rule, subject_of(one), one.start): one for one in found},
        figures,
    )


def project_of(
    team: Team, intervals: dict[int, tuple[Interval, ...]], epic: int, cut: Instant | None = None
) -> ProjectFigures:
    lives = [_life(team, issue.id, intervals) for issue in team.issues if issue.kind is Kind.TASK]
    return settle(epic, intervals[epic], lives, calendar_of(team.rules), cut)


def _life(team: Team, task: int, intervals: dict[int, tuple[Interval, ...]]) -> TaskLife:
    mine = [one for one in team.issues if one.kind is Kind.SUBTASK and one.parent == task]
    subtasks = tuple(intervals[one.id] for one in mine)
    removed_at = next(one.removed_at for one in team.issues if one.id == task)
    return TaskLife(task, intervals[task], subtasks, pieces_of(intervals[task], subtasks), removed_at)


def _of_tasks(team: Team, lives: list[TaskLife], calendar: Calendar) -> list[Finding]:
    by_id = {issue.id: issue for issue in team.issues}
    leave = leave_of(team.leave, calendar)
    found: list[Finding] = []
    for life in lives:
        found += flip_flop(life.intervals, life.subtasks, calendar, team.limits)
        found += five_days(life.intervals, life.subtasks, calendar, team.limits, leave)
        found += task_hygiene(by_id[life.task], life.intervals, life.subtasks, MAPPING, team.limits)
    return found


def _of_persons(team: Team, intervals: dict[int, tuple[Interval, ...]], calendar: Calendar) -> list[Finding]:
    held: list[Held] = []
    for issue in team.issues:
        if issue.kind is not Kind.PROJECT:
            parent = issue.parent if issue.kind is Kind.SUBTASK and issue.parent in team.tasks else None
            orphan = issue.kind is Kind.SUBTASK and parent is None
            held += held_of(intervals[issue.id], parent or issue.id, orphan=orphan)
    found: list[Finding] = []
    for person in (ANA, BEN, CLEO):
        mine = [one for one in held if one.interval.person == person]
        found += one_active(mine, team.limits)
        found += over_cap(mine, Rule.WATCHING_OVER_CAP, team.limits)
        found += over_cap(mine, Rule.PAUSED_OVER_CAP, team.limits)
        found += nothing_active(person, mine, calendar, team.limits)
    return found


def compliance(
    persons: Iterable[Sequence[Held]], week: Week, calendar: Calendar, limits: Limits
) -> float | None:
    """1 - (person-time over the limit) / (person-time with an active ticket), in working time.

    `persons`: for each person, all that the person holds. None without active time.
    """
    active, over = [], []
    for held in persons:
        working = (one.interval for one in held if one.interval.group is Group.ACTIVE)
        active.append(merged((one.start, until(one.end)) for one in working))
        over += [(one.known_from, (one.start, until(one.end))) for one in one_active(held, limits)]
    return share_of(active, over, week, calendar).kept
