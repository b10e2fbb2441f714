"""The read side: which issues exist at an instant, found by key or page by page. Called by usecases/as_of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, tuple_

from phasewise.core.model import Group, Instant, Kind, Phase
from phasewise.core.values import value
from phasewise.store.keys import ids_of
from phasewise.store.tables import intervals, issues, sites
from phasewise.store.upsert import AS_OF, SITE, SOME, fetch_many

KEY_PLACE = (str, int, str)
"""Shape of a place in the order of keys: Jira space, length of the key, key. So ML-9 comes before ML-10."""

AT_ONCE = 500
"""Parameters of one IN list: both databases have a limit, and a list this long is as fast as a longer one."""

KEY_MOST, ID_DIGITS = 255, 19
"""Characters of a key at most; an id of so many digits could be too large for 64 bits."""

KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}

Id = TypeVar("Id", int, str)

COLUMNS = (
    issues.c.issue_id,
    issues.c.key,
    issues.c.summary,
    issues.c.space_key,
    issues.c.kind,
    issues.c.created,
    issues.c.removed_at,
    issues.c.history_incomplete,
)

_url = select(sites.c.url).where(sites.c.site_id == SITE)
_by_id = select(*COLUMNS).where(issues.c.site_id == SITE, issues.c.issue_id.in_(SOME))


@value(frozen=True, slots=True)
class IssueRow:
    """An issue as Jira last showed it."""

    id: int
    key: str
    summary: str
    space_key: str
    kind: Kind
    created: Instant
    removed_at: Instant | None
    history_incomplete: bool

    def place_of(self) -> tuple[str, int, str]:
        """Its place in the order of keys: see KEY_PLACE."""
        return (self.space_key, len(self.key), self.key)

    def exists_at(self, as_of: Instant) -> bool:
        return self.created < as_of and (self.removed_at is None or self.removed_at >= as_of)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks, by what their interval at the instant says; None: all."""

    project: int | None = None
    person: str | None = None
    phase: Phase | None = None
    group: Group | None = None

    def clauses(self) -> list[ColumnElement[bool]]:
        asked = (
            (intervals.c.project_id, self.project),
            (intervals.c.person, self.person),
            (intervals.c.phase, self.phase),
            (intervals.c.group, self.group),
        )
        return [column == value for column, value in asked if value is not None]


@dataclass(frozen=True, slots=True)
class Page:
    """How many rows at most, after which place in the order."""

    limit: int | None = None
    after: tuple[Any, ...] | None = field(default=None)


def exists_at(as_of: Instant | ColumnElement[Any], issue: Any = issues) -> ColumnElement[bool]:
    """Whether an issue was created, and not yet removed, strictly before `as_of`."""
    return and_(issue.c.created < as_of, or_(issue.c.removed_at.is_(None), issue.c.removed_at >= as_of))


def lasts_at(as_of: Instant | ColumnElement[Any], stretch: Any = intervals) -> ColumnElement[bool]:
    """Whether an interval (or anything else with a start and an end) is the one under way at `as_of`."""
    return and_(stretch.c.start < as_of, or_(stretch.c.end.is_(None), stretch.c.end >= as_of))


def find_issue(connection: Connection, site_id: int, key: str) -> IssueRow | None:
    """The issue with this key, former key or numeric id, removed or not; None if there is none."""
    issue_id = _id_of(connection, site_id, key)
    return None if issue_id is None else issues_by_id(connection, site_id, [issue_id]).get(issue_id)


def _id_of(connection: Connection, site_id: int, key: str) -> int | None:
    if key.isascii() and key.isdigit():
        return int(key) if len(key) < ID_DIGITS else None
    spellings = [spelling for spelling in (key, key.upper()) if len(spelling) <= KEY_MOST]
    found = ids_of(connection, site_id, spellings)
    return next((found[spelling] for spelling in spellings if spelling in found), None)


def find_project(connection: Connection, site_id: int, key: str | None) -> int | None:
    """The id that a filter by project names; no project has the id 0, nor the key of nothing."""
    if key is None:
        return None
    issue = find_issue(connection, site_id, key)
    return 0 if issue is None else issue.id


def site_url(connection: Connection, site_id: int) -> str:
    """Where people browse the site."""
    return str(connection.scalar(_url, {"site": site_id}) or "")


def projects_at(connection: Connection, site_id: int, as_of: Instant, page: Page) -> list[IssueRow]:
    """The projects existing at `as_of`, in the order of their keys."""
    if page.limit is None and page.after is None:
        return [issue_row(row) for row in fetch_many(connection, _all_projects, site=site_id, as_of=as_of)]
    return _in_key_order(connection, _existing(site_id, Kind.PROJECT, as_of), page)


def tasks_at(
    connection: Connection, site_id: int, as_of: Instant, asked: TaskFilter, page: Page
) -> list[IssueRow]:
    """The tasks existing at `as_of` that pass the filter, in the order of their keys."""
    statement = _existing(site_id, Kind.TASK, as_of)
    clauses = asked.clauses()
    if clauses:
        same_issue = and_(intervals.c.site_id == issues.c.site_id, intervals.c.issue_id == issues.c.issue_id)
        statement = statement.join(intervals, same_issue).where(lasts_at(as_of), *clauses)
    # A person has few tasks: they are found by their index and sorted, not looked for along all keys.
    return _in_key_order(connection, statement, page, is_few=asked.person is not None)


def issues_begun(connection: Connection, site_id: int, as_of: Instant, page: Page) -> list[IssueRow]:
    """Every project, task and sub-task created before `as_of`, removed ones too, in the order of ids."""
    after = page.after[0] if page.after else 0
    statement = (
        select(*COLUMNS)
        .where(
            issues.c.site_id == site_id,
            issues.c.issue_id > after,
            issues.c.kind != Kind.OTHER,
            issues.c.created < as_of,
        )
        .order_by(issues.c.issue_id)
        .limit(page.limit)
    )
    return [issue_row(row) for row in connection.execute(statement).all()]


def issues_by_id(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, IssueRow]:
    """The issues with these ids, by id."""
    found: dict[int, IssueRow] = {}
    for some in chunks(sorted(set(ids))):
        rows = fetch_many(connection, _by_id, site=site_id, some=some)
        found.update((row[0], issue_row(row)) for row in rows)
    return found


def chunks(ids: Sequence[Id]) -> Iterator[Sequence[Id]]:
    """The ids in lists short enough for one statement."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _existing(
    site_id: int | ColumnElement[Any], kind: Kind, as_of: Instant | ColumnElement[Any]
) -> Select[Any]:
    return select(*COLUMNS).where(issues.c.site_id == site_id, issues.c.kind == kind, exists_at(as_of))


def _in_key_order(
    connection: Connection, statement: Select[Any], page: Page, *, is_few: bool = False
) -> list[IssueRow]:
    """Along the index of keys, whose expression the sum is not."""
    length = func.length(issues.c.key)
    order = (issues.c.space_key, length + 0 if is_few else length, issues.c.key)
    if page.after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*map(literal, page.after)))
    statement = statement.order_by(*order).limit(page.limit)
    return [issue_row(row) for row in connection.execute(statement).all()]


def issue_row(row: Any) -> IssueRow:
    """An issue from a row of COLUMNS, which are in the order of its fields."""
    issue_id, key, summary, space_key, kind, created, removed_at, is_incomplete = row
    return IssueRow(issue_id, key, summary, space_key, KINDS[kind], created, removed_at, bool(is_incomplete))


_all_projects = _existing(SITE, Kind.PROJECT, AS_OF).order_by(
    issues.c.space_key, func.length(issues.c.key), issues.c.key
)
