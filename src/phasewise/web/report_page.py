"""/reports/{team}/{week}: a weekly report as a page. Included by `reports`.

Members read the team's form, stakeholders theirs, without persons: `show_report` sees to it.
"""

from collections.abc import Iterator
from datetime import timedelta

from phasewise.core.digest import Digest, ReportState
from phasewise.core.model import Instant
from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.i18n.speaking import _, marked
from phasewise.store.reports import Report
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.show_report import ReportShown
from phasewise.web.dates import Dates
from phasewise.web.here import path_of
from phasewise.web.report_body import body_of
from phasewise.web.report_fields import AUDIENCES, audience_name
from phasewise.web.report_recipients import frame_of_form
from phasewise.web.report_rows import ways_of
from phasewise.web.report_tables import Ordered
from phasewise.web.report_values import Mark, ReportPage
from phasewise.web.report_words import STATES
from phasewise.web.values import Link

FILES = {"pdf": "PDF", "md": "Markdown", "txt": marked("Text"), "json": "JSON"}


def report_path(team: str, week: str, *more: str) -> str:
    """Where a report is read; or one of its other pages."""
    return path_of("reports", team, week, *more)


def report_page(deps: Deps, shown: ReportShown, ordered: Ordered) -> ReportPage:
    """The whole page for who asks; `ordered`: which of its tables is sorted."""
    digest, report = shown.digest, shown.report
    chrome, now = frame_of_form(deps)
    dates = Dates(digest.zone, digest.instant)
    is_lead, is_draft = deps.asker.leads_team(report.team), report.state is ReportState.DRAFT
    address, before = report_path(report.team, report.week), label_near(digest, -4)
    return ReportPage(
        chrome=chrome,
        title=title_of(report),
        span=span_of(digest, dates),
        team=report.team,
        week=report.week,
        state=state_mark(report, now, names=deps.asker.sees_people),
        address=address,
        before=Link(before, report_path(report.team, before)),
        after=None if digest.end >= deps.now() else _link(report.team, label_near(digest, 10)),
        compare=Link(_("What changed since %(week)s", week=before), f"{address}/compare?with={before}"),
        files=tuple(Link(_(name), f"{address}.{ending}") for ending, name in FILES.items()),
        mails=tuple(_mails(address, sees_people=deps.asker.sees_people)),
        can_edit=is_lead and (is_draft or report.state is ReportState.SKIPPED),
        can_send=is_lead,
        body=body_of(
            digest, ways_of(digest, is_open=True, sees_people=deps.asker.sees_people), dates, ordered
        ),
    )


def _mails(address: str, *, sees_people: bool) -> Iterator[Link]:
    """The mail for each audience; and for their own, its text and the whole of it."""
    audiences = [one for one in AUDIENCES if sees_people or one != "team"]
    for audience in audiences:
        yield Link(audience_name(audience), f"{address}/mail?audience={audience}")
    own = f"{address}/mail?audience={audiences[0]}"
    yield Link(_("its text"), f"{own}&part=text")
    yield Link(_("the whole of it"), f"{own}&part=eml")


def _link(team: str, week: str) -> Link:
    return Link(week, report_path(team, week))


def title_of(report: Report) -> str:
    """`Report of 2026-W47`, with the team where it is not the usual one."""
    if report.team == DEFAULT_TEAM:
        return _("Report of %(week)s", week=report.week)
    return _("Report of %(week)s, %(team)s", week=report.week, team=report.team)


def span_of(digest: Digest, dates: Dates) -> str:
    """The days of the week; while it runs, up to when it tells."""
    days = f"{dates.day(digest.start)} – {dates.day(digest.end - 1)}"
    if not digest.is_running:
        return days
    until = f"{dates.day(digest.instant)}, {dates.time(digest.instant)}"
    so_far = _("so far: up to %(until)s", until=until)
    return f"{days} · {so_far}"


def label_near(digest: Digest, days: int) -> str:
    """The label of the week that holds the day so many days after the first one of this week."""
    day = Dates(digest.zone, digest.start).local(digest.start).date() + timedelta(days=days)
    iso = day.isocalendar()
    return f"{iso.year}-W{iso.week:02}"


def state_mark(report: Report, dates: Dates, *, names: bool = True) -> Mark:
    """Where it stands, and since when; `names`: who skipped it, too."""
    icon, word, note = STATES[report.state]
    told = [_(note)]
    if report.state is ReportState.SENT and report.sent_at is not None:
        told.insert(0, _("Sent on %(when)s.", when=_when(report.sent_at, dates)))
    if report.state is ReportState.SKIPPED:
        who, why = report.skipped_by if names else "", report.skip_reason
        told = [_("Skipped by %(name)s: %(reason)s", name=who, reason=why) if who else why or ""]
    if report.late:
        told.append(_("It was late."))
    return Mark(icon, _(word), " ".join(told))


def _when(at: Instant, dates: Dates) -> str:
    return f"{dates.day(at)}, {dates.time(at)}"
