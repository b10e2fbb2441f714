"""Words of the weekly report: health and why, what is not known. Called by report_body and its rows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from phasewise.core.digest import Freshness, ReportState, Unknown
from phasewise.core.digest import Problem as Found
from phasewise.core.health import Colour, Health, HealthReason
from phasewise.core.model import Limits, Rule
from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.terms import rule_name
from phasewise.usecases.portfolio import Trouble
from phasewise.web.dates import Dates
from phasewise.web.values import Problem, StateMark
from phasewise.web.values import Unknown as Gap
from phasewise.web.wording import and_more, days_text, number, problem_of

COLOURS = {
    Colour.RED: ("bad", marked("Off track")),
    Colour.AMBER: ("warn", marked("At risk")),
    Colour.GREEN: ("done", marked("On track")),
}
STATES = {
    ReportState.DRAFT: (
        "not_started",
        marked("Draft"),
        marked("Its numbers still change; they are frozen before it is sent."),
    ),
    ReportState.FROZEN: ("paused", marked("Frozen"), marked("Its numbers stay as they are.")),
    ReportState.SENT: ("done", marked("Sent"), marked("Its numbers stay as they are.")),
    ReportState.SKIPPED: ("idle", marked("Skipped"), marked("It is not sent.")),
    ReportState.ARCHIVED: ("watching", marked("Archived"), marked("It is kept, and was never sent.")),
}
LIMIT_OF = {
    Rule.FIVE_DAYS: "five_days",
    Rule.ESTIMATE_TOO_LONG: "five_days",
    Rule.ONE_ACTIVE: "one_active",
    Rule.WATCHING_OVER_CAP: "watching",
    Rule.PAUSED_OVER_CAP: "paused",
}
"""Which of the limits belongs to a rule."""


def health_mark(colour: Colour, reason: str) -> StateMark:
    icon, word = COLOURS[colour]
    return StateMark(icon, _(word), reason)


def reason_of(health: Health) -> str:
    """Why a project has its proposed colour."""
    return HEALTH_REASONS[health.reason](health.arguments)


def _rule(told: Mapping[str, Any]) -> str:
    return rule_name(Rule(told["rule"]))


def _lasting(told: Mapping[str, Any]) -> str:
    return _("%(rule)s for %(days)s", rule=_rule(told), days=days_text(told["days"]))


HEALTH_REASONS: dict[HealthReason, Callable[[Mapping[str, Any]], str]] = {
    HealthReason.BREACH_OPEN: _lasting,
    HealthReason.BREACH: _lasting,
    HealthReason.OVER_HIGH: lambda told: _(
        "%(spent)s of at most %(high)s weeks", spent=number(told["spent"]), high=number(told["high"])
    ),
    HealthReason.OVER_LIKELY: lambda told: _(
        "%(spent)s of %(likely)s weeks", spent=number(told["spent"]), likely=number(told["likely"])
    ),
    HealthReason.WARNING: lambda told: _("%(rule)s: near the limit", rule=_rule(told)),
    HealthReason.CLEAR: lambda _told: "",
}


def problem_row(found: Found, dates: Dates, href: str | None) -> Problem:
    """A finding in the words that all pages use."""
    trouble = Trouble(
        rule=found.rule,
        severity=found.severity,
        since=found.since,
        tickets=found.tickets,
        person=found.person,
        breach_at=found.breach_at,
        age_days=found.age_days,
        detail=found.detail,
    )
    said = problem_of(trouble, _limits(found), dates)
    note = f"{said.note} · {_('new')}" if found.is_new else said.note
    return replace(said, href=href or said.href, note=note)


def _limits(found: Found) -> Limits:
    """The limit that counted for it, in the place where the words look for it."""
    name = LIMIT_OF.get(found.rule)
    if name is None or found.limit is None:
        return Limits()
    limit: Any = found.limit if name == "five_days" else round(found.limit)
    return replace(Limits(), **{name: limit})


def gaps_of(unknown: Unknown, freshness: Freshness, dates: Dates) -> tuple[Gap, ...]:
    """Each thing that is not known, worst first, and how to close it."""
    return (*_sync_gaps(unknown, freshness, dates), *_ticket_gaps(unknown), *_silent_gaps(unknown, dates))


def _sync_gaps(unknown: Unknown, freshness: Freshness, dates: Dates) -> tuple[Gap, ...]:
    if unknown.never_synced:
        return (Gap(_("Jira was not read completely yet"), _("this report does not tell of all there is")),)
    if not unknown.is_stale:
        return ()
    todo, at = _("phasewise check names what is missing"), freshness.read_up_to
    if at is None:
        return (Gap(_("Jira could not be read up to the end"), todo),)
    when = {"day": dates.long_day(at), "time": dates.time(at)}
    return (Gap(_("Jira could not be read: nothing after %(day)s, %(time)s is in it", **when), todo),)


def _ticket_gaps(unknown: Unknown) -> tuple[Gap, ...]:
    statuses, options = unknown.unmapped_statuses, unknown.unmapped_options
    told = (
        (unknown.incomplete, TICKETS["incomplete"]),
        (unknown.unreadable, TICKETS["unreadable"]),
        (unknown.without_phase, TICKETS["without_phase"]),
        (unknown.without_project, TICKETS["without_project"]),
    )
    gaps = [Gap(ngettext(one, many, n), _(todo)) for n, (one, many, todo) in told if n]
    if statuses:
        text = _("Statuses not mapped: %(names)s", names=and_more(list(statuses)))
        gaps.append(Gap(text, _("map them by id under [statuses] in phasewise.toml")))
    if options:
        text = _("Phase options not mapped: %(names)s", names=and_more(list(options)))
        gaps.append(Gap(text, _("map them by id under [phases] in phasewise.toml")))
    if unknown.no_access:
        text = _("No access to %(names)s", names=and_more(list(unknown.no_access)))
        gaps.append(Gap(text, _("kept as last read")))
    return tuple(gaps)


TICKETS = {
    "incomplete": (
        marked("%(num)s ticket with an incomplete history"),
        marked("%(num)s tickets with an incomplete history"),
        marked("left out of ages and cycle times"),
    ),
    "unreadable": (
        marked("%(num)s issue could not be read"),
        marked("%(num)s issues could not be read"),
        marked("phasewise check lists the reasons"),
    ),
    "without_phase": (
        marked("%(num)s open ticket without a phase"),
        marked("%(num)s open tickets without a phase"),
        marked("set the phase field in Jira"),
    ),
    "without_project": (
        marked("%(num)s open ticket without a project"),
        marked("%(num)s open tickets without a project"),
        marked("set the epic in Jira"),
    ),
}
"""What is counted in tickets: one, many, what to do."""


def _silent_gaps(unknown: Unknown, dates: Dates) -> tuple[Gap, ...]:
    def text(name: str, key: str, day: str) -> str:
        return _("Nothing was heard of %(name)s (%(key)s) since %(day)s", name=name, key=key, day=day)

    return tuple(
        Gap(text(one.ticket.summary, one.ticket.key, dates.day(one.since)), _("ask whose it is"))
        for one in unknown.silent
    )
