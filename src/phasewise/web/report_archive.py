"""/reports: all weekly reports, what is sent next, and what became of their mails. Part of `reports`."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.rights import Role
from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.i18n.speaking import _, ngettext
from phasewise.store.effects import EffectState
from phasewise.store.reports import Report
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.links import unread_comments
from phasewise.usecases.reports.show_archive import (
    ARCHIVE,
    REPORT_PLACE,
    Archive,
    MailTrouble,
    NextReport,
    resend_mail,
    show_archive,
)
from phasewise.web.dates import Dates
from phasewise.web.deps import Asked, Given, asked_of
from phasewise.web.forms import Form
from phasewise.web.freshness import chrome_of
from phasewise.web.report_fields import team_label
from phasewise.web.report_page import report_path, state_mark
from phasewise.web.report_plan import plan_href
from phasewise.web.report_values import Mark
from phasewise.web.retold import retold
from phasewise.web.templates import render
from phasewise.web.values import Chrome, Link, StateMark

router = APIRouter(include_in_schema=False)
PATH = "/reports"


@dataclass(frozen=True, slots=True)
class ReportRow:
    week: str
    href: str
    team: str
    ended: str
    state: Mark
    remark: str
    mails: str
    troubles: str


@dataclass(frozen=True, slots=True)
class NextRow:
    """What a team gets next, as it is so far at `href`; `plan` leads to when that is."""

    team: str
    week: str
    href: str
    when: str
    zone: str
    to: str
    is_on: bool
    plan: str


@dataclass(frozen=True, slots=True)
class TroubleRow:
    key: str
    address: str
    week: str
    href: str
    state: StateMark
    said: str
    button: str


@dataclass(frozen=True, slots=True)
class ArchivePage:
    chrome: Chrome
    is_lead: bool
    several_teams: bool
    teams: tuple[tuple[Link, bool], ...]
    upcoming: tuple[NextRow, ...]
    troubles: tuple[TroubleRow, ...]
    rows: tuple[ReportRow, ...]
    older: str | None
    newest: str | None
    unread: int


@router.get(PATH, response_class=HTMLResponse)
def get_reports(
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(ARCHIVE, REPORT_PLACE))],
    team: Annotated[str | None, Query(max_length=64)] = None,
) -> HTMLResponse:
    """The archive, latest first, of a team or of all."""
    found = show_archive(deps, team, asked.paging)
    return HTMLResponse(render("pages/reports.html", _page(deps, found, team, asked)))


@router.post(f"{PATH}/resend")
def post_resend(deps: Given, form: Form) -> Response:
    """Hand a mail over once more."""
    resend_mail(deps, form.get("key", ""))
    return RedirectResponse(PATH, 303)


def _page(deps: Deps, found: Archive, team: str | None, asked: Asked) -> ArchivePage:
    frame = found.frame
    dates = Dates(frame.zone, frame.as_of)
    is_lead = deps.asker.may(Role.LEAD)
    return ArchivePage(
        chrome=chrome_of(frame.sync, frame.now, dates, is_live=False),
        is_lead=is_lead,
        several_teams=len(found.teams) > 1,
        teams=tuple(_team_links(found, team)),
        upcoming=tuple(_next(one, frame.as_of) for one in found.upcoming),
        troubles=tuple(_trouble(one) for one in found.troubles),
        rows=tuple(_row(one, found, dates, names=deps.asker.sees_people) for one in found.reports),
        older=None if found.next is None else _href(team, found.next),
        newest=None if asked.paging.after is None else _href(team),
        unread=unread_comments(deps) if is_lead else 0,
    )


def _href(team: str | None, cursor: str | None = None) -> str:
    query = {name: value for name, value in (("team", team), ("cursor", cursor)) if value}
    return f"{PATH}?{urlencode(query)}" if query else PATH


def _team_links(found: Archive, team: str | None) -> list[tuple[Link, bool]]:
    every = (Link(_("All"), PATH), team is None)
    return [every, *((Link(team_label(one), _href(one)), one == team) for one in found.teams)]


def _next(one: NextReport, now: int) -> NextRow:
    dates = Dates(one.zone, now)
    return NextRow(
        team=team_label(one.team),
        week=one.week,
        href=report_path(one.team, one.week),
        when=f"{dates.weekday(one.at)}, {dates.day(one.at)}, {dates.time(one.at)}",
        zone=one.zone,
        to=ngettext("to %(num)s recipient", "to %(num)s recipients", one.recipients),
        is_on=one.is_on,
        plan=plan_href(one.team),
    )


def _row(report: Report, found: Archive, dates: Dates, *, names: bool) -> ReportRow:
    counts = found.counts.get((report.team, report.week), {})
    sent, waiting = (counts.get(EffectState.DONE, 0), counts.get(EffectState.DUE, 0))
    waiting += counts.get(EffectState.CLAIMED, 0)
    failed, unknown = (counts.get(EffectState.FAILED, 0), counts.get(EffectState.UNKNOWN, 0))
    told = (
        (sent, _("%(num)s sent", num=sent)),
        (waiting, _("%(num)s waiting", num=waiting)),
    )
    wrong = (
        (failed, _("%(num)s failed", num=failed)),
        (unknown, _("%(num)s unknown", num=unknown)),
    )
    return ReportRow(
        week=report.week,
        href=report_path(report.team, report.week),
        team=team_label(report.team),
        ended=_("week up to %(day)s", day=dates.day(report.instant - 1)),
        state=state_mark(report, dates, names=names),
        remark=report.remark or "",
        mails=" · ".join(text for n, text in told if n),
        troubles=" · ".join(text for n, text in wrong if n),
    )


def _trouble(one: MailTrouble) -> TroubleRow:
    if one.is_unknown:
        state = StateMark("warn", _("Unknown"), _("It may have arrived."))
        button = _("Send it again, maybe twice")
    else:
        state, button = StateMark("bad", _("Failed"), ""), _("Send it again")
    is_usual = one.team == DEFAULT_TEAM
    return TroubleRow(
        key=one.mail.key,
        address=one.mail.target,
        week=one.week if is_usual else f"{one.week}, {one.team}",
        href=report_path(one.team, one.week),
        state=state,
        said=retold(one.mail.last_error or ""),
        button=button,
    )
