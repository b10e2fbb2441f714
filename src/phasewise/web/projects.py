"""The pages of a project: /projects/{key}, and /projects/{key}/why, where its figures are explained.

`app` includes the router; a former key or an id leads to the current key.
"""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.model import Phase
from phasewise.core.returns import ReturnReason
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.usecases.choose_reason import choose_reason
from phasewise.usecases.project import ProjectPageFacts
from phasewise.usecases.show_project_page import show_project_page
from phasewise.web.deps import AsOf, Given
from phasewise.web.forms import Form
from phasewise.web.here import here_of
from phasewise.web.kept import Keeping
from phasewise.web.project_page import WEEKS, project_page
from phasewise.web.project_tables import Which, table_of
from phasewise.web.tables import AskedOne, TableAsked, file_of
from phasewise.web.templates import render

router = APIRouter(include_in_schema=False)
Key = Annotated[str, Path(max_length=255)]
Tasks = Literal["latest", "all"]


class _MovedError(Exception):
    """What was asked for has another key by now."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@router.get("/projects/{key}", response_class=HTMLResponse)
def get_project_page(
    request: Request,
    deps: Given,
    keep: Keeping,
    key: Key,
    as_of: AsOf,
    asked: TableAsked,
    weeks: Annotated[int, Query(ge=4, le=260)] = WEEKS[0],
    tasks: Tasks = "latest",
    table: Which = Which.TASKS,
) -> Response:
    """One project. `weeks` is how far back its timeline reaches; `table` the table that is sorted, or that a
    file is of."""

    def found(*, all_tasks: bool) -> ProjectPageFacts:
        facts = show_project_page(deps, key, as_of, weeks=weeks, all_tasks=all_tasks)
        if facts.row.epic.key != key:
            raise _MovedError(facts.row.epic.key)
        return facts

    def made() -> str:
        facts, here = found(all_tasks=tasks == "all"), here_of(request.scope)
        return render("pages/project.html", project_page(facts, as_of, weeks, AskedOne(table, asked), here))

    try:
        if asked.format is None:
            return keep.page(made)
        sheet = table_of(table, found(all_tasks=True))
        return file_of(f"{key}-{table}", sheet.rows, sheet.columns, asked)
    except _MovedError as moved:
        return moved_to(request, f"/projects/{quote(moved.key, safe='')}")


@router.post("/projects/{key}/returns")
def post_reason(deps: Given, key: Key, form: Form) -> Response:
    """Why the project went back: the reason of one return, chosen or taken away."""
    try:
        phase, start = Phase(form.get("phase", "")), int(form.get("start", ""))
        reason = ReturnReason(form["reason"]) if form.get("reason") else None
    except ValueError:
        raise BadRequestError(_("The form cannot be understood: load the page again and repeat it")) from None
    current = choose_reason(deps, key, phase, start, reason)
    return RedirectResponse(f"/projects/{quote(current, safe='')}#heading-returns", 303)


def moved_to(request: Request, path: str) -> Response:
    """To the current address of what was asked for, with the same parameters."""
    query = request.url.query
    return RedirectResponse(f"{path}?{query}" if query else path, 307)
