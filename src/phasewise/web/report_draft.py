"""/reports/{team}/{week}/edit: what a lead says in a report before it is sent. Part of `reports`."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.digest import ProjectDigest, ReportState
from phasewise.core.health import Colour
from phasewise.errors import BadRequestError, ConflictError
from phasewise.i18n.speaking import _
from phasewise.usecases.deps import Deps
from phasewise.usecases.own_teams import require_lead_of_team
from phasewise.usecases.reports.choices import project_id
from phasewise.usecases.reports.edit_draft import REASON_MOST, REMARK_MOST, Said, save_note, save_remark
from phasewise.usecases.reports.show_report import ReportShown, show_report
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.policy_values import Choice
from phasewise.web.report_fields import choices_of
from phasewise.web.report_files import TeamInPath, WeekInPath
from phasewise.web.report_page import report_path, title_of
from phasewise.web.report_recipients import frame_of_form
from phasewise.web.report_words import COLOURS, health_mark, reason_of
from phasewise.web.templates import render
from phasewise.web.values import Chrome, StateMark

router = APIRouter(include_in_schema=False)
REFUSED = (BadRequestError, ConflictError)


@dataclass(frozen=True, slots=True)
class ProjectForm:
    """What is said of one project. `is_said`: something is; `health` is the proposed one."""

    id: str
    key: str
    name: str
    health: StateMark
    remark: str
    choices: tuple[Choice, ...]
    reason: str
    is_said: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class DraftPage:
    """`problem` says why nothing was kept; what was typed is in the form again."""

    chrome: Chrome
    title: str
    address: str
    is_draft: bool
    remark: str
    remark_most: int
    reason_most: int
    projects: tuple[ProjectForm, ...]
    problem: str


@router.get("/reports/{team}/{week}/edit", response_class=HTMLResponse)
def get_draft(deps: Given, team: TeamInPath, week: WeekInPath) -> HTMLResponse:
    """The forms: one for the top, one for each project."""
    return _shown(deps, show_report(deps, week, team))


@router.post("/reports/{team}/{week}/edit")
def post_draft(deps: Given, team: TeamInPath, week: WeekInPath, form: Form) -> Response:
    """Keep what one of the forms says."""
    project = form.get("project", "")
    try:
        of = project_id(project)
        if of is None:
            save_remark(deps, team, week, form.get("remark", ""))
        else:
            save_note(deps, team, week, of, _said(form))
    except REFUSED as error:
        return _shown(deps, show_report(deps, week, team), form, f"{error}.", error.http_status)
    anchor = f"#project-{project}" if project else ""
    return RedirectResponse(f"{report_path(team, week, 'edit')}{anchor}", 303)


def _said(form: Mapping[str, str]) -> Said:
    health = form.get("health", "")
    if health and health not in set(Colour):
        raise BadRequestError(_("Choose a health of the list"))
    return Said(form.get("remark", ""), Colour(health) if health else None, form.get("reason", ""))


def _shown(
    deps: Deps,
    shown: ReportShown,
    form: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    report, typed = shown.report, form or {}
    require_lead_of_team(deps, report.team)
    chrome, _dates = frame_of_form(deps)
    is_top = bool(form) and not typed.get("project")
    page = DraftPage(
        chrome=chrome,
        title=title_of(report),
        address=report_path(report.team, report.week),
        is_draft=report.state is ReportState.DRAFT,
        remark=typed.get("remark", "") if is_top else report.remark or "",
        remark_most=REMARK_MOST,
        reason_most=REASON_MOST,
        projects=tuple(_project(one, typed) for one in shown.digest.projects),
        problem=problem,
    )
    return HTMLResponse(render("pages/report_edit.html", page), status)


def _project(one: ProjectDigest, typed: Mapping[str, str]) -> ProjectForm:
    is_typed = typed.get("project") == str(one.id)
    said = {
        "remark": "" if one.remark is None else one.remark.text,
        "health": "" if one.override is None else one.override.colour.value,
        "reason": "" if one.override is None else one.override.reason,
    }
    values = {**said, **typed} if is_typed else said
    proposed = health_mark(one.health.colour, reason_of(one.health))
    named = [("", _("As proposed: %(health)s", health=proposed.word))]
    named += [(colour.value, _(COLOURS[colour][1])) for colour in Colour]
    return ProjectForm(
        id=str(one.id),
        key=one.key,
        name=one.summary,
        health=proposed,
        remark=values["remark"],
        choices=choices_of(named, values["health"]),
        reason=values["reason"],
        is_said=any(said.values()),
        is_open=is_typed or any(said.values()),
    )
