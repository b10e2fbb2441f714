"""One kind of table for every page: it sorts by links, comes in parts, and is a file of all that it shows."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Depends, Query
from fastapi.responses import Response

from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.usecases.sheets import FORMATS, write_sheet
from phasewise.web.here import Here
from phasewise.web.values import Head, Link

ROWS = 100
"""Rows of a part; a file has all of them."""

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Row = TypeVar("Row")
Value = str | int | float | bool | None
Changed = Callable[..., str]
"""An address with other values of some parameters."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`value` sorts, None last; `written` goes into files where it differs. A column that does not sort has
    no link: nobody is put in an order by what they get done."""

    name: str
    title: str
    value: Callable[[Row], Value]
    written: Callable[[Row], Any] | None = None
    sorts: bool = True

    def cell(self, row: Row) -> Any:
        return (self.written or self.value)(row)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a table: `sort` is a column, with a minus for descending."""

    sort: str | None = None
    page: int = 1
    format: str | None = None


def asked_of_table(
    sort: Annotated[str | None, Query(max_length=40)] = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    format: Literal["csv", "json", "xlsx"] | None = None,
) -> Asked:
    return Asked(sort, page, format)


TableAsked = Annotated[Asked, Depends(asked_of_table)]


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """What is shown of a table, and the ways to the rest of it; `files` are all of it."""

    rows: tuple[Row, ...]
    heads: tuple[Head, ...]
    text: str
    before: str | None
    after: str | None
    files: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """One of several tables of a page: its rows as they come, and its columns; the first `heads` of them are
    on the page, the others in its files only."""

    name: str
    rows: Sequence[Row]
    columns: tuple[Column[Row], ...]
    heads: int


@dataclass(frozen=True, slots=True)
class Framed(Generic[Row]):
    """A table as the page shows it; `is_asked`: it is the one whose order the address names."""

    rows: tuple[Row, ...]
    heads: tuple[Head, ...]
    files: tuple[Link, ...]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class AskedOne:
    """Which table of a page the address names, and what it asks of it; the others stay as they come."""

    name: str
    asked: Asked

    def frame(self, table: Table[Row], here: Here) -> Framed[Row]:
        """The table in its order. Its links lead back to it."""
        sort = self.asked.sort if table.name == self.name else None

        def changed(**changes: str | None) -> str:
            return here.changed(**{"table": table.name, "sort": sort} | changes)

        return framed(table, sort, changed)

    def part(self, table: Table[Row], here: Here) -> Part[Row]:
        """The same of the first table of a page, which comes in parts: the address need not name it."""
        is_asked = table.name == self.name
        asked = self.asked if is_asked else Asked()
        there = here.without("table") if is_asked else here.without("table", "sort", "page")
        part = part_of(table.rows, table.columns, asked, there)
        return replace(part, heads=part.heads[: table.heads])


def framed(table: Table[Row], sort: str | None, changed: Changed) -> Framed[Row]:
    """A table of several in the order that is asked for; `changed` makes addresses that ask more of it."""
    heads = heads_of(table.columns[: table.heads], sort, lambda **to: f"{changed(**to)}#table-{table.name}")
    rows = tuple(sorted_by(table.rows, table.columns, sort))
    return Framed(rows, heads, files_of(changed) if rows else (), sort is not None)


def as_it_comes(table: Table[Row]) -> Framed[Row]:
    """The table where no address can ask anything of it: no links, and no files."""
    heads = tuple(Head(one.name, _(one.title), None, "") for one in table.columns[: table.heads])
    return Framed(tuple(table.rows), heads, (), is_asked=False)


def sorted_by(rows: Sequence[Row], columns: Sequence[Column[Row]], sort: str | None) -> list[Row]:
    """The rows in the order that is asked for, else as they come; equal ones stay as they came."""
    if sort is None:
        return list(rows)
    name = sort.removeprefix("-")
    column = next((one for one in columns if one.name == name and one.sorts), None)
    if column is None:
        names = ", ".join(one.name for one in columns if one.sorts)
        raise BadRequestError(_("sort names no column that sorts; there are %(names)s", names=names))
    known = [row for row in rows if column.value(row) is not None]
    unknown = [row for row in rows if column.value(row) is None]
    return sorted(known, key=lambda row: _rank(column.value(row)), reverse=sort.startswith("-")) + unknown


def part_of(rows: Sequence[Row], columns: Sequence[Column[Row]], asked: Asked, here: Here) -> Part[Row]:
    """The part of the table that is asked for; beyond the last, the last."""
    ordered = sorted_by(rows, columns, asked.sort)
    last = max(1, -(-len(ordered) // ROWS))
    page = min(asked.page, last)
    start = (page - 1) * ROWS
    shown = tuple(ordered[start : start + ROWS])
    return Part(
        rows=shown,
        heads=heads_of(columns, asked.sort, here.changed),
        text=_part_text(start, len(shown), len(ordered)) if last > 1 else "",
        before=here.changed(page=str(page - 1)) if page > 1 else None,
        after=here.changed(page=str(page + 1)) if page < last else None,
        files=files_of(here.changed) if rows else (),
    )


def _part_text(start: int, shown: int, all: int) -> str:
    return _("%(first)s to %(last)s of %(all)s", first=start + 1, last=start + shown, all=all)


def heads_of(columns: Sequence[Column[Row]], sort: str | None, changed: Changed) -> tuple[Head, ...]:
    """The heads, each with the link that sorts by it, or the other way round."""
    return tuple(_head(column, sort, changed) for column in columns)


def files_of(changed: Changed) -> tuple[Link, ...]:
    """The links to the files of what is shown."""
    return tuple(Link(name.upper(), changed(format=name)) for name in FORMATS)


def file_of(name: str, rows: Sequence[Row], columns: Sequence[Column[Row]], asked: Asked) -> Response:
    """The whole table, in the order that is asked for, as a file."""
    format = asked.format or "json"
    out = io.BytesIO()
    cells = ([column.cell(row) for column in columns] for row in sorted_by(rows, columns, asked.sort))
    write_sheet(format, [column.name for column in columns], cells, out)
    headers = {"content-disposition": f'attachment; filename="phasewise-{name}.{format}"'}
    return Response(out.getvalue(), headers=headers, media_type=TYPES[format])


def _rank(value: Value) -> tuple[bool, float, str]:
    return (True, 0.0, value.casefold()) if isinstance(value, str) else (False, float(value or 0), "")


def _head(column: Column[Row], sort: str | None, changed: Changed) -> Head:
    if not column.sorts:
        return Head(column.name, _(column.title), None, "")
    order = {column.name: "ascending", f"-{column.name}": "descending"}.get(sort or "", "")
    following = f"-{column.name}" if order == "ascending" else column.name
    return Head(column.name, _(column.title), changed(sort=following), order)
