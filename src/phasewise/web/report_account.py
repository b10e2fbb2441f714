"""/account/report: whether and how one gets the weekly report oneself. Part of `reports`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.i18n.speaking import _, language
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.choices import show_choices
from phasewise.usecases.reports.recipient_fields import RecipientFieldsError, preferences_in
from phasewise.usecases.reports.subscription import own_subscriptions, set_own
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.policy_form import zones
from phasewise.web.policy_values import Input, TeamLink
from phasewise.web.report_fields import filled_in, preference_inputs, team_label
from phasewise.web.report_recipients import WRONG, frame_of_form
from phasewise.web.templates import render
from phasewise.web.values import Chrome

router = APIRouter(include_in_schema=False)
PATH = "/account/report"


@dataclass(frozen=True, slots=True)
class OwnReport:
    """The report of one team. `is_on`: it is mailed; `came_back` is what the server said that refused it."""

    team: str
    is_on: bool
    came_back: str
    wishes: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The form for one team; `links` lead to the others."""

    chrome: Chrome
    links: tuple[TeamLink, ...]
    own: OwnReport
    zones: tuple[str, ...]
    problem: str


@router.get(PATH, response_class=HTMLResponse)
def get_own(deps: Given, team: Annotated[str, Query(max_length=64)] = DEFAULT_TEAM) -> HTMLResponse:
    """The form, filled in with what holds."""
    return _shown(deps, team)


@router.post(PATH)
def post_own(deps: Given, form: Form) -> Response:
    """Have it mailed in this way, or not at all."""
    team = form.get("team", DEFAULT_TEAM)
    try:
        wishes = None if form.get("end") == "yes" else preferences_in(form)
        set_own(deps, show_choices(deps), team, wishes)
    except RecipientFieldsError as error:
        return _shown(deps, team, form, error.problems)
    return RedirectResponse(_href(team), 303)


def _href(team: str) -> str:
    return PATH if team == DEFAULT_TEAM else f"{PATH}?{urlencode({'team': team})}"


def _shown(
    deps: Deps,
    team: str,
    form: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> HTMLResponse:
    choices, wrong = show_choices(deps), problems or {}
    choices.require_team(team)
    kept = own_subscriptions(deps).get(team)
    page = OwnPage(
        chrome=frame_of_form(deps)[0],
        links=tuple(TeamLink(team_label(one), _href(one), one == team) for one in choices.teams),
        own=_own(team, kept, preference_inputs(form or _usual(kept), choices.zones[team], wrong)),
        zones=zones(),
        problem=_(WRONG) if wrong else "",
    )
    return HTMLResponse(render("pages/report_own.html", page), 422 if wrong else 200)


def _usual(kept: Recipient | None) -> dict[str, str]:
    return {"language": language()} if kept is None else filled_in(kept)


def _own(team: str, kept: Recipient | None, wishes: tuple[Input, ...]) -> OwnReport:
    is_on = kept is not None and kept.unsubscribed_at is None
    came_back = "" if kept is None or kept.bounced_at is None else kept.bounce or "–"
    return OwnReport(team, is_on, came_back if is_on else "", wishes)
