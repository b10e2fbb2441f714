"""What a read of whole issues gives, and the checks that `cloud` and `datacenter` share."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from phasewise.errors import JiraError
from phasewise.jira.retry import Caller
from phasewise.jira.trouble import BrokenAnswerError, TooBigError
from phasewise.jira.wire import Request

Row = dict[str, Any]
DIGITS = 19
PERSON_IDS = ("accountId", "key", "name")


@dataclass(frozen=True, slots=True)
class RawIssue:
    """An issue and its histories as Jira sent them. `whole` is False where Jira kept histories back."""

    issue: Row
    histories: list[Any]
    whole: bool


@dataclass(frozen=True, slots=True)
class ReadResult:
    """`missing` are ids that Jira does not show (deleted, or hidden from us); `unreadable` says why not."""

    issues: list[RawIssue] = field(default_factory=list)
    missing: frozenset[int] = frozenset()
    unreadable: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: "ReadResult") -> "ReadResult":
        return ReadResult(
            self.issues + other.issues,
            self.missing | other.missing,
            {**self.unreadable, **other.unreadable},
        )


class Reading(Protocol):
    """How one kind of Jira is listed and read."""

    ids_per_read: int

    def pages(self, clause: str, fields: Sequence[str], reconcile: Sequence[int] = ()) -> Iterator[list[Row]]:
        """Every issue the clause matches, page by page in a stable order; some may come twice."""

    def read(self, ids: Sequence[int], fields: Sequence[str]) -> ReadResult:
        """At most `ids_per_read` issues, each read before its history."""

    def rows(self, ids: Sequence[int], fields: Sequence[str]) -> dict[int, Row]:
        """At most `ids_per_read` issues without histories, by id; what Jira does not show is left out."""

    def count(self, clause: str) -> int | None:
        """How many issues Jira believes the clause matches, or None where it does not say."""


def rows_in(data: Any, name: str) -> list[Row]:
    """The list of objects under `name`; BrokenAnswerError for any other shape."""
    rows = data.get(name) if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise BrokenAnswerError(
            f"Jira's answer has no list of {name}: something else than Jira answered; check the address",
            retryable=True,
        )
    return [row for row in rows if isinstance(row, dict)]


def id_of(row: Mapping[str, Any]) -> int | None:
    """The numeric id of an issue as Jira sent it; None where it is none that a database can hold."""
    value = row.get("id")
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= DIGITS:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def by_id(rows: Iterable[Row], wanted: Collection[int]) -> dict[int, Row]:
    """Those of the rows that were asked for, by their ids."""
    return {issue_id: row for row in rows if (issue_id := id_of(row)) is not None and issue_id in wanted}


def slim(histories: Any) -> None:
    """Reduce the authors of histories to their ids: names and pictures are most of what Jira sends, and
    whole pages of them wait for each other in memory."""
    for history in histories if isinstance(histories, list) else ():
        author = history.get("author") if isinstance(history, dict) else None
        if isinstance(author, dict):
            history["author"] = {name: author[name] for name in PERSON_IDS if name in author}


def in_halves(ids: Sequence[int], read: Callable[[Sequence[int]], ReadResult]) -> ReadResult:
    """Read together; where the answer grows too big, each half by itself, down to the one too big alone."""
    try:
        return read(ids)
    except JiraError as error:
        if not isinstance(error, TooBigError) and error.status != 413:
            raise
        if len(ids) == 1:
            return ReadResult(unreadable={str(ids[0]): str(error)})
    middle = len(ids) // 2
    return in_halves(ids[:middle], read) + in_halves(ids[middle:], read)


def read_one(
    caller: Caller, version: int, issue_id: int, fields: Sequence[str], expand: str | None
) -> Row | None:
    """One issue straight from the database of Jira, or None where Jira does not show it."""
    params = {"fields": ",".join(fields)} | ({"expand": expand} if expand else {})
    try:
        data, _ = caller.call(Request("GET", f"/rest/api/{version}/issue/{issue_id}", params=params))
    except JiraError as error:
        if error.status in (403, 404):
            return None
        raise
    if not isinstance(data, dict) or id_of(data) is None:
        raise BrokenAnswerError(f"Jira's answer for issue {issue_id} is no issue", retryable=True)
    return data
