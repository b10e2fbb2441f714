"""One run of the synchronisation: what its steps share, and the reading of issues into the store.

sync_site makes one, and drain_inbox; sweep_ids and confirm_ids work with it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from phasewise.core.model import Instant, IssueRecord
from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.ahead import Asking, Pages
from phasewise.jira.client import JiraClient
from phasewise.jira.fields import FieldMap
from phasewise.jira.reading import RawIssue, ReadResult, id_of
from phasewise.jira.stream import in_parallel
from phasewise.jira.translate import UnreadableIssueError, issue_record, subtask_ids
from phasewise.store import closure, issues, sites
from phasewise.store.census import in_order
from phasewise.store.issues import Version
from phasewise.usecases.deps import Deps
from phasewise.usecases.map_site import Mapped, Warned, propose_phases

if TYPE_CHECKING:
    from sqlalchemy import Connection

OnProgress = Callable[[int, int], None]

STORED_AT_ONCE = 400
"""Issues in one transaction: each costs a flush to the disk and twenty statements, however few they are."""

ROUNDS = 3
NEVER: Version = (0, None)


@dataclass(slots=True)
class Tally:
    """What a run did, counted as it goes. `gone` are ids that Jira no longer shows, to be confirmed;
    `renamed` ids whose key is another now; `listed` how many ids the census named, None without one.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    removed: int = 0
    unreadable: int = 0
    listed: int | None = None
    gone: set[int] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    warnings: list[Warned] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Batch:
    """One read, as it goes into one transaction. `ids` were asked for; `unreadable` are reasons by id or key,
    `missing` ids that Jira does not show. `before` is what was stored when the read began: where something
    else is stored by now, it was read too early. `unphased` are ids that came without the phase field."""

    ids: list[int]
    records: list[IssueRecord]
    unreadable: dict[str, str]
    missing: frozenset[int]
    before: dict[int, Version]
    unphased: frozenset[int] = frozenset()

    def __add__(self, other: "Batch") -> "Batch":
        return Batch(
            self.ids + other.ids,
            self.records + other.records,
            {**self.unreadable, **other.unreadable},
            self.missing | other.missing,
            {**self.before, **other.before},
            self.unphased | other.unphased,
        )

    def only(self, ids: Sequence[int]) -> "Batch":
        """The part of the batch that these of its ids make, with the sub-tasks that came along."""
        others = set(self.ids).difference(ids)
        wanted = set(ids)
        other_names = {str(issue_id) for issue_id in others}
        return Batch(
            list(ids),
            [r for r in self.records if r.id in wanted or not {r.id, r.parent_id} & others],
            {name: reason for name, reason in self.unreadable.items() if name not in other_names},
            self.missing & wanted,
            self.before,
            self.unphased & wanted,
        )

    def removed_meanwhile(self, now: Mapping[int, Version]) -> frozenset[int]:
        """Ids that somebody found gone after this read began: it must not bring them back."""
        return frozenset(
            record.id
            for record in self.records
            if (removed_at := now.get(record.id, NEVER)[1]) is not None
            and removed_at != self.before.get(record.id, NEVER)[1]
        )


def gathered(batches: Iterable[Batch], at_once: int) -> Iterator[Batch]:
    """Batches put together, `at_once` ids or more; what was read before an error comes, too."""
    waiting: Batch | None = None
    try:
        for batch in batches:
            waiting = batch if waiting is None else waiting + batch
            if len(waiting.ids) >= at_once:
                whole, waiting = waiting, None
                yield whole
    except Exception:
        if waiting is not None:
            yield waiting
        raise
    if waiting is not None:
        yield waiting


@dataclass(frozen=True, slots=True)
class Listing:
    """The ids and keys of the scope as Jira lists them, and how many it says there are; both under way."""

    pages: Pages[dict[int, str]]
    expected: Callable[[], int | None]

    def projects(self) -> list[str]:
        """The keys of the Jira projects that the first page names; none where Jira refuses the scope."""
        try:
            keys = (self.pages.first() or {}).values()
        except JiraError as error:
            if error.status != 400:
                raise
            return []
        return sorted({key.rpartition("-")[0] for key in keys} - {""})


def begin_listing(client: JiraClient, clause: str, asking: Asking) -> Listing:
    """Begin to ask for what a census needs, while it is still asked who we are and which field is which.

    One search at first: a Jira that wants us to slow down says so to one, and not to several in flight.
    """
    pages = asking.pages(client.ids_and_keys(clause))

    def count() -> int | None:
        pages.first()
        return client.approximate_count(clause)

    return Listing(pages, asking.ask(count))


@dataclass(frozen=True, slots=True)
class SyncRun:
    """`clause` is the scope as JQL, `jira_now` Jira's clock at the start of the run.

    `seen_until` is the same of the last census before. What the run asks for ahead, it asks through `asking`;
    `listing` is there where a census is to be taken.
    """

    deps: Deps
    client: JiraClient
    asking: Asking
    clause: str
    mapped: Mapped
    jira_now: Instant
    seen_until: Instant = 0
    listing: Listing | None = None
    tally: Tally = field(default_factory=Tally)

    @property
    def site_id(self) -> int:
        return self.deps.site_id

    @property
    def fields(self) -> FieldMap:
        return self.mapped.fields

    def warn(self, code: str, text: str) -> None:
        self.tally.warnings.append(Warned(code, text))

    def read(
        self, ids: Collection[int], *, matched: bool, on_progress: OnProgress | None = None, backfill: int = 0
    ) -> None:
        """Read these issues whole and store them, some batches in one transaction.

        `matched` says whether the scope matches them; if so, their sub-tasks come along. `backfill` is the
        number of all issues in scope, where this is the filling of the store, and 0 otherwise.
        """
        done, left = 0, in_order(ids)
        read = self.matched if matched else self.along
        at_once = min(STORED_AT_ONCE, len(ids) // 20)  # and at least twenty steps for whoever watches
        for _ in range(ROUNDS if left else 0):
            batches = gathered(in_parallel(read, left, self.client.ids_per_read), at_once)
            again: set[int] = set()
            for batch in batches:
                done += len(batch.ids)
                again |= self._store(batch, backfill and (backfill - len(ids) + done, backfill))
                if on_progress is not None:
                    on_progress(done, len(ids))
            left = in_order(again)
            done -= len(left)

    def matched(self, ids: list[int]) -> Batch:
        """Issues read whole that the scope is known to match, with their sub-tasks."""
        return self._read(ids, lambda found: set(found))

    def along(self, ids: list[int]) -> Batch:
        """Issues read whole that the scope itself does not match."""
        return self._read(ids, lambda _: set())

    def asked(self, ids: list[int]) -> Batch:
        """Issues read whole, and the scope asked which of them it matches."""
        return self._read(ids, lambda found: self.client.matching(self.clause, found) if found else set())

    def _read(self, ids: list[int], matching: Callable[[list[int]], set[int]]) -> Batch:
        """With those sub-tasks that nothing else brings in, so that a task is never stored without them.

        What Jira sent is many times larger than the records: it is let go here, in the thread that read it.
        """
        with self.deps.database.read() as connection:
            before = issues.versions(connection, self.site_id, ids)
        result = self.client.read(ids, self.fields.requested)
        ids_found = [issue_id for raw in result.issues if (issue_id := id_of(raw.issue)) is not None]
        matched = matching(ids_found)
        batch = self._batch(result, ids, matched, before)
        raws = [raw for raw in result.issues if id_of(raw.issue) in matched]
        named = {subtask for raw in raws for subtask in subtask_ids(raw)}.difference(ids)
        with self.deps.database.read() as connection:
            more = sorted(named - closure.known_ids(connection, self.site_id, named)) if named else []
        for start in range(0, len(more), self.client.ids_per_read):
            found = self.along(more[start : start + self.client.ids_per_read])
            batch.records.extend(found.records)
            batch.unreadable.update(found.unreadable)
            batch.before.update(found.before)
        return batch

    def _batch(
        self, result: ReadResult, ids: list[int], matched: Collection[int], before: dict[int, Version]
    ) -> Batch:
        records, unreadable = self._translate(result.issues, matched)
        unphased = frozenset(i for raw in result.issues if (i := id_of(raw.issue)) and self._lacks_phase(raw))
        reasons = {**result.unreadable, **unreadable}
        return Batch(list(ids), records, reasons, result.missing, before, unphased)

    def _lacks_phase(self, raw: RawIssue) -> bool:
        values = raw.issue.get("fields")
        return self.fields.phase is not None and isinstance(values, dict) and self.fields.phase not in values

    def _store(self, batch: Batch, backfill: tuple[int, int] | int) -> frozenset[int]:
        """Write the batch; the ids that must be read again, because somebody found them gone meanwhile."""

        def write(connection: "Connection") -> tuple[issues.SaveReport, frozenset[int]]:
            sites.lock(connection, sites.WRITING_ISSUES, self.site_id)
            seen = [record.id for record in batch.records]
            gone = batch.removed_meanwhile(issues.versions(connection, self.site_id, seen))
            records = [record for record in batch.records if record.id not in gone]
            report = self.save(connection, batch, records)
            if isinstance(backfill, tuple):
                done, total = backfill
                sites.save_sync_state(connection, self.site_id, backfill_done=done, backfill_total=total)
            return report, gone

        report, gone = self.deps.database.transact(write)
        self.tally.read += len(batch.records)
        self.tally.new += report.new
        self.tally.changed += report.changed
        self.tally.unreadable += len(batch.unreadable)
        self.tally.gone |= batch.missing
        return gone

    def save(
        self, connection: "Connection", batch: Batch, records: Sequence[IssueRecord]
    ) -> issues.SaveReport:
        """Store these records of a batch, with what could not be read of it and what can be again."""
        report = self.save_records(connection, records)
        for reference, reason in batch.unreadable.items():
            issues.set_aside(connection, self.site_id, reference, reason, self.jira_now)
        settled = map(str, [*(record.id for record in records), *batch.missing])
        closure.forget_unreadable(connection, self.site_id, settled)
        return report

    def save_records(self, connection: "Connection", records: Sequence[IssueRecord]) -> issues.SaveReport:
        """Store records, with the phases that the names of their options mean."""
        report = issues.save_records(connection, self.site_id, self._with_last_phases(connection, records))
        propose_phases(connection, self.site_id)
        return report

    def _translate(
        self, raws: Iterable[RawIssue], matched: Collection[int]
    ) -> tuple[list[IssueRecord], dict[str, str]]:
        """The records, and the reasons of those that make none, by id or key."""
        records: list[IssueRecord] = []
        unreadable: dict[str, str] = {}
        for raw in raws:
            try:
                records.append(issue_record(raw, self.fields, matched=id_of(raw.issue) in matched))
            except UnreadableIssueError as error:
                unreadable[error.reference] = str(error)
        return records, unreadable

    def _with_last_phases(
        self, connection: "Connection", records: Sequence[IssueRecord]
    ) -> Sequence[IssueRecord]:
        """Where Jira no longer lists the phase field, an issue keeps the phase it was last seen in."""
        if not self.fields.phase_is_gone:
            return records
        last = issues.stored_options(connection, self.site_id, [record.id for record in records])
        return [
            replace(record, phase_option=record.phase_option or last.get(record.id)) for record in records
        ]


def without_hidden(run: SyncRun, error: JiraError) -> SyncRun:
    """The run with what is left of the scope, where Jira refuses it for naming projects that became hidden.

    The same error where that is not the reason.
    """
    if error.status != 400:
        raise error
    with run.deps.database.read() as connection:
        spaces = closure.spaces(connection, run.site_id)
    hidden = [space for space in spaces if not run.client.project_visible(space[0] or space[1])]
    clause = jql.without_values(run.clause, [name for space in hidden for name in space])
    if clause == run.clause:
        raise error
    listing = run.listing and begin_listing(run.client, clause, run.asking)
    return replace(run, clause=clause, listing=listing)
