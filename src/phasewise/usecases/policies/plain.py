"""A policy as plain text by key, as forms and lists of changes have it: `rules.five_days` is `5`.

Keys are named as in phasewise.toml. The mapping and leave are text, too, but only a file can change them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from phasewise.core.model import CalendarRules, Phase, Policy, Rule, Strength, Strengths
from phasewise.errors import BadRequestError
from phasewise.policy_tables import WEEKDAYS, PolicyTables, policy_of
from phasewise.settings_problems import message_of
from phasewise.store.findings import ABOUT_PERSONS, ABOUT_PROJECTS

NUMBERS = ("one_active", "five_days", "grace_minutes", "watching", "paused", "private_days")
BY_PHASE = tuple(
    rule for rule in Rule if rule is Rule.ONE_ACTIVE or rule not in (*ABOUT_PERSONS, *ABOUT_PROJECTS)
)
"""The rules whose findings belong to a phase."""

UNLIMITED = (Rule.ONE_ACTIVE, Rule.FIVE_DAYS)


class WrongFieldsError(BadRequestError):
    """Some fields of a policy cannot be taken; `problems` says by key what is wrong with each."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key} {problem}" for key, problem in problems.items()))
        self.problems = problems


def strengths_for(rule: Rule) -> tuple[Strength, ...]:
    """How strong a rule may be: hints are never written into Jira, and only one rule moves tickets."""
    if rule not in UNLIMITED:
        return (Strength.OFF, Strength.SHOW)
    return tuple(one for one in Strength if one is not Strength.ACT or rule is Rule.ONE_ACTIVE)


# ------------------------------------------------------------------ written


def plain_of(policy: Policy) -> dict[str, str]:
    """Every key and its value; empty where a phase has no strength of its own, and for no country."""
    return {
        **{f"rules.{name}": f"{getattr(policy.limits, name):.10g}" for name in NUMBERS},
        "rules.language": policy.language,
        "rules.dry_run": "yes" if policy.dry_run else "no",
        **_plain_calendar(policy.calendar),
        **_plain_strengths(policy.strengths),
        **{f"statuses.{status}": group.value for status, group in policy.status_overrides.items()},
        **{f"phases.{option}": phase.value for option, phase in policy.phase_overrides.items()},
        **{f"leave.{person}": _days(days) for person, days in policy.leave.items()},
    }


def _plain_calendar(calendar: CalendarRules) -> dict[str, str]:
    place = (calendar.country, calendar.subdivision)
    return {
        "timezone": calendar.zone,
        "country": "-".join(part for part in place if part),
        "calendar.weekdays": " ".join(WEEKDAYS[day] for day in calendar.weekdays),
        "calendar.extra": " ".join(calendar.extra),
        "calendar.removed": " ".join(calendar.removed),
    }


def _plain_strengths(strengths: Strengths) -> dict[str, str]:
    plain = {f"strength.{rule}": strengths.rules.get(rule, Strength.SHOW).value for rule in Rule}
    for phase in Phase:
        own = strengths.phases.get(phase, {})
        plain |= {f"strength.{phase}.{rule}": own[rule].value if rule in own else "" for rule in BY_PHASE}
    return plain


def _days(days: Iterable[tuple[str, str]]) -> str:
    return " ".join(first if first == last else f"{first}/{last}" for first, last in days)


# ------------------------------------------------------------------ read


def read_plain(fields: Mapping[str, str], base: Policy) -> Policy:
    """The policy that the fields make of `base`: a key that is not given stays, and so do mapping and leave.

    Raises WrongFieldsError that names every field that cannot be taken.
    """
    try:
        tables = PolicyTables.model_validate(_tables({**plain_of(base), **fields}))
    except ValidationError as error:
        raise WrongFieldsError(_problems(error)) from None
    made = policy_of(tables)
    return replace(
        made,
        limits=replace(made.limits, version=base.limits.version),
        leave=base.leave,
        status_overrides=base.status_overrides,
        phase_overrides=base.phase_overrides,
    )


def _tables(plain: Mapping[str, str]) -> dict[str, Any]:
    """The fields as phasewise.toml would have them."""
    strength: dict[str, Any] = {rule.value: plain[f"strength.{rule}"] for rule in Rule}
    for phase in Phase:
        named = {rule.value: plain[f"strength.{phase}.{rule}"] for rule in BY_PHASE}
        strength[phase.value] = {rule: said for rule, said in named.items() if said}
    return {
        "timezone": plain["timezone"],
        "country": plain["country"],
        "rules": {
            **{name: plain[f"rules.{name}"].replace(",", ".") for name in NUMBERS},
            "language": plain["rules.language"],
            "dry_run": plain["rules.dry_run"],
        },
        "calendar": {
            name: re.split(r"[\s,;]+", text) if (text := plain[f"calendar.{name}"].strip()) else []
            for name in ("weekdays", "extra", "removed")
        },
        "strength": strength,
    }


def _problems(error: ValidationError) -> dict[str, str]:
    """What is wrong by key, the first thing of each; of a list which of its entries."""
    found: dict[str, str] = {}
    for entry in error.errors(include_url=False):
        key = ".".join(part for part in entry["loc"] if isinstance(part, str))
        is_of_list = any(isinstance(part, int) for part in entry["loc"])
        which = f"{str(entry['input'])[:40]!r} " if is_of_list else ""
        found.setdefault(key, which + message_of(entry))
    return found
