"""What Jira said: issues, their histories and keys, written as they came and marked to be derived again.

Called by sync_site and sweep_ids. What follows from the rows is the matter of `judge`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, update

from phasewise.core.model import Instant, IssueRecord, Kind
from phasewise.store import keys, names
from phasewise.store.dirty import What, mark, mark_dependents
from phasewise.store.erasing import known_as
from phasewise.store.records import (
    CHANGE,
    ChangeRow,
    Said,
    Stored,
    change_rows,
    issue_row,
    said_by,
    stored_issues,
)
from phasewise.store.sites import WRITING_ISSUES, lock, site_fields
from phasewise.store.tables import changes, issues, unreadable
from phasewise.store.upsert import (
    SITE,
    SOME,
    batched,
    delete_some,
    fetch_many,
    insert_many,
    insert_new,
    upsert,
)

Version = tuple[Instant, Instant | None]
"""`updated` and `removed_at` of an issue as it is stored."""

_versions = select(issues.c.issue_id, issues.c.updated, issues.c.removed_at).where(
    issues.c.site_id == SITE, issues.c.issue_id.in_(SOME)
)


@dataclass(frozen=True, slots=True)
class SaveReport:
    """How many records were new, changed something, were known already, or were older than what is stored."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    stale: int = 0

    def __add__(self, other: "SaveReport") -> "SaveReport":
        return SaveReport(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.stale + other.stale,
        )


@dataclass(frozen=True, slots=True)
class _News:
    """One record, what it says, and what is stored of its issue. `last_stored` is the last history that is
    stored, where only that tells which of the two is newer."""

    record: IssueRecord
    said: Said
    stored: Stored | None
    last_stored: int = 0

    @property
    def is_stale(self) -> bool:
        """Whether more is known already: a newer state, or the same one with its whole history."""
        if self.stored is None:
            return False
        was = (self.record.updated, self.record.history_whole)
        known = (self.stored.updated, self.record.history_whole or self.stored.history_whole)
        return was < known or (was == known and self._last < self.last_stored)

    @property
    def _last(self) -> int:
        return max((item.history_id for item in self.record.history), default=0)

    @property
    def is_known(self) -> bool:
        """Whether all of it is stored already; an issue that was removed and is here again is not known."""
        stored = self.stored
        return stored is not None and stored.content == self.said.content and stored.removed_at is None


def save_records(connection: Connection, site_id: int, records: Sequence[IssueRecord]) -> SaveReport:
    """Write the records, whatever their order and however often they come, and mark what follows from them.

    An older `updated` never overwrites a newer one, nor, at the same instant, a history that ends earlier one
    that goes on; a record that is stored already changes nothing. Writers take turns, across processes too.
    """
    lock(connection, WRITING_ISSUES, site_id)
    report = SaveReport()
    for records_once in _rounds(known_as(connection, site_id, records)):
        for some in batched(records_once):
            report += _save_once(connection, site_id, some)
    return report


def _rounds(records: Sequence[IssueRecord]) -> Iterator[list[IssueRecord]]:
    """The records in lists that name each issue at most once, in the order they came."""
    left = list(records)
    while left:
        now: dict[int, IssueRecord] = {}
        later = []
        for record in left:
            if record.id in now:
                later.append(record)
            else:
                now[record.id] = record
        yield list(now.values())
        left = later


def _save_once(connection: Connection, site_id: int, records: list[IssueRecord]) -> SaveReport:
    news = _news(connection, site_id, records)
    stale = [entry for entry in news if entry.is_stale]
    known = [entry for entry in news if not entry.is_stale and entry.is_known]
    fresh = [entry for entry in news if not entry.is_stale and not entry.is_known]
    _set_matched(connection, site_id, known)
    _add_older_histories(connection, site_id, stale)
    if fresh or stale:
        keys.save_keys(connection, site_id, _claims(fresh, stale))
        now, older = [entry.record for entry in fresh], [entry.record for entry in stale]
        names.save_seen(connection, site_id, now, older, site_fields(connection, site_id))
    if fresh:
        _write(connection, site_id, fresh)
        _mark(connection, site_id, fresh)
    new = sum(entry.stored is None for entry in fresh)
    return SaveReport(new, len(fresh) - new, len(known), len(stale))


def _news(connection: Connection, site_id: int, records: list[IssueRecord]) -> list[_News]:
    """Each record beside what is stored. Where `updated` is the same and the content is not, the histories
    tell which is newer: some databases keep whole seconds, and many changes fit into one."""
    stored = stored_issues(connection, site_id, [record.id for record in records])
    said = {record.id: said_by(record) for record in records}
    ties = [
        record.id
        for record in records
        if (was := stored.get(record.id)) is not None
        and was.updated == record.updated
        and was.content != said[record.id].content
        and record.history_whole
    ]
    last = _last_histories(connection, site_id, ties) if ties else {}
    return [_News(r, said[r.id], stored.get(r.id), last.get(r.id, 0)) for r in records]


def _last_histories(connection: Connection, site_id: int, ids: list[int]) -> dict[int, int]:
    """Issue id -> the highest id of its stored histories."""
    c = changes.c
    last = select(c.issue_id, func.max(c.history_id)).where(c.site_id == site_id, c.issue_id.in_(ids))
    return {row[0]: row[1] for row in connection.execute(last.group_by(c.issue_id))}


def _write(connection: Connection, site_id: int, fresh: list[_News]) -> None:
    parents = keys.ids_of(connection, site_id, {e.record.parent_key for e in fresh if e.record.parent_key})
    new = [issue_row(site_id, e.record, e.said.content, parents) for e in fresh if e.stored is None]
    insert_many(connection, issues, tuple(new[0]) if new else (), [tuple(row.values()) for row in new])
    known = [issue_row(site_id, e.record, e.said.content, parents) for e in fresh if e.stored is not None]
    upsert(connection, issues, known, keep=("history_incomplete",))
    _write_histories(connection, site_id, fresh)
    delete_some(connection, unreadable, "reference", site_id, (str(entry.record.id) for entry in fresh))


def _write_histories(connection: Connection, site_id: int, fresh: list[_News]) -> None:
    """A history only ever grows: only one that came whole may say that something of it is gone."""
    replaced = [e.record.id for e in fresh if e.stored is not None and e.record.history_whole]
    if replaced:
        gone = and_(changes.c.site_id == site_id, changes.c.issue_id.in_(replaced))
        connection.execute(delete(changes).where(gone))
    whole = [e for e in fresh if e.stored is None or e.record.history_whole]
    insert_many(connection, changes, CHANGE, _change_rows(site_id, whole))
    partial = [e for e in fresh if e.stored is not None and not e.record.history_whole]
    _add_histories(connection, site_id, partial)


def _change_rows(site_id: int, entries: Iterable[_News]) -> list[ChangeRow]:
    return [row for e in entries for row in change_rows(site_id, e.record, e.said)]


def _add_histories(connection: Connection, site_id: int, partial: list[_News]) -> None:
    rows = _change_rows(site_id, partial)
    insert_new(connection, changes, [dict(zip(CHANGE, row, strict=True)) for row in rows])


def _mark(connection: Connection, site_id: int, fresh: list[_News]) -> None:
    """Mark what the records touch: themselves, what they were part of, and what waited for them."""
    known = [(entry.record, entry.stored) for entry in fresh if entry.stored is not None]
    left = [before.parent_id for _, before in known if before.kind is Kind.SUBTASK and before.parent_id]
    mark(connection, site_id, What.ISSUE, [*(entry.record.id for entry in fresh), *left])
    were_projects = [
        now.id for now, before in known if before.kind is Kind.PROJECT and now.kind != before.kind
    ]
    mark(connection, site_id, What.PROJECT, were_projects)
    other_kind = [e.record.id for e in fresh if e.stored is None or e.stored.kind != e.record.kind]
    mark_dependents(connection, site_id, other_kind)


def _set_matched(connection: Connection, site_id: int, known: list[_News]) -> None:
    for entry in known:
        if entry.stored is not None and entry.stored.matched != entry.record.matched:
            values = {"matched": entry.record.matched}
            connection.execute(update(issues).where(_is(site_id, entry.record.id)).values(values))


def _add_older_histories(connection: Connection, site_id: int, stale: list[_News]) -> None:
    """What an older record knows of a history that did not come whole is still true."""
    partial = [e for e in stale if e.stored is not None and not e.stored.history_whole]
    if partial:
        _add_histories(connection, site_id, partial)
        mark(connection, site_id, What.ISSUE, [entry.record.id for entry in partial])


def _claims(fresh: list[_News], stale: list[_News]) -> list[keys.Claim]:
    """Every key that the records say an issue has or had."""
    claims = [
        keys.Claim(key, e.record.id, False) for e in fresh + stale for key in keys.former_keys(e.record)
    ]
    claims += [keys.Claim(e.record.key, e.record.id, False) for e in stale]
    claims += [keys.Claim(e.stored.key, e.record.id, False) for e in fresh if e.stored is not None]
    claims += [keys.Claim(e.record.key, e.record.id, True) for e in fresh]
    claims += [keys.Claim(e.stored.key, e.record.id, True) for e in stale if e.stored is not None]
    return claims


def known_updates(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, Instant]:
    """Issue id -> `updated` as stored, of those that are stored and not removed."""
    found: dict[int, Instant] = {}
    for some in batched(ids):
        rows = fetch_many(connection, _versions, site=site_id, some=some)
        found.update((issue, updated) for issue, updated, removed_at in rows if removed_at is None)
    return found


def versions(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, Version]:
    """Issue id -> what changes whenever its row says something else, of those that are stored."""
    found: dict[int, Version] = {}
    for some in batched(ids):
        rows = fetch_many(connection, _versions, site=site_id, some=some)
        found.update((issue, (updated, removed_at)) for issue, updated, removed_at in rows)
    return found


def stored_options(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, str]:
    """Issue id -> the phase option that is stored of it, of those that have one."""
    found: dict[int, str] = {}
    columns = (issues.c.issue_id, issues.c.phase_option)
    for some in batched(ids):
        known = (issues.c.site_id == site_id, issues.c.issue_id.in_(some), issues.c.phase_option.is_not(None))
        found.update(
            (number, option) for number, option in connection.execute(select(*columns).where(*known))
        )
    return found


def set_aside(connection: Connection, site_id: int, reference: str, reason: str, at: Instant) -> None:
    """Keep that something Jira sent could not be read: `reference` is an issue id or key, or the request."""
    values = {"site_id": site_id, "reference": reference[:255], "reason": reason, "seen_at": at}
    upsert(connection, unreadable, [values])


def _is(site_id: int, issue_id: int) -> ColumnElement[bool]:
    return and_(issues.c.site_id == site_id, issues.c.issue_id == issue_id)
