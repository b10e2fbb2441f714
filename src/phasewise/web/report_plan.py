"""/reports/plan: on which day and hour a team's report is sent, or not at all. Included by `reports`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.i18n.speaking import _, marked
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.choices import show_choices
from phasewise.usecases.reports.due_weeks import TeamPlan
from phasewise.usecases.reports.plans import DAYS, save_plan, show_plan
from phasewise.usecases.reports.recipient_fields import RecipientFieldsError, time_text
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.log_words import who_words
from phasewise.web.policy_form import zones
from phasewise.web.policy_values import Input, TeamLink
from phasewise.web.report_fields import choices_of, team_label
from phasewise.web.report_recipients import WRONG, frame_of_form
from phasewise.web.templates import render
from phasewise.web.values import Chrome

router = APIRouter(include_in_schema=False)
PATH = "/reports/plan"
ON = (("yes", marked("On")), ("no", marked("Off: nothing is sent")))


@dataclass(frozen=True, slots=True)
class PlanPage:
    chrome: Chrome
    team: str
    label: str
    teams: tuple[TeamLink, ...]
    inputs: tuple[Input, ...]
    zones: tuple[str, ...]
    problem: str
    by: str


@router.get(PATH, response_class=HTMLResponse)
def get_plan(deps: Given, team: Annotated[str, Query(max_length=64)] = DEFAULT_TEAM) -> HTMLResponse:
    """The form, filled in with what holds."""
    return _shown(deps, team, None)


@router.post(PATH)
def post_plan(deps: Given, form: Form) -> Response:
    """Have it so."""
    team = form.get("team", DEFAULT_TEAM)
    try:
        save_plan(deps, team, form)
    except RecipientFieldsError as error:
        return _shown(deps, team, form, error.problems)
    return RedirectResponse("/reports", 303)


def plan_href(team: str) -> str:
    """Where a team's plan is changed."""
    return PATH if team == DEFAULT_TEAM else f"{PATH}?{urlencode({'team': team})}"


def _shown(
    deps: Deps, team: str, form: Mapping[str, str] | None, problems: Mapping[str, str] | None = None
) -> HTMLResponse:
    chrome, dates = frame_of_form(deps)
    plan, choices = show_plan(deps, team), show_choices(deps)
    kept = plan.kept
    page = PlanPage(
        chrome=chrome,
        team=team,
        label=team_label(team),
        teams=tuple(TeamLink(team_label(one), plan_href(one), one == team) for one in choices.teams),
        inputs=tuple(_inputs(plan, form or _filled(plan), problems or {})),
        zones=zones(),
        problem=_(WRONG) if problems else "",
        by=_("As PHASEWISE_REPORT_AT says.")
        if kept is None
        else _(
            "Changed on %(day)s by %(name)s.", day=dates.day(kept.changed_at), name=who_words(kept.changed_by)
        ),
    )
    return HTMLResponse(render("pages/report_plan.html", page), 422 if problems else 200)


def _filled(plan: TeamPlan) -> dict[str, str]:
    kept = plan.kept
    return {
        "is_on": "yes" if plan.is_on else "no",
        "weekday": str(plan.time.weekday),
        "time": time_text(plan.time.minute),
        "zone": "" if kept is None else kept.zone or "",
        "reply_to": plan.reply_to or "",
        "standup": "" if kept is None else time_text(kept.standup_minute),
    }


def _inputs(plan: TeamPlan, form: Mapping[str, str], problems: Mapping[str, str]) -> list[Input]:
    def one(key: str, label: str, hint: str = "", kind: str = "text") -> Input:
        return Input(key, label, form.get(key, ""), hint, kind=kind, problem=problems.get(key, ""))

    days = choices_of(((str(n), _(day)) for n, day in enumerate(DAYS)), form.get("weekday", ""))
    is_on = choices_of([(key, _(name)) for key, name in ON], form.get("is_on", "yes"))
    zone = plan.calendar.rules.zone
    return [
        Input("is_on", _("Weekly mail"), choices=is_on),
        Input("weekday", _("Day"), choices=days, problem=problems.get("weekday", "")),
        one("time", _("Time"), _("Of the day, where each reader is."), "time"),
        one("zone", _("Time zone"), _("Of this plan. Empty: %(zone)s.", zone=zone), "zone"),
        one("reply_to", _("Answers go to"), _("An e-mail address. Empty: to nobody."), "email"),
        one(
            "standup", _("Stand-up line in the chat at"), _("Each working day. Empty: there is none."), "time"
        ),
    ]
