"""/due, what of the records asks for somebody, and /tests, the A/B tests of all projects. For `app`."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from phasewise.usecases.records.due import show_due
from phasewise.usecases.records.show_records import show_tests
from phasewise.web.deps import AsOf, Given
from phasewise.web.due_page import due_page, tests_page
from phasewise.web.due_tables import DUE_COLUMNS, LACKING_COLUMNS, Which, columns_of_tests
from phasewise.web.here import here_of
from phasewise.web.tables import AskedOne, TableAsked, file_of
from phasewise.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/due", response_class=HTMLResponse)
def get_due(
    request: Request, deps: Given, as_of: AsOf, asked: TableAsked, table: Which = Which.DUE
) -> Response:
    """What is due now or within a week, the oldest first; and what was never recorded."""
    facts = show_due(deps, as_of)
    if asked.format is not None and table is Which.LACKING:
        return file_of("lacking", facts.lacking, LACKING_COLUMNS, asked)
    if asked.format is not None:
        return file_of("due", facts.due, DUE_COLUMNS, asked)
    page = due_page(facts, AskedOne(table, asked), here_of(request.scope))
    return HTMLResponse(render("pages/due.html", page))


@router.get("/tests", response_class=HTMLResponse)
def get_tests(request: Request, deps: Given, as_of: AsOf, table: TableAsked) -> Response:
    """The calendar of A/B tests, with those that want more traffic than there is."""
    facts = show_tests(deps, as_of)
    if table.format is not None:
        return file_of("tests", facts.tests, columns_of_tests(facts), table)
    return HTMLResponse(render("pages/tests.html", tests_page(facts, table, here_of(request.scope))))
