"""The life of an issue as intervals, and of a task as active pieces: the one source of truth.

Called when an issue is derived again; every rule and every number is a query over what this makes.
"""

from collections.abc import Container, Iterable, Iterator, Sequence

from phasewise.core.history import ASSIGNEE, FLAG, PARENT, PHASE, STATUS, in_order
from phasewise.core.model import (
    Group,
    Instant,
    Interval,
    Issue,
    Kind,
    Phase,
    Piece,
    SiteMapping,
    Tracked,
)
from phasewise.core.stretches import merged, or_open, until

# Read once: looking a member up in its class costs more than all the rest of an inner loop.
ACTIVE, PAUSED, TODO, NONE = Group.ACTIVE, Group.PAUSED, Group.TODO, Phase.NONE

Values = dict[Tracked, str | None]
Mapped = tuple[str, Group, Phase, str | None, int | None, bool]


# ------------------------------------------------------------------ the intervals of one issue


def intervals_of(issue: Issue, mapping: SiteMapping, projects: Container[int]) -> tuple[Interval, ...]:
    """The intervals of an issue, contiguous from `created` to `removed_at` or for ever; none if it was
    removed before it began. `projects` are the ids of the epics in the store."""
    intervals: list[Interval] = []
    held: Mapped | None = None
    since = issue.created
    for at, values in _moments(issue):
        mapped = _mapped(issue, values, mapping, projects)
        if mapped != held:
            if held is not None:
                intervals.append(Interval(issue.id, since, at, *held))
            held, since = mapped, at
    if held is not None:
        intervals.append(Interval(issue.id, since, issue.removed_at, *held))
    return tuple(intervals)


def option_stretches(issue: Issue) -> Iterator[tuple[Instant, Instant, str | None]]:
    """The phase option of an issue through its life: (start, end, option id); end FOREVER while it lasts."""
    since, option, started = issue.created, None, False
    for at, values in _moments(issue):
        if started and values[PHASE] != option:
            yield since, at, option
            since = at
        option, started = values[PHASE], True
    if started:
        yield since, until(issue.removed_at), option


def _moments(issue: Issue) -> Iterator[tuple[Instant, Values]]:
    """Each instant at which a raw value was set, with all values from then on (the same dict every time)."""
    if issue.removed_at is not None and issue.removed_at <= issue.created:
        return
    changes = in_order(issue.changes)
    values: Values = {
        STATUS: issue.status,
        PHASE: issue.phase_option,
        ASSIGNEE: issue.assignee,
        PARENT: None if issue.parent is None else str(issue.parent),
        FLAG: "set" if issue.flagged else None,
    }
    for change in reversed(changes):
        values[change.field] = change.before
    at, end = issue.created, until(issue.removed_at)
    for change in changes:
        if change.at >= end:
            break
        # What changes at the same instant applies together; what changed before the beginning only
        # sets the values to begin with.
        if change.at > at:
            yield at, values
            at = change.at
        values[change.field] = change.after
    yield at, values


def _mapped(issue: Issue, values: Values, mapping: SiteMapping, projects: Container[int]) -> Mapped:
    status = values[STATUS] or ""
    flagged = bool(values[FLAG])
    group = mapping.groups.get(status, TODO)
    if flagged and group is ACTIVE:
        group = PAUSED
    phase, project = NONE, None
    if issue.kind is Kind.TASK:
        phase = mapping.phases.get(values[PHASE] or "", NONE)
        parent = values[PARENT]
        if parent is not None and int(parent) in projects:
            project = int(parent)
    return status, group, phase, values[ASSIGNEE], project, flagged


# ------------------------------------------------------------------ the active time of one task


def active_stretches(
    task: Sequence[Interval], subtasks: Iterable[Sequence[Interval]]
) -> Iterator[tuple[Interval, Instant, Instant]]:
    """The time in which a task or one of its sub-tasks is active, within the task's own life and cut at
    the bounds of its own intervals: (own interval, start, end), in order."""
    extra = merged(
        (interval.start, until(interval.end))
        for subtask in subtasks
        for interval in subtask
        if interval.group is ACTIVE
    )
    n = 0
    for own in task:
        if own.group is ACTIVE:
            yield own, own.start, until(own.end)
            continue
        if not extra:
            continue
        end = until(own.end)
        while n < len(extra) and extra[n][1] <= own.start:
            n += 1
        m = n
        while m < len(extra) and extra[m][0] < end:
            yield own, max(extra[m][0], own.start), min(extra[m][1], end)
            m += 1


def pieces_of(task: Sequence[Interval], subtasks: Iterable[Sequence[Interval]]) -> tuple[Piece, ...]:
    """The pieces of a task in order: its active time, in union with its sub-tasks', by phase and project."""
    pieces: list[tuple[Interval, Instant, Instant]] = []
    for own, start, end in active_stretches(task, subtasks):
        if pieces:
            last, since, ended = pieces[-1]
            if ended == start and last.phase is own.phase and last.project == own.project:
                pieces[-1] = (last, since, end)
                continue
        pieces.append((own, start, end))
    return tuple(Piece(own.issue, start, or_open(end), own.phase, own.project) for own, start, end in pieces)


# ------------------------------------------------------------------ as it was seen at an instant


def clip_intervals(intervals: Iterable[Interval], as_of: Instant) -> tuple[Interval, ...]:
    """The intervals seen strictly before `as_of`; what ends then or later is still open."""
    return tuple(
        _open_interval(i) if i.end is not None and i.end >= as_of else i for i in intervals if i.start < as_of
    )


def clip_pieces(pieces: Iterable[Piece], as_of: Instant) -> tuple[Piece, ...]:
    """The pieces seen strictly before `as_of`; what ends then or later is still open."""
    return tuple(
        Piece(p.task, p.start, None, p.phase, p.project) if p.end is not None and p.end >= as_of else p
        for p in pieces
        if p.start < as_of
    )


def _open_interval(i: Interval) -> Interval:
    return Interval(i.issue, i.start, None, i.status, i.group, i.phase, i.person, i.project, i.flagged)
