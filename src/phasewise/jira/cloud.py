"""Reading Jira Cloud: token pages of ids, issues in bulk, histories in bulk. `client` chooses it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.reading import (
    RawIssue,
    Reading,
    ReadResult,
    Row,
    by_id,
    id_of,
    in_halves,
    read_one,
    rows_in,
    slim,
)
from phasewise.jira.retry import Caller
from phasewise.jira.wire import Request

IDS_PER_PAGE = 5000
HISTORIES_PER_PAGE = 10_000
EMPTY_PAGES_IN_A_ROW = 20
NOT_THERE = (404, 405, 410)
RECONCILED = 50


class Cloud(Reading):
    """Jira Cloud. Where its bulk reads are not there, search and single histories take their place."""

    ids_per_read = 100

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._has_bulk = True

    def pages(self, clause: str, fields: Sequence[str], reconcile: Sequence[int] = ()) -> Iterator[list[Row]]:
        """Short pages are no end: only `isLast`, or no further token, is one.

        A token that expired, or that comes a second time, means to start over, once.
        """
        for attempt in (1, 2):
            try:
                yield from self._token_pages(clause, fields, reconcile)
                return
            except StaleTokenError:
                if attempt == 2:
                    raise

    def _token_pages(
        self, clause: str, fields: Sequence[str], reconcile: Sequence[int]
    ) -> Iterator[list[Row]]:
        body: dict[str, Any] = {
            "jql": clause + jql.ORDER,
            "fields": list(fields) or ["id"],
            "maxResults": IDS_PER_PAGE,
        }
        if reconcile:
            body["reconcileIssues"] = list(reconcile)[:RECONCILED]
        seen: set[str] = set()
        empty = 0
        while True:
            data = self._page(body)
            rows = rows_in(data, "issues")
            empty = 0 if rows else empty + 1
            if rows:
                yield rows
            token = data.get("nextPageToken")
            if data.get("isLast") is True or not token:
                return
            if token in seen or empty > EMPTY_PAGES_IN_A_ROW:
                raise StaleTokenError(
                    "Jira's pages run in a circle: the same page token came twice", retryable=True
                )
            seen.add(token)
            body["nextPageToken"] = token

    def _page(self, body: dict[str, Any]) -> Any:
        try:
            return self._post("/rest/api/3/search/jql", body)
        except JiraError as error:
            if error.status == 400 and "nextPageToken" in body:
                raise StaleTokenError(f"Jira's page token is no longer valid. {error}", status=400) from None
            raise

    def read(self, ids: Sequence[int], fields: Sequence[str]) -> ReadResult:
        if self._has_bulk:
            try:
                return in_halves(ids, lambda some: self._read_in_bulk(some, fields))
            except JiraError as error:
                if error.status not in NOT_THERE:
                    raise
                self._has_bulk = False
        return self._read_by_search(ids, fields)

    def rows(self, ids: Sequence[int], fields: Sequence[str]) -> dict[int, Row]:
        if self._has_bulk:
            try:
                data = self._bulk(ids, fields)
                return by_id(rows_in(data, "issues"), ids)
            except JiraError as error:
                if error.status not in NOT_THERE:
                    raise
                self._has_bulk = False
        found = ((issue_id, read_one(self._caller, 3, issue_id, fields, None)) for issue_id in ids)
        return {issue_id: row for issue_id, row in found if row is not None}

    def _bulk(self, ids: Sequence[int], fields: Sequence[str]) -> Any:
        body = {"issueIdsOrKeys": [str(issue_id) for issue_id in ids], "fields": list(fields)}
        return self._post("/rest/api/3/issue/bulkfetch", body)

    def _read_in_bulk(self, ids: Sequence[int], fields: Sequence[str]) -> ReadResult:
        """An id that does not come back is missing. One that comes back as an error may be anything: it is
        asked for alone. Where a row has no usable id, it may be any of the absent ones: none is missing."""
        data = self._bulk(ids, fields)
        listed = rows_in(data, "issues")
        rows = by_id(listed, ids)
        for issue_id in _failed(data.get("issueErrors"), ids):
            if (row := read_one(self._caller, 3, issue_id, fields, None)) is not None:
                rows[issue_id] = row
        absent = frozenset(ids) - rows.keys()
        raws = _raw(rows, self._histories(list(rows)) if rows else {})
        if any(id_of(row) is None for row in listed):
            return ReadResult(raws, unreadable=dict.fromkeys(map(str, absent), "it came without a usable id"))
        return ReadResult(raws, absent)

    def _histories(self, ids: Sequence[int]) -> dict[int, list[Any]]:
        """All histories of the issues, oldest first; those of one issue may be spread over pages."""
        found: dict[int, list[Any]] = {}
        body: dict[str, Any] = {
            "issueIdsOrKeys": [str(issue_id) for issue_id in ids],
            "maxResults": HISTORIES_PER_PAGE,
        }
        seen: set[str] = set()
        while True:
            data = self._post("/rest/api/3/changelog/bulkfetch", body, _slim_logs)
            for log in rows_in(data, "issueChangeLogs"):
                histories = log.get("changeHistories")
                issue_id = id_of({"id": log.get("issueId")})
                if issue_id is not None and isinstance(histories, list):
                    found.setdefault(issue_id, []).extend(histories)
            token = data.get("nextPageToken")
            if not token:
                return found
            if token in seen:
                raise JiraError("Jira's pages of histories run in a circle: try again later", retryable=True)
            seen.add(token)
            body["nextPageToken"] = token

    def _read_by_search(self, ids: Sequence[int], fields: Sequence[str]) -> ReadResult:
        found = self._searched(ids, fields)
        for issue_id in ids:  # the index lags: only the database says that an issue is gone
            row = found.get(issue_id) or read_one(self._caller, 3, issue_id, fields, None)
            if row is not None:
                found[issue_id] = row
        histories = {issue_id: self._history(issue_id) for issue_id in found}
        return ReadResult(_raw(found, histories), frozenset(ids) - found.keys())

    def _searched(self, ids: Sequence[int], fields: Sequence[str]) -> dict[int, Row]:
        found: dict[int, Row] = {}
        try:
            for page in self.pages(jql.with_ids(ids), fields):
                found |= by_id(page, ids)
        except JiraError as error:
            if error.status != 400:  # one id that is gone may make the search refuse the others
                raise
        return found

    def _history(self, issue_id: int) -> list[Any]:
        histories: list[Any] = []
        while True:
            data, _ = self._caller.call(
                Request(
                    "GET",
                    f"/rest/api/3/issue/{issue_id}/changelog",
                    params={"startAt": len(histories), "maxResults": 100},
                )
            )
            page = rows_in(data, "values")
            histories += page
            if data.get("isLast") is True or not page:
                return histories

    def count(self, clause: str) -> int | None:
        try:
            data = self._post("/rest/api/3/search/approximate-count", {"jql": clause})
        except JiraError as error:
            if error.status in NOT_THERE:
                return None
            raise
        count = data.get("count") if isinstance(data, dict) else None
        return count if isinstance(count, int) else None

    def _post(self, path: str, body: dict[str, Any], shrink: Callable[[Any], None] | None = None) -> Any:
        return self._caller.call(Request("POST", path, body=body, shrink=shrink))[0]


class StaleTokenError(JiraError):
    """A page token that expired or was given twice."""


def _slim_logs(data: Any) -> None:
    for log in rows_in(data, "issueChangeLogs"):
        slim(log.get("changeHistories"))


def _failed(errors: Any, ids: Sequence[int]) -> list[int]:
    """The ids that a list of errors names."""
    named = (
        {id_of(error) for error in errors if isinstance(error, dict)} if isinstance(errors, list) else set()
    )
    return [issue_id for issue_id in ids if issue_id in named]


def _raw(rows: dict[int, Row], histories: dict[int, list[Any]]) -> list[RawIssue]:
    return [RawIssue(row, histories.get(issue_id, []), whole=True) for issue_id, row in rows.items()]
