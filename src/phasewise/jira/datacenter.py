"""Reading Jira Data Center: offset pages that may shift, histories by `expand`. `client` chooses it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from phasewise.core.model import Instant
from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.offsets import walk
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


class DataCenter(Reading):
    """Jira Data Center. `since` writes a clause for "field at or after an instant"."""

    ids_per_read = 50

    def __init__(self, caller: Caller, since: Callable[[str, Instant], str]) -> None:
        self._caller = caller
        self._since = since

    def pages(self, clause: str, fields: Sequence[str], reconcile: Sequence[int] = ()) -> Iterator[list[Row]]:
        """Whole windows of pages side by side; `offsets` says why nothing is lost between them."""
        wanted = list(dict.fromkeys([*fields, "created"]))

        def ask(clause: str, start: int, size: int) -> tuple[list[Row], int | None]:
            return self._search(clause, wanted, start, size, validate=not reconcile)

        return walk(clause, ask, self._since)

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


def _slim_rows(data: Any) -> None:
    for row in rows_in(data, "issues"):
        row.pop("self", None)
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
