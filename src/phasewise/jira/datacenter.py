"""Reading Jira Data Center: offset pages that may shift, histories by `expand`. `client` chooses it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from phasewise.core.model import Instant
from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.instants import instant_of
from phasewise.jira.reading import (
    RawIssue,
    Reading,
    ReadResult,
    Row,
    by_id,
    in_halves,
    read_one,
    rows_in,
    slim,
)
from phasewise.jira.retry import Caller
from phasewise.jira.wire import Request

ROWS_PER_PAGE = 1000
OVERLAP = 10
WINDOW = 10_000  # an OpenSearch index refuses offsets beyond it
STARTS = 5
MINUTE = 60_000


class DataCenter(Reading):
    """Jira Data Center. `since` writes a clause for "field at or after an instant"."""

    ids_per_read = 50

    def __init__(self, caller: Caller, since: Callable[[str, Instant], str]) -> None:
        self._caller = caller
        self._since = since

    def pages(self, clause: str, fields: Sequence[str], reconcile: Sequence[int] = ()) -> Iterator[list[Row]]:
        """Each page begins with the last rows of the one before.

        Where they are not at its beginning, rows went or came meanwhile, and the page is read further back.
        """
        cursor = Cursor(clause)
        fields = list(dict.fromkeys([*fields, "created"]))
        while True:
            rows, total = self._search(
                cursor.clause, fields, cursor.begin, ROWS_PER_PAGE, validate=not reconcile
            )
            fresh = cursor.fresh(rows)
            if fresh is None:
                continue
            if fresh:
                yield fresh
            if not rows or (total is not None and cursor.next >= total):
                return
            if cursor.next + ROWS_PER_PAGE > WINDOW:
                cursor.rebase(clause, rows[-1], self._since)

    def read(self, ids: Sequence[int], fields: Sequence[str]) -> ReadResult:
        return in_halves(ids, lambda some: self._read(some, fields))

    def _read(self, ids: Sequence[int], fields: Sequence[str]) -> ReadResult:
        found: dict[int, Row] = {}
        left = list(ids)
        while left:
            rows = self._found(left, fields)
            if not rows:
                break
            found |= rows
            left = [issue_id for issue_id in left if issue_id not in rows]
        missing: set[int] = set()
        for issue_id in left:  # the index of a node lags: only the database says that an issue is gone
            row = read_one(self._caller, 2, issue_id, fields, "changelog")
            if row is None:
                missing.add(issue_id)
            else:
                found[issue_id] = row
        return ReadResult([_raw(row) for row in found.values()], frozenset(missing))

    def rows(self, ids: Sequence[int], fields: Sequence[str]) -> dict[int, Row]:
        return self._found(ids, fields, expand=())

    def _found(
        self, ids: Sequence[int], fields: Sequence[str], expand: Sequence[str] = ("changelog",)
    ) -> dict[int, Row]:
        """Those the search finds, by halves: an unknown id may make it refuse the others too."""
        try:
            rows, _ = self._search(jql.with_ids(ids), fields, 0, len(ids), expand, validate=False)
        except JiraError as error:
            if error.status != 400:
                raise
            if len(ids) == 1:
                return {}
            middle = len(ids) // 2
            return self._found(ids[:middle], fields, expand) | self._found(ids[middle:], fields, expand)
        return by_id(rows, ids)

    def count(self, clause: str) -> int | None:
        return self._search(clause, ["created"], 0, 1)[1]

    def _search(
        self,
        clause: str,
        fields: Sequence[str],
        start: int,
        size: int,
        expand: Sequence[str] = (),
        *,
        validate: bool = True,  # False: an id deleted meanwhile must not make the others fail
    ) -> tuple[list[Row], int | None]:
        body: dict[str, Any] = {
            "jql": clause + jql.ORDER,
            "fields": list(fields),
            "startAt": start,
            "maxResults": size,
            "validateQuery": validate,
        }
        if expand:
            body["expand"] = list(expand)
        request = Request("POST", "/rest/api/2/search", body=body, shrink=_slim_rows)
        data, _ = self._caller.call(request)
        rows = rows_in(data, "issues")
        total = data.get("total")
        return rows, total if isinstance(total, int) else None


class Cursor:
    """Where the paging stands: the next offset, and the ids of the rows served last."""

    def __init__(self, clause: str) -> None:
        self.clause = clause
        self.next = 0
        self._tail: list[str] = []
        self._starts = 1

    @property
    def begin(self) -> int:
        return max(0, self.next - len(self._tail))

    def fresh(self, rows: list[Row]) -> list[Row] | None:
        """The rows not served yet; None where the page must be read again, further back."""
        ids = [str(row.get("id")) for row in rows]
        last = next((ids.index(known) for known in reversed(self._tail) if known in ids), None)
        if last is None and self._tail:
            if self.begin > 0:
                self.next = max(len(self._tail), self.next - ROWS_PER_PAGE)
                return None
            self._start_over()
        fresh = rows if last is None else rows[last + 1 :]
        self.next = self.begin + len(rows)
        served = self._tail + ids[len(ids) - len(fresh) :]
        self._tail = served[len(served) - min(OVERLAP, len(rows) // 2, len(served)) :]
        return fresh

    def _start_over(self) -> None:
        self._starts += 1
        if self._starts > STARTS:
            raise JiraError(
                "Jira's pages change faster than they can be read: try again later", retryable=True
            )

    def rebase(self, clause: str, last: Row, since: Callable[[str, Instant], str]) -> None:
        """Begin a new window at the creation of the last row, so that offsets stay small."""
        try:
            created = instant_of(last["fields"]["created"])
        except (KeyError, TypeError, ValueError):
            return
        narrowed = jql.both(clause, since("created", created - created % MINUTE))
        if narrowed != self.clause:
            self.clause, self.next = narrowed, len(self._tail)


def _slim_rows(data: Any) -> None:
    for row in rows_in(data, "issues"):
        log = row.get("changelog")
        slim(log.get("histories") if isinstance(log, dict) else None)


def _raw(row: Row) -> RawIssue:
    """Jira says how many histories there are; fewer than that came cut."""
    log = row.get("changelog")
    histories = log.get("histories") if isinstance(log, dict) else None
    if not isinstance(log, dict) or not isinstance(histories, list):
        return RawIssue(row, [], whole=False)
    total = log.get("total")
    return RawIssue(row, histories, whole=not isinstance(total, int) or len(histories) >= total)
