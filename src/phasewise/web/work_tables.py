"""The tables of /deliveries, /effects, /ladder and /waivers: in parts from the latest on; sorted, and files.

Called by `work` and `ladder`. What sorts, and what goes into a file, are the latest rows.
"""

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, TypeVar

from phasewise.i18n.speaking import _, marked
from phasewise.usecases.paging import Paging
from phasewise.usecases.views import DeliveryShown, EffectShown, LadderListed, Listing, WaiverListed
from phasewise.web.columns import instant_column
from phasewise.web.here import Here
from phasewise.web.tables import Asked, Column, Value, files_of, heads_of, part_of
from phasewise.web.values import WorkTable

Row = TypeVar("Row")
MOST = 2_000
"""Rows that are sorted, or put into a file: the latest. The API tells all."""
SHOWN = 5
"""The first columns are those of the page; the others are in files only."""


def paging_of(asked: Paging, table: Asked) -> Paging:
    """The rows to look for: the next ones, or as many as can be sorted."""
    is_plain = table.sort is None and table.format is None
    return asked if is_plain else replace(asked, limit=MOST)


def table_of(
    found: Listing[Row], columns: Sequence[Column[Row]], table: Asked, here: Here
) -> tuple[Sequence[Row], WorkTable]:
    """The rows to show, and what frames them."""
    heads = heads_of(columns[:SHOWN], table.sort, here.changed)
    if table.sort is None:
        return found.items, WorkTable(heads, files_of(here.changed) if found.items else ())
    part = part_of(found.items, columns, table, here)
    is_cut = found.next is not None
    note = _("Sorted are the latest %(most)s.", most=MOST) if is_cut else ""
    return part.rows, WorkTable(heads, part.files, part.text, part.before, part.after, note)


def _first_issue(one: DeliveryShown) -> int | None:
    return int(one.issue_id) if one.issue_id else None


def _plain(name: str) -> Column[Any]:
    """A column that is in files only: the field as the API has it."""

    def value(row: Any) -> Value:
        found: Value = getattr(row, name)
        return found

    return Column(name, name, value)


def _at(name: str) -> Column[Any]:
    return _when(name, name, name)


def _when(name: str, title: str, field: str) -> Column[Any]:
    """An instant, which files have as the API does."""
    return instant_column(name, title, attrgetter(field))


def deliveries() -> tuple[Column[DeliveryShown], ...]:
    return (
        _when("received", marked("Received"), "received_at"),
        Column("event", marked("Event"), lambda one: one.event),
        Column("issues", marked("Tickets"), _first_issue, lambda one: one.issue_ids),
        Column("state", marked("State"), lambda one: one.state),
        Column("reason", marked("Why"), lambda one: one.reason),
        _plain("id"),
        _plain("attempts"),
    )


def effects() -> tuple[Column[EffectShown], ...]:
    return (
        _when("made", marked("Made"), "created_at"),
        Column("kind", marked("What"), lambda one: one.kind),
        Column("target", marked("Target"), lambda one: one.target),
        Column("state", marked("State"), lambda one: one.state),
        Column("error", marked("Why"), lambda one: one.last_error),
        _plain("key"),
        _plain("attempts"),
        _at("next_at"),
        _at("done_at"),
    )


def steps() -> tuple[Column[LadderListed], ...]:
    return (
        _when("taken", marked("When"), "taken_at"),
        Column("rule", marked("What"), lambda one: one.rule),
        Column("issue", marked("Ticket"), lambda one: int(one.issue)),
        Column("state", marked("State"), _state),
        Column("told", marked("Why"), lambda one: one.told),
        *map(_plain, ("finding", "key", "person", "strength", "said", "answered", "move")),
        *map(_plain, ("moved_issue", "moved_from", "moved_to")),
        _at("moved_at"),
        _at("told_at"),
        _plain("note"),
        _at("closed_at"),
    )


def _state(one: LadderListed) -> str:
    if one.dry:
        return "dry"
    return "over" if one.closed_at is not None else "told" if one.told else "open"


def waivers() -> tuple[Column[WaiverListed], ...]:
    return (
        _when("asked", marked("When"), "asked_at"),
        Column("person", marked("Person"), lambda one: one.person),
        _when("until", marked("Until"), "until"),
        Column("state", marked("State"), lambda one: one.state),
        Column("reason", marked("Why"), lambda one: one.reason),
        *map(_plain, ("id", "finding", "decided_by", "holds")),
    )
