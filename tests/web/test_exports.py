"""`phasewise export` has every table that pages show: the rows of the API, or of the file of the page."""

import csv
import io
import json
from typing import Any

import pytest
from typer.testing import CliRunner

from phasewise.cli import app
from phasewise.core.deliverables import Slot
from phasewise.core.ladder import Grant
from phasewise.core.model import PHASES, Phase, Rule, Strength
from phasewise.core.rights import OPERATOR
from phasewise.store.db import Database
from phasewise.store.ladder import Step, save_step
from phasewise.store.waivers import Waiver, add_waiver
from phasewise.usecases.export_table import export_table
from phasewise.usecases.paging import Paging
from phasewise.usecases.records.decide import decide, set_criterion, withdraw
from phasewise.usecases.records.record_plan import accept_plan, record_plan
from phasewise.usecases.records.record_test import record_result, record_test
from phasewise.usecases.records.save_deliverable import review_deliverable, save_deliverable
from phasewise.usecases.reviews import begin_review, end_review
from phasewise.usecases.show_audit_log import show_audit_log
from phasewise.usecases.tables.index import TABLES
from tests.store.records import DOING, TODO, at, epic, moved, task
from tests.usecases.recording import PLAN, recorder, story, worked
from tests.web.story import Api, remove, stamp
from tests.web.test_pages import browse

ONE, TWO = "0" * 32, "1" * 32


@pytest.fixture
def lived(sqlite_database: Database) -> Api:
    """A project of which everything was recorded, another one that lacks all, and findings dealt with."""
    loose = task(8, moved(80, 20, TODO, DOING), assignee="eve", assignee_name="=Eve()")
    deps = recorder(sqlite_database, [*story(), worked(12, Phase.MODELING, 3, 4, project=10), loose])
    accept_plan(deps, "ML-1", record_plan(deps, "ML-1", PLAN, 0).edit)
    save_deliverable(deps, "ML-1", Slot.PROTOTYPE, {"state": "draft", "review_on": "2026-04-05"}, 0)
    review_deliverable(deps, "ML-1", Slot.PROTOTYPE, {"feedback": "Good", "audience": "Board"}, 1)
    save_deliverable(deps, "ML-1", Slot.EVALUATION_REPORT, {"review_on": "2026-04-06"}, 0)
    decide(deps, "ML-1", ONE, {"choice": "pivot", "why": "=1+1"}, 0)
    decide(deps, "ML-1", TWO, {"choice": "go"}, 0)
    withdraw(deps, "ML-1", TWO)
    set_criterion(deps, "ML-1", ONE, {"text": "AUC below 0.7", "by": "2026-04-05"}, 0)
    record_test(deps, "ML-1", ONE, {"title": "Prices", "starts_on": "2026-04-20", "traffic": "60"}, 0)
    record_test(deps, "ML-10", TWO, {"title": "Ranks", "starts_on": "2026-04-10"}, 0)
    record_result(deps, "ML-1", ONE, {"verdict": "lost", "hypothesis": "Too few users"}, 0)
    end_review(deps, begin_review(deps, "default", "2026-W14", 3).review_id)
    begun = Step(
        Rule.FIVE_DAYS, "6", at(28), "finding:6", "bob", 6, Strength.NUDGE, is_dry=False, taken_at=at(29)
    )
    waiver = Waiver("7", Rule.FIVE_DAYS, "6", at(28), "bob", "Data", at(60), Grant.ASKED, at(30))
    with deps.database.write() as connection:
        save_step(connection, deps.site_id, begun)
        add_waiver(connection, deps.site_id, waiver)
    return Api(deps)


def exported(api: Api, table: str, as_of: int | None = None) -> list[dict[str, Any]]:
    out = io.BytesIO()
    rows = export_table(api.deps, table, "json", out, as_of)
    found: list[dict[str, Any]] = json.loads(out.getvalue())
    assert len(found) == rows
    return found


def sheet(api: Api, table: str) -> list[dict[str, str]]:
    out = io.BytesIO()
    export_table(api.deps, table, "csv", out)
    return list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline="")))


def page_file(api: Api, path: str) -> list[dict[str, Any]]:
    answer = browse(api, f"{path}{'&' if '?' in path else '?'}format=json")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def picked(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_every_table_has_rows_and_the_help_names_it(lived: Api) -> None:
    without = {"deliveries", "effects", "reports"}
    assert {name for name in TABLES if not exported(lived, name)} == without
    said = " ".join(CliRunner().invoke(app, ["export", "--help"]).output.replace("│", " ").split())
    assert f"{', '.join([*TABLES][:-1])} or {[*TABLES][-1]}" in said


@pytest.mark.parametrize("table", ["waivers", "ladder", "compliance"])
def test_a_list_of_the_api_is_a_table_as_it_is_there(lived: Api, table: str) -> None:
    assert exported(lived, table) == lived.items(f"/{table}", limit="500")


def test_plans_and_deliverables_are_those_of_their_projects(lived: Api) -> None:
    for name, field in (("plans", "plan"), ("deliverables", "deliverables")):
        there = lived.json("/projects/ML-1")[field]
        shown = there if isinstance(there, list) else [there]
        mine = [row for row in exported(lived, name) if row["key"] == "ML-1"]
        assert mine == [{"project": "1", "key": "ML-1", **one} for one in shown]
    [plan] = sheet(lived, "plans")
    assert (plan["planned_weeks"], plan["modeling_likely_weeks"], plan["modeling_closed"]) == (
        "5.5",
        "2.0",
        "false",
    )
    assert "research_likely_weeks" not in plan
    [seen] = [one["reviews"] for one in sheet(lived, "deliverables") if one["reviews"]]
    assert json.loads(seen)["audience"] == "Board"


def test_what_was_decided_tried_and_found_out_is_what_the_pages_list(lived: Api) -> None:
    [decision] = exported(lived, "decisions")
    assert picked([decision], "key", "choice", "why", "on") == [("ML-1", "pivot", "=1+1", "2026-04-03")]
    assert sheet(lived, "decisions")[0]["why"] == "'=1+1"
    assert picked(exported(lived, "criteria"), "text", "by", "state") == [
        ("AUC below 0.7", "2026-04-05", "open")
    ]
    assert picked(exported(lived, "results"), "verdict", "state", "hypothesis") == [
        ("lost", "draft", "Too few users")
    ]
    assert picked(exported(lived, "tests"), "key", "title", "starts_on", "traffic") == picked(
        page_file(lived, "/tests"), "key", "test", "starts_on", "traffic"
    )
    assert picked(exported(lived, "tests"), "title") == [("Ranks",), ("Prices",)]


def test_what_is_due_and_what_is_lacking_is_what_its_page_lists(lived: Api) -> None:
    assert picked(exported(lived, "due"), "key", "on", "late_days") == picked(
        page_file(lived, "/due"), "key", "day", "late_days"
    )
    assert picked(exported(lived, "due"), "kind", "slot") == [
        ("kill_criterion", None),
        ("review", "prototype"),
        ("review", "evaluation_report"),
    ]
    missing = {row["key"]: row["missing"] for row in page_file(lived, "/due?table=lacking")}
    found: dict[str, list[str]] = {}
    for row in exported(lived, "lacking"):
        is_plan = row["slot"] == "plan"
        found.setdefault(row["key"], []).append("plan" if is_plan else f"{row['phase']}:{row['slot']}")
    assert found == missing
    assert found["ML-10"][0] == "plan"


def test_what_was_finished_and_worked_is_what_the_page_of_a_project_has(lived: Api) -> None:
    mine = [row for row in exported(lived, "finished") if row["project"] == "1"]
    assert (
        picked(mine, "key", "done_at", "age_days")
        == picked(page_file(lived, "/projects/ML-1?table=finished"), "key", "done", "days")[::-1]
    )
    shown = {
        (row["week"], phase): row[phase]
        for row in page_file(lived, "/projects/ML-1?table=weeks")
        for phase in PHASES
        if row.get(phase)
    }
    worked_in = [row for row in exported(lived, "occupancy") if row["key"] == "ML-1"]
    assert {(row["week"], row["phase"]): row["effort_days"] for row in worked_in} == shown
    assert len(shown) == len(worked_in) > 3


def test_the_weeks_of_people_are_those_of_the_map_by_name(lived: Api) -> None:
    rows = exported(lived, "capacity")
    shown = page_file(lived, "/people")
    weeks = [row["week"] for row in rows[:12]]
    names = [row["display_name"] for row in rows[::12]]
    assert names == [row["person"] for row in shown] == ["=Eve()", "Ada", "Bob"]
    assert [row["active_days"] for row in rows] == [row[week] for row in shown for week in weeks]
    assert {row["work_days"] for row in rows[:10]} == {5.0}


def test_untidy_tickets_are_a_row_for_each_thing_that_is_wrong(lived: Api) -> None:
    rows = exported(lived, "untidy")
    assert picked(rows, "key", "rule") == [
        (row["ticket"], gap) for row in page_file(lived, "/untidy") for gap in row["gaps"]
    ]
    assert {(row["key"], row["rule"], row["assignee"]) for row in rows} == {
        ("ML-8", "no_phase", "eve"),
        ("ML-8", "no_project", "eve"),
    }


def test_the_log_is_a_table_latest_first(lived: Api) -> None:
    every = show_audit_log(lived.deps, None, Paging(limit=500)).model_dump(mode="json")["items"]
    assert exported(lived, "audit-log") == every
    assert picked(every, "action")[:3] == [("token.made",), ("review.ended",), ("review.began",)]
    assert exported(lived, "audit-log", as_of=at(1)) == []


def test_a_review_is_a_row_with_its_length(lived: Api) -> None:
    assert picked(exported(lived, "reviews"), "team", "week", "by", "exceptions", "seconds") == [
        ("default", "2026-W14", OPERATOR.name, 3, 0)
    ]
    assert exported(lived, "reviews", as_of=at(1)) == []


def test_of_the_past_nothing_is_told_that_came_later(lived: Api) -> None:
    for table in ("plans", "deliverables", "decisions", "criteria", "tests", "results", "due", "waivers"):
        assert exported(lived, table, as_of=at(20)) == [], table
    assert [row["key"] for row in exported(lived, "untidy", as_of=at(20.5))] == ["ML-8", "ML-8"]
    assert exported(lived, "occupancy", as_of=at(8))[-1]["end"] == stamp(7)


def test_a_project_that_is_gone_is_in_no_table_of_records(lived: Api) -> None:
    remove(lived.deps, 1, at(31))
    for table in ("plans", "deliverables", "decisions", "criteria", "results", "due", "finished"):
        assert "1" not in {row["project"] for row in exported(lived, table)}, table


def test_an_empty_site_has_the_columns_of_every_table(sqlite_database: Database) -> None:
    api = Api(recorder(sqlite_database, [epic(1)]))
    for table in TABLES:
        out = io.BytesIO()
        export_table(api.deps, table, "csv", out)
        assert out.getvalue().decode().splitlines()[0].split(",") == TABLES[table].columns
