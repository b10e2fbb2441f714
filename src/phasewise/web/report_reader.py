"""/r/{secret}: a weekly report for somebody who has a link and no account. Part of `reports`.

Opening it changes nothing: whoever scans mail for people follows links, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.errors import BadRequestError
from phasewise.i18n.languages import ENGLISH, known
from phasewise.i18n.speaking import _, speak
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.reading import COMMENT_MOST, ReadByLink, read_by_link, say_seen
from phasewise.web.dates import Dates
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.outside import LOST, PlainPage, letter, refused
from phasewise.web.report_body import body_of
from phasewise.web.report_page import span_of
from phasewise.web.report_rows import ways_of
from phasewise.web.report_values import ReportBody
from phasewise.web.values import Link
from phasewise.web.visitors import client_of

router = APIRouter(include_in_schema=False)
WeekInPath = Annotated[str, Path(max_length=16)]


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """A report for a reader by link. `weeks` lead to the others; `text` is what they were typing."""

    title: str
    span: str
    about: str
    weeks: tuple[tuple[Link, bool], ...]
    body: ReportBody
    action: str
    text: str
    most: int
    problem: str
    is_thanked: bool
    until: str


@router.get("/r/{secret}", response_class=HTMLResponse)
def get_newest(deps: Given, request: Request, secret: str) -> HTMLResponse:
    """The newest report."""
    return _answer(deps, request, secret, None)


@router.get("/r/{secret}/{week}", response_class=HTMLResponse)
def get_week(deps: Given, request: Request, secret: str, week: WeekInPath) -> HTMLResponse:
    """One of the archive."""
    return _answer(deps, request, secret, week)


@router.post("/r/{secret}/{week}", response_class=HTMLResponse)
def post_seen(deps: Given, request: Request, secret: str, week: WeekInPath, form: Form) -> HTMLResponse:
    """They have read it, and what else they say."""
    text = form.get("text", "")
    try:
        found = read_by_link(deps, secret, week, client_of(request))
        if found is not None:
            say_seen(deps, secret, week, text, client_of(request))
    except BadRequestError as error:
        return _answer(deps, request, secret, week, {"text": text, "problem": f"{error}."})
    except LOST as error:
        return refused(error)
    return _answer(deps, request, secret, week, {"thanks": "yes"})


def _answer(
    deps: Deps, request: Request, secret: str, week: str | None, said: Mapping[str, str] | None = None
) -> HTMLResponse:
    try:
        found = read_by_link(deps, secret, week, client_of(request))
    except LOST as error:
        return refused(error)
    if found is None:
        return letter("pages/plain.html", PlainPage(_("No report yet"), _("The first one is on its way.")))
    # Theirs, whatever the browser says: who made the link knew whom it is for.
    speak(known(found.link.language) or ENGLISH)
    page = _page(deps, found, secret, said or {})
    return letter("pages/report_reader.html", page, 422 if page.problem else 200)


def _page(deps: Deps, found: ReadByLink, secret: str, said: Mapping[str, str]) -> ReaderPage:
    digest, link = found.digest, found.link
    dates = Dates(digest.zone, digest.instant)
    about = "" if link.team == DEFAULT_TEAM else link.team
    if link.project_id is not None:
        about = next((one.summary for one in digest.projects), _("The project is not in this report"))
    return ReaderPage(
        title=_("Report of %(week)s", week=digest.week),
        span=span_of(digest, dates),
        about=about,
        weeks=tuple((Link(week, f"/r/{secret}/{week}"), week == digest.week) for week in found.weeks),
        body=body_of(digest, ways_of(digest, is_open=False, sees_people=False), dates),
        action=f"/r/{secret}/{digest.week}",
        text=said.get("text", ""),
        most=COMMENT_MOST,
        problem=said.get("problem", ""),
        is_thanked="thanks" in said,
        until=Dates(digest.zone, deps.now()).long_day(link.expires_at),
    )
