"""Made-up teams for property tests: epics, tasks and sub-tasks with all that makes histories awkward, in
the weeks around a change of the clocks. Instants fall on few grid points, so that much happens at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from tests.core.builders import (
    ANA,
    BEN,
    BLOCKED,
    CLEO,
    DAY,
    DOING,
    EPIC,
    HOUR,
    LIVE,
    MINUTE,
    OPTIONS,
    OTHER_EPIC,
    PARIS,
    SHIPPED,
    STRANGE,
    TODO,
    paris,
)

from phasewise.core.model import CalendarRules, Change, Instant, Issue, Kind, Limits, Tracked

START = paris("2026-03-20 00:00")
"""A Friday; clocks change nine days later."""

UNKNOWN_EPIC, UNKNOWN_TASK = 998, 999
VALUES: dict[Tracked, tuple[str | None, ...]] = {
    Tracked.STATUS: (TODO, DOING, DOING, DOING, SHIPPED, LIVE, BLOCKED, STRANGE),
    Tracked.PHASE: (*OPTIONS, "x", None),
    Tracked.ASSIGNEE: (ANA, ANA, BEN, CLEO, None),
    Tracked.PARENT: (str(EPIC), str(EPIC), str(OTHER_EPIC), str(UNKNOWN_EPIC), None),
    Tracked.FLAG: ("[10019]", None),
}
FIELDS = {
    Kind.PROJECT: (Tracked.STATUS, Tracked.ASSIGNEE),
    Kind.TASK: tuple(Tracked),
    Kind.SUBTASK: (Tracked.STATUS, Tracked.STATUS, Tracked.ASSIGNEE, Tracked.FLAG),
}

instants = st.builds(
    lambda quarter, minutes: START + quarter * 6 * HOUR + minutes * MINUTE,
    st.integers(0, 4 * 20),
    st.sampled_from((0, 0, 0, 10, 15, 16)),
)
rules = st.sampled_from(
    (
        PARIS,
        CalendarRules(),
        CalendarRules("America/New_York", (0, 1, 2, 3), "US", extra=("2026-03-28",)),
        CalendarRules("Australia/Lord_Howe", (0, 1, 2, 3, 4, 5, 6), removed=("2026-04-01",)),
    )
)
limits = st.builds(
    Limits,
    one_active=st.sampled_from((1, 1, 2)),
    five_days=st.sampled_from((5.0, 2.0, 1.5)),
    grace_minutes=st.sampled_from((15.0, 0.0)),
    watching=st.integers(0, 1),
    paused=st.integers(0, 1),
)


@dataclass(frozen=True, slots=True)
class Team:
    """All that a store holds about a team, and how it is read.

    `tasks` are those in the store: whether a sub-task has a parent there does not depend on the instant.
    """

    issues: tuple[Issue, ...]
    tasks: frozenset[int]
    limits: Limits
    rules: CalendarRules
    leave: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


@st.composite
def histories(draw: st.DrawFn, kind: Kind) -> tuple[Change, ...]:
    """The changes of one issue in any order, each from where the last one of its field left it."""
    moments = draw(st.lists(st.tuples(instants, st.sampled_from(FIELDS[kind])), max_size=9))
    now: dict[Tracked, str | None] = {}
    changes = []
    for n, (at, tracked) in enumerate(sorted(moments)):
        before = now[tracked] if tracked in now else draw(st.sampled_from(VALUES[tracked]))
        now[tracked] = draw(st.sampled_from(VALUES[tracked]))
        changes.append(Change(at, 100 + n, 0, tracked, before, now[tracked]))
    return tuple(draw(st.permutations(changes)))


@st.composite
def issues(draw: st.DrawFn, id: int, kind: Kind, parents: tuple[int | None, ...] = (None,)) -> Issue:
    """One issue whose current values are those its history ends in."""
    changes = draw(histories(kind))
    last = {change.field: change.after for change in sorted(changes, key=lambda change: change.history_id)}

    def value(field: Tracked) -> str | None:
        return last[field] if field in last else draw(st.sampled_from(VALUES[field]))

    parent = last.get(Tracked.PARENT, str(draw(st.sampled_from(parents)) or ""))
    return Issue(
        id=id,
        kind=kind,
        created=draw(instants.map(lambda at: at - 8 * DAY) | instants),
        status=value(Tracked.STATUS) or TODO,
        phase_option=value(Tracked.PHASE),
        assignee=value(Tracked.ASSIGNEE),
        parent=int(parent) if parent else None,
        flagged=bool(last.get(Tracked.FLAG)),
        removed_at=draw(st.sampled_from((None, None, None, 0))) and draw(instants),
        estimate_days=draw(st.sampled_from((None, 1.0, 8.0))),
        changes=changes,
    )


@st.composite
def teams(draw: st.DrawFn) -> Team:
    """Two epics, a few tasks and their sub-tasks."""
    tasks = [10 + n for n in range(draw(st.integers(1, 4)))]
    made = [draw(issues(id, Kind.PROJECT)) for id in (EPIC, OTHER_EPIC)]
    made += [draw(issues(id, Kind.TASK, (EPIC, OTHER_EPIC, UNKNOWN_EPIC, None))) for id in tasks]
    for n in range(draw(st.integers(0, 3))):
        made.append(draw(issues(20 + n, Kind.SUBTASK, (*tasks, UNKNOWN_TASK))))
    return Team(tuple(made), frozenset(tasks), draw(limits), draw(rules))


def known_at(team: Team, as_of: Instant) -> Team:
    """The same team before anything happened at `as_of` or later."""
    return replace(
        team, issues=tuple(_known_at(issue, as_of) for issue in team.issues if issue.created < as_of)
    )


def _known_at(issue: Issue, as_of: Instant) -> Issue:
    ordered = sorted(issue.changes, key=lambda change: (change.at, change.history_id))
    now: dict[Tracked, str | None] = {change.field: change.before for change in reversed(ordered)}
    now.update((change.field, change.after) for change in ordered if change.at < as_of)
    parent = now.get(Tracked.PARENT, str(issue.parent or ""))
    removed = issue.removed_at is not None and issue.removed_at < as_of
    return replace(
        issue,
        status=now.get(Tracked.STATUS, issue.status),
        phase_option=now.get(Tracked.PHASE, issue.phase_option),
        assignee=now.get(Tracked.ASSIGNEE, issue.assignee),
        parent=int(parent) if parent else None,
        flagged=bool(now.get(Tracked.FLAG, issue.flagged)),
        removed_at=issue.removed_at if removed else None,
        changes=tuple(change for change in issue.changes if change.at < as_of),
    )
