"""A policy as people write it: `[rules]`, `[calendar]`, `[strength]`, ... checked, then made a `Policy`.

`settings` reads the tables from phasewise.toml, the use cases about policies from a form.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from phasewise.core.model import CalendarRules, Group, Limits, Phase, Policy, Rule, Strength, Strengths

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST = 1_000_000
"""More than any limit can mean; what is above it is a typing error."""


class Table(BaseModel):
    """A table of phasewise.toml: a key it does not know is a problem, not silence."""

    model_config = ConfigDict(extra="forbid")


class RulesTable(Table):
    """`[rules]`: the limits, in tickets, working days and minutes, and how Jira is spoken to."""

    one_active: int = Field(1, ge=1, le=MOST)
    five_days: float = Field(5.0, gt=0, le=MOST, allow_inf_nan=False)
    grace_minutes: float = Field(15.0, ge=0, le=MOST, allow_inf_nan=False)
    watching: int = Field(2, ge=0, le=MOST)
    paused: int = Field(2, ge=0, le=MOST)
    private_days: float = Field(1.0, ge=0, le=MOST, allow_inf_nan=False)
    language: Literal["en", "fr", "ja", "ru", "zh"] = "en"
    dry_run: bool = False


# ------------------------------------------------------------------ days and places


class CalendarTable(Table):
    """`[calendar]`: working weekdays by three letters or number (0 is Monday), own days as ISO dates."""

    weekdays: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    extra: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()

    @field_validator("weekdays", mode="before")
    @classmethod
    def _known_weekdays(cls, value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise ValueError('must be a list like ["mon", "tue", "wed", "thu", "fri"]')
        names = tuple(_weekday(entry) for entry in value)
        return tuple(name for name in WEEKDAYS if name in names)

    @field_validator("removed")
    @classmethod
    def _not_both(cls, value: tuple[date, ...], info: ValidationInfo) -> tuple[date, ...]:
        if both := _shared(info.data.get("extra", ()), value):
            raise ValueError(f"contradicts extra: {both} cannot be a working day and a day off")
        return value


def both_worked_and_off(calendar: CalendarTable) -> str:
    """The days that are extra and removed at once, in words."""
    return _shared(calendar.extra, calendar.removed)


def _shared(some: Iterable[date], others: Iterable[date]) -> str:
    return ", ".join(day.isoformat() for day in sorted(set(some) & set(others)))


def _weekday(entry: object) -> str:
    if isinstance(entry, int) and not isinstance(entry, bool) and 0 <= entry <= 6:
        return WEEKDAYS[entry]
    name = str(entry).strip().lower()[:3]
    if name not in WEEKDAYS:
        raise ValueError(f"{entry!r} is no weekday; use mon, tue, wed, thu, fri, sat, sun")
    return name


def _days_of(entry: object) -> tuple[date, date]:
    """The first and the last day of a leave: `2026-12-24/2027-01-06`, `2026-11-30`, or a TOML date."""
    first, _, last = str(entry).partition("/")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise ValueError('must be a day like "2026-11-30" or days like "2026-12-24/2027-01-06"') from None
    if days[1] < days[0]:
        raise ValueError("must not end before it begins")
    return days


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("must be a time zone name like Europe/Paris")
    return value


def _country(value: str | None) -> str | None:
    """`DE` or `DE-BY`, checked against what the `holidays` package knows."""
    if not value or not value.strip():
        return None
    from holidays import list_supported_countries  # slow to import, and needed only here

    supported = list_supported_countries()
    country, _, subdivision = value.strip().partition("-")
    country = country.upper()
    if country not in supported:
        raise ValueError("must be a two-letter country code like DE, or DE-BY with a subdivision")
    if subdivision and subdivision not in supported[country]:
        known = ", ".join(supported[country]) or "none"
        raise ValueError(f"has no such subdivision of {country}; known: {known}")
    return f"{country}-{subdivision}" if subdivision else country


Days = Annotated[tuple[date, date], BeforeValidator(_days_of)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str | None, AfterValidator(_country)]

# ------------------------------------------------------------------ strengths

UpToAct = Literal["off", "show", "nudge", "ask", "act"]
UpToAsk = Literal["off", "show", "nudge", "ask"]
OnlyShown = Literal["off", "show"]
"""A hint is never written into Jira."""


class RuleStrengths(Table):
    """How strong each rule is; None is what is not named, and shown."""

    one_active: UpToAct | None = None
    five_days: UpToAsk | None = None
    no_phase: OnlyShown | None = None
    no_project: OnlyShown | None = None
    no_assignee: OnlyShown | None = None
    nothing_active: OnlyShown | None = None
    unmapped_status: OnlyShown | None = None
    unmapped_phase_option: OnlyShown | None = None
    estimate_too_long: OnlyShown | None = None
    watching_over_cap: OnlyShown | None = None
    paused_over_cap: OnlyShown | None = None
    project_without_plan: OnlyShown | None = None
    deliverable_missing: OnlyShown | None = None
    flip_flop: OnlyShown | None = None
    rabbit_hole: OnlyShown | None = None


class StrengthTable(RuleStrengths):
    """`[strength]`: by rule, and by phase a table of the same."""

    research: RuleStrengths = RuleStrengths()
    data_exploration: RuleStrengths = RuleStrengths()
    modeling: RuleStrengths = RuleStrengths()
    productization: RuleStrengths = RuleStrengths()
    ab_testing: RuleStrengths = RuleStrengths()
    results_analysis: RuleStrengths = RuleStrengths()
    none: RuleStrengths = RuleStrengths()


# ------------------------------------------------------------------ all tables


def _jira_id(value: str) -> str:
    if not value.strip().isdecimal():
        raise ValueError("is no id and would map nothing: ids are numbers, phasewise check prints them")
    return value.strip()


def _each_once(table: object) -> object:
    """Ids that differ in nothing but blanks would name one status twice."""
    if isinstance(table, dict):
        told = [str(name).strip() for name in table]
        twice = sorted({name for name in told if told.count(name) > 1})
        if twice:
            raise ValueError(f"names {', '.join(twice)} twice")
    return table


JiraId = Annotated[str, AfterValidator(_jira_id)]
GroupsById = Annotated[dict[JiraId, Group], BeforeValidator(_each_once)]
PhasesById = Annotated[dict[JiraId, Phase], BeforeValidator(_each_once)]


class PolicyTables(BaseModel):
    """The policy of a team: all that is not said has the value that a new installation starts with."""

    timezone: Zone = "UTC"
    country: Country = None
    phases: PhasesById = {}
    statuses: GroupsById = {}
    calendar: CalendarTable = CalendarTable()
    rules: RulesTable = RulesTable()
    leave: dict[str, tuple[Days, ...]] = {}
    strength: StrengthTable = StrengthTable()


def policy_of(tables: PolicyTables) -> Policy:
    """What the tables say, as the core takes it."""
    rules = tables.rules
    return Policy(
        limits=Limits(**rules.model_dump(exclude={"language", "dry_run"})),
        calendar=_calendar_rules(tables),
        leave={
            person: tuple((first.isoformat(), last.isoformat()) for first, last in days)
            for person, days in tables.leave.items()
        },
        status_overrides=dict(tables.statuses),
        phase_overrides=dict(tables.phases),
        strengths=_strengths(tables.strength.model_dump(exclude_none=True)),
        language=rules.language,
        dry_run=rules.dry_run,
    )


def _calendar_rules(tables: PolicyTables) -> CalendarRules:
    country, _, subdivision = (tables.country or "").partition("-")
    return CalendarRules(
        zone=tables.timezone,
        weekdays=tuple(WEEKDAYS.index(name) for name in tables.calendar.weekdays),
        country=country or None,
        subdivision=subdivision or None,
        extra=tuple(day.isoformat() for day in tables.calendar.extra),
        removed=tuple(day.isoformat() for day in tables.calendar.removed),
    )


def _strengths(said: Mapping[str, Any]) -> Strengths:
    return Strengths(
        rules=_by_rule(said),
        phases={phase: _by_rule(said[phase.value]) for phase in Phase if said[phase.value]},
    )


def _by_rule(said: Mapping[str, Any]) -> dict[Rule, Strength]:
    return {rule: Strength(said[rule.value]) for rule in Rule if rule.value in said}
