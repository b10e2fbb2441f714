"""Any table the pages show, as CSV, JSON or XLSX, written row by row. Called by `phasewise export`.

What Jira says is hostile in a spreadsheet, too: a cell that would be read as a formula is made plain text.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import orjson
from openpyxl import Workbook
from pydantic import BaseModel

from phasewise.core.model import Instant, Phase
from phasewise.errors import BadRequestError
from phasewise.usecases.as_of.tables import TABLES
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.views import PhaseNumbers, ProjectListed

FORMATS = ("csv", "json", "xlsx")
FORMULA = re.compile(r"[=+\-@\t\r\n\x00＝＋－＠]")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
CELL_MOST = 32_767
"""Characters that a cell of a spreadsheet holds."""


def export_table(deps: Deps, table: str, format: str, out: IO[bytes], as_of: Instant | None = None) -> int:
    """Write the table as of an instant (None: now) to `out`; answers how many rows there were.

    Raises BadRequestError for a table or a format that does not exist.
    """
    if table not in TABLES:
        raise BadRequestError(f"There is no table {table!r}; there are {', '.join(TABLES)}")
    if format not in FORMATS:
        raise BadRequestError(f"There is no format {format!r}; there are {', '.join(FORMATS)}")
    model, rows_of = TABLES[table]
    write = {"csv": _write_csv, "json": _write_json, "xlsx": _write_xlsx}[format]
    with moment(deps, as_of) as at:
        return write(rows_of(at), columns_of(model), out)


def _write_json(rows: Iterable[BaseModel], columns: list[str], out: IO[bytes]) -> int:
    """An array of the objects that the API shows; it needs no columns."""
    count = 0
    out.write(b"[")
    for count, row in enumerate(rows, 1):
        out.write(b"\n" if count == 1 else b",\n")
        out.write(orjson.dumps(row.model_dump(mode="json")))
    out.write(b"\n]\n")
    return count


def _write_csv(rows: Iterable[BaseModel], columns: list[str], out: IO[bytes]) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    count = 0
    for cells in _cells(rows, columns):
        writer.writerow([str(cell).lower() if isinstance(cell, bool) else cell for cell in cells])
        count += 1
    text.detach()
    return count


def _write_xlsx(rows: Iterable[BaseModel], columns: list[str], out: IO[bytes]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("phasewise")
    sheet.append(columns)
    count = 0
    for cells in _cells(rows, columns):
        sheet.append(cells)
        count += 1
    book.save(out)
    return count


def columns_of(model: type[BaseModel]) -> list[str]:
    """The columns of a table: the fields of its rows, with those of every phase beside each other."""
    columns = [name for name in model.model_fields if name != "by_phase"]
    if model is ProjectListed:
        columns += [f"{phase}_{name}" for phase in Phase for name in PhaseNumbers.model_fields]
    return columns


def _cells(rows: Iterable[BaseModel], columns: list[str]) -> Iterator[list[Any]]:
    for row in rows:
        values = _flat(row.model_dump(mode="json"))
        yield [_cell(values.get(column)) for column in columns]


def _flat(values: dict[str, Any]) -> Mapping[str, Any]:
    for phase, numbers in values.pop("by_phase", {}).items():
        values.update({f"{phase}_{name}": number for name, number in numbers.items()})
    return values


def _cell(value: Any) -> Any:
    """A value as a cell: lists are joined, other text is made harmless."""
    if isinstance(value, list):
        value = "; ".join(str(entry) for entry in value)
    if isinstance(value, dict):
        value = orjson.dumps(value).decode() if value else None
    if not isinstance(value, str):
        return value
    text = f"'{value}" if FORMULA.match(value) else value
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:CELL_MOST]
