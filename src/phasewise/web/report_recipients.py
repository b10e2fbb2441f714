"""/reports/recipients: who gets the weekly report by mail, and how. Included by `reports`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import _, marked
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.choices import Choices, show_choices
from phasewise.usecases.reports.recipient_fields import (
    RecipientFieldsError,
    recipient_fields,
    time_text,
)
from phasewise.usecases.reports.recipients import (
    RecipientShown,
    add_recipient,
    change_recipient,
    list_recipients,
    recipient_by_id,
    remove_recipient,
)
from phasewise.usecases.show_frame import show_frame
from phasewise.web.dates import Dates
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.freshness import chrome_of
from phasewise.web.policy_form import zones
from phasewise.web.policy_values import Input
from phasewise.web.report_fields import (
    FORMATS,
    audience_name,
    filled_in,
    preference_inputs,
    recipient_inputs,
    team_input,
    team_label,
)
from phasewise.web.templates import render
from phasewise.web.values import Chrome, StateMark

router = APIRouter(include_in_schema=False)
PATH = "/reports/recipients"
WRONG = marked("Nothing is changed yet: put right what is marked.")
Id = Annotated[str, Query(max_length=36)]


@dataclass(frozen=True, slots=True)
class RecipientRow:
    id: str
    name: str
    address: str
    reads: str
    how: str
    state: StateMark
    is_mailed: bool


@dataclass(frozen=True, slots=True)
class RecipientsPage:
    """All recipients by team, and the form that adds one."""

    chrome: Chrome
    teams: tuple[tuple[str, tuple[RecipientRow, ...]], ...]
    team: Input
    inputs: tuple[Input, ...]
    wishes: tuple[Input, ...]
    zones: tuple[str, ...]
    can_mail: bool
    problem: str
    said: str


@dataclass(frozen=True, slots=True)
class RecipientPage:
    chrome: Chrome
    id: str
    name: str
    team: str
    state: str
    inputs: tuple[Input, ...]
    wishes: tuple[Input, ...]
    zones: tuple[str, ...]
    problem: str


@router.get(PATH, response_class=HTMLResponse)
def get_recipients(deps: Given, said: Annotated[str, Query(max_length=20)] = "") -> HTMLResponse:
    """Everybody, and an empty form."""
    return _listed(deps, {}, said=_(SAID[said]) if said in SAID else "")


SAID = {"tested": marked("A test mail is on its way. The list of effects shows what became of it.")}


@router.post(PATH)
def post_recipient(deps: Given, form: Form) -> Response:
    """One more."""
    choices = show_choices(deps)
    try:
        add_recipient(deps, choices, form.get("team", DEFAULT_TEAM), recipient_fields(form))
    except RecipientFieldsError as error:
        return _listed(deps, form, error.problems, _(WRONG))
    return RedirectResponse(PATH, 303)


@router.get(f"{PATH}/edit", response_class=HTMLResponse)
def get_recipient(deps: Given, recipient: Id) -> HTMLResponse:
    """One of them, to be changed."""
    return _one(deps, recipient, None)


@router.post(f"{PATH}/edit")
def post_change(deps: Given, form: Form) -> Response:
    """Have it as it is filled in."""
    recipient = form.get("recipient", "")[:36]
    try:
        change_recipient(deps, show_choices(deps), recipient, recipient_fields(form))
    except RecipientFieldsError as error:
        return _one(deps, recipient, form, error.problems, _(WRONG))
    return RedirectResponse(PATH, 303)


@router.post(f"{PATH}/remove")
def post_remove(deps: Given, form: Form) -> Response:
    """They get nothing any more."""
    remove_recipient(deps, form.get("recipient", "")[:36])
    return RedirectResponse(PATH, 303)


# ------------------------------------------------------------------ the pages


def _listed(
    deps: Deps,
    form: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    problem: str = "",
    said: str = "",
) -> HTMLResponse:
    chrome, dates = frame_of_form(deps)
    choices, wrong = show_choices(deps), problems or {}
    team = form.get("team", DEFAULT_TEAM)
    page = RecipientsPage(
        chrome=chrome,
        teams=tuple(_by_team(choices, list_recipients(deps), dates)),
        team=team_input(choices, team, wrong),
        inputs=recipient_inputs(choices, team, form, wrong),
        wishes=preference_inputs(form, _("that of the team"), wrong),
        zones=zones(),
        can_mail=deps.mailer is not None,
        problem=problem,
        said=said,
    )
    return HTMLResponse(render("pages/report_recipients.html", page), 422 if problem else 200)


def recipients_page(deps: Deps, problem: str) -> HTMLResponse:
    """The list, with what went wrong on top."""
    return _listed(deps, {}, problem=problem)


def _by_team(
    choices: Choices, everybody: list[RecipientShown], dates: Dates
) -> list[tuple[str, tuple[RecipientRow, ...]]]:
    """The rows of each team that has any, and of a team that is gone."""
    teams = dict.fromkeys((*choices.teams, *(one.recipient.team for one in everybody)))
    rows = (
        (team, tuple(_row(one, choices, dates) for one in everybody if one.recipient.team == team))
        for team in teams
    )
    return [(team_label(team), found) for team, found in rows if found]


def _row(one: RecipientShown, choices: Choices, dates: Dates) -> RecipientRow:
    who = one.recipient
    reads = audience_name(who.audience)
    if who.project_id is not None:
        about = choices.named(who.project_id)
        reads = _("%(audience)s, only %(project)s", audience=reads, project=about)
    quiet = ""
    if who.quiet_from is not None:
        hours = f"{time_text(who.quiet_from)}–{time_text(who.quiet_to)}"
        quiet = _("quiet %(hours)s", hours=hours)
    how = (LANGUAGES.get(who.language, who.language), who.zone, _(FORMATS[who.format]), quiet)
    account = _("has an account") if one.email else ""
    return RecipientRow(
        id=who.recipient_id,
        name=who.name or who.address,
        address=who.address,
        reads=reads,
        how=" · ".join(filter(None, (*how, account))),
        state=_state(one, dates),
        is_mailed=who.is_mailed,
    )


def _state(one: RecipientShown, dates: Dates) -> StateMark:
    who = one.recipient
    if who.unsubscribed_at is not None:
        return StateMark("idle", _("Unsubscribed"), dates.day(who.unsubscribed_at))
    if who.bounced_at is not None:
        return StateMark("bad", _("Came back"), f"{dates.day(who.bounced_at)}: {who.bounce or '–'}")
    return StateMark("done", _("Gets it"), "")


def _one(
    deps: Deps,
    recipient_id: str,
    form: Mapping[str, str] | None,
    problems: Mapping[str, str] | None = None,
    problem: str = "",
) -> HTMLResponse:
    chrome, dates = frame_of_form(deps)
    choices, who, wrong = show_choices(deps), recipient_by_id(deps, recipient_id), problems or {}
    values = filled_in(who) if form is None else form
    state = _state(RecipientShown(who, None), dates)
    page = RecipientPage(
        chrome=chrome,
        id=who.recipient_id,
        name=who.name or who.address,
        team=team_label(who.team),
        state=" ".join(filter(None, (state.word, state.reason))),
        inputs=recipient_inputs(choices, who.team, values, wrong),
        wishes=preference_inputs(values, choices.zones.get(who.team, "UTC"), wrong),
        zones=zones(),
        problem=problem,
    )
    return HTMLResponse(render("pages/report_recipient.html", page), 422 if problem else 200)


def frame_of_form(deps: Deps) -> tuple[Chrome, Dates]:
    """The frame of a page with a form: it is left alone while it is filled in."""
    frame = show_frame(deps)
    dates = Dates(frame.zone, frame.as_of)
    return chrome_of(frame.sync, frame.now, dates, is_live=False), dates
