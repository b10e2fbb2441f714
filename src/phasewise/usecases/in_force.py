"""Whose policy counts when, for what is judged and for what is shown: asked by project, task and person.

Made in the transaction that asks, by `judging.ground` and by `moment`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from phasewise.core.leave import Leave, leave_in
from phasewise.core.model import Finding, Instant, Interval, Rule
from phasewise.core.privacy import visible_to_lead
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, Rulebook, Timeline
from phasewise.store.db import Connection
from phasewise.store.findings import ABOUT_PERSONS
from phasewise.store.teams import Ours, teams_of_projects
from phasewise.usecases.deps import Deps


@dataclass(frozen=True, slots=True)
class InForce:
    """`teams` are those of the projects that are not the default team's, by issue id. `usual` is what counts
    for the default team."""

    rulebook: Rulebook
    teams: Mapping[int, str]
    leave: Leave
    usual: Timeline
    _known: dict[tuple[tuple[Instant, str], ...], Timeline] = field(default_factory=dict, repr=False)

    def for_project(self, project: int | None) -> Timeline:
        team = self.team_of(project)
        return self.usual if team == DEFAULT_TEAM else self._along(((EVER, team),))

    def for_task(self, own: Iterable[Interval]) -> Timeline:
        """What counts for a task: at each instant what does for the project it was in."""
        return self._along(self.turns_of(own)) if self.teams else self.usual

    def turns_of(self, own: Iterable[Interval]) -> tuple[tuple[Instant, str], ...]:
        """The teams of a task, each from an instant on: those of the projects that it was in."""
        turns: list[tuple[Instant, str]] = []
        for one in own:
            team = self.team_of(one.project)
            if not turns or turns[-1][1] != team:
                turns.append((one.start if turns else EVER, team))
        return tuple(turns or [(EVER, DEFAULT_TEAM)])

    def for_person(self, person: str) -> Timeline:
        if len(self.rulebook.teams) == 1:
            return self.usual
        return self._along(tuple(self.rulebook.teams_of(person)))

    def for_finding(self, finding: Finding) -> Timeline:
        """What counts for a finding: where it is about how somebody works theirs, else its project's."""
        about_a_person = finding.rule in (*ABOUT_PERSONS, Rule.FLIP_FLOP)
        if about_a_person and finding.person is not None:
            return self.for_person(finding.person)
        return self.for_project(finding.project)

    def team_of_finding(self, finding: Finding) -> str:
        """Of what is about how somebody works the team they were in when it began, else the project's."""
        if finding.rule in (*ABOUT_PERSONS, Rule.FLIP_FLOP) and finding.person is not None:
            return self.rulebook.team_of(finding.person, finding.start)
        return self.team_of(finding.project)

    def for_step(self, rule: str, subject: str, finding: Finding | None) -> Timeline:
        """What counts for what was done about a finding; where that is no more, as far as its name tells."""
        if finding is not None:
            return self.for_finding(finding)
        return self.for_person(subject) if rule in ABOUT_PERSONS else self.usual

    def visible_to_lead(self, finding: Finding) -> Instant | None:
        """From when everybody sees a finding, by what counted when it started."""
        counts = self.for_finding(finding)
        return visible_to_lead(finding, counts.calendar, counts.limits_at(finding.start))

    def limit_of(self, person: str | None, as_of: Instant) -> int:
        """How many active tickets somebody may have at an instant; nobody counts by the default team."""
        counts = self.usual if person is None else self.for_person(person)
        return counts.limits_at(as_of).one_active

    def ours(self, team: str) -> Ours:
        """The projects of a team, as the store asks for them."""
        is_default = team == DEFAULT_TEAM
        return Ours(frozenset(p for p, of in self.teams.items() if is_default or of == team), is_default)

    def team_names(self) -> tuple[str, ...]:
        """The teams to choose from; empty where there is only one."""
        names = tuple(team.name for team in self.rulebook.teams)
        return names if len(names) > 1 else ()

    def team_of(self, project: int | None) -> str:
        return self.teams.get(project or 0, DEFAULT_TEAM)

    def _along(self, turns: tuple[tuple[Instant, str], ...]) -> Timeline:
        found = self._known.get(turns)
        if found is None:
            found = self._known[turns] = self.rulebook.along(turns)
        return found


def in_force(connection: Connection, deps: Deps) -> InForce:
    """Whose policy counts when, as it stands in this transaction."""
    rulebook = deps.rulebook(connection)
    several = {team.name for team in rulebook.teams} - {DEFAULT_TEAM}
    placed = teams_of_projects(connection, deps.site_id) if several else {}
    teams = {project: team for project, team in placed.items() if team in several}
    return InForce(rulebook, teams, leave_in(rulebook), rulebook.for_project(DEFAULT_TEAM))
