"""`[teams.NAME]` of phasewise.toml: which projects and people a team has, and how its policy differs.

`settings` reads them; `bootstrap` hands the `Rulebook` that they declare to the use cases.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Membership, PolicyVersion, Rulebook, Team
from phasewise.errors import SettingsError
from phasewise.jira.jql import scope_clause
from phasewise.policy_tables import PolicyTables, both_worked_and_off, policy_of

LONGEST_NAME = 64
PERIOD = 'must be "" for always, or days like "2026-01-01/2026-06-30", of which either may be left out'

Period = tuple[date | None, date | None]
Path = tuple[str, ...]
Said = TypeVar("Said")


def period_of(entry: object) -> Period:
    """The first and the last day of a membership. ValueError says how it is written."""
    first, slash, last = str(entry).strip().partition("/")
    try:
        days = date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None
    except ValueError:
        raise ValueError(PERIOD) from None
    if bool(first) and not slash:
        raise ValueError(PERIOD)
    if days[0] and days[1] and days[1] < days[0]:
        raise ValueError("must not end before it begins")
    return days


def _scope(value: str | None) -> str | None:
    try:
        return value if value is None else scope_clause(value) and value
    except SettingsError:
        raise ValueError("must be JQL like project = NLP, every quote and bracket closed") from None


def _name(value: str) -> str:
    if not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
        raise ValueError(f"must be a name of 1 to {LONGEST_NAME} characters")
    if value.strip().lower() == DEFAULT_TEAM:
        raise ValueError("is the team of all others: its policy stands outside of [teams]")
    return value.strip()


Periods = Annotated[
    tuple[Annotated[Period, BeforeValidator(period_of)], ...],
    BeforeValidator(lambda value: value if isinstance(value, list | tuple) else [value]),
]
TeamName = Annotated[str, AfterValidator(_name)]


class TeamTable(PolicyTables):
    """A team: the JQL of its projects, its members by person id, and what differs from the default team."""

    model_config = ConfigDict(extra="forbid")

    scope: Annotated[str | None, AfterValidator(_scope)] = None
    members: dict[str, Periods] = Field(default_factory=dict)


def tables_of(general: PolicyTables, team: TeamTable) -> PolicyTables:
    """The policy of a team: the default team's, and key by key what it says itself."""
    own = {name: getattr(team, name) for name in team.model_fields_set & PolicyTables.model_fields.keys()}
    return general.model_copy(
        update={name: _over(getattr(general, name), said) for name, said in own.items()}
    )


def _over(general: Said, special: Said) -> Said:
    if isinstance(general, BaseModel) and isinstance(special, BaseModel):
        said = {name: getattr(special, name) for name in special.model_fields_set}
        return general.model_copy(
            update={name: _over(getattr(general, name), it) for name, it in said.items()}
        )
    if isinstance(general, dict) and isinstance(special, dict):
        return {**general, **special}  # type: ignore[return-value]
    return special


def rulebook_of(general: PolicyTables, teams: Mapping[str, TeamTable]) -> Rulebook:
    """All teams in the order of the file, the default team last, with the policies they begin with."""
    made = [_team(name, tables_of(general, team), team.scope) for name, team in teams.items()]
    return Rulebook((*made, _team(DEFAULT_TEAM, general, None)), tuple(_memberships(teams)))


def _team(name: str, tables: PolicyTables, scope: str | None) -> Team:
    return Team(name, (PolicyVersion(name, 1, EVER, policy_of(tables)),), scope)


def _memberships(teams: Mapping[str, TeamTable]) -> Iterator[Membership]:
    for name, team in teams.items():
        for person, periods in team.members.items():
            for period in periods:
                first, last = (None if day is None else day.isoformat() for day in period)
                yield Membership(person, name, first, last)


# ------------------------------------------------------------------ what contradicts itself


def contradictions(general: Mapping[str, Any], teams: Mapping[str, TeamTable]) -> Iterator[tuple[Path, str]]:
    """The path of each line under `[teams]` that cannot be meant, and why. `general` are the default team's
    tables, as far as they are right themselves."""
    for name, team in teams.items():
        if team.scope is None and not team.members:
            yield (name,), "has neither scope nor members: nothing and nobody would be in it"
        calendar = general.get("calendar")
        both = both_worked_and_off(_over(calendar, team.calendar)) if calendar else ""
        if both:
            yield (name, "calendar"), f"contradicts [calendar]: {both} cannot be a working day and a day off"
    for (one, first), (other, second) in combinations(teams.items(), 2):
        if first.scope is not None and first.scope == second.scope:
            yield (other, "scope"), f"is that of {one} already, so no project would be in {other}"
        for person in first.members.keys() & second.members.keys():
            if meet(first.members[person], second.members[person]):
                yield (other, "members", person), f"is in {one} on some of these days: a person has one team"


def meet(some: Iterable[Period], others: Collection[Period]) -> bool:
    """Whether a day is in some of both."""
    return any(
        (a[0] or date.min) <= (b[1] or date.max) and (b[0] or date.min) <= (a[1] or date.max)
        for a in some
        for b in others
    )
