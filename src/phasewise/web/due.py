"""/due, what of the records asks for somebody, and /tests, the A/B tests of all projects. For `app`."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from phasewise.usecases.records.due import show_due
from phasewise.usecases.records.show_records import show_tests
from phasewise.web.deps import AsOf, Given
from phasewise.web.due_page import due_page, tests_page
from phasewise.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/due", response_class=HTMLResponse)
def get_due(deps: Given, as_of: AsOf) -> HTMLResponse:
    """What is due now or within a week, the oldest first."""
    return HTMLResponse(render("pages/due.html", due_page(show_due(deps, as_of))))


@router.get("/tests", response_class=HTMLResponse)
def get_tests(deps: Given, as_of: AsOf) -> HTMLResponse:
    """The calendar of A/B tests, with those that want more traffic than there is."""
    return HTMLResponse(render("pages/tests.html", tests_page(show_tests(deps, as_of))))
