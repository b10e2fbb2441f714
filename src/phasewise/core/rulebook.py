"""Whose policy counts when: the teams of a site, the versions of their policies, and who is in which team.

Built from the settings or the store; `judge` and the pages ask it for the timeline of a project or a person.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from phasewise.core.calendar import Calendar, calendar_of
from phasewise.core.calendars import calendar_by
from phasewise.core.model import Instant, Limits, Policy, Strengths
from phasewise.core.stretches import FOREVER

DEFAULT_TEAM = "default"
"""The team of all that belongs to no other."""

EVER: Instant = 0
"""From when on the first version of a policy is in force: it holds for all that was before, too."""


class Source(StrEnum):
    """Where a version came from."""

    FILE = "file"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A team's policy in force from an instant on, until its next version is. `number` counts from 1."""

    team: str
    number: int
    effective_from: Instant
    policy: Policy
    source: Source = Source.FILE
    by: str | None = None
    created_at: Instant = EVER
    remark: str | None = None
    limits: Limits = field(init=False, repr=False, compare=False)
    """The limits, under the number of the version: asked for each ticket of a page."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", replace(self.policy.limits, version=self.number))


@dataclass(frozen=True, slots=True)
class Membership:
    """A person is in a team, from the first day to the last (ISO dates, both included; None: without end)."""

    person: str
    team: str
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team and the versions of its policy, oldest first. `scope` is the JQL that its projects match; None
    for the default team."""

    name: str
    versions: tuple[PolicyVersion, ...]
    scope: str | None = None

    @property
    def newest(self) -> PolicyVersion:
        """The version whose mapping and leave hold for all history."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class StrengthsByTeam(Strengths):
    """The strengths of the default team, and in `teams` those of the others; `persons` are in which of them,
    by person id."""

    teams: Mapping[str, Strengths] = field(default_factory=dict)
    persons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """`[start, end)` in which the same limits count; the first one begins with all history."""

    start: Instant
    end: Instant
    limits: Limits


@dataclass(frozen=True, slots=True)
class Timeline:
    """What counts for one subject over time: versions, each from an instant on until the next one's.
    `windows` are those of them in which the limits differ."""

    versions: tuple[tuple[Instant, PolicyVersion], ...]
    calendar: Calendar
    windows: tuple[Window, ...]
    starts: tuple[Instant, ...] = field(repr=False)

    def at(self, instant: Instant) -> PolicyVersion:
        """The version in force at an instant."""
        return self.versions[max(bisect_right(self.starts, instant) - 1, 0)][1]

    def limits_at(self, instant: Instant) -> Limits:
        return self.at(instant).limits

    @property
    def newest(self) -> PolicyVersion:
        return self.versions[-1][1]


def timeline_of(versions: Sequence[tuple[Instant, PolicyVersion]]) -> Timeline:
    """The timeline of versions in the order of the instants from which they count."""
    return Timeline(
        versions=tuple(versions),
        calendar=calendar_by([(start, version.policy.calendar) for start, version in versions]),
        windows=tuple(_windows(versions)),
        starts=tuple(start for start, _ in versions),
    )


def _windows(versions: Sequence[tuple[Instant, PolicyVersion]]) -> Iterable[Window]:
    changes: list[tuple[Instant, Limits]] = []
    for start, version in versions:
        if not changes or _told_apart(version.limits) != _told_apart(changes[-1][1]):
            changes.append((start, version.limits))
    ends = [start for start, _ in changes[1:]] + [FOREVER]
    for n, ((start, limits), end) in enumerate(zip(changes, ends, strict=True)):
        yield Window(start if n else -FOREVER, end, limits)


def _told_apart(limits: Limits) -> Limits:
    """Without what changes no finding: the number of the version, and who sees hints from when."""
    return replace(limits, version=0, private_days=0.0)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All teams of a site in the order in which their scopes are asked, the default team among them."""

    teams: tuple[Team, ...]
    memberships: tuple[Membership, ...] = ()

    @property
    def default(self) -> Team:
        return self.team(DEFAULT_TEAM)

    def team(self, name: str | None) -> Team:
        """The team of that name; the default one where there is none."""
        known = {team.name: team for team in self.teams}
        return known.get(name or DEFAULT_TEAM) or known[DEFAULT_TEAM]

    def strengths_at(self, at: Instant) -> Strengths:
        """How strong the rules are at an instant, for every team and who is in it."""
        usual = self.for_project(DEFAULT_TEAM).at(at).policy.strengths
        if len(self.teams) == 1:
            return usual
        others = [team.name for team in self.teams if team.name != DEFAULT_TEAM]
        persons = {one.person: self.team_of(one.person, at) for one in self.memberships}
        return StrengthsByTeam(
            usual.rules,
            usual.phases,
            {name: self.for_project(name).at(at).policy.strengths for name in others},
            {person: team for person, team in persons.items() if team != DEFAULT_TEAM},
        )

    def for_project(self, team: str | None) -> Timeline:
        """What counts for the projects of a team."""
        return self.along([(EVER, self.team(team).name)])

    def for_person(self, person: str) -> Timeline:
        """What counts for a person: at each instant the version then in force of the person's team."""
        return self.along(self.teams_of(person))

    def along(self, turns: Sequence[tuple[Instant, str]]) -> Timeline:
        """What counts for a subject that is of one team after another, each from an instant on."""
        found: list[tuple[Instant, PolicyVersion]] = []
        ends = [start for start, _ in turns[1:]] + [FOREVER]
        for (start, name), end in zip(turns, ends, strict=True):
            versions = self._versions_of(name)
            first = max(bisect_right(versions, start, key=lambda one: one.effective_from) - 1, 0)
            found.append((start, versions[first]))
            found += [(one.effective_from, one) for one in versions[first + 1 :] if one.effective_from < end]
        return timeline_of(found)

    def _versions_of(self, name: str) -> tuple[PolicyVersion, ...]:
        """The versions of a team; before its first, those of the default team."""
        own = self.team(name).versions
        before = (one for one in self.default.versions if one.effective_from < own[0].effective_from)
        return (*before, *own)

    def teams_of(self, person: str) -> list[tuple[Instant, str]]:
        """The teams that a person is in, each from an instant on, from ever: where memberships overlap the
        one that comes first counts, and outside of all the default team."""
        mine = [(one.team, *self._days_of(one)) for one in self.memberships if one.person == person]
        edges = sorted({EVER, *(edge for _, *both in mine for edge in both if EVER < edge < FOREVER)})
        turns: list[tuple[Instant, str]] = []
        for at in edges:
            name = next((team for team, start, end in mine if start <= at < end), DEFAULT_TEAM)
            if not turns or turns[-1][1] != name:
                turns.append((at, name))
        return turns

    def team_of(self, person: str, at: Instant) -> str:
        """The team that a person is in at an instant."""
        return next(team for start, team in reversed(self.teams_of(person)) if start <= max(at, EVER))

    def _days_of(self, one: Membership) -> tuple[Instant, Instant]:
        """From the first midnight of a membership to its last, in the time zone of the team."""
        calendar = calendar_of(self.team(one.team).newest.policy.calendar)
        start = EVER if one.first is None else calendar.midnight(date.fromisoformat(one.first))
        if one.last is None:
            return start, FOREVER
        return start, calendar.midnight(date.fromisoformat(one.last) + timedelta(days=1))


def one_team(policy: Policy) -> Rulebook:
    """One team, whose policy has been the same for ever."""
    return Rulebook((Team(DEFAULT_TEAM, (PolicyVersion(DEFAULT_TEAM, 1, EVER, policy),)),))
