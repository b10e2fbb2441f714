"""Tables of the pages: in the order of a link, stable, in parts, and as files of all that is shown."""

import csv
import io
import json
from dataclasses import dataclass

import pytest
from openpyxl import load_workbook

from phasewise.errors import BadRequestError
from phasewise.web.here import Here
from phasewise.web.tables import ROWS, Asked, Column, file_of, part_of, sorted_by

HERE = Here("/things", (("state", "all"), ("page", "3")))


@dataclass(frozen=True)
class Thing:
    name: str
    size: int | None


COLUMNS: tuple[Column[Thing], ...] = (
    Column("name", "Name", lambda thing: thing.name),
    Column("size", "Size", lambda thing: thing.size, lambda thing: [thing.size, "cm"]),
    Column("secret", "Secret", lambda thing: thing.size, sorts=False),
)
THINGS = [Thing("b", 2), Thing("A", None), Thing("c", 1), Thing("a", 2)]


def names(sort: str | None) -> str:
    return "".join(thing.name for thing in sorted_by(THINGS, COLUMNS, sort))


def test_rows_sort_either_way_and_equal_ones_stay_as_they_came() -> None:
    assert names(None) == "bAca"
    assert (names("name"), names("-name")) == ("Aabc", "cbAa")
    assert (names("size"), names("-size")) == ("cbaA", "bacA")


@pytest.mark.parametrize("sort", ["secret", "-secret", "nothing", "", "-"])
def test_a_column_that_does_not_sort_is_refused(sort: str) -> None:
    with pytest.raises(BadRequestError, match="name, size"):
        sorted_by(THINGS, COLUMNS, sort)


def test_heads_lead_to_the_other_order_and_keep_the_filter() -> None:
    heads = part_of(THINGS, COLUMNS, Asked("name"), HERE).heads
    assert [(head.href, head.order) for head in heads] == [
        ("/things?state=all&sort=-name", "ascending"),
        ("/things?state=all&sort=size", ""),
        (None, ""),
    ]


def test_a_long_table_comes_in_parts_and_beyond_the_last_is_the_last() -> None:
    many = [Thing(f"{n:03}", n) for n in range(2 * ROWS + 5)]
    middle, last = (part_of(many, COLUMNS, Asked(page=page), HERE) for page in (2, 99))
    assert (len(middle.rows), middle.text) == (ROWS, "101 to 200 of 205")
    assert (middle.before, middle.after) == ("/things?state=all&page=1", "/things?state=all&page=3")
    assert (last.rows[0].name, len(last.rows), last.after) == ("200", 5, None)
    assert last.files[0].href == "/things?state=all&format=csv"
    assert part_of([], COLUMNS, Asked(), HERE).files == ()


def test_files_have_every_row_in_the_order_that_is_shown() -> None:
    evil = [*THINGS, Thing('=cmd|"/c calc"', 9)]
    asked = Asked("-name")
    as_json = file_of("things", evil, COLUMNS, Asked("-name", format="json"))
    assert [row["name"] for row in json.loads(as_json.body)] == ["c", "b", "A", "a", '=cmd|"/c calc"']
    as_csv = file_of("things", evil, COLUMNS, Asked(asked.sort, format="csv"))
    assert [*csv.reader(io.StringIO(bytes(as_csv.body).decode(), newline=""))][-1] == [
        '\'=cmd|"/c calc"',
        "9; cm",
        "9",
    ]
    as_xlsx = file_of("things", evil, COLUMNS, Asked(asked.sort, format="xlsx"))
    sheet = load_workbook(io.BytesIO(bytes(as_xlsx.body))).active
    assert [cell.data_type for cell in [*sheet.iter_rows()][-1]] == ["s", "s", "n"]
    assert as_csv.headers["content-disposition"] == 'attachment; filename="phasewise-things.csv"'
