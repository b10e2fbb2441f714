"""The page /audit: the last twelve months replayed by today's rules, before anybody changes their habits."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from phasewise.core.model import Rule
from phasewise.usecases.audit import Ages, Audit, OneActive, RuleCount
from phasewise.usecases.audit_history import audit_history
from phasewise.usecases.portfolio import SyncFacts
from phasewise.usecases.show_work import show_work
from phasewise.web.audit_chart import AuditChart, chart_of
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.freshness import chrome_of
from phasewise.web.templates import render
from phasewise.web.values import Chrome, Figure, Link
from phasewise.web.wording import count, number

router = APIRouter(include_in_schema=False)

DAY_MS = 86_400_000
SHORT_WEEKS = 4
"""With less history than this a median says little."""

MAPPING = "Give it a meaning in phasewise.toml; phasewise check prints the line."
UNTIDY = {
    Rule.NO_PHASE: "without a phase",
    Rule.NO_PROJECT: "without a project",
    Rule.NO_ASSIGNEE: "active without an assignee",
    Rule.ESTIMATE_TOO_LONG: "planned for longer than the limit",
}


@dataclass(frozen=True, slots=True)
class RuleRow:
    name: Link
    found: str
    breaches: str
    open: str


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
    loops: tuple[LoopRow, ...]
    projects: int
    rules: tuple[RuleRow, ...]
    gaps: tuple[Gap, ...]


@router.get("/audit", response_class=HTMLResponse)
def get_audit(deps: Given, as_of: AsOf) -> HTMLResponse:
    """The twelve months before `as_of`, or before now."""
    audit = audit_history(deps, as_of=as_of)
    work = show_work(deps, ())
    dates = Dates(work.zone, audit.as_of)
    # It is worked out anew each time: a page left open must not ask for that at every change in Jira.
    chrome = chrome_of(work.sync, work.now, dates, is_live=False)
    return HTMLResponse(render("pages/audit.html", audit_page(audit, chrome, dates, work.sync)))


def audit_page(audit: Audit, chrome: Chrome, dates: Dates, sync: SyncFacts) -> AuditPage:
    """All that the template prints."""
    return AuditPage(
        chrome=chrome,
        span=f"{dates.long_day(audit.since)} to {dates.long_day(audit.as_of)}, replayed by today's rules",
        note=_note(audit, dates, sync),
        figures=_figures(audit.one_active, audit.ages, audit),
        chart=chart_of(audit.weeks, dates),
        loops=tuple(
            LoopRow(Link(one.key, f"/projects/{one.key}"), one.summary, count(one.loops, "return"))
            for one in audit.looped
        ),
        projects=audit.projects,
        rules=tuple(_rule(one) for one in audit.findings if one.findings),
        gaps=_gaps(audit),
    )


def _note(audit: Audit, dates: Dates, sync: SyncFacts) -> str:
    """Why there is less to see than a year of history; empty where there is a year."""
    if sync.synced_at is None:
        return "Jira has not been read completely yet: the audit is whole after the first synchronisation."
    if audit.history_from is None:
        return "No ticket is known yet: see that the scope in the settings matches the team's tickets."
    weeks = (audit.as_of - audit.history_from) // (7 * DAY_MS)
    begins = f"The first ticket is of {dates.long_day(audit.history_from)}"
    if weeks < SHORT_WEEKS:
        return f"{begins}: this history is too short for more than a first look. Come back in some weeks."
    if audit.history_from > audit.since + 7 * DAY_MS:
        return f"{begins}: the audit covers {count(weeks, 'week')}, not a year."
    return ""


def _figures(one: OneActive, ages: Ages, audit: Audit) -> tuple[Figure, ...]:
    over = f"{one.person_days_over:,} of {one.person_days:,}"
    left_out = f", {ages.left_out:,} left out" if ages.left_out else ""
    return (
        Figure("Person-days over the limit", *_percent(one.share_over), over, "", None),
        Figure("Working time within it", *_percent(one.compliance), "", "", None),
        Figure("Age when done, median", *_days(ages.median_days), "", "", None),
        Figure("Age, 85th percentile", *_days(ages.p85_days), f"of {ages.tasks_done:,}{left_out}", "", None),
        Figure(
            "Went back a phase",
            f"{len(audit.looped)}",
            "",
            f"of {count(audit.projects, 'project')}",
            "",
            None,
        ),
        Figure("Untidy open tasks", f"{audit.untidy.tasks:,}", "", "", "", None),
    )


def _percent(share: float | None) -> tuple[str, str]:
    return ("–", "") if share is None else (number(100 * share), "%")


def _days(age: float | None) -> tuple[str, str]:
    return ("–", "") if age is None else (number(age), "d")


def _rule(one: RuleCount) -> RuleRow:
    name = one.rule.value.replace("_", " ").capitalize()
    return RuleRow(
        Link(name, rules_href(one.rule)),
        f"{one.findings:,}",
        f"{one.breaches:,}" if one.breaches else "",
        f"{one.open:,}" if one.open else "",
    )


def rules_href(rule: Rule, state: str = "all") -> str:
    """The list of the findings of a rule."""
    return "/rules?" + urlencode({"rule": rule.value, "state": state})


def _gaps(audit: Audit) -> tuple[Gap, ...]:
    lacking = [
        Gap(f"{count(audit.untidy.by_rule[rule], 'open task')} {what}", "", "", rules_href(rule, "open"))
        for rule, what in UNTIDY.items()
        if audit.untidy.by_rule[rule]
    ]
    statuses, options = audit.unmapped_statuses, audit.unmapped_phase_options
    unmapped = [
        Gap(
            f"{count(len(some), noun, nouns)} without a meaning",
            _names([one.name for one in some]),
            MAPPING,
            None,
        )
        for some, noun, nouns in ((statuses, "status", "statuses"), (options, "phase option", None))
        if some
    ]
    left = audit.untidy.history_incomplete
    todo = "Their times are lower bounds; phasewise sync --full reads them again."
    incomplete = [Gap(f"{count(left, 'task')} with an incomplete history", "", todo, None)] if left else []
    return (*unmapped, *lacking, *incomplete)


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)
