"""The read side: what every person has in hand at an instant, and who was at work lately.

Called by usecases/as_of for the people, the board and the rule of one active ticket.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    or_,
    select,
    union,
    union_all,
)

from phasewise.core.model import Group, Instant, Kind, Phase
from phasewise.core.stretches import FOREVER
from phasewise.core.values import value
from phasewise.store.boards import COLUMNS, IssueRow, chunks, exists_at, issue_row, lasts_at
from phasewise.store.derived import GROUPS, PHASES
from phasewise.store.tables import intervals, issues, parents_seen, people
from phasewise.store.upsert import AS_OF, SITE, SOME, fetch_many

IN_HAND = tuple(group for group in Group if group is not Group.DONE)
UNDER_WAY = tuple(group for group in IN_HAND if group is not Group.TODO)

SINCE: BindParameter[Any] = bindparam("since")
SOME_GROUPS: BindParameter[Any] = bindparam("groups", expanding=True)
HELD = ("issue_id", "counts_as", "orphan", "person", "group", "flagged", "phase", "project_id")

_names = select(people.c.person_id, people.c.display_name).where(
    people.c.site_id == SITE, people.c.person_id.in_(SOME), people.c.display_name.is_not(None)
)


@value(frozen=True, slots=True)
class HeldRow:
    """A task or sub-task that is not done, in the hands of `person` (None: of nobody), and where it is.

    `counts_as` is its task: itself, or the task that a sub-task belongs to. `task` is that as Jira last told
    it; None: it is not in the store. An `orphan` is a sub-task without one, which counts in the one-active
    rule and nowhere else.
    """

    issue: int
    counts_as: int
    orphan: bool
    person: str | None
    group: Group
    flagged: bool
    phase: Phase
    project: int | None
    task: IssueRow | None


@value(frozen=True, slots=True)
class DoneRow:
    """A stretch in which a task was done and `person`'s. A task that stays done may have several."""

    task: int
    start: Instant
    end: Instant | None
    person: str | None


# ------------------------------------------------------------------ what is in hand


def held_at(
    connection: Connection,
    site_id: int,
    as_of: Instant,
    *,
    project: int | None = None,
    people: Collection[str | None] | None = None,
    tasks: Sequence[int] | None = None,
    groups: Sequence[Group] = IN_HAND,
) -> list[HeldRow]:
    """Everything in anybody's hands at `as_of`: tasks and sub-tasks in any of the groups; of one project or
    some tasks only what counts as these, of some people (None among them: nobody) only what is theirs."""
    whose = None if people is None else "anybody's" if None in people else "somebody's"
    statement = _held(project is not None, whose, tasks is not None)
    rows = fetch_many(
        connection,
        statement,
        site=site_id,
        as_of=as_of,
        since=as_of,
        groups=groups,
        project=project,
        reference=str(project),
        people=[person for person in people or () if person is not None],
        tasks=tasks,
    )
    return sorted((_held_row(row) for row in rows), key=lambda row: row.issue)


@cache
def _held(of_project: bool, whose: str | None, of_tasks: bool) -> CompoundSelect[Any]:
    """The question for HELD of what is in hand and for the task it counts as."""
    only: list[ColumnElement[bool]] = []
    if of_project:
        only += _is_in(bindparam("project"), bindparam("reference"))
    if whose is not None:
        theirs = intervals.c.person.in_(bindparam("people", expanding=True))
        only.append(theirs if whose == "somebody's" else or_(theirs, intervals.c.person.is_(None)))
    if of_tasks:
        only.append(intervals.c.counts_as.in_(bindparam("tasks", expanding=True)))
    held = select(*(intervals.c[name] for name in HELD), *COLUMNS).outerjoin(issues, _IS_TASK)
    return union_all(*_lasting(held, *only))


def holders_at(
    connection: Connection, site_id: int, as_of: Instant, lately: Instant
) -> dict[str, str | None]:
    """Who has a task at `as_of` that is not done, by itself or by a sub-task, or had active time in one since
    `lately`: by person id the display name, where it is known."""
    asked = {"site": site_id, "as_of": as_of, "since": as_of, "lately": lately + 1}
    return dict(fetch_many(connection, _holders(), **asked))


@cache
def _holders() -> Select[Any]:
    one = select(intervals.c.person).where(intervals.c.person.is_not(None), intervals.c.orphan.is_(False))
    holding = _lasting(one.where(_task_exists()), groups=IN_HAND)
    active = _lasting(one, groups=(Group.ACTIVE,), since=bindparam("lately"))
    some = union(*holding, *active).subquery()
    known = and_(people.c.site_id == SITE, people.c.person_id == some.c.person)
    return select(some.c.person, people.c.display_name).outerjoin(people, known)


def is_any_nobodys(connection: Connection, site_id: int, as_of: Instant, groups: Sequence[Group]) -> bool:
    """Whether a task in one of the groups is in nobody's hands at `as_of`."""
    asked = {"site": site_id, "as_of": as_of, "since": as_of, "groups": groups}
    return connection.execute(_nobodys(), asked).first() is not None


@cache
def _nobodys() -> CompoundSelect[Any]:
    one = select(intervals.c.issue_id).where(intervals.c.person.is_(None), intervals.c.orphan.is_(False))
    return union_all(*_lasting(one.where(_task_exists()))).limit(1)


_IS_TASK = and_(issues.c.site_id == intervals.c.site_id, issues.c.issue_id == intervals.c.counts_as)
"""That an issue is the task which an interval counts as."""


def _task_exists() -> ColumnElement[bool]:
    """What lasts then exists then: only of a sub-task the task has to be looked up."""
    looked_up = select(issues.c.issue_id).where(_IS_TASK, exists_at(AS_OF)).exists()
    return or_(intervals.c.counts_as == intervals.c.issue_id, looked_up)


def _lasting(
    one: Select[Any],
    *only: ColumnElement[bool],
    groups: Sequence[Group] | BindParameter[Any] = SOME_GROUPS,
    since: BindParameter[Any] = SINCE,
) -> tuple[Select[Any], Select[Any]]:
    """What of tasks and sub-tasks began before `as_of` and did not end before `since`, `only` some of it.

    Two questions of the index by group and end, which together cost what they find: as one, with `or`, they
    would read the whole history. The upper bound is there so that SQLite expects to find little.
    """
    some = one.where(
        intervals.c.site_id == SITE,
        intervals.c.counts_as.is_not(None),
        intervals.c.group.in_(groups),
        intervals.c.start < AS_OF,
        *only,
    )
    return some.where(intervals.c.end.is_(None)), some.where(intervals.c.end.between(since, FOREVER))


def _is_in(project: BindParameter[Any], reference: BindParameter[Any]) -> Iterator[ColumnElement[bool]]:
    """Whether the task that an interval counts as is in a project at `as_of`: sub-tasks say no project. Only
    those are looked at whose judging ever looked the project up."""
    seen = (parents_seen.c.site_id == SITE, parents_seen.c.reference == reference)
    yield intervals.c.counts_as.in_(select(parents_seen.c.issue_id).where(*seen))
    own = intervals.alias("own")
    which = (own.c.site_id == SITE, own.c.issue_id == intervals.c.counts_as, own.c.project_id == project)
    yield select(own.c.issue_id).where(*which, lasts_at(AS_OF, own)).exists()


# ------------------------------------------------------------------ what was done


def done_since(
    connection: Connection,
    site_id: int,
    since: Instant,
    as_of: Instant,
    people: Collection[str | None] | None = None,
) -> list[DoneRow]:
    """Every stretch in done that began in `[since, as_of)`, by task and start, of the tasks that left another
    group, or were created, in that time: what is done since an earlier time has no part in it. Of some people
    all such stretches of the tasks that were theirs in one of them."""
    asked: dict[str, object] = {"site": site_id, "since": since, "as_of": as_of}
    if people is None:
        return [DoneRow(*row) for row in fetch_many(connection, _done(), **asked)]
    theirs = [person for person in people if person is not None]
    return [DoneRow(*row) for row in fetch_many(connection, _done_of_people(), people=theirs, **asked)]


_is_new = (issues.c.kind == Kind.TASK, issues.c.created >= SINCE)


@cache
def _done() -> Select[Any]:
    left = select(intervals.c.issue_id).where(intervals.c.site_id == SITE, *_left(intervals))
    created = select(issues.c.issue_id).where(issues.c.site_id == SITE, *_is_new)
    return _stretches_in_done(intervals.c.issue_id.in_(left.union(created)))


@cache
def _done_of_people() -> Select[Any]:
    """Asked the other way round: what came to them lately is little, and the rows of the task itself tell
    whether it left another group."""
    theirs, other = intervals.alias("theirs"), intervals.alias("other")
    mine = select(theirs.c.issue_id).where(
        theirs.c.site_id == SITE,
        theirs.c.person.in_(bindparam("people", expanding=True)),
        theirs.c.group == Group.DONE,
        theirs.c.start >= SINCE,
        theirs.c.start < AS_OF,
    )
    same = (other.c.site_id == SITE, other.c.issue_id == intervals.c.issue_id)
    created = (issues.c.site_id == SITE, issues.c.issue_id == intervals.c.issue_id)
    has_left = select(other.c.issue_id).where(*same, *_left(other)).exists()
    is_new = select(issues.c.issue_id).where(*created, *_is_new).exists()
    return _stretches_in_done(intervals.c.issue_id.in_(mine), or_(has_left, is_new))


def _left(stretch: Any) -> tuple[ColumnElement[bool], ...]:
    """That an interval was not done, and ended in the time that is asked for."""
    return stretch.c.group.in_(IN_HAND), stretch.c.end >= SINCE, stretch.c.end < AS_OF


def _stretches_in_done(*only: ColumnElement[bool]) -> Select[Any]:
    c = intervals.c
    return (
        select(c.issue_id, c.start, c.end, c.person)
        .where(
            c.site_id == SITE,
            *only,
            c.counts_as == c.issue_id,
            c.orphan.is_(False),
            c.group == Group.DONE,
            c.start >= SINCE,
            c.start < AS_OF,
        )
        .order_by(c.issue_id, c.start)
    )


# ------------------------------------------------------------------ whose it is


def names_of(connection: Connection, site_id: int, person_ids: Iterable[str]) -> dict[str, str]:
    """The display names that are known, by person id."""
    found: dict[str, str] = {}
    for some in chunks(sorted(set(person_ids))):
        found.update(fetch_many(connection, _names, site=site_id, some=some))
    return found


def assignee_of(connection: Connection, site_id: int, issue_id: int) -> str | None:
    """Who has an issue now, by person id."""
    which = (issues.c.site_id == site_id, issues.c.issue_id == issue_id)
    return connection.scalar(select(issues.c.assignee).where(*which))


def _held_row(row: Any) -> HeldRow:
    issue, counts_as, orphan, person, group, flagged, phase, project, *named = row
    task = None if named[0] is None else issue_row(named)
    return HeldRow(
        issue, counts_as, bool(orphan), person, GROUPS[group], bool(flagged), PHASES[phase], project, task
    )
