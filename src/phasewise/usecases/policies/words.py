"""A policy in words: what each key is called, what its value means, and what changed between two policies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from phasewise.core.model import Group, Phase, Policy, Rule, Strength
from phasewise.i18n.speaking import _, language, marked, ngettext
from phasewise.i18n.writing import SHORT_WEEKDAY, date_text, decimal
from phasewise.terms import GROUP_WORDS, language_name, phase_name, rule_name, strength_name
from phasewise.usecases.policies.plain import plain_of

MONDAY = date(2024, 1, 1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


LABELS: Mapping[str, tuple[str, str]] = {
    "rules.one_active": (marked("Active tickets per person"), marked("tickets")),
    "rules.grace_minutes": (marked("Grace for a hand-over"), marked("minutes")),
    "rules.five_days": (marked("Age limit of a task"), marked("working days")),
    "rules.watching": (marked("Watched tickets per person"), marked("tickets")),
    "rules.paused": (marked("Paused tickets per person"), marked("tickets")),
    "rules.private_days": (marked("Hints about somebody are theirs alone for"), marked("working days")),
    "rules.language": (marked("Language in Jira"), ""),
    "rules.dry_run": (marked("Dry run"), ""),
    "timezone": (marked("Time zone"), ""),
    "country": (marked("Public holidays"), ""),
    "calendar.weekdays": (marked("Working weekdays"), ""),
    "calendar.extra": (marked("Extra working days"), ""),
    "calendar.removed": (marked("Days off"), ""),
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


def label_of(key: str, name: str | None = None) -> str:
    """What a key is called; `name` is what Jira calls the status, the option or the person in it."""
    if key in LABELS:
        return _(LABELS[key][0])
    table, __, rest = key.partition(".")
    if table == "strength":
        *phase, rule = rest.split(".")
        return ", ".join((rule_name(Rule(rule)), *(phase_name(Phase(one)) for one in phase)))
    called = f"{name} ({rest})" if name else rest
    return {
        "statuses": _("Status %(id)s", id=called),
        "phases": _("Option %(id)s", id=called),
        "leave": _("Leave of %(person)s", person=called),
    }[table]


def value_words(key: str, text: str) -> str:
    """What a value means."""
    table = key.partition(".")[0]
    if table == "strength":
        return strength_name(Strength(text)) if text else _("as in other phases")
    if table == "phases" and text:
        return phase_name(Phase(text))
    if table == "statuses":
        return _(GROUP_WORDS[Group(text)]) if text else _("as Jira's category says")
    if key == "rules.language":
        return language_name(text)
    if key == "rules.dry_run":
        return _("yes") if text == "yes" else _("no")
    if key == "calendar.weekdays":
        return ", ".join(weekday_name(day) for day in text.split())
    if table in ("calendar", "leave"):
        return ", ".join(text.split()) or _("none")
    unit = LABELS[key][1] if key in LABELS else ""
    if unit:
        return _amount(text, unit)
    return text or (_("none") if key == "country" else _("by its name"))


def weekday_name(day: str) -> str:
    """`mon` as `Mon`."""
    return date_text(MONDAY + timedelta(days=WEEKDAYS.index(day)), SHORT_WEEKDAY, language())


def _amount(text: str, unit: str) -> str:
    """`1 ticket`, `1.5 working days`."""
    number = float(text)
    if number != int(number):
        return f"{decimal(number, language(), 2)} {_(unit)}"
    n = int(number)
    return {
        "tickets": lambda: ngettext("%(num)s ticket", "%(num)s tickets", n),
        "minutes": lambda: ngettext("%(num)s minute", "%(num)s minutes", n),
        "working days": lambda: ngettext("%(num)s working day", "%(num)s working days", n),
    }[unit]()


def facts(policy: Policy) -> Iterator[tuple[str, str]]:
    """The limits and the calendar in plain words, label and value."""
    plain = plain_of(policy)
    for key in LABELS:
        yield label_of(key), value_words(key, plain[key])


def strength_words(policy: Policy, rule: Rule) -> str:
    """How strong a rule is, and in which phases otherwise."""
    general = policy.strengths.rules.get(rule, Strength.SHOW)
    apart = [
        f"{phase_name(phase)}: {strength_name(policy.strengths.phases[phase][rule])}"
        for phase in Phase
        if policy.strengths.phases.get(phase, {}).get(rule, general) is not general
    ]
    return "; ".join([strength_name(general), *apart])
