"""/reports/{team}/{week}/send: a lead sends a report now, skips it, or takes that back. Part of `reports`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.digest import ReportState
from phasewise.errors import BadRequestError, ConflictError
from phasewise.i18n.speaking import _, ngettext
from phasewise.usecases.deps import Deps
from phasewise.usecases.own_teams import require_lead_of_team
from phasewise.usecases.reports.edit_draft import REASON_MOST, resume_report, skip_report
from phasewise.usecases.reports.recipients import list_recipients, recipient_by_id
from phasewise.usecases.reports.send_now import send_now, send_test
from phasewise.usecases.reports.show_report import show_report
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.report_files import TeamInPath, WeekInPath
from phasewise.web.report_page import report_path, state_mark, title_of
from phasewise.web.report_recipients import PATH as RECIPIENTS
from phasewise.web.report_recipients import frame_of_form, recipients_page
from phasewise.web.report_values import Mark
from phasewise.web.templates import render
from phasewise.web.values import Chrome

router = APIRouter(include_in_schema=False)
REFUSED = (BadRequestError, ConflictError)


@dataclass(frozen=True, slots=True)
class SendPage:
    """`to` says how many get it; what can be done depends on where the report stands."""

    chrome: Chrome
    title: str
    address: str
    state: Mark
    to: str
    can_send: bool
    can_skip: bool
    can_resume: bool
    is_running: bool
    reason: str
    reason_most: int
    problem: str


@router.get("/reports/{team}/{week}/send", response_class=HTMLResponse)
def get_send(deps: Given, team: TeamInPath, week: WeekInPath) -> HTMLResponse:
    """What would be sent, and the buttons: nothing happens before one of them is pressed."""
    return _shown(deps, team, week)


@router.post("/reports/{team}/{week}/send")
def post_send(deps: Given, team: TeamInPath, week: WeekInPath, form: Form) -> Response:
    """Send it to all who did not get it yet."""

    def work() -> None:
        if form.get("sure") != "yes":
            raise BadRequestError(_("Tick the box first: what was sent cannot be taken back"))
        require_lead_of_team(deps, team)
        send_now(deps, team, week)

    return _done(deps, (team, week), form, work)


@router.post("/reports/{team}/{week}/skip")
def post_skip(deps: Given, team: TeamInPath, week: WeekInPath, form: Form) -> Response:
    """Send nothing this week."""
    return _done(deps, (team, week), form, lambda: skip_report(deps, team, week, form.get("reason", "")))


@router.post("/reports/{team}/{week}/resume")
def post_resume(deps: Given, team: TeamInPath, week: WeekInPath) -> Response:
    """It is sent after all."""
    return _done(deps, (team, week), {}, lambda: resume_report(deps, team, week))


@router.post(f"{RECIPIENTS}/test")
def post_test(deps: Given, form: Form) -> Response:
    """Send one recipient the report as it is now, to try it."""
    who = recipient_by_id(deps, form.get("recipient", "")[:36])
    try:
        way = {"audience": who.audience, "language": who.language, "format": who.format}
        if who.project_id is not None:  # nor is anything else of the team in their test
            way["project"] = str(who.project_id)
        send_test(deps, who.team, None, who.address, **way)
    except REFUSED as error:
        return recipients_page(deps, problem=f"{error}.")
    return RedirectResponse(f"{RECIPIENTS}?said=tested", 303)


def _done(
    deps: Deps, which: tuple[str, str], form: Mapping[str, str], work: Callable[[], object]
) -> Response:
    try:
        work()
    except REFUSED as error:
        return _shown(deps, *which, form, f"{error}.", error.http_status)
    return RedirectResponse("/reports", 303)


def _shown(
    deps: Deps,
    team: str,
    week: str,
    form: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    shown = show_report(deps, week, team)
    report, is_over = shown.report, not shown.digest.is_running
    require_lead_of_team(deps, report.team)
    chrome, dates = frame_of_form(deps)
    mailed = sum(one.recipient.is_mailed for one in list_recipients(deps, report.team))
    is_draft, is_skipped = (report.state is state for state in (ReportState.DRAFT, ReportState.SKIPPED))
    page = SendPage(
        chrome=chrome,
        title=title_of(report),
        address=report_path(report.team, report.week),
        state=state_mark(report, dates),
        to=ngettext("It goes to %(num)s recipient.", "It goes to %(num)s recipients.", mailed),
        can_send=is_over and not is_skipped,
        can_skip=is_draft,
        can_resume=is_skipped,
        is_running=not is_over,
        reason=(form or {}).get("reason", ""),
        reason_most=REASON_MOST,
        problem=problem,
    )
    return HTMLResponse(render("pages/report_send.html", page), status)
