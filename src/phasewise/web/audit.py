"""The page /audit: the last twelve months replayed by today's rules, before anybody changes their habits."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from phasewise.core.model import Rule
from phasewise.i18n.speaking import _, marked, ngettext, pgettext
from phasewise.usecases.audit import Ages, Audit, AuditWeek, OneActive, RuleCount
from phasewise.usecases.audit_history import audit_history
from phasewise.usecases.portfolio import SyncFacts
from phasewise.usecases.show_work import show_work
from phasewise.web.audit_chart import AuditChart, chart_of
from phasewise.web.audit_tables import (
    RuleRow,
    WeekRow,
    Which,
    rule_row,
    rules_href,
    rules_of,
    table_of,
    week_row,
    weeks_of,
)
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.freshness import chrome_of
from phasewise.web.here import here_of
from phasewise.web.tables import AskedOne, Framed, TableAsked, file_of
from phasewise.web.templates import render
from phasewise.web.values import Chrome, Figure, Link
from phasewise.web.wording import comma_list, integer, number

router = APIRouter(include_in_schema=False)

DAY_MS = 86_400_000
SHORT_WEEKS = 4
"""With less history than this a median says little."""

MAPPING = marked("Give it a meaning in phasewise.toml; phasewise check prints the line.")
UNTIDY = (Rule.NO_PHASE, Rule.NO_PROJECT, Rule.NO_ASSIGNEE, Rule.ESTIMATE_TOO_LONG)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is unclear: how much of it, what it is, and how to put it right. `href` lists it."""

    text: str
    names: str
    todo: str
    href: str | None


@dataclass(frozen=True, slots=True)
class LoopRow:
    project: Link
    summary: str
    loops: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`note` explains why there is less to see than a year; `chart` is None where nobody was active."""

    chrome: Chrome
    span: str
    note: str
    figures: tuple[Figure, ...]
    chart: AuditChart | None
    week_table: Framed[AuditWeek]
    weeks: tuple[WeekRow, ...]
    loops: tuple[LoopRow, ...]
    projects: int
    rule_table: Framed[RuleCount]
    rules: tuple[RuleRow, ...]
    gaps: tuple[Gap, ...]


@router.get("/audit", response_class=HTMLResponse)
def get_audit(
    request: Request, deps: Given, as_of: AsOf, asked: TableAsked, table: Which = Which.WEEKS
) -> Response:
    """The twelve months before `as_of`, or before now."""
    audit = audit_history(deps, as_of=as_of)
    if asked.format is not None:
        sheet = table_of(table, audit)
        return file_of(f"audit-{table}", sheet.rows, sheet.columns, asked)
    work = show_work(deps, ())
    dates = Dates(work.zone, audit.as_of)
    # It is worked out anew each time: a page left open must not ask for that at every change in Jira.
    chrome = chrome_of(work.sync, work.now, dates, is_live=False)
    weeks = AskedOne(table, asked).frame(weeks_of(audit), here_of(request.scope))
    rules = AskedOne(table, asked).frame(rules_of(audit), here_of(request.scope))
    return HTMLResponse(render("pages/audit.html", audit_page(audit, weeks, rules, chrome, dates, work.sync)))


def audit_page(
    audit: Audit,
    weeks: Framed[AuditWeek],
    rules: Framed[RuleCount],
    chrome: Chrome,
    dates: Dates,
    sync: SyncFacts,
) -> AuditPage:
    """All that the template prints."""
    return AuditPage(
        chrome=chrome,
        span=_(
            "%(since)s to %(until)s, replayed by today’s rules",
            since=dates.long_day(audit.since),
            until=dates.long_day(audit.as_of),
        ),
        note=_note(audit, dates, sync),
        figures=_figures(audit.one_active, audit.ages, audit),
        chart=chart_of(audit.weeks, dates),
        week_table=weeks,
        weeks=tuple(week_row(one, dates) for one in weeks.rows),
        loops=tuple(
            LoopRow(
                Link(one.key, f"/projects/{one.key}"),
                one.summary,
                ngettext("%(num)s return", "%(num)s returns", one.loops),
            )
            for one in audit.looped
        ),
        projects=audit.projects,
        rule_table=rules,
        rules=tuple(rule_row(one) for one in rules.rows),
        gaps=_gaps(audit),
    )


def _note(audit: Audit, dates: Dates, sync: SyncFacts) -> str:
    """Why there is less to see than a year of history; empty where there is a year."""
    if sync.synced_at is None:
        return _("Jira has not been read completely yet: the audit is whole after the first synchronisation.")
    if audit.history_from is None:
        return _("No ticket is known yet: see that the scope in the settings matches the team's tickets.")
    weeks = (audit.as_of - audit.history_from) // (7 * DAY_MS)
    begins = _("The first ticket is of %(day)s", day=dates.long_day(audit.history_from))
    if weeks < SHORT_WEEKS:
        return _(
            "%(begins)s: this history is too short for more than a first look. Come back in some weeks.",
            begins=begins,
        )
    if audit.history_from > audit.since + 7 * DAY_MS:
        return ngettext(
            "%(begins)s: the audit covers %(num)s week, not a year.",
            "%(begins)s: the audit covers %(num)s weeks, not a year.",
            weeks,
            begins=begins,
        )
    return ""


def _figures(one: OneActive, ages: Ages, audit: Audit) -> tuple[Figure, ...]:
    over = _("%(part)s of %(all)s", part=one.person_days_over, all=one.person_days)
    of = _("of %(num)s", num=ages.tasks_done)
    if ages.left_out:
        of = _("of %(num)s, %(left_out)s left out", num=ages.tasks_done, left_out=ages.left_out)
    return (
        Figure(_("Person-days over the limit"), *_percent(one.share_over), over, "", None),
        Figure(_("Working time within it"), *_percent(one.compliance), "", "", None),
        Figure(_("Age when done, median"), *_days(ages.median_days), "", "", None),
        Figure(_("Age, 85th percentile"), *_days(ages.p85_days), of, "", None),
        Figure(
            _("Went back a phase"),
            f"{len(audit.looped)}",
            "",
            ngettext("of %(num)s project", "of %(num)s projects", audit.projects),
            "",
            None,
        ),
        Figure(_("Untidy open tasks"), integer(audit.untidy.tasks), "", "", "", None),
    )


def _percent(share: float | None) -> tuple[str, str]:
    return ("–", "") if share is None else (number(100 * share), "%")


def _days(age: float | None) -> tuple[str, str]:
    return ("–", "") if age is None else (number(age), pgettext("days, after a number", "d"))


def _gaps(audit: Audit) -> tuple[Gap, ...]:
    lacking = [
        Gap(
            _untidy(rule, audit.untidy.by_rule[rule]),
            "",
            "",
            rules_href(rule, "open"),
        )
        for rule in UNTIDY
        if audit.untidy.by_rule[rule]
    ]
    statuses, options = audit.unmapped_statuses, audit.unmapped_phase_options
    unmapped = [
        Gap(
            text,
            _names([one.name for one in some]),
            _(MAPPING),
            None,
        )
        for some, text in ((statuses, _statuses(len(statuses))), (options, _options(len(options))))
        if some
    ]
    left = audit.untidy.history_incomplete
    todo = _("Their times are lower bounds; phasewise sync --full reads them again.")
    incomplete = (
        [
            Gap(
                ngettext(
                    "%(num)s task with an incomplete history",
                    "%(num)s tasks with an incomplete history",
                    left,
                ),
                "",
                todo,
                None,
            )
        ]
        if left
        else []
    )
    return (*unmapped, *lacking, *incomplete)


def _untidy(rule: Rule, n: int) -> str:
    """How many open tasks lack something."""
    return {
        Rule.NO_PHASE: ngettext("%(num)s open task without a phase", "%(num)s open tasks without a phase", n),
        Rule.NO_PROJECT: ngettext(
            "%(num)s open task without a project", "%(num)s open tasks without a project", n
        ),
        Rule.NO_ASSIGNEE: ngettext(
            "%(num)s open task active without an assignee", "%(num)s open tasks active without an assignee", n
        ),
        Rule.ESTIMATE_TOO_LONG: ngettext(
            "%(num)s open task planned for longer than the limit",
            "%(num)s open tasks planned for longer than the limit",
            n,
        ),
    }[rule]


def _statuses(n: int) -> str:
    return ngettext("%(num)s status without a meaning", "%(num)s statuses without a meaning", n)


def _options(n: int) -> str:
    return ngettext("%(num)s phase option without a meaning", "%(num)s phase options without a meaning", n)


def _names(names: Sequence[str]) -> str:
    return comma_list(names)
