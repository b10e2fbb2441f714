"""An issue as it was read from Jira, as rows; `issues` writes them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Connection, select

from phasewise.core.model import HistoryItem, Instant, IssueRecord, Kind
from phasewise.store.tables import issues
from phasewise.store.text import clean, fitting

LONGEST = 255
"""An id or name is refused beyond it; what was displayed in a history is cut to it."""

CHANGE = (
    "site_id",
    "issue_id",
    "history_id",
    "item",
    "at",
    "author",
    "field",
    "before",
    "after",
    "before_text",
    "after_text",
)
ChangeRow = tuple[Any, ...]

_said_item = attrgetter(*(field.name for field in fields(HistoryItem)))
_said = attrgetter(*(field.name for field in fields(IssueRecord) if field.name not in ("history", "matched")))


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of an issue and decides what a record of it may change."""

    key: str
    kind: Kind
    parent_id: int | None
    updated: Instant
    content: str
    matched: bool
    history_whole: bool
    removed_at: Instant | None


def stored_issues(connection: Connection, site_id: int, ids: Sequence[int]) -> dict[int, Stored]:
    """What is stored of these issues, by id."""
    c = issues.c
    columns = (c.issue_id, c.key, c.kind, c.parent_id, c.updated, c.content, c.matched, c.history_whole)
    which = (c.site_id == site_id, c.issue_id.in_(ids))
    rows = connection.execute(select(*columns, c.removed_at).where(*which))
    return {row[0]: Stored(row[1], Kind(row[2]), *row[3:]) for row in rows}


def content_of(record: IssueRecord) -> str:
    """A digest of all that the record says, but for how it came to be read."""
    # As tuples: dumping dataclasses takes four times as long, and histories are most of what there is.
    said = (_said(record), [_said_item(item) for item in record.history])
    try:
        said_bytes = orjson.dumps(said)
    except TypeError:  # a number or text that the database will refuse or clean
        said_bytes = repr(said).encode(errors="backslashreplace")
    return blake2b(said_bytes, digest_size=16).hexdigest()


def issue_row(site_id: int, record: IssueRecord, content: str, parents: Mapping[str, int]) -> dict[str, Any]:
    """The row of the issue; `parents` are the ids of the parents known only by key."""
    parent_id = record.parent_id
    if parent_id is None and record.parent_key is not None:
        parent_id = parents.get(record.parent_key)
    return {
        "site_id": site_id,
        "issue_id": record.id,
        "key": record.key,
        "summary": record.summary,
        "space_id": record.space_id,
        "space_key": record.space_key,
        "type_id": record.type_id,
        "type_name": record.type_name,
        "kind": record.kind.value,
        "status_id": record.status_id,
        "phase_option": record.phase_option,
        "assignee": record.assignee,
        "parent_id": parent_id,
        "parent_key": record.parent_key,
        "flagged": record.flagged,
        "created": record.created,
        "updated": record.updated,
        "estimate_seconds": record.estimate_seconds,
        "content": content,
        "matched": record.matched,
        "history_whole": record.history_whole,
        "history_incomplete": False,
        "removed_at": None,
        "removed_exactly": False,
    }


def change_rows(site_id: int, record: IssueRecord) -> Iterator[ChangeRow]:
    """The rows of the history, in the order of CHANGE; an item that came twice is taken once."""
    once = {(item.history_id, item.item): item for item in record.history}
    for item in once.values():
        yield (
            site_id,
            record.id,
            item.history_id,
            item.item,
            item.at,
            item.author and fitting(item.author, LONGEST),
            fitting(item.field, LONGEST),
            item.before and clean(item.before),
            item.after and clean(item.after),
            item.before_text and clean(item.before_text[:LONGEST]),
            item.after_text and clean(item.after_text[:LONGEST]),
        )
