"""/reports/links: links to read a report by without an account; what readers said. Included by `reports`."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import _, ngettext
from phasewise.store.report_links import Link
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.choices import Choices, show_choices
from phasewise.usecases.reports.links import (
    DAYS_USUAL,
    CommentShown,
    list_comments,
    list_links,
    make_link,
    mark_read,
    revoke_link,
)
from phasewise.usecases.reports.recipient_fields import RecipientFieldsError
from phasewise.web.dates import Dates
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.here import path_of
from phasewise.web.policy_values import Input
from phasewise.web.report_fields import language_input, project_input, team_input, team_label
from phasewise.web.report_recipients import WRONG, frame_of_form
from phasewise.web.templates import render
from phasewise.web.values import Chrome, StateMark

router = APIRouter(include_in_schema=False)
PATH = "/reports/links"


@dataclass(frozen=True, slots=True)
class LinkRow:
    id: str
    label: str
    about: str
    made: str
    state: StateMark
    seen: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class CommentRow:
    """What a reader said; an empty text: that they have read it."""

    id: str
    label: str
    text: str
    href: str
    week: str
    when: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class LinksPage:
    """`issued` is the address of a link that was just made: it is shown this once."""

    chrome: Chrome
    links: tuple[LinkRow, ...]
    comments: tuple[CommentRow, ...]
    unread: int
    inputs: tuple[Input, ...]
    problem: str
    issued: str
    issued_for: str


@router.get(PATH, response_class=HTMLResponse)
def get_links(deps: Given) -> HTMLResponse:
    """All of them, and the form that makes one."""
    return _shown(deps, {})


@router.post(PATH, response_class=HTMLResponse)
def post_link(deps: Given, form: Form) -> HTMLResponse:
    """A new link, shown once."""
    filled = {"team": DEFAULT_TEAM, "language": "en", **form}
    try:
        path = make_link(deps, show_choices(deps), filled)
    except RecipientFieldsError as error:
        return _shown(deps, filled, error.problems)
    return _shown(deps, {}, issued=deps.base_url + path, issued_for=filled["label"])


@router.post(f"{PATH}/revoke")
def post_revoke(deps: Given, form: Form) -> Response:
    """It opens nothing any more."""
    revoke_link(deps, form.get("link", "")[:36])
    return RedirectResponse(PATH, 303)


@router.post(f"{PATH}/read")
def post_read(deps: Given, form: Form) -> Response:
    """A lead has seen what a reader said."""
    mark_read(deps, form.get("comment", "")[:36])
    return RedirectResponse(PATH, 303)


def _shown(
    deps: Deps,
    form: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    issued: str = "",
    issued_for: str = "",
) -> HTMLResponse:
    chrome, dates = frame_of_form(deps)
    choices, said = show_choices(deps), list_comments(deps)
    page = LinksPage(
        chrome=chrome,
        links=tuple(_row(one, choices, dates, deps.now()) for one in list_links(deps)),
        comments=tuple(_comment(one, dates) for one in said),
        unread=sum(one.comment.read_at is None for one in said),
        inputs=tuple(_inputs(choices, form, problems or {})),
        problem=_(WRONG) if problems else "",
        issued=issued,
        issued_for=issued_for,
    )
    return HTMLResponse(render("pages/report_links.html", page), 422 if problems else 200)


def _inputs(choices: Choices, form: Mapping[str, str], problems: Mapping[str, str]) -> list[Input]:
    team = form.get("team", DEFAULT_TEAM)
    return [
        Input(
            "label",
            _("For whom"),
            form.get("label", ""),
            _("What you call it in this list, like “Finance board”."),
            problem=problems.get("label", ""),
        ),
        *((team_input(choices, team, problems),) if len(choices.teams) > 1 or "team" in problems else ()),
        project_input(choices, team, form.get("project", ""), problems),
        language_input(form.get("language", "en"), problems),
        Input(
            "days",
            _("Good for so many days"),
            form.get("days", str(DAYS_USUAL)),
            kind="number",
            problem=problems.get("days", ""),
        ),
    ]


def _row(one: Link, choices: Choices, dates: Dates, now: int) -> LinkRow:
    about = choices.named(one.project_id) or team_label(one.team)
    seen = _("nobody said that they had read it")
    if one.last_seen_at is not None:
        day = dates.day(one.last_seen_at)
        seen = ngettext(
            "read %(num)s time, on %(day)s", "read %(num)s times, last on %(day)s", one.seen, day=day
        )
    made = _("made on %(day)s by %(name)s", day=dates.day(one.created_at), name=one.created_by)
    return LinkRow(
        id=one.link_id,
        label=one.label,
        about=f"{about} · {LANGUAGES.get(one.language, one.language)}",
        made=made,
        state=_state(one, dates, now),
        seen=seen,
        is_good=one.opens_at(now),
    )


def _state(one: Link, dates: Dates, now: int) -> StateMark:
    if one.revoked_at is not None:
        return StateMark("idle", _("Revoked"), dates.day(one.revoked_at))
    if one.expires_at <= now:
        return StateMark("idle", _("Ran out"), dates.day(one.expires_at))
    return StateMark("done", _("Good"), _("until %(day)s", day=dates.day(one.expires_at)))


def _comment(shown: CommentShown, dates: Dates) -> CommentRow:
    one = shown.comment
    return CommentRow(
        id=one.comment_id,
        label=shown.label,
        text=one.text,
        href=path_of("reports", one.team, one.week),
        week=one.week,
        when=f"{dates.day(one.at)}, {dates.time(one.at)}",
        is_new=one.read_at is None,
    )
