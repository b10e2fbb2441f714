"""Issues with their histories as they are stored, family by family, for `judge`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from phasewise.core.model import HistoryItem, Instant, Kind
from phasewise.store.boards import KINDS
from phasewise.store.records import CHANGE
from phasewise.store.tables import changes, issues
from phasewise.store.upsert import SITE, SOME, batched, fetch_many


@dataclass(frozen=True, slots=True)
class RawIssue:
    """An issue as Jira last showed it; its history is apart (`histories_of`)."""

    id: int
    kind: Kind
    status_id: str
    phase_option: str | None
    assignee: str | None
    parent_id: int | None
    parent_key: str | None
    flagged: bool
    created: Instant
    estimate_seconds: int | None
    history_whole: bool
    history_incomplete: bool
    removed_at: Instant | None


_raw = [
    issues.c[name]
    for name in (
        "issue_id",
        "kind",
        "status_id",
        "phase_option",
        "assignee",
        "parent_id",
        "parent_key",
        "flagged",
        "created",
        "estimate_seconds",
        "history_whole",
        "history_incomplete",
        "removed_at",
    )
]
_histories = select(*(changes.c[name] for name in CHANGE if name != "site_id")).where(
    changes.c.site_id == SITE, changes.c.issue_id.in_(SOME)
)
_kinds = select(issues.c.issue_id, issues.c.kind).where(issues.c.site_id == SITE, issues.c.issue_id.in_(SOME))
_by = {
    column: select(*_raw).where(issues.c.site_id == SITE, issues.c[column].in_(SOME))
    for column in ("issue_id", "parent_id")
}


def family_of(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, RawIssue]:
    """These issues with the task of every sub-task and all sub-tasks of every task among them, by id."""
    family = {raw.id: raw for raw in _read(connection, site_id, "issue_id", ids)}
    parents = {raw.parent_id for raw in family.values() if raw.kind is Kind.SUBTASK and raw.parent_id}
    for raw in _read(connection, site_id, "issue_id", parents - family.keys()):
        if raw.kind is Kind.TASK:
            family[raw.id] = raw
    tasks = [raw.id for raw in family.values() if raw.kind is Kind.TASK]
    for raw in _read(connection, site_id, "parent_id", tasks):
        if raw.kind is Kind.SUBTASK:
            family[raw.id] = raw
    return dict(sorted(family.items()))


def histories_of(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, list[HistoryItem]]:
    """The history of each issue, in no order; one without any is left out."""
    found: defaultdict[int, list[HistoryItem]] = defaultdict(list)
    for some in batched(ids):
        for issue, *item in fetch_many(connection, _histories, site=site_id, some=some):
            found[issue].append(HistoryItem(*item))
    return found


def kinds_of(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, Kind]:
    """What these issues are; those that are not stored are left out."""
    found: dict[int, Kind] = {}
    for some in batched(ids):
        rows = fetch_many(connection, _kinds, site=site_id, some=some)
        found.update((issue, KINDS[kind]) for issue, kind in rows)
    return found


def save_incomplete(connection: Connection, site_id: int, incomplete: Mapping[int, bool]) -> None:
    """Keep of each issue whether its history is incomplete."""
    for value in (True, False):
        for some in batched(issue for issue, is_so in incomplete.items() if is_so is value):
            which = (issues.c.site_id == site_id, issues.c.issue_id.in_(some))
            connection.execute(update(issues).where(*which).values(history_incomplete=value))


def _read(connection: Connection, site_id: int, column: str, ids: Iterable[int]) -> Iterator[RawIssue]:
    for some in batched(ids):
        for row in connection.execute(_by[column], {"site": site_id, "some": some}):
            yield RawIssue(row[0], KINDS[row[1]], *row[2:])
