"""The form of a policy: its fields out of plain text by key, and back. Called by `policy`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from zoneinfo import available_timezones

from phasewise.core.model import Phase, Rule
from phasewise.i18n.speaking import _, marked
from phasewise.terms import LANGUAGES, language_name, phase_name, rule_name, strength_name
from phasewise.usecases.policies.plain import BY_PHASE, strengths_for
from phasewise.usecases.policies.words import LABELS, WEEKDAYS, weekday_name
from phasewise.web.policy_values import Choice, Input, StrengthInput

LIMITS = tuple(key for key in LABELS if key.startswith("rules.") and LABELS[key][1])
HINTS = {
    "rules.one_active": marked("More of them at once is a finding."),
    "rules.grace_minutes": marked("Shorter than this, it is a hand-over and no finding."),
    "rules.five_days": marked("A warning comes one day earlier."),
    "rules.watching": marked("More of them is a hint."),
    "rules.paused": marked("More of them is a hint."),
    "rules.private_days": marked("Then the lead sees them, too."),
    "timezone": marked("Like Europe/Paris."),
    "country": marked("A country like FR, or with a subdivision like DE-BY. Empty: none."),
    "calendar.extra": marked(
        "Days that are worked although they are not working weekdays: 2026-12-19, one or more."
    ),
    "calendar.removed": marked("Days off beside public holidays: 2026-12-24, one or more."),
    "rules.language": marked("Of what is said on tickets."),
    "rules.dry_run": marked("While it is on, nothing is written into Jira, only listed."),
}


def plain_in(form: Mapping[str, str]) -> dict[str, str]:
    """The keys that a form sent; the ticked weekdays as one."""
    plain = {key: value for key, value in form.items() if key in LABELS or key.startswith("strength.")}
    if "weekdays" in form:
        plain["calendar.weekdays"] = " ".join(day for day in WEEKDAYS if f"calendar.weekdays.{day}" in form)
    return plain


def limit_inputs(plain: Mapping[str, str], problems: Mapping[str, str]) -> tuple[Input, ...]:
    return tuple(_input(key, plain, problems, kind="number") for key in LIMITS)


def calendar_inputs(plain: Mapping[str, str], problems: Mapping[str, str]) -> tuple[Input, ...]:
    weekdays = _input("calendar.weekdays", plain, problems)
    ticked = plain["calendar.weekdays"].split()
    ticks = tuple(Choice(day, weekday_name(day), day in ticked) for day in WEEKDAYS)
    return (
        _input("timezone", plain, problems, kind="zone"),
        replace(weekdays, ticks=ticks),
        *(_input(key, plain, problems) for key in ("country", "calendar.extra", "calendar.removed")),
    )


def speaking_inputs(plain: Mapping[str, str], problems: Mapping[str, str]) -> tuple[Input, ...]:
    spoken = _input("rules.language", plain, problems)
    dry_run = _input("rules.dry_run", plain, problems)
    return (
        replace(spoken, choices=_choices(((code, language_name(code)) for code in LANGUAGES), spoken.value)),
        replace(dry_run, choices=_choices((("no", _("Off")), ("yes", _("On"))), dry_run.value)),
    )


def strength_inputs(plain: Mapping[str, str], problems: Mapping[str, str]) -> tuple[StrengthInput, ...]:
    """One for each rule, with a choice for each phase where its findings have one."""
    return tuple(_strength(rule, plain, problems) for rule in Rule)


@cache
def zones() -> tuple[str, ...]:
    """What a browser proposes for a time zone."""
    named = (zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return ("UTC", *sorted(named))


def _strength(rule: Rule, plain: Mapping[str, str], problems: Mapping[str, str]) -> StrengthInput:
    named = tuple((one.value, _capital(strength_name(one))) for one in strengths_for(rule))
    general = _strength_input(f"strength.{rule}", rule_name(rule), named, plain, problems)
    by_phase = tuple(
        _strength_input(
            f"strength.{phase}.{rule}", phase_name(phase), (("", _("As above")), *named), plain, problems
        )
        for phase in Phase
        if rule in BY_PHASE
    )
    return StrengthInput(general, by_phase, any(one.value or one.problem for one in by_phase))


def _strength_input(
    key: str,
    label: str,
    named: Iterable[tuple[str, str]],
    plain: Mapping[str, str],
    problems: Mapping[str, str],
) -> Input:
    value = plain.get(key, "")
    return Input(key, label, value, choices=_choices(named, value), problem=_capital(problems.get(key, "")))


def _input(key: str, plain: Mapping[str, str], problems: Mapping[str, str], kind: str = "text") -> Input:
    label, unit = LABELS[key]
    problem = _capital(problems.get(key, ""))
    return Input(key, _(label), plain.get(key, ""), _(HINTS.get(key, "")), _(unit), kind, problem=problem)


def _choices(named: Iterable[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in named)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
