"""No page reads a whole history: SQLite answers each question about it by an index, from the first row on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from phasewise.core.model import Phase
from phasewise.store.db import Database
from phasewise.store.spread import SPREAD_TABLES
from phasewise.usecases.board import Wanted
from phasewise.usecases.deps import Deps
from phasewise.usecases.explain_figure import Figure, Question, explain_figure
from phasewise.usecases.paging import Paging
from phasewise.usecases.show_board import show_board_page
from phasewise.usecases.show_people import show_people
from phasewise.usecases.show_portfolio import show_portfolio
from phasewise.usecases.show_project_page import show_project_page
from phasewise.usecases.show_projects import show_projects
from tests.web.story import deps_of, story, tell

PAGES: dict[str, Callable[[Deps], Any]] = {
    "portfolio": lambda deps: show_portfolio(deps, None, weeks=26, with_done=True),
    "projects": lambda deps: show_projects(deps, None, Paging(100, None)),
    "board": lambda deps: show_board_page(deps, None, Wanted()),
    "board of a phase": lambda deps: show_board_page(deps, None, Wanted(phase=Phase.MODELING)),
    "project": lambda deps: show_project_page(deps, "ML-1", None, weeks=26),
    "why": lambda deps: explain_figure(deps, "ML-1", None, Question(Figure.EFFORT)),
    "people": lambda deps: show_people(deps, None, Paging(100, None)),
}
WHOLE = re.compile(rf"SCAN ({'|'.join(SPREAD_TABLES)})\b|SEARCH ({'|'.join(SPREAD_TABLES)}) .*\(site_id=\?\)")
"""What SQLite says where it reads a table as a whole, or all that a site has in it."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_reads_no_table_of_history_as_a_whole(sqlite_database: Database, page: str) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, story())
    asked = _statements(sqlite_database, lambda: PAGES[page](deps))
    with sqlite_database.read() as connection:
        plans = [
            row[-1]
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert any("USING INDEX" in line for line in plans)
    assert [line for line in plans if WHOLE.match(line)] == []


def _statements(database: Database, work: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The SELECTs that it asks, each with its parameters."""
    asked: list[tuple[str, Any]] = []
    with database.read() as connection:
        engine = connection.engine

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return asked
