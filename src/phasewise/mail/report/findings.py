"""Findings and healths as sentences. Called by the parts of the letter, and by chat."""

import re
from collections.abc import Callable, Mapping

from phasewise.core.digest import Problem, ProjectDigest
from phasewise.core.findings import lacking_phases
from phasewise.core.health import Argument, Health, HealthReason
from phasewise.core.model import Phase, Rule, Severity
from phasewise.mail.report.names import phase_name, rule_name
from phasewise.mail.report.speech import _, and_more, ngettext, number, weeks, working_days

LONGEST = 160
"""Characters of a name or a summary in a line: the rest is an ellipsis."""


TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
ISOLATED, ENDED = "\u2068", "\u2069"


def short(text: str, longest: int = LONGEST) -> str:
    """`text` in one line, cut. Signs that turn the direction of writing turn nothing after it."""
    text = " ".join(text[: longest * 4].split())
    text = text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
    return f"{ISOLATED}{text}{ENDED}" if TURNING.search(text) else text


def problem_text(problem: Problem) -> str:
    """What is wrong, in one sentence without a full stop."""
    return SENTENCES[problem.rule](problem)


def _ticket(problem: Problem) -> str:
    return problem.tickets[0].key if problem.tickets else _("A ticket")


def _keys(problem: Problem) -> str:
    return and_more([ticket.key for ticket in problem.tickets])


def _name(problem: Problem) -> str:
    return short((problem.person.name if problem.person else None) or _("Somebody"))


def _five_days(problem: Problem) -> str:
    age = problem.age_days or 0.0
    if problem.severity is Severity.BREACH:
        return _("%(ticket)s active for %(days)s", ticket=_ticket(problem), days=working_days(age))
    limit = working_days(problem.limit or 5.0)
    return _("%(ticket)s at %(days)s of %(limit)s", ticket=_ticket(problem), days=number(age), limit=limit)


def _one_active(problem: Problem) -> str:
    return ngettext(
        "%(name)s has %(num)s active ticket: %(keys)s",
        "%(name)s has %(num)s active tickets: %(keys)s",
        len(problem.tickets),
        name=_name(problem),
        keys=_keys(problem),
    )


def _watching(problem: Problem) -> str:
    return ngettext(
        "%(name)s watches %(num)s ticket, limit %(limit)s",
        "%(name)s watches %(num)s tickets, limit %(limit)s",
        len(problem.tickets),
        name=_name(problem),
        limit=number(problem.limit or 0),
    )


def _paused(problem: Problem) -> str:
    return ngettext(
        "%(name)s has %(num)s paused ticket, limit %(limit)s",
        "%(name)s has %(num)s paused tickets, limit %(limit)s",
        len(problem.tickets),
        name=_name(problem),
        limit=number(problem.limit or 0),
    )


def _rabbit_hole(problem: Problem) -> str:
    known = {phase.value for phase in Phase}
    phases = [phase_name(Phase(one)) for one in str(problem.detail.get("phases", "")).split() if one in known]
    if not phases:
        return _("Weeks of work, and nothing done")
    return _("Weeks of work in %(phases)s, and nothing done", phases=and_more(phases))


def _undelivered(problem: Problem) -> str:
    return _(
        "%(ticket)s: %(phases)s done, deliverables not accepted",
        ticket=_ticket(problem),
        phases=and_more([phase_name(phase) for phase in lacking_phases(problem.detail)]),
    )


SENTENCES: Mapping[Rule, Callable[[Problem], str]] = {
    Rule.FIVE_DAYS: _five_days,
    Rule.ONE_ACTIVE: _one_active,
    Rule.WATCHING_OVER_CAP: _watching,
    Rule.PAUSED_OVER_CAP: _paused,
    Rule.RABBIT_HOLE: _rabbit_hole,
    Rule.NO_PHASE: lambda one: _("%(ticket)s has no phase", ticket=_ticket(one)),
    Rule.NO_PROJECT: lambda one: _("%(ticket)s has no project", ticket=_ticket(one)),
    Rule.NO_ASSIGNEE: lambda one: _("%(ticket)s is active without an assignee", ticket=_ticket(one)),
    Rule.NOTHING_ACTIVE: lambda one: _("%(name)s has no active ticket", name=_name(one)),
    Rule.UNMAPPED_STATUS: lambda one: _("%(ticket)s has a status that is not mapped", ticket=_ticket(one)),
    Rule.UNMAPPED_PHASE_OPTION: lambda one: _(
        "%(ticket)s has a phase that is not mapped", ticket=_ticket(one)
    ),
    Rule.ESTIMATE_TOO_LONG: lambda one: _(
        "%(ticket)s is estimated at more than %(limit)s",
        ticket=_ticket(one),
        limit=working_days(one.limit or 5.0),
    ),
    Rule.PROJECT_WITHOUT_PLAN: lambda one: _(
        "%(ticket)s is past Research without an accepted plan", ticket=_ticket(one)
    ),
    Rule.DELIVERABLE_MISSING: _undelivered,
    Rule.FLIP_FLOP: lambda one: _(
        "%(ticket)s goes back and forth between active and waiting", ticket=_ticket(one)
    ),
}


# ------------------------------------------------------------------ healths


def why(project: ProjectDigest, *, is_team: bool) -> str:
    """Why a project has its colour; empty where there is nothing to say."""
    if project.override is None:
        return health_text(project.health, is_team=is_team)
    reason = short(project.override.reason)
    if not is_team:
        return _("Set by hand: %(reason)s", reason=reason)
    return _("Set by %(name)s: %(reason)s", name=short(project.override.by), reason=reason)


def health_text(health: Health, *, is_team: bool) -> str:
    """The reason of a proposed health."""
    told = health.arguments
    if health.reason in (HealthReason.BREACH_OPEN, HealthReason.BREACH):
        days = working_days(float(told["days"]))
        return _("%(what)s, for %(days)s", what=_rule(told, is_team=is_team), days=days)
    if health.reason is HealthReason.OVER_HIGH:
        high = number(float(told["high"]))
        return _("%(spent)s, planned at most %(high)s", spent=weeks(float(told["spent"])), high=high)
    if health.reason is HealthReason.OVER_LIKELY:
        likely = number(float(told["likely"]))
        return _("%(spent)s, planned %(likely)s", spent=weeks(float(told["spent"])), likely=likely)
    if health.reason is HealthReason.WARNING:
        return _rule(told, is_team=is_team)
    return ""


def _rule(told: Mapping[str, Argument], *, is_team: bool) -> str:
    return rule_name(Rule(str(told["rule"])), is_team=is_team)
