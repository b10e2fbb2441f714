"""Whose team something is about: leads of single teams decide for these only. Called by what leads write.

Each raises ForbiddenError where whoever asks does not lead the team; leads of all teams are asked nothing.
"""

from collections.abc import Collection, Iterable

from phasewise.core.rights import Role
from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.errors import ForbiddenError
from phasewise.i18n.speaking import _
from phasewise.store import ladder
from phasewise.store.db import Connection
from phasewise.store.derived import intervals_of
from phasewise.store.findings import ABOUT_PERSONS
from phasewise.store.ladder import FindingId
from phasewise.usecases.deps import Deps
from phasewise.usecases.in_force import in_force


def require_lead_of_team(deps: Deps, team: str) -> None:
    """Of a team by its name."""
    if not deps.asker.leads_team(team):
        mine = ", ".join(sorted(deps.asker.leads))
        raise ForbiddenError(
            _(
                "This is of the team %(team)s, and you lead %(teams)s: ask its lead",
                team=team,
                teams=mine or _("none"),
            )
        )


def require_lead_of_project(deps: Deps, connection: Connection, project: int | None) -> None:
    """Of the team whose project it is; no project is the default team's."""
    if not deps.asker.may(Role.LEAD):
        require_lead_of_team(deps, in_force(connection, deps).team_of(project))


def require_lead_of_task(deps: Deps, connection: Connection, issue_id: int) -> None:
    """Of the team whose project a task is in."""
    if deps.asker.may(Role.LEAD):
        return
    lives = intervals_of(connection, deps.site_id, [issue_id]).get(issue_id, ())
    require_lead_of_project(deps, connection, lives[-1].project if lives else None)


def require_lead_of_finding(deps: Deps, connection: Connection, one: FindingId) -> None:
    """Of the team that a finding is about; where the finding is no more, as far as its name tells."""
    if not deps.asker.may(Role.LEAD):
        require_lead_of_team(deps, _teams_of(deps, connection, [one])[one])


def teams_of_findings(deps: Deps, ids: Iterable[str]) -> dict[str, str]:
    """The teams that findings are about, by id (`rule:subject:start`): pages show their leads what to do.
    Empty for whoever leads all teams or none, who is shown the same everywhere."""
    if deps.asker.may(Role.LEAD) or not deps.asker.leads_any:
        return {}
    with deps.database.read() as connection:
        named = {text: _named(text) for text in ids}
        teams = _teams_of(deps, connection, list(named.values()))
        return {text: teams[one] for text, one in named.items()}


def _named(text: str) -> FindingId:
    rule, __, rest = text.partition(":")
    subject, __, start = rest.rpartition(":")
    return FindingId(rule, subject, int(start))


def _teams_of(deps: Deps, connection: Connection, ids: Collection[FindingId]) -> dict[FindingId, str]:
    policies = in_force(connection, deps)
    found = ladder.findings_by_id(connection, deps.site_id, ids)

    def team_of(one: FindingId) -> str:
        if one in found:
            return policies.team_of_finding(found[one])
        about_a_person = one.rule in ABOUT_PERSONS
        return policies.rulebook.team_of(one.subject, one.start) if about_a_person else DEFAULT_TEAM

    return {one: team_of(one) for one in ids}
