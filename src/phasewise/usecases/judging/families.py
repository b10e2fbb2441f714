"""Issues judged, a task with its sub-tasks at once: intervals, pieces, completions, findings of tasks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from phasewise.core.completions import completions_in
from phasewise.core.detectors import NO_MOVES, Moves, flip_flop, moves_among
from phasewise.core.history import is_incomplete, tracked_changes
from phasewise.core.hygiene import task_hygiene
from phasewise.core.model import Finding, HistoryItem, Interval, Issue, Kind
from phasewise.core.rules import assigned_at, lives_of, too_old
from phasewise.core.timeline import pieces_of
from phasewise.core.versions import by_versions, numbered
from phasewise.store.db import Connection
from phasewise.store.derived import JudgedIssue, Touched, judged_before, projects_of, replace_issues
from phasewise.store.dirty import What, mark, unmark
from phasewise.store.findings import ABOUT_TASKS, replace_findings
from phasewise.store.histories import RawIssue, family_of, histories_of, kinds_of, save_incomplete
from phasewise.store.keys import ids_of
from phasewise.store.moves import moves_made
from phasewise.usecases.judging.ground import Ground
from phasewise.usecases.judging.readings import mapping_for, read_intervals

SECONDS_A_DAY = 8 * 3600
"""Estimates are stored in days of eight hours, whatever the site counts as a day."""


def judge_families(connection: Connection, ground: Ground, marked: Sequence[str]) -> Collection[int]:
    """Judge the marked issues, with those whose result depends on theirs, and mark what follows."""
    family = family_of(connection, ground.site_id, [int(subject) for subject in marked])
    unmark(connection, ground.site_id, What.ISSUE, {str(member) for member in family}.difference(marked))
    judged = _judged(connection, ground, family)
    before = judged_before(connection, ground.site_id, family)
    touched = replace_issues(connection, ground.site_id, list(judged.results.values()), before)
    replace_findings(connection, ground.site_id, ABOUT_TASKS, before.issues, judged.findings)
    changed = {n: value for n, value in judged.incomplete.items() if value != family[n].history_incomplete}
    save_incomplete(connection, ground.site_id, changed)
    mark(connection, ground.site_id, What.PROJECT, _projects(connection, ground, family, judged, touched))
    mark(connection, ground.site_id, What.PERSON, touched.persons)
    return family.keys()


def _projects(
    connection: Connection,
    ground: Ground,
    family: Mapping[int, RawIssue],
    judged: "_Judged",
    touched: Touched,
) -> set[int]:
    """The projects that what changed is about: a project itself, those that a task ever was in, and those of
    the task that a sub-task counts as."""
    epics = {raw.id for raw in family.values() if raw.kind is Kind.PROJECT}
    without_life = {epic for epic in epics if not judged.results[epic].intervals}
    others = projects_of(connection, ground.site_id, sorted(touched.tasks))
    return touched.projects | others | (epics & touched.issues) | without_life


@dataclass(slots=True)
class _Judged:
    results: dict[int, JudgedIssue] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    incomplete: dict[int, bool] = field(default_factory=dict)
    ours: Moves = NO_MOVES


class _Parents:
    """Answers what the core asks about parents, and remembers what was asked about one issue."""

    def __init__(self, connection: Connection, site_id: int, expected: Iterable[int]) -> None:
        self._connection, self._site_id = connection, site_id
        known = kinds_of(connection, site_id, expected)
        self._is_project = {issue: known.get(issue) is Kind.PROJECT for issue in expected}
        self._ids: dict[str, int | None] = {}
        self.asked: set[str | int] = set()

    def id_of(self, key: str) -> int | None:
        self.asked.add(key)
        if key not in self._ids:
            self._ids[key] = ids_of(self._connection, self._site_id, [key]).get(key)
        return self._ids[key]

    def __contains__(self, issue: object) -> bool:
        """Whether the issue is a project in the store."""
        if not isinstance(issue, int):
            return False
        self.asked.add(issue)
        answer = self._is_project.get(issue)
        if answer is None:
            kinds = kinds_of(self._connection, self._site_id, [issue])
            answer = self._is_project[issue] = kinds.get(issue) is Kind.PROJECT
        return answer


def _judged(connection: Connection, ground: Ground, family: Mapping[int, RawIssue]) -> _Judged:
    histories = histories_of(connection, ground.site_id, family)
    expected = {raw.parent_id for raw in family.values() if raw.parent_id is not None}
    parents = _Parents(connection, ground.site_id, expected)
    ours = moves_among(moves_made(connection, ground.site_id, family), histories)
    judged, issues = _Judged(ours=ours), {}
    subtasks: dict[int, list[int]] = {}
    # Tasks first: how a team reads the statuses of a sub-task depends on where its task was.
    for raw in sorted(family.values(), key=lambda raw: raw.kind is Kind.SUBTASK):
        issue, result = _alone(ground, raw, histories.get(raw.id, []), parents, family)
        _read(ground, issue, result, parents, judged)
        issues[raw.id], judged.results[raw.id] = issue, result
        judged.incomplete[raw.id] = is_incomplete(issue)
        if raw.kind is Kind.SUBTASK and result.counts_as is not None and not result.orphan:
            subtasks.setdefault(result.counts_as, []).append(raw.id)
    for issue in issues.values():
        if issue.kind is Kind.TASK:
            lives = [judged.results[subtask].intervals for subtask in subtasks.get(issue.id, ())]
            _as_task(ground, judged, issue, lives)
    return judged


def _alone(
    ground: Ground,
    raw: RawIssue,
    history: list[HistoryItem],
    parents: _Parents,
    family: Mapping[int, RawIssue],
) -> tuple[Issue, JudgedIssue]:
    """What follows from the issue's own history."""
    parents.asked = {parent for parent in (raw.parent_id, raw.parent_key) if parent is not None}
    issue = Issue(
        id=raw.id,
        kind=raw.kind,
        created=raw.created,
        status=raw.status_id,
        phase_option=raw.phase_option,
        assignee=raw.assignee,
        parent=raw.parent_id if raw.parent_id is not None else _told_by(history, raw.parent_key),
        flagged=raw.flagged,
        removed_at=raw.removed_at,
        history_whole=raw.history_whole,
        estimate_days=None if raw.estimate_seconds is None else raw.estimate_seconds / SECONDS_A_DAY,
        changes=tracked_changes(history, raw.kind, ground.fields, parents.id_of),
    )
    return issue, JudgedIssue(raw.id, (), frozenset(), *_counts_as(raw, family))


def _read(ground: Ground, issue: Issue, result: JudgedIssue, parents: _Parents, judged: _Judged) -> None:
    """The intervals of an issue, once those of the task that it counts as are known."""
    task = judged.results.get(result.counts_as or 0)
    if issue.kind is not Kind.OTHER:
        home = None if task is None else task.intervals
        result.intervals = read_intervals(ground, issue, parents, home)
    result.assigned = assigned_at(result.intervals)
    result.parents_seen = frozenset(str(parent) for parent in parents.asked)


def _told_by(history: Sequence[HistoryItem], key: str | None) -> int | None:
    """The id of an epic that cannot be read, from the change that named it by its key."""
    named = (item.after for item in reversed(history) if key is not None and item.after_text == key)
    return next((int(after) for after in named if after and after.isdigit()), None)


def _counts_as(raw: RawIssue, family: Mapping[int, RawIssue]) -> tuple[int | None, bool]:
    """The task that an issue counts as, and whether it is a sub-task that stands for itself."""
    if raw.kind is Kind.TASK:
        return raw.id, False
    if raw.kind is not Kind.SUBTASK:
        return None, False
    parent = family.get(raw.parent_id) if raw.parent_id is not None else None
    if parent is None or parent.kind is not Kind.TASK:
        return raw.id, True
    return parent.id, False


def _as_task(ground: Ground, judged: _Judged, task: Issue, subtasks: Sequence[Sequence[Interval]]) -> None:
    """What follows from a task and its sub-tasks together."""
    own = judged.results[task.id]
    own.pieces = pieces_of(own.intervals, subtasks)
    incomplete = judged.incomplete[task.id]
    counts, leave = ground.policies.for_task(own.intervals), ground.policies.leave
    calendar, limits = counts.calendar, counts.newest.limits
    mapping = mapping_for(ground, own.intervals)
    lives, family = lives_of(own.intervals, subtasks, leave), (own.intervals, *subtasks)
    own.completions = completions_in(own.intervals, lives, calendar, incomplete=incomplete)
    judged.findings += by_versions(
        counts, lambda limits: too_old(family, lives, calendar, limits), own.intervals
    )
    judged.findings += by_versions(
        counts,
        lambda limits: task_hygiene(task, own.intervals, subtasks, mapping, limits),
        own.intervals,
    )
    judged.findings += numbered(counts, flip_flop(own.intervals, subtasks, calendar, limits, judged.ours))
