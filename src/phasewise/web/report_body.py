"""A weekly report as a page prints it, without the frame: made of a digest alone. Called by report_page and
report_links."""

from collections.abc import Iterator
from dataclasses import replace

from phasewise.core.digest import (
    Compliance,
    Decision,
    Digest,
    InHand,
    PersonDigest,
    WaiverGiven,
)
from phasewise.core.digest import Problem as Found
from phasewise.core.digest_views import decisions_of, told_once
from phasewise.core.health import Colour
from phasewise.core.model import Severity
from phasewise.i18n.speaking import _, ngettext
from phasewise.terms import decision_name, group_name, rule_name
from phasewise.usecases.instants import rfc3339
from phasewise.web.compliance_chart import chart_of, percent
from phasewise.web.dates import Dates
from phasewise.web.here import path_of
from phasewise.web.log_words import who_words
from phasewise.web.report_records import records_of
from phasewise.web.report_rows import Ways, news_of, project_row, said, window_of_report
from phasewise.web.report_tables import Ordered, projects, weeks, weeks_of
from phasewise.web.report_values import Fact, HandRow, PersonWeek, ReportBody
from phasewise.web.report_words import gaps_of, problem_row
from phasewise.web.ribbon import axis_of
from phasewise.web.stay_tables import stay_table, stays_of_report
from phasewise.web.values import Figure, Problem
from phasewise.web.wording import days_text, initials, phase_tag

PROBLEMS = 12
"""Problems listed at the top, worst first; the rest are behind the number of breaches."""
AS_IT_IS = Ordered()
FACTS = 20
"""Decisions listed, in the order in which they were taken."""


def body_of(digest: Digest, ways: Ways, dates: Dates, ordered: Ordered = AS_IT_IS) -> ReportBody:
    """All that the report says. A digest without persons makes a page without any. `ordered`: which of its
    tables is sorted."""
    window = window_of_report(digest)
    problems = sorted(_problems(digest), key=_worst_first)
    news = (news_of(one, dates, ways) for one in digest.projects)
    shows_people = ways.sees_people
    table = ordered.frame(projects(digest, sees_people=shows_people))
    return ReportBody(
        remark=None if digest.remark is None else said(digest.remark, dates),
        figures=tuple(_figures(digest, ways)),
        axis=axis_of(window, dates),
        table=table,
        projects=tuple(project_row(one, window, dates, ways) for one in table.rows),
        stays=stay_table(ordered.frame(stays_of_report(digest)), dates, _("goes on")),
        problems=tuple(_problem(one, dates, ways) for one in problems[:PROBLEMS]),
        problems_cut=_("and %(num)s more", num=len(problems) - PROBLEMS) if len(problems) > PROBLEMS else "",
        news=tuple(one for one in news if one is not None),
        records=records_of(digest, ways, dates),
        people=tuple(_person(one, ways) for one in digest.people) if shows_people else (),
        chart=chart_of(weeks_of(digest), ordered.frame(weeks(digest))) if digest.compliance.before else None,
        compliance_line=_compliance_line(digest.compliance),
        waivers=tuple(_waiver(one, dates, ways) for one in digest.waivers),
        decisions=_decisions(digest, dates, ways),
        unknowns=gaps_of(digest.unknown, digest.freshness, dates),
        shows_people=shows_people,
        project_line=_project_line(digest),
    )


# ------------------------------------------------------------------ what needs attention


def _problems(digest: Digest) -> Iterator[tuple[Found, str]]:
    """Those that count, each with the project that it is in: hints are left to the pages."""
    found = [(problem, one.summary) for one in digest.projects for problem in one.problems]
    found += [(problem, "") for one in digest.people for problem in one.problems]
    found += [(problem, "") for problem in digest.loose_problems]
    seen: set[str] = set()
    for problem, project in found:
        if problem.severity is not Severity.HINT and problem.id not in seen:
            seen.add(problem.id)
            yield problem, project


def _worst_first(found: tuple[Found, str]) -> tuple[bool, int, str]:
    problem, _ = found
    return problem.severity is not Severity.BREACH, problem.since, problem.id


def _problem(found: tuple[Found, str], dates: Dates, ways: Ways) -> Problem:
    problem, project = found
    href = ways.to(path_of("rules", problem.id)) if ways.sees_people else None
    row = problem_row(problem, dates, href)
    row = row if ways.is_open else replace(row, href=None)
    return replace(row, note=f"{project} · {row.note}") if project else row


# ------------------------------------------------------------------ figures


def _figures(digest: Digest, ways: Ways) -> Iterator[Figure]:
    totals = digest.totals
    red, amber = (totals.by_colour.get(colour, 0) for colour in (Colour.RED, Colour.AMBER))
    of = _("of %(num)s", num=totals.projects)
    yield Figure(_("Off track"), str(red), "", of, "bad" if red else "", ways.to("/"))
    yield Figure(_("At risk"), str(amber), "", of, "", ways.to("/", "show=attention"))
    yield _breaches(digest, ways)
    changes = ways.to("/changes", f"from={rfc3339(digest.since)}") if ways.sees_people else None
    started = ngettext("%(num)s started", "%(num)s started", totals.started)
    yield Figure(_("Finished"), str(totals.finished), "", started, "", changes)
    returns = ngettext("%(num)s return", "%(num)s returns", totals.returns)
    yield Figure(_("Phase moves"), str(totals.moves), "", returns, "", changes)
    if digest.compliance.before:
        yield _kept(digest.compliance, ways)


def _breaches(digest: Digest, ways: Ways) -> Figure:
    totals = digest.totals
    href = ways.to("/rules") if ways.sees_people else None
    note = ngettext("%(num)s warning", "%(num)s warnings", totals.warnings)
    return Figure(_("Rule breaches"), str(totals.breaches), "", note, "bad" if totals.breaches else "", href)


def _kept(compliance: Compliance, ways: Ways) -> Figure:
    usual = "" if compliance.usual is None else _("usually %(share)s", share=percent(compliance.usual))
    href = ways.to("/rules") if ways.sees_people else None
    return Figure(_("One active ticket kept"), percent(compliance.week.kept), "", usual, "", href)


def _project_line(digest: Digest) -> str:
    text = ngettext("%(num)s project", "%(num)s projects", digest.totals.projects)
    done = _("%(num)s done in all", num=digest.done) if digest.done else ""
    return " · ".join(filter(None, (_("Worst first"), text, done)))


# ------------------------------------------------------------------ people


def _person(one: PersonDigest, ways: Ways) -> PersonWeek:
    n = len(one.active)
    over = ngettext("%(num)s active ticket at once", "%(num)s active tickets at once", n)
    days = _("%(days)s this week", days=days_text(one.days))
    away = _("%(days)s away", days=days_text(one.away_days)) if one.away_days else ""
    waiting = [f"{group_name(group)} {n}" for group, n in one.waiting.items() if n]
    return PersonWeek(
        name=one.person.name or _("Unknown person"),
        href=ways.to(path_of("people", one.person.id)),
        initials=initials(one.person.name),
        hands=tuple(_hand(hand, ways) for hand in one.active),
        note=over if one.over_limit else "" if one.active else _("Nothing active"),
        tone="bad" if one.over_limit else "",
        days=" · ".join(filter(None, (days, away))),
        waiting=" · ".join(waiting),
    )


def _hand(hand: InHand, ways: Ways) -> HandRow:
    return HandRow(
        ticket=ways.ticket(hand.ticket),
        project="" if hand.project is None else hand.project.summary,
        phase=phase_tag(hand.phase),
        age=days_text(hand.age_days),
    )


# ------------------------------------------------------------------ compliance


def _compliance_line(compliance: Compliance) -> str:
    kept, usual = compliance.week.kept, compliance.usual
    if kept is None:
        return _("Too few people were active in this week for a number that is nobody's in particular.")
    if usual is None:
        return _("%(kept)s of the time with an active ticket was within the limit.", kept=percent(kept))
    return _(
        "%(kept)s of the time with an active ticket was within the limit; usually it is %(usual)s.",
        kept=percent(kept),
        usual=percent(usual),
    )


# ------------------------------------------------------------------ what was decided


def _waiver(one: WaiverGiven, dates: Dates, ways: Ways) -> Fact:
    text = _(
        "%(who)s may go on until %(day)s: %(rule)s",
        who=one.person.name or _("Unknown person"),
        day=dates.day(one.until - 1),
        rule=rule_name(one.rule),
    )
    about = "" if one.ticket is None else one.ticket.key
    granted = _("granted by %(name)s", name=who_words(one.by))
    return Fact(_noted(text, about), _noted(one.reason, granted, dates.day(one.at)), ways.to("/waivers"))


def _decisions(digest: Digest, dates: Dates, ways: Ways) -> tuple[Fact, ...]:
    """What was decided; what was merely saved is no decision."""
    told = told_once(one for one in decisions_of(digest) if not one.action.endswith(".saved"))
    rows = [_decision(one, times, dates, ways) for one, times in told[:FACTS]]
    if len(told) > FACTS:
        rows.append(Fact(_("and %(num)s more", num=len(told) - FACTS), ""))
    return tuple(rows)


def _decision(one: Decision, times: int, dates: Dates, ways: Ways) -> Fact:
    often, said_to_it = f"{times} ×" if times > 1 else "", str(one.detail.get("text") or "")
    text, by = decision_name(one.action), _("by %(name)s", name=who_words(one.by)) if one.by else ""
    if one.project is not None:
        text = f"{one.project.summary}: {text}"
    href = ways.to("/policy" if one.project is None else path_of("projects", one.project.key))
    return Fact(
        text,
        _noted(said_to_it, often, by, dates.day(one.at)),
        href if one.project or ways.sees_people else None,
    )


def _noted(*parts: str) -> str:
    return " · ".join(filter(None, parts))
