"""/review: the fifteen minutes a week, one exception a screen, and the draft report at the end. For `app`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.review import Queue, ReviewChoice, next_open, queue_of
from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.errors import BadRequestError, ConflictError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.usecases.deps import Deps
from phasewise.usecases.records.decide import decide_anew, withdraw
from phasewise.usecases.records.ground import FormError
from phasewise.usecases.reports.choices import show_choices
from phasewise.usecases.reports.show_report import ReportShown, next_week, show_report
from phasewise.usecases.reviews import (
    ReviewFacts,
    asks_by_project,
    begin_review,
    checked_text,
    end_review,
    keep_decision,
    list_reviews,
    show_review,
)
from phasewise.usecases.waive_finding import waive_finding
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.here import here_of
from phasewise.web.report_page import report_path
from phasewise.web.report_recipients import frame_of_form
from phasewise.web.review_page import address_of, problems_of, review_end, review_screen, review_start
from phasewise.web.review_tables import COLUMNS, Which, past
from phasewise.web.tables import AskedOne, TableAsked, file_of
from phasewise.web.templates import render

router = APIRouter(include_in_schema=False)
END = "end"
OF_THE_COURSE = (ReviewChoice.PIVOT, ReviewChoice.STOP)
"""Decisions that are the project's, too."""


@router.get("/review", response_class=HTMLResponse)
def get_start(
    request: Request,
    deps: Given,
    asked: TableAsked,
    team: Annotated[str, Query(max_length=64)] = DEFAULT_TEAM,
    table: Which = Which.PAST,
) -> Response:
    """What waits for a decision, and what the last reviews took."""
    teams = [one for one in show_choices(deps).teams if deps.asker.leads_team(one)]
    shown, reviews = _now(deps, team), list_reviews(deps, team)
    if asked.format is not None:
        return file_of("reviews", past(reviews).rows, COLUMNS, asked)
    chrome, dates = frame_of_form(deps)
    framed = AskedOne(table, asked).frame(past(reviews), here_of(request.scope))
    page = review_start(chrome, dates, team, teams, _queue(deps, shown), reviews, framed)
    return HTMLResponse(render("pages/review_start.html", page))


@router.post("/review")
def post_start(deps: Given, form: Form) -> Response:
    """Begin, or go on."""
    team = form.get("team") or DEFAULT_TEAM
    count = len(_queue(deps, _now(deps, team)).exceptions)
    return RedirectResponse(address_of(begin_review(deps, team, next_week(deps, team), count)), 303)


@router.get("/review/{review_id}", response_class=HTMLResponse)
def get_screen(deps: Given, review_id: str, at: Annotated[str, Query(max_length=300)] = "") -> HTMLResponse:
    """The exception named, or the next one that wants a decision; the end where there is none."""
    return _shown(deps, show_review(deps, review_id), at)


@router.post("/review/{review_id}")
def post_decision(deps: Given, review_id: str, form: Form) -> Response:
    """Decide about one exception, and go on to the next."""
    facts, name = show_review(deps, review_id), form.get("name", "")
    try:
        _decide(deps, facts, name, form)
    except (BadRequestError, ConflictError) as error:
        return _shown(deps, facts, name, form, f"{error}")
    return RedirectResponse(address_of(facts.review), 303)


@router.post("/review/{review_id}/end")
def post_end(deps: Given, review_id: str) -> Response:
    """The review is over; its decisions are in the draft."""
    review = end_review(deps, review_id).review
    return RedirectResponse(report_path(review.team, review.week, "edit"), 303)


def _now(deps: Deps, team: str) -> ReportShown:
    """How the team stands now, as the report of the running week would say it."""
    return show_report(deps, team=team, as_of=deps.now())


def _queue(deps: Deps, shown: ReportShown) -> Queue:
    return queue_of(shown.digest, asks_by_project(deps))


def _shown(
    deps: Deps, facts: ReviewFacts, at: str, form: Mapping[str, str] | None = None, problem: str = ""
) -> HTMLResponse:
    shown = _now(deps, facts.review.team)
    queue = _queue(deps, shown)
    chrome, dates = frame_of_form(deps)
    names = {one.name for one in queue.exceptions}
    name = at if at in names else None if at == END else next_open(queue.exceptions, facts.decided)
    if name is None or (facts.review.ended_at is not None and at not in names):
        return HTMLResponse(render("pages/review_end.html", review_end(chrome, queue, facts)))
    today = dates.local(facts.now).date().isoformat()
    screen = review_screen(chrome, dates, shown.digest, queue, facts, name, today)
    if form is None:
        return HTMLResponse(render("pages/review.html", screen))
    chosen = tuple(replace(one, is_chosen=one.value == form.get("choice")) for one in screen.choices)
    text, until = form.get("text", ""), form.get("until", "")
    screen = replace(screen, choices=chosen, text=text, until=until, problem=problem)
    return HTMLResponse(render("pages/review.html", screen), 422)


def _decide(deps: Deps, facts: ReviewFacts, name: str, form: Mapping[str, str]) -> None:
    """Do what the decision means, then keep it: a try that broke off is made once more."""
    shown = _now(deps, facts.review.team)
    one = next((one for one in _queue(deps, shown).exceptions if one.name == name), None)
    if one is None:
        raise NotFoundError(_("This is settled meanwhile: load the page again"))
    wanted = form.get("choice", "")
    if wanted not in set(one.choices):
        raise BadRequestError(_("Choose one of the decisions"))
    choice = ReviewChoice(wanted)
    text = checked_text(choice, form.get("text", ""))
    if choice is ReviewChoice.WAIVE:
        for problem in problems_of(one):
            waive_finding(deps, problem.id, form.get("until", ""), text, deps.asker.name)
    if choice not in OF_THE_COURSE and one.project is not None:
        withdraw(deps, one.project.key, facts.review.review_id)
    elif one.project is not None:
        fields = {"choice": choice.value, "on": "", "why": text, "agreed_by": form.get("agreed_by", "")}
        try:
            decide_anew(deps, one.project.key, facts.review.review_id, fields)
        except FormError as error:
            raise BadRequestError(str(error)) from None
    keep_decision(deps, facts.review.review_id, name, choice, text)
