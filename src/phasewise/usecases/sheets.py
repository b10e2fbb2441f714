"""Rows as a file: CSV, JSON or XLSX, row by row. Called by export_table and by the tables of the pages.

What Jira says is hostile in a spreadsheet, too: a cell that would be read as a formula is made plain text.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import orjson

FORMATS = ("csv", "json", "xlsx")
FORMULA = re.compile(r"[=+\-@\t\r\n\x00＝＋－＠]")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
CELL_MOST = 32_767
"""Characters that a cell of a spreadsheet holds."""


def write_sheet(format: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], out: IO[bytes]) -> int:
    """Write rows of values under their columns; answers how many there were. Values of JSON are as they are,
    those of CSV and XLSX are made cells."""
    if format == "json":
        return write_json((dict(zip(columns, row, strict=True)) for row in rows), out)
    cells = ([safe_cell(value) for value in row] for row in rows)
    return (write_csv if format == "csv" else write_xlsx)(columns, cells, out)


def write_json(rows: Iterable[Mapping[str, Any]], out: IO[bytes]) -> int:
    """An array of objects, one a line."""
    count = 0
    out.write(b"[")
    for count, row in enumerate(rows, 1):
        out.write(b"\n" if count == 1 else b",\n")
        out.write(orjson.dumps(row))
    out.write(b"\n]\n")
    return count


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], out: IO[bytes]) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    count = 0
    for cells in rows:
        writer.writerow([str(cell).lower() if isinstance(cell, bool) else cell for cell in cells])
        count += 1
    text.detach()
    return count


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]], out: IO[bytes]) -> int:
    from openpyxl import Workbook  # a twentieth of what a service has to load, and few ask for it

    book = Workbook(write_only=True)
    sheet = book.create_sheet("phasewise")
    sheet.append(list(columns))
    count = 0
    for cells in rows:
        sheet.append(list(cells))
        count += 1
    book.save(out)
    return count


def safe_cell(value: Any) -> Any:
    """A value as a cell: lists are joined, objects are JSON, other text is made harmless."""
    if isinstance(value, list | tuple):
        value = "; ".join(_json(entry) if isinstance(entry, dict) else str(entry) for entry in value)
    if isinstance(value, dict):
        value = _json(value) if value else None
    if not isinstance(value, str):
        return value
    text = f"'{value}" if FORMULA.match(value) else value
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:CELL_MOST]


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(value).decode()
