"""Findings in words, shared by the pages that list them: the rule, how serious it is, where it stands."""

from phasewise.core.model import Limits, Rule, Severity
from phasewise.usecases.portfolio import Person
from phasewise.web.values import StateMark
from phasewise.web.wording import TONES, number

RULES = {
    Rule.FIVE_DAYS: "Too long active",
    Rule.ONE_ACTIVE: "Too many active tickets",
    Rule.NO_PHASE: "No phase",
    Rule.NO_PROJECT: "No project",
    Rule.NO_ASSIGNEE: "No assignee",
    Rule.NOTHING_ACTIVE: "Nothing active",
    Rule.UNMAPPED_STATUS: "Status not mapped",
    Rule.UNMAPPED_PHASE_OPTION: "Phase not mapped",
    Rule.ESTIMATE_TOO_LONG: "Estimate too long",
    Rule.WATCHING_OVER_CAP: "Too many watched tickets",
    Rule.PAUSED_OVER_CAP: "Too many paused tickets",
    Rule.FLIP_FLOP: "Back and forth",
    Rule.RABBIT_HOLE: "Rabbit hole",
}
SEVERITIES = {Severity.BREACH: "Breach", Severity.WARNING: "Warning", Severity.HINT: "Hint"}
ORDER = (Severity.BREACH, Severity.WARNING, Severity.HINT)
STATES = {
    "open": StateMark("active", "Open", ""),
    "waived": StateMark("paused", "Waived", ""),
    "closed": StateMark("done", "Closed", ""),
}


def rule_name(rule: Rule) -> str:
    """The rule in a few words; one that is new here by its own name."""
    return RULES.get(rule) or rule.value.replace("_", " ").capitalize()


def severity_mark(severity: Severity) -> StateMark:
    return StateMark(TONES[severity], SEVERITIES[severity], "")


def name_of(person: Person | None) -> str:
    return "" if person is None else person.name or "Unknown person"


def limits_of(rule: Rule, limits: Limits) -> str:
    """The limit that a rule has at the instant; empty where it has none."""
    texts = {
        Rule.FIVE_DAYS: f"limit {number(limits.five_days)} working days",
        Rule.ONE_ACTIVE: f"limit {limits.one_active}, after {number(limits.grace_minutes)} minutes",
        Rule.WATCHING_OVER_CAP: f"limit {limits.watching}",
        Rule.PAUSED_OVER_CAP: f"limit {limits.paused}",
        Rule.ESTIMATE_TOO_LONG: f"limit {number(limits.five_days)} working days",
    }
    return texts.get(rule, "")
