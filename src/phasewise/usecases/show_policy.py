"""The policies of the teams: what is in force, and how it came about. Called by the page and the command."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from phasewise.core.model import Instant, Policy
from phasewise.core.rulebook import Membership, PolicyVersion, Team
from phasewise.store import sites
from phasewise.store.hands import names_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment
from phasewise.usecases.policies.naming import team_named
from phasewise.usecases.policies.words import Changed, changes


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version and what it changed; the first one changed nothing."""

    version: PolicyVersion
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """One team, all `teams` by name, its versions latest first, its members with their names, and what Jira
    calls the statuses, options and people that the policy names, by key (`statuses.10071`)."""

    team: Team
    teams: tuple[str, ...]
    versions: tuple[VersionShown, ...]
    members: tuple[tuple[Membership, str], ...]
    jira_names: Mapping[str, str]
    as_of: Instant


def show_policy(deps: Deps, team: str | None) -> PolicyShown:
    """What is in force for a team; None: the first one of the file. Raises NotFoundError."""
    with moment(deps, None) as at:
        rulebook = deps.rulebook(at.connection)
        chosen = team_named(rulebook, team)
        mine = [one for one in rulebook.memberships if one.team == chosen.name]
        names = names_of(at.connection, at.site_id, [one.person for one in mine])
        return PolicyShown(
            team=chosen,
            teams=tuple(one.name for one in rulebook.teams),
            versions=tuple(reversed([*versions_shown(chosen.versions)])),
            members=tuple((one, names.get(one.person) or one.person) for one in mine),
            jira_names=_jira_names(at, chosen.newest.policy),
            as_of=at.as_of,
        )


def _jira_names(at: Moment, policy: Policy) -> dict[str, str]:
    statuses = {one.id: one.name for one in sites.statuses(at.connection, at.site_id)}
    options = {one.id: one.name for one in sites.phase_options(at.connection, at.site_id)}
    people = names_of(at.connection, at.site_id, policy.leave)
    named = {"statuses": statuses, "phases": options, "leave": people}
    return {f"{table}.{one}": name for table, names in named.items() for one, name in names.items() if name}


def versions_shown(versions: Sequence[PolicyVersion]) -> Iterator[VersionShown]:
    """Each version with what it changed, oldest first."""
    yield VersionShown(versions[0], ())
    for before, after in pairwise(versions):
        yield VersionShown(after, tuple(changes(before.policy, after.policy)))
