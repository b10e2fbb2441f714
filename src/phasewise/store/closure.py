"""Who comes along with whom: the epics and sub-tasks of matched tasks, and what could not be read.

Called by sync_site, sweep_ids, confirm_ids and drain_inbox.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from phasewise.core.model import IssueRecord, Kind
from phasewise.store.tables import census, issues, unreadable
from phasewise.store.upsert import batched, delete_some

anchors = issues.alias("anchors")
wanted = issues.alias("wanted")


def known_ids(connection: Connection, site_id: int, ids: Iterable[int]) -> set[int]:
    """Those of the ids that are stored and not removed, or that the census names (they are read anyway)."""
    found: set[int] = set()
    for some in batched(ids):
        here = and_(issues.c.site_id == site_id, issues.c.issue_id.in_(some), issues.c.removed_at.is_(None))
        counted = and_(census.c.site_id == site_id, census.c.issue_id.in_(some))
        found.update(connection.scalars(select(issues.c.issue_id).where(here)))
        found.update(connection.scalars(select(census.c.issue_id).where(counted)))
    return found


def renamed_ids(connection: Connection, site_id: int, keys: Mapping[int, str]) -> list[int]:
    """Live issues that are stored with another key than this."""
    found: list[int] = []
    columns = (issues.c.issue_id, issues.c.key)
    for some in batched(keys):
        these = and_(issues.c.site_id == site_id, issues.c.issue_id.in_(some), issues.c.removed_at.is_(None))
        rows = connection.execute(select(*columns).where(these))
        found += [row[0] for row in rows if keys[row[0]] and keys[row[0]] != row[1]]
    return found


def removed_ids(connection: Connection, site_id: int, ids: Iterable[int]) -> set[int]:
    """Those of the ids that are stored as removed."""
    found: set[int] = set()
    for some in batched(ids):
        gone = and_(
            issues.c.site_id == site_id, issues.c.issue_id.in_(some), issues.c.removed_at.is_not(None)
        )
        found.update(connection.scalars(select(issues.c.issue_id).where(gone)))
    return found


def missing_epics(
    connection: Connection, site_id: int, of: Collection[int] | None = None
) -> tuple[list[int], list[str]]:
    """The parents of live matched tasks that are not stored or are removed: ids, and keys without id.

    `of` are the tasks looked at; None: all.
    """
    if of is not None:
        parts = [_missing_epics(connection, site_id, issues.c.issue_id.in_(some)) for some in batched(of)]
        return sorted({i for ids, _ in parts for i in ids}), sorted(
            {key for _, keys in parts for key in keys}
        )
    return _missing_epics(connection, site_id)


def _missing_epics(
    connection: Connection, site_id: int, *which: ColumnElement[bool]
) -> tuple[list[int], list[str]]:
    there = and_(
        wanted.c.site_id == site_id,
        wanted.c.issue_id == issues.c.parent_id,
        wanted.c.removed_at.is_(None),
    )
    tasks = and_(
        issues.c.site_id == site_id,
        issues.c.removed_at.is_(None),
        issues.c.matched,
        issues.c.kind == Kind.TASK.value,
        *which,
    )
    by_id = select(issues.c.parent_id).where(tasks, issues.c.parent_id.is_not(None), ~exists().where(there))
    by_key = select(issues.c.parent_key).where(
        tasks, issues.c.parent_id.is_(None), issues.c.parent_key.is_not(None)
    )
    ids = [issue_id for issue_id in connection.scalars(by_id.distinct()) if issue_id is not None]
    keys = [key for key in connection.scalars(by_key.distinct()) if key is not None]
    return sorted(ids), sorted(keys)


def without_anchor(connection: Connection, site_id: int, among: Iterable[int] | None = None) -> list[int]:
    """Live issues that only came along, and whose task or epic relation to a matched task is no more.

    `among` are those looked at; None: all.
    """
    is_matched_task = _is_matched_task(site_id)
    epic_of = exists().where(is_matched_task, anchors.c.parent_id == issues.c.issue_id)
    subtask_of = exists().where(is_matched_task, anchors.c.issue_id == issues.c.parent_id)
    held = or_(
        and_(issues.c.kind == Kind.PROJECT.value, epic_of),
        and_(issues.c.kind == Kind.SUBTASK.value, subtask_of),
    )
    along = and_(issues.c.site_id == site_id, issues.c.removed_at.is_(None), ~issues.c.matched)
    loose = select(issues.c.issue_id).where(along, ~held).order_by(issues.c.issue_id)
    if among is None:
        return list(connection.scalars(loose))
    parts = (connection.scalars(loose.where(issues.c.issue_id.in_(some))) for some in batched(among))
    return [issue_id for part in parts for issue_id in part]


def anchored(connection: Connection, site_id: int, records: Sequence[IssueRecord]) -> list[IssueRecord]:
    """Those of the records, none stored as live, that come along with a matched task: sub-tasks and epics."""
    subtasks = {r.parent_id for r in records if r.kind is Kind.SUBTASK and r.parent_id is not None}
    epics = {r.id for r in records if r.kind is Kind.PROJECT}
    tasks, parents = set[int](), set[int]()
    for some in batched(subtasks):
        is_one = (_is_matched_task(site_id), anchors.c.issue_id.in_(some))
        tasks.update(connection.scalars(select(anchors.c.issue_id).where(*is_one)))
    for some in batched(epics):
        has_one = (_is_matched_task(site_id), anchors.c.parent_id.in_(some))
        found = connection.scalars(select(anchors.c.parent_id).where(*has_one).distinct())
        parents.update(parent for parent in found if parent is not None)
    return [
        record
        for record in records
        if (record.kind is Kind.SUBTASK and record.parent_id in tasks)
        or (record.kind is Kind.PROJECT and record.id in parents)
    ]


def followers(connection: Connection, site_id: int, ids: Iterable[int]) -> set[int]:
    """Live issues that only came along, perhaps with one of these: their sub-tasks and their epics."""
    found: set[int] = set()
    along = and_(issues.c.site_id == site_id, issues.c.removed_at.is_(None), ~issues.c.matched)
    for some in batched(ids):
        of_these = and_(anchors.c.site_id == site_id, anchors.c.issue_id.in_(some))
        parents = select(anchors.c.parent_id).where(of_these, anchors.c.parent_id.is_not(None))
        for related in (issues.c.parent_id.in_(some), issues.c.issue_id.in_(parents)):
            found.update(connection.scalars(select(issues.c.issue_id).where(along, related)))
    return found


def _is_matched_task(site_id: int) -> ColumnElement[bool]:
    return and_(
        anchors.c.site_id == site_id,
        anchors.c.removed_at.is_(None),
        anchors.c.matched,
        anchors.c.kind == Kind.TASK.value,
    )


def spaces_of(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Issue id -> (id, key) of its Jira project, as stored."""
    found: dict[int, tuple[str, str]] = {}
    columns = (issues.c.issue_id, issues.c.space_id, issues.c.space_key)
    for some in batched(ids):
        these = and_(issues.c.site_id == site_id, issues.c.issue_id.in_(some))
        found.update((row[0], (row[1], row[2])) for row in connection.execute(select(*columns).where(these)))
    return found


def spaces(connection: Connection, site_id: int) -> list[tuple[str, str]]:
    """(id, key) of every Jira project that live issues are in."""
    live = and_(issues.c.site_id == site_id, issues.c.removed_at.is_(None))
    statement = select(issues.c.space_id, issues.c.space_key).where(live).distinct()
    return sorted((row[0], row[1]) for row in connection.execute(statement))


def unreadables(connection: Connection, site_id: int) -> list[tuple[str, str]]:
    """(reference, reason) of all that is set aside."""
    statement = select(unreadable.c.reference, unreadable.c.reason).where(unreadable.c.site_id == site_id)
    return [(row[0], row[1]) for row in connection.execute(statement.order_by(unreadable.c.reference))]


def forget_unreadable(connection: Connection, site_id: int, references: Iterable[str]) -> None:
    """These could be read again, or are gone."""
    delete_some(connection, unreadable, "reference", site_id, references)


def census_count(connection: Connection, site_id: int) -> int:
    """How many ids the last census named."""
    statement = select(func.count()).select_from(census).where(census.c.site_id == site_id)
    return int(connection.scalar(statement) or 0)
