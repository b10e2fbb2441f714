"""Exports: the numbers of the API, as CSV, JSON and XLSX, and nothing that a spreadsheet would carry out."""

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.store.records import at, epic, task
from tests.web.story import NOW, Api, deps_of, remove, stamp, story, tell

from phasewise.errors import BadRequestError
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.inbox import NewDelivery, add_deliveries
from phasewise.usecases.deps import Deps
from phasewise.usecases.export_table import export_table
from phasewise.usecases.reports.edit_draft import save_remark

TABLES = ("projects", "tasks", "intervals", "visits", "findings", "people", "board")


@pytest.fixture
def deps(sqlite_database: Database) -> Deps:
    made = deps_of(sqlite_database)
    tell(made, story())
    return made


def exported(deps: Deps, table: str, format: str, as_of: int | None = None) -> bytes:
    out = io.BytesIO()
    export_table(deps, table, format, out, as_of)
    return out.getvalue()


def rows_of(deps: Deps, table: str, as_of: int | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(deps, table, "csv", as_of).decode(), newline="")))


def sheet_of(deps: Deps, table: str) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(exported(deps, table, "xlsx")))
    return [tuple(cell.value for cell in row) for row in book.active.iter_rows()]


@pytest.mark.parametrize("table", ["projects", "tasks", "findings", "people"])
def test_the_json_of_a_table_is_that_of_the_api(deps: Deps, table: str) -> None:
    assert json.loads(exported(deps, table, "json")) == Api(deps).items(f"/{table}")


def test_what_jira_told_what_is_written_and_what_was_reported_are_tables_too(deps: Deps) -> None:
    told = NewDelivery("d-1", NOW, "jira:issue_updated", (5,), "ignored", "unknown event", b"{}")
    with deps.database.write() as connection:
        add_deliveries(connection, deps.site_id, [told])
        add_effect(connection, deps.site_id, Effect("e-1", EffectKind.MAIL, "lead@example.com", {}), NOW)
    save_remark(deps, "default", "2026-W10", "Calm")
    api = Api(deps)
    for table in ("deliveries", "effects", "reports"):
        rows = json.loads(exported(deps, table, "json"))
        assert rows == api.items(f"/{table}") != []
        assert len(rows_of(deps, table)) == len(rows)
    assert rows_of(deps, "deliveries")[0]["issue_ids"] == "5"
    assert rows_of(deps, "deliveries", as_of=at(1)) == []


def test_a_table_can_be_of_the_past(deps: Deps) -> None:
    past = json.loads(exported(deps, "projects", "json", as_of=at(9)))
    assert past == Api(deps).items("/projects", as_of=stamp(9))
    assert past[0]["effort_days"] == 7.0


def test_a_project_has_its_phases_in_columns(deps: Deps) -> None:
    (first, _) = rows_of(deps, "projects")
    assert (first["key"], first["effort_days"], first["spent_weeks"]) == ("ML-1", "13.0", "2.6")
    assert (first["research_tasks"], first["modeling_effort_days"], first["none_visits"]) == ("2", "9.0", "0")
    assert (first["people"], first["phases_now"], first["planned_weeks"]) == (
        "ada; bob",
        "research; modeling",
        "",
    )


def test_intervals_are_of_projects_tasks_and_subtasks_removed_ones_too(deps: Deps) -> None:
    remove(deps, 3, at(10))
    rows = rows_of(deps, "intervals")
    assert {row["kind"] for row in rows} == {"project", "task", "subtask"}
    last = [row for row in rows if row["key"] == "ML-3"][-1]
    assert (last["id"], last["end"], last["flagged"]) == (f"3:{at(3)}", stamp(10), "false")


def test_visits_are_those_of_the_project_page(deps: Deps) -> None:
    visits = Api(deps).json("/projects/ML-1")["visits"]
    rows = json.loads(exported(deps, "visits", "json"))
    assert [{name: row[name] for name in visits[0]} for row in rows] == visits
    assert {(row["project"], row["key"]) for row in rows} == {("1", "ML-1")}


def test_the_board_is_a_row_per_card(deps: Deps) -> None:
    rows = rows_of(deps, "board")
    assert [(row["person"], row["key"]) for row in rows] == [
        ("ada", "ML-4"),
        ("ada", "ML-5"),
        ("bob", "ML-3"),
        ("bob", "ML-4"),
        ("", "ML-7"),
    ]
    assert (rows[2]["breach"], rows[2]["age_days"]) == ("true", "6.0")


@pytest.mark.parametrize("table", TABLES)
def test_csv_and_xlsx_hold_the_same(deps: Deps, table: str) -> None:
    header, *rows = sheet_of(deps, table)
    texts = list(csv.reader(io.StringIO(exported(deps, table, "csv").decode(), newline="")))
    assert list(header) == texts[0]
    shown = [["" if cell is None else str(cell) for cell in row] for row in rows]
    assert [[cell.lower() for cell in row] for row in shown] == [
        [_as_number(cell).lower() for cell in row] for row in texts[1:]
    ]


def _as_number(cell: str) -> str:
    """Spreadsheets keep 2.0 as 2."""
    return cell.removesuffix(".0")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
def test_an_empty_table_has_its_columns(sqlite_database: Database, table: str, format: str) -> None:
    body = exported(deps_of(sqlite_database), table, format)
    if format == "json":
        assert json.loads(body) == []
    else:
        assert body


@pytest.mark.parametrize("summary", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"])
def test_s7_no_cell_is_a_formula(deps: Deps, summary: str) -> None:
    tell(deps, [task(7, summary=summary, updated=at(10))])
    assert rows_of(deps, "tasks")[-1]["summary"] == f"'{summary}"
    cell = sheet_of(deps, "tasks")[-1][2]
    assert cell.startswith("'")


def test_s7_control_characters_do_not_break_a_workbook(deps: Deps) -> None:
    tell(deps, [task(7, summary="a\x0bb\x1fc" + "x" * 40_000, updated=at(10))])
    cell = sheet_of(deps, "tasks")[-1][2]
    assert cell.startswith("a\ufffdb\ufffdcxxx")
    assert len(cell) == 32_767


def test_more_rows_than_are_read_at_once_are_all_written(deps: Deps) -> None:
    tell(deps, [epic(number) for number in range(1000, 1600)])
    assert len(rows_of(deps, "projects")) == 602


@pytest.mark.parametrize(("table", "format"), [("secrets", "csv"), ("tasks", "pdf")])
def test_what_does_not_exist_is_refused_with_what_does(deps: Deps, table: str, format: str) -> None:
    with pytest.raises(BadRequestError, match="there are"):
        export_table(deps, table, format, io.BytesIO())


def test_an_export_says_how_many_rows_it_wrote(deps: Deps) -> None:
    assert [export_table(deps, "tasks", format, io.BytesIO()) for format in ("csv", "json", "xlsx")] == [
        5
    ] * 3
