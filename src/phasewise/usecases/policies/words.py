"""A policy in words: what each key is called, what its value means, and what changed between two policies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from phasewise.core.model import Group, Phase, Policy, Rule, Strength
from phasewise.usecases.policies.plain import plain_of

RULES: Mapping[Rule, str] = {
    Rule.ONE_ACTIVE: "Active tickets",
    Rule.FIVE_DAYS: "Age of a task",
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
PHASES: Mapping[Phase, str] = {
    Phase.RESEARCH: "Research",
    Phase.DATA_EXPLORATION: "Data Exploration",
    Phase.MODELING: "Modeling",
    Phase.PRODUCTIZATION: "Productization",
    Phase.AB_TESTING: "A/B Testing",
    Phase.RESULTS_ANALYSIS: "Results Analysis",
    Phase.NONE: "No phase",
}
STRENGTHS: Mapping[Strength, str] = {
    Strength.OFF: "off",
    Strength.SHOW: "shown",
    Strength.NUDGE: "a comment in Jira",
    Strength.ASK: "a question in Jira",
    Strength.ACT: "moved back in Jira",
}
LANGUAGES = {"en": "English", "fr": "French", "ja": "Japanese", "ru": "Russian", "zh": "Chinese"}
DAYS = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}

LABELS: Mapping[str, tuple[str, str]] = {
    "rules.one_active": ("Active tickets per person", "ticket"),
    "rules.grace_minutes": ("Grace for a hand-over", "minute"),
    "rules.five_days": ("Age limit of a task", "working day"),
    "rules.watching": ("Watched tickets per person", "ticket"),
    "rules.paused": ("Paused tickets per person", "ticket"),
    "rules.private_days": ("Hints about somebody are theirs alone for", "working day"),
    "rules.language": ("Language in Jira", ""),
    "rules.dry_run": ("Dry run", ""),
    "timezone": ("Time zone", ""),
    "country": ("Public holidays", ""),
    "calendar.weekdays": ("Working weekdays", ""),
    "calendar.extra": ("Extra working days", ""),
    "calendar.removed": ("Days off", ""),
}
"""What a key is called, and its unit."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One key that differs, in words; `key` is its name in phasewise.toml."""

    key: str
    label: str
    old: str
    new: str

    @property
    def text(self) -> str:
        return f"{self.label}: {self.old} -> {self.new}"


def changes(old: Policy, new: Policy) -> list[Changed]:
    """What differs, limits first, then calendar, strengths, mapping and leave."""
    before, after = plain_of(old), plain_of(new)
    return [
        Changed(
            key, label_of(key), value_words(key, before.get(key, "")), value_words(key, after.get(key, ""))
        )
        for key in {**after, **before}
        if before.get(key, "") != after.get(key, "")
    ]


def label_of(key: str) -> str:
    """What a key is called."""
    if key in LABELS:
        return LABELS[key][0]
    table, _, rest = key.partition(".")
    if table == "strength":
        *phase, rule = rest.split(".")
        return RULES[Rule(rule)] + "".join(f", {PHASES[Phase(one)]}" for one in phase)
    return {"statuses": "Status", "phases": "Option", "leave": "Leave of"}[table] + f" {rest}"


def value_words(key: str, text: str) -> str:
    """What a value means."""
    table = key.partition(".")[0]
    if table == "strength":
        return STRENGTHS[Strength(text)] if text else "as in other phases"
    if table == "phases" and text:
        return PHASES[Phase(text)]
    if table == "statuses":
        return Group(text).value if text else "as Jira's category says"
    if key == "rules.language":
        return LANGUAGES[text]
    if key == "calendar.weekdays":
        return ", ".join(DAYS[day] for day in text.split())
    if table in ("calendar", "leave"):
        return ", ".join(text.split()) or "none"
    unit = LABELS[key][1] if key in LABELS else ""
    if unit:
        return f"{text} {unit}" if text == "1" else f"{text} {unit}s"
    return text or ("none" if key == "country" else "by its name")


def facts(policy: Policy) -> Iterator[tuple[str, str]]:
    """The limits and the calendar in plain words, label and value."""
    plain = plain_of(policy)
    for key in LABELS:
        yield label_of(key), value_words(key, plain[key])


def strength_words(policy: Policy, rule: Rule) -> str:
    """How strong a rule is, and in which phases otherwise."""
    general = policy.strengths.rules.get(rule, Strength.SHOW)
    apart = [
        f"{PHASES[phase]}: {STRENGTHS[policy.strengths.phases[phase][rule]]}"
        for phase in Phase
        if policy.strengths.phases.get(phase, {}).get(rule, general) is not general
    ]
    return "; ".join([STRENGTHS[general], *apart])
