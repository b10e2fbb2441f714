"""/reports/{team}/{week}/edit: what a lead says in a report before it is sent. Part of `reports`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.digest import ProjectDigest, ReportState
from phasewise.core.health import Colour
from phasewise.errors import BadRequestError, ConflictError, NotFoundError, PhasewiseError
from phasewise.i18n.speaking import _, marked
from phasewise.usecases.deps import Deps
from phasewise.usecases.own_teams import require_lead_of_team
from phasewise.usecases.reports.edit_draft import (
    REASON_MOST,
    REMARK_MOST,
    DraftFieldsError,
    Field,
    Said,
    save_draft,
)
from phasewise.usecases.reports.show_report import ReportShown, show_report
from phasewise.web.deps import Given
from phasewise.web.forms import LongForm
from phasewise.web.policy_values import Input
from phasewise.web.report_fields import choices_of
from phasewise.web.report_files import TeamInPath, WeekInPath
from phasewise.web.report_page import report_path, title_of
from phasewise.web.report_recipients import WRONG, frame_of_form
from phasewise.web.report_words import COLOURS, health_mark, reason_of
from phasewise.web.templates import render
from phasewise.web.values import Chrome, StateMark

router = APIRouter(include_in_schema=False)
REFUSED = (BadRequestError, ConflictError, NotFoundError)
FIELD = re.compile(r"(remark|health|reason)-(\d{1,18})", re.ASCII)
TEXTS = ("remark", "health", "reason")
KEPT = marked("All that is said on this page is kept.")

Texts = dict[str, str]
"""What is said of a project, as it stands in the form."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody changed in the form: the remark on top (None: nothing), and by id what is said of
    projects."""

    remark: str | None
    notes: Mapping[int, Texts]


NOTHING = Typed(None, {})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was kept, and what of it is wrong."""

    text: str
    problems: Mapping[Field, str]
    status: int


@dataclass(frozen=True, slots=True)
class ProjectForm:
    """What is said of one project. `is_said`: something is kept; `health` is the proposed one. By `was` what
    stood in the form is told from what was typed: two leads may write at a time."""

    id: str
    key: str
    name: str
    health: StateMark
    remark: Input
    choice: Input
    reason: Input
    was: str
    is_said: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class DraftPage:
    """`problem` says why nothing was kept; what was typed is in the form again, even where it is too late to
    keep it."""

    chrome: Chrome
    title: str
    address: str
    is_draft: bool
    has_form: bool
    remark: Input
    was: str
    remark_most: int
    reason_most: int
    projects: tuple[ProjectForm, ...]
    problem: str
    said: str


@router.get("/reports/{team}/{week}/edit", response_class=HTMLResponse)
def get_draft(
    deps: Given, team: TeamInPath, week: WeekInPath, said: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """The form: what stands on top, and what is said of each project."""
    return _shown(deps, show_report(deps, week, team), said=_(KEPT) if said == "kept" else "")


@router.post("/reports/{team}/{week}/edit")
def post_draft(deps: Given, team: TeamInPath, week: WeekInPath, form: LongForm) -> Response:
    """Keep what was changed in the form, all of it or nothing."""
    typed = _typed(form)
    try:
        notes = {project: _said(project, texts) for project, texts in typed.notes.items()}
        save_draft(deps, team, week, typed.remark, notes)
    except REFUSED as error:
        return _shown(deps, show_report(deps, week, team), typed, _refusal(error))
    return RedirectResponse(f"{report_path(team, week, 'edit')}?said=kept", 303)


def _refusal(error: PhasewiseError) -> Refusal:
    if isinstance(error, DraftFieldsError):
        return Refusal(_(WRONG), error.problems, error.http_status)
    return Refusal(f"{error}.", {}, error.http_status)


def _typed(form: Mapping[str, str]) -> Typed:
    """What differs from what stood in the form: the rest may have been changed by somebody else since."""
    remark = form.get("remark")
    notes: dict[int, Texts] = {}
    for name, text in form.items():
        if found := FIELD.fullmatch(name):
            notes.setdefault(int(found[2]), dict.fromkeys(TEXTS, ""))[found[1]] = text
    return Typed(
        None if remark is None or form.get("was") == _mark(remark) else remark,
        {one: texts for one, texts in notes.items() if form.get(f"was-{one}") != _mark(*texts.values())},
    )


def _mark(*texts: str) -> str:
    """Short for texts; browsers send other line ends than they were given."""
    plain = "\0".join(text.replace("\r\n", "\n").strip() for text in texts)
    return sha256(plain.encode(errors="surrogatepass")).hexdigest()[:16]


def _said(project: int, texts: Texts) -> Said:
    health = texts["health"]
    if health and health not in set(Colour):
        raise DraftFieldsError({(project, "health"): _("Choose a health of the list")})
    return Said(texts["remark"], Colour(health) if health else None, texts["reason"])


# ------------------------------------------------------------------ the page


def _shown(
    deps: Deps, shown: ReportShown, typed: Typed = NOTHING, refusal: Refusal | None = None, said: str = ""
) -> HTMLResponse:
    report, problems = shown.report, refusal.problems if refusal else {}
    require_lead_of_team(deps, report.team)
    chrome, _dates = frame_of_form(deps)
    kept, is_draft = report.remark or "", report.state is ReportState.DRAFT
    remark = kept if typed.remark is None else typed.remark
    hint, problem = _("For all readers. It may be left out."), problems.get((None, "remark"), "")
    page = DraftPage(
        chrome=chrome,
        title=title_of(report),
        address=report_path(report.team, report.week),
        is_draft=is_draft,
        has_form=is_draft or refusal is not None,
        remark=Input("remark", _("Stands on top of the report"), remark, hint, problem=problem),
        was=_mark(kept),
        remark_most=REMARK_MOST,
        reason_most=REASON_MOST,
        projects=_projects(shown.digest.projects, typed.notes, problems),
        problem=refusal.text if refusal else "",
        said=said,
    )
    return HTMLResponse(render("pages/report_edit.html", page), refusal.status if refusal else 200)


def _projects(
    told: tuple[ProjectDigest, ...], typed: Mapping[int, Texts], problems: Mapping[Field, str]
) -> tuple[ProjectForm, ...]:
    """Those of the report, and last those that left it while something was typed of them."""
    found = tuple(_project(one, typed.get(one.id), problems) for one in told)
    gone = [one for one in typed if one not in {project.id for project in told}]
    return (*found, *(_gone(one, typed[one], problems) for one in gone))


def _project(one: ProjectDigest, typed: Texts | None, problems: Mapping[Field, str]) -> ProjectForm:
    said = {
        "remark": "" if one.remark is None else one.remark.text,
        "health": "" if one.override is None else one.override.colour.value,
        "reason": "" if one.override is None else one.override.reason,
    }
    proposed = health_mark(one.health.colour, reason_of(one.health))
    return _form(one.id, (one.key, one.summary), proposed, said, typed, problems)


def _gone(project: int, typed: Texts, problems: Mapping[Field, str]) -> ProjectForm:
    unknown = StateMark("idle", "–", "")
    named = (f"id {project}", _("No longer in this report"))
    return _form(project, named, unknown, dict.fromkeys(TEXTS, ""), typed, problems)


def _form(
    project: int,
    named: tuple[str, str],
    proposed: StateMark,
    said: Texts,
    typed: Texts | None,
    problems: Mapping[Field, str],
) -> ProjectForm:
    values, is_said = typed or said, any(said.values())
    healths = [("", _("As proposed: %(health)s", health=proposed.word))]
    healths += [(colour.value, _(COLOURS[colour][1])) for colour in Colour]

    def field(name: str, label: str) -> Input:
        choices = choices_of(healths, values[name]) if name == "health" else ()
        problem = problems.get((project, name), "")
        return Input(f"{name}-{project}", label, values[name], choices=choices, problem=problem)

    return ProjectForm(
        id=str(project),
        key=named[0],
        name=named[1],
        health=proposed,
        remark=field("remark", _("Remark")),
        choice=field("health", _("Health")),
        reason=field("reason", _("Why it is another one")),
        was=_mark(*said.values()),
        is_said=is_said,
        is_open=typed is not None or is_said,
    )
