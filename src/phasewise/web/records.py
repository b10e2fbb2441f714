"""The pages of what Jira cannot hold of a project: its plan, deliverables, decisions, A/B tests, results.

`app` includes the router. A form that is refused comes back with what was typed, and so does one that
somebody else was faster with.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.deliverables import Slot
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.store.project_records import EditedMeanwhileError
from phasewise.usecases.deps import Deps
from phasewise.usecases.records.decide import decide, set_criterion
from phasewise.usecases.records.ground import FormError
from phasewise.usecases.records.record_plan import accept_plan, present_plan, record_plan
from phasewise.usecases.records.record_test import check_in, record_result, record_test
from phasewise.usecases.records.save_deliverable import review_deliverable, save_deliverable
from phasewise.usecases.records.show_records import show_records
from phasewise.web.deps import AsOf, Given
from phasewise.web.forms import Form
from phasewise.web.here import here_of, path_of
from phasewise.web.plan_tables import Which, plan
from phasewise.web.projects import moved_to
from phasewise.web.record_forms import Filled
from phasewise.web.record_pages import record_page
from phasewise.web.tables import AskedOne, TableAsked, file_of
from phasewise.web.templates import render

router = APIRouter(include_in_schema=False)
Key = Annotated[str, Path(max_length=255)]
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]
Version = Annotated[int | None, Query(ge=1, le=10_000)]
Save = Callable[[Deps, Mapping[str, str], int], object]


@router.get("/projects/{key}/plan", response_class=HTMLResponse)
def get_plan(
    request: Request,
    deps: Given,
    key: Key,
    as_of: AsOf,
    asked: TableAsked,
    version: Version = None,
    table: Which = Which.PLAN,
) -> Response:
    """The plan against what was spent, in a version of it."""
    facts = show_records(deps, key, as_of, version)
    if facts.epic.key != key:
        return moved_to(request, path_of("projects", facts.epic.key, "plan"))
    if asked.format is not None:
        sheet = plan(facts.shown)
        return file_of(f"{key}-{table}", sheet.rows, sheet.columns, asked)
    page = record_page(facts, "plan", asked=AskedOne(table, asked), here=here_of(request.scope))
    return HTMLResponse(render("pages/records.html", page))


@router.get("/projects/{key}/deliverables", response_class=HTMLResponse)
def get_deliverables(request: Request, deps: Given, key: Key, as_of: AsOf) -> Response:
    return _page(request, deps, key, "deliverables", as_of)


@router.get("/projects/{key}/decisions", response_class=HTMLResponse)
def get_decisions(request: Request, deps: Given, key: Key, as_of: AsOf) -> Response:
    return _page(request, deps, key, "decisions", as_of)


@router.get("/projects/{key}/tests", response_class=HTMLResponse)
def get_tests(request: Request, deps: Given, key: Key, as_of: AsOf) -> Response:
    return _page(request, deps, key, "tests", as_of)


@router.get("/projects/{key}/results", response_class=HTMLResponse)
def get_results(request: Request, deps: Given, key: Key, as_of: AsOf) -> Response:
    return _page(request, deps, key, "results", as_of)


@router.post("/projects/{key}/plan")
def post_plan(deps: Given, key: Key, form: Form) -> Response:
    """Keep a draft; where the plan is accepted it is the next version."""
    return _saved(
        deps, key, ("plan", "form-plan"), form, lambda to, typed, after: record_plan(to, key, typed, after)
    )


@router.post("/projects/{key}/plan/present")
def post_presentation(deps: Given, key: Key, form: Form) -> Response:
    return _saved(
        deps,
        key,
        ("plan", "form-present"),
        form,
        lambda to, typed, after: present_plan(to, key, typed, after),
    )


@router.post("/projects/{key}/plan/accept")
def post_acceptance(deps: Given, key: Key, form: Form) -> Response:
    return _saved(
        deps, key, ("plan", "form-accept"), form, lambda to, _typed, after: accept_plan(to, key, after)
    )


@router.post("/projects/{key}/deliverables/{slot}")
def post_deliverable(deps: Given, key: Key, slot: Slot, form: Form) -> Response:
    return _saved(
        deps,
        key,
        ("deliverables", f"form-{slot.value}"),
        form,
        lambda to, typed, after: save_deliverable(to, key, slot, typed, after),
    )


@router.post("/projects/{key}/deliverables/{slot}/reviews")
def post_review(deps: Given, key: Key, slot: Slot, form: Form) -> Response:
    return _saved(
        deps,
        key,
        ("deliverables", f"review-{slot.value}"),
        form,
        lambda to, typed, after: review_deliverable(to, key, slot, typed, after),
    )


@router.post("/projects/{key}/decisions/{name}")
def post_decision(deps: Given, key: Key, name: Name, form: Form) -> Response:
    return _saved(
        deps,
        key,
        ("decisions", _anchor("decisions", name, form)),
        form,
        lambda to, typed, after: decide(to, key, name, typed, after),
    )


@router.post("/projects/{key}/criteria/{name}")
def post_criterion(deps: Given, key: Key, name: Name, form: Form) -> Response:
    return _saved(
        deps,
        key,
        ("decisions", _anchor("criteria", name, form)),
        form,
        lambda to, typed, after: set_criterion(to, key, name, typed, after),
    )


@router.post("/projects/{key}/tests/{name}")
def post_test(deps: Given, key: Key, name: Name, form: Form) -> Response:
    return _saved(
        deps,
        key,
        ("tests", _anchor("tests", name, form)),
        form,
        lambda to, typed, after: record_test(to, key, name, typed, after),
    )


@router.post("/projects/{key}/tests/{name}/check-ins")
def post_check_in(deps: Given, key: Key, name: Name, form: Form) -> Response:
    return _saved(
        deps,
        key,
        ("tests", f"check-{name}"),
        form,
        lambda to, typed, after: check_in(to, key, name, typed, after),
    )


@router.post("/projects/{key}/results/{name}")
def post_result(deps: Given, key: Key, name: Name, form: Form) -> Response:
    return _saved(
        deps,
        key,
        ("results", _anchor("results", name, form)),
        form,
        lambda to, typed, after: record_result(to, key, name, typed, after),
    )


Page = Literal["plan", "deliverables", "decisions", "tests", "results"]


def _page(request: Request, deps: Deps, key: str, page: Page, as_of: int | None) -> Response:
    facts = show_records(deps, key, as_of)
    if facts.epic.key != key:
        return moved_to(request, path_of("projects", facts.epic.key, page))
    return HTMLResponse(render("pages/records.html", record_page(facts, page)))


def _saved(deps: Deps, key: str, where: tuple[Page, str], typed: Mapping[str, str], save: Save) -> Response:
    """Back to the page at the form; with what was typed where it cannot be kept."""
    page, anchor = where
    try:
        save(deps, typed, _after(typed))
    except FormError as error:
        notice = _("Nothing was saved yet: see what is marked below.")
        return _again(deps, key, page, Filled(anchor, typed, error.problems, notice), 422)
    except EditedMeanwhileError:
        notice = _(
            "Somebody else saved this meanwhile. What you typed is still in the form below, theirs is what "
            "the page shows: save again to put yours in its place."
        )
        return _again(deps, key, page, Filled(anchor, typed, {}, notice), 409)
    current = show_records(deps, key, None).epic.key
    return RedirectResponse(f"{path_of('projects', current, page)}#{anchor}", 303)


def _again(deps: Deps, key: str, page: Page, filled: Filled, status: int) -> Response:
    shown = record_page(show_records(deps, key, None), page, filled)
    return HTMLResponse(render("pages/records.html", shown), status)


def _after(typed: Mapping[str, str]) -> int:
    """The edit that the form was made from."""
    text = typed.get("after", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise BadRequestError(_("The form cannot be understood: load the page again and repeat it"))
    return int(text)


def _anchor(kind: str, name: str, typed: Mapping[str, str]) -> str:
    """The form of one of several records: that of a new one has no name yet."""
    return f"{kind}-new" if typed.get("after") == "0" else f"{kind}-{name}"
