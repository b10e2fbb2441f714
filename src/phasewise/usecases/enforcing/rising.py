"""How strong each rule is for each team, and since when: nothing from before is spoken of. For `enforce`."""

from collections.abc import Iterator, Mapping

from phasewise.core.ladder import RANK
from phasewise.core.model import Instant, Phase, Rule, Strength
from phasewise.core.rulebook import DEFAULT_TEAM, Team
from phasewise.store import ladder
from phasewise.store.db import Connection
from phasewise.usecases.in_force import InForce

RULES = (Rule.ONE_ACTIVE, Rule.FIVE_DAYS)
"""Those that may be more than shown; hints are never written into Jira."""

Since = Mapping[tuple[str, Rule, Phase], Instant]
"""Since when a rule is more than shown for a team in a phase; one that is not is left out."""


def is_kept(connection: Connection, site_id: int, policies: InForce, at: Instant) -> bool:
    """Whether what is stored of the default team's strengths is how strong they are."""
    kept = ladder.strengths_of(connection, site_id)
    strong = {place: one for place, one in _wanted(policies, at).items() if _is_strong(one)}
    return {place: strength for place, (strength, _) in kept.items()} == strong


def known_since(connection: Connection, site_id: int, policies: InForce, at: Instant) -> Since:
    """Since when, by what is stored and the versions of the other teams."""
    kept = ladder.strengths_of(connection, site_id)
    usual = {(DEFAULT_TEAM, *place): since for place, (_, since) in kept.items()}
    return {**usual, **dict(_of_teams(policies, at))}


def keep_since(connection: Connection, site_id: int, policies: InForce, at: Instant) -> Since:
    """The same, with the strengths of the default team kept as they are now."""
    kept = ladder.keep_strengths(connection, site_id, _wanted(policies, at), at)
    usual = {(DEFAULT_TEAM, *place): since for place, since in kept.items()}
    return {**usual, **dict(_of_teams(policies, at))}


def _wanted(policies: InForce, at: Instant) -> dict[tuple[Rule, Phase], Strength]:
    strengths = policies.usual.at(at).policy.strengths
    return {(rule, phase): strengths.of(rule, phase) for rule in RULES for phase in Phase}


def _of_teams(policies: InForce, at: Instant) -> Iterator[tuple[tuple[str, Rule, Phase], Instant]]:
    for team in policies.rulebook.teams:
        for rule in RULES if team.name != DEFAULT_TEAM else ():
            for phase in Phase:
                since = _risen(team, rule, phase, at)
                if since is not None:
                    yield (team.name, rule, phase), since


def _risen(team: Team, rule: Rule, phase: Phase, at: Instant) -> Instant | None:
    """Since when a team's own versions have it more than shown without a break."""
    since = None
    for version in team.versions:
        if version.effective_from > at:
            break
        if not _is_strong(version.policy.strengths.of(rule, phase)):
            since = None
        elif since is None:
            since = max(version.effective_from, version.created_at)
    return since


def _is_strong(strength: Strength) -> bool:
    return RANK[strength] > RANK[Strength.SHOW]
