"""Changelogs as the endpoints show them: cut or whole, newest or oldest first, time as text or number."""

import functools
import itertools
from collections.abc import Iterable
from typing import Any

import orjson

from phasewise.sandbox.model import Change, FieldShape, Issue
from phasewise.sandbox.render_refs import Refs
from phasewise.sandbox.times import iso

Json = dict[str, Any]

CUT_IN_LISTS = 40
"""Histories that Cloud's `expand=changelog` shows in a search or a bulk fetch: the newest ones."""
CUT_IN_ISSUE = 100


def histories_of(issue: Issue) -> list[tuple[Change, ...]]:
    """The histories of an issue, oldest first."""
    found = [
        tuple(items) for _, items in itertools.groupby(issue.changes, key=lambda change: change.history_id)
    ]
    found.sort(key=lambda items: (items[0].at, items[0].history_id))
    return found


def history(refs: Refs, items: Iterable[Change], *, epoch: bool = False) -> Json:
    """One history; `epoch`: its time in milliseconds, as the bulk endpoint gives it. One that was loaded
    without an id has none."""
    shown = list(items)
    first = shown[0]
    made: Json = {} if first.history_id < 0 else {"id": str(first.history_id)}
    author = refs.kept("user", first.author)
    if author is not None:
        made["author"] = author
    made["created"] = first.at if epoch else iso(first.at, refs.world.site_zone)
    made["items"] = [_item(change.shape, *change[4:]) for change in shown if change.shape is not None]
    return made


@functools.lru_cache(maxsize=20_000)
def _item(
    shape: FieldShape, before: str | None, before_text: str | None, after: str | None, after_text: str | None
) -> orjson.Fragment:
    """One item as bytes, kept: the same few changes of status make up most of a site's history."""
    made: Json = {"field": shape.field, "fieldtype": shape.fieldtype}
    if shape.field_id is not None:
        made["fieldId"] = shape.field_id
    made |= {"from": before, "fromString": before_text, "to": after, "toString": after_text}
    return orjson.Fragment(orjson.dumps(made))


def expanded(refs: Refs, issue: Issue, *, in_list: bool) -> Json:
    """What `expand=changelog` adds: all of it on Data Center, the newest part, newest first, on Cloud."""
    found = histories_of(issue)
    total = max(len(found), issue.extras.history_total if issue.extras else 0)
    if refs.world.cloud:
        found = found[::-1][: CUT_IN_LISTS if in_list else CUT_IN_ISSUE]
    return {
        "startAt": 0,
        "maxResults": len(found),
        "total": total,
        "histories": [history(refs, items) for items in found],
    }


def wanted_items(items: tuple[Change, ...], field_ids: frozenset[str]) -> tuple[Change, ...]:
    """The items of fields asked for by id (a field without one by its name, the parent as `parent`)."""
    return tuple(
        change
        for change in items
        if change.shape is not None and not _names(change.shape).isdisjoint(field_ids)
    )


@functools.lru_cache(maxsize=2_000)
def _names(shape: FieldShape) -> frozenset[str]:
    names = {shape.field.lower(), (shape.field_id or "").lower()}
    return frozenset(names | {"parent"} if "issueparentassociation" in names else names)
