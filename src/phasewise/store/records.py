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
from phasewise.store.upsert import SITE, SOME

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

c = issues.c
_stored = select(
    *(c.issue_id, c.key, c.kind, c.parent_id, c.updated, c.content, c.matched, c.history_whole, c.removed_at)
).where(c.site_id == SITE, c.issue_id.in_(SOME))
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
    rows = connection.execute(_stored, {"site": site_id, "some": ids})
    return {row[0]: Stored(row[1], Kind(row[2]), *row[3:]) for row in rows}


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says: `content` is a digest of it all, but for how it came to be read; `history` are its
    items as in HistoryItem. `is_clean`: no text in it is one that the database would have changed."""

    content: str
    history: list[tuple[Any, ...]]
    is_clean: bool


def said_by(record: IssueRecord) -> Said:
    """What the record says."""
    # As tuples: dumping dataclasses takes four times as long, and histories are most of what there is.
    history = list(map(_said_item, record.history))
    said = (_said(record), history)
    try:
        said_bytes = orjson.dumps(said)
        is_clean = b"\\u0000" not in said_bytes  # and a lone surrogate it refuses
    except TypeError:  # a number or text that the database will refuse or clean
        said_bytes = repr(said).encode(errors="backslashreplace")
        is_clean = False
    return Said(blake2b(said_bytes, digest_size=16).hexdigest(), history, is_clean)


def issue_row(site_id: int, record: IssueRecord, content: str, parents: Mapping[str, int]) -> dict[str, Any]:
    """The row of the issue, its text as the database takes it; `parents` are the ids of the parents known
    only by key."""
    parent_id = record.parent_id
    if parent_id is None and record.parent_key is not None:
        parent_id = parents.get(record.parent_key)
    return {
        "site_id": site_id,
        "issue_id": record.id,
        "key": fitting(record.key, LONGEST),
        "summary": clean(record.summary),
        "space_id": fitting(record.space_id, LONGEST),
        "space_key": fitting(record.space_key, LONGEST),
        "type_id": fitting(record.type_id, LONGEST),
        "type_name": clean(record.type_name),
        "kind": record.kind.value,
        "status_id": fitting(record.status_id, LONGEST),
        "phase_option": record.phase_option and fitting(record.phase_option, LONGEST),
        "assignee": record.assignee and fitting(record.assignee, LONGEST),
        "parent_id": parent_id,
        "parent_key": record.parent_key and fitting(record.parent_key, LONGEST),
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


def change_rows(site_id: int, record: IssueRecord, said: Said) -> Iterator[ChangeRow]:
    """The rows of the history, in the order of CHANGE; an item that came twice is taken once."""
    history = zip(record.history, said.history, strict=True)
    once = {(item.history_id, item.item): (item, row) for item, row in history}
    for item, row in once.values():
        yield (site_id, record.id, *(row if said.is_clean and _fits(item) else _made_to_fit(item)))


def _fits(item: HistoryItem) -> bool:
    """Whether no text is longer than the database takes."""
    return (
        len(item.field) <= LONGEST
        and (item.author is None or len(item.author) <= LONGEST)
        and (item.before_text is None or len(item.before_text) <= LONGEST)
        and (item.after_text is None or len(item.after_text) <= LONGEST)
    )


def _made_to_fit(item: HistoryItem) -> tuple[Any, ...]:
    return (
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
