"""Reading Jira Cloud: token pages of ids, issues in bulk, histories in bulk. `client` chooses it."""

from collections.abc import Iterator, Sequence
from typing import Any

from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.reading import (
    RawIssue,
    Reading,
    ReadResult,
    Row,
    id_of,
    in_halves,
    read_one,
    rows_in,
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
                return {
                    issue_id: row for row in rows_in(data, "issues") if (issue_id := id_of(row)) is not None
                }
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
        data = self._bulk(ids, fields)
        rows = {issue_id: row for row in rows_in(data, "issues") if (issue_id := id_of(row)) is not None}
        unreadable = dict(_errors(data.get("issueErrors")))
        for issue_id in [known for known in rows if known not in ids]:
            del rows[issue_id]
        absent = [issue_id for issue_id in ids if issue_id not in rows and str(issue_id) not in unreadable]
        histories = self._histories(list(rows)) if rows else {}
        if len(rows_in(data, "issues")) > len(rows):  # a row without a usable id: it may be any absent one
            return ReadResult(
                _raw(rows, histories), unreadable=unreadable | dict.fromkeys(map(str, absent), "no usable id")
            )
        return ReadResult(_raw(rows, histories), frozenset(absent), unreadable)

    def _histories(self, ids: Sequence[int]) -> dict[int, list[Any]]:
        """All histories of the issues, oldest first; those of one issue may be spread over pages."""
        found: dict[int, list[Any]] = {}
        body: dict[str, Any] = {
            "issueIdsOrKeys": [str(issue_id) for issue_id in ids],
            "maxResults": HISTORIES_PER_PAGE,
        }
        seen: set[str] = set()
        while True:
            data = self._post("/rest/api/3/changelog/bulkfetch", body)
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
        found: dict[int, Row] = {}
        for page in self.pages(jql.with_ids(ids), fields):
            found |= {issue_id: row for row in page if (issue_id := id_of(row)) in ids}  # type: ignore[misc]
        for issue_id in ids:  # the index lags: only the database says that an issue is gone
            row = found.get(issue_id) or read_one(self._caller, 3, issue_id, fields, None)
            if row is not None:
                found[issue_id] = row
        histories = {issue_id: self._history(issue_id) for issue_id in found}
        return ReadResult(_raw(found, histories), frozenset(ids) - found.keys())

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

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._caller.call(Request("POST", path, body=body))[0]


class StaleTokenError(JiraError):
    """A page token that expired or was given twice."""


def _errors(listed: Any) -> Iterator[tuple[str, str]]:
    for error in listed if isinstance(listed, list) else []:
        if isinstance(error, dict) and error.get("id"):
            yield str(error["id"]), str(error.get("errorMessage") or "Jira gave no reason")


def _raw(rows: dict[int, Row], histories: dict[int, list[Any]]) -> list[RawIssue]:
    return [RawIssue(row, histories.get(issue_id, []), whole=True) for issue_id, row in rows.items()]
