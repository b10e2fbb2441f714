"""The policies of the teams, version by version; what one says is never changed. Called by `Deps.rulebook`,
adopt_policy and whatever shows or changes a policy.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, select

from phasewise.core.model import (
    CalendarRules,
    Group,
    Instant,
    Limits,
    Phase,
    Policy,
    Rule,
    Strength,
    Strengths,
)
from phasewise.core.rulebook import EVER, Membership, PolicyVersion, Rulebook, Source, Team
from phasewise.store.tables import policies
from phasewise.store.upsert import SITE, upsert

ADOPTING = 0x5068_0030
"""What the advisory lock of PostgreSQL is for."""

_versions = select(policies).where(policies.c.site_id == SITE).order_by(policies.c.team, policies.c.version)

GONE = -1
"""The place of a team that the file names no more."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A version that came to be, and the policy of the team before it: None where it is the first."""

    version: PolicyVersion
    before: Policy | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A version with what the file said of its team then: `place` is where the team stands in the order."""

    version: PolicyVersion
    scope: str | None
    members: tuple[Membership, ...]
    place: int
    digest: str | None


# ------------------------------------------------------------------ what holds


def rulebook(connection: Connection, site_id: int, declared: Rulebook) -> Rulebook:
    """What is stored; what is declared where nothing is stored yet."""
    kept = _kept(connection, site_id)
    if not kept:
        return declared
    there = sorted(
        (mine for mine in kept.values() if mine[-1].place != GONE), key=lambda mine: mine[-1].place
    )
    teams = (
        Team(mine[-1].version.team, tuple(one.version for one in mine), mine[-1].scope) for mine in there
    )
    return Rulebook(tuple(teams), tuple(member for mine in there for member in mine[-1].members))


def is_kept(connection: Connection, site_id: int) -> bool:
    """Whether any version is stored."""
    any_team = select(policies.c.team).where(policies.c.site_id == site_id).limit(1)
    return connection.scalar(any_team) is not None


def adopt(
    connection: Connection, site_id: int, declared: Rulebook, at: Instant, *, is_new: bool
) -> list[Adopted]:
    """Keep what the file declares: a team whose tables are others than they last were in the file has a new
    version from `at` on. While nothing was synchronised (`is_new`) it takes the place of the first one."""
    kept = _kept(connection, site_id)
    adopted = []
    for place, team in enumerate(declared.teams):
        mine = kept.get(team.name, [])
        members = tuple(one for one in declared.memberships if one.team == team.name)
        digest = _digest(team, members)
        if digest == _last_digest(mine):
            if place != mine[-1].place:
                _save(connection, site_id, replace(mine[-1], place=place))
            continue
        first = replace(team.newest, number=1, effective_from=EVER, created_at=at)
        if not kept or (is_new and len(mine) <= 1):
            version = first
        else:
            version = replace(first, number=len(mine) + 1, effective_from=_after(mine, at))
        _save(connection, site_id, _Kept(version, team.scope, members, place, digest))
        adopted.append(Adopted(version, mine[-1].version.policy if mine else None))
    _let_go(connection, site_id, kept, {team.name for team in declared.teams}, at)
    return adopted


def changed_in_file(connection: Connection, site_id: int, declared: Rulebook) -> list[str]:
    """The teams of which the file says something else than when it was last adopted, those it names no more
    among them; none where nothing was adopted yet."""
    kept = _kept(connection, site_id)
    if not kept:
        return []
    now = {
        team.name: _digest(team, [one for one in declared.memberships if one.team == team.name])
        for team in declared.teams
    }
    changed = {team for team, digest in now.items() if digest != _last_digest(kept.get(team, []))}
    return sorted(changed | {team for team in kept.keys() - now.keys() if kept[team][-1].place != GONE})


def add_version(connection: Connection, site_id: int, version: PolicyVersion) -> PolicyVersion:
    """Keep the next version of a team's policy, in force from its `created_at` on; its number and the instant
    are given here. The team is the file's as before. Raises KeyError for a team that is not kept."""
    mine = _kept(connection, site_id)[version.team]
    start = _after(mine, version.created_at)
    version = replace(version, number=len(mine) + 1, effective_from=start)
    _save(connection, site_id, replace(mine[-1], version=version, digest=None))
    return version


def _let_go(
    connection: Connection, site_id: int, kept: Mapping[str, Sequence[_Kept]], named: set[str], at: Instant
) -> None:
    """Teams that the file names no more: what was theirs is the default team's."""
    for team, mine in kept.items():
        if team not in named and mine[-1].place != GONE:
            last = mine[-1].version
            version = replace(last, number=len(mine) + 1, effective_from=_after(mine, at), created_at=at)
            _save(connection, site_id, _Kept(version, None, (), GONE, ""))


def _after(mine: Sequence[_Kept], at: Instant) -> Instant:
    return max(at, mine[-1].version.effective_from + 1) if mine else at


def _last_digest(mine: Iterable[_Kept]) -> str | None:
    """Of what the file said last; changes on a page do not touch it."""
    return next((one.digest for one in reversed([*mine]) if one.digest is not None), None)


def _digest(team: Team, members: Sequence[Membership]) -> str:
    said = [team.scope, [asdict(one) for one in members], to_json(team.newest.policy)]
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


# ------------------------------------------------------------------ rows


def _kept(connection: Connection, site_id: int) -> dict[str, list[_Kept]]:
    """The versions of each team, oldest first."""
    found: dict[str, list[_Kept]] = {}
    for row in connection.execute(_versions, {"site": site_id}):
        found.setdefault(row.team, []).append(_of_row(row))
    return found


def _of_row(row: Any) -> _Kept:
    body = row.body
    version = PolicyVersion(
        row.team,
        row.version,
        row.effective_from,
        from_json(body["policy"]),
        Source(body["source"]),
        body["by"],
        body["created_at"],
        body["remark"],
    )
    members = tuple(Membership(person, row.team, first, last) for person, first, last in body["members"])
    return _Kept(version, body["scope"], members, body["place"], body["digest"])


def _save(connection: Connection, site_id: int, kept: _Kept) -> None:
    version = kept.version
    body = {
        "policy": to_json(version.policy),
        "source": version.source.value,
        "by": version.by,
        "created_at": version.created_at,
        "remark": version.remark,
        "scope": kept.scope,
        "members": [[one.person, one.first, one.last] for one in kept.members],
        "place": kept.place,
        "digest": kept.digest,
    }
    row = {
        "site_id": site_id,
        "team": version.team,
        "version": version.number,
        "effective_from": version.effective_from,
        "body": body,
    }
    upsert(connection, policies, [row])


# ------------------------------------------------------------------ a policy as JSON


def to_json(policy: Policy) -> dict[str, Any]:
    """The policy as plain JSON."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(asdict(policy), option=orjson.OPT_NON_STR_KEYS))
    return plain


def from_json(body: Mapping[str, Any]) -> Policy:
    """The policy that `to_json` made this of; what an older release did not know has its default."""
    calendar: dict[str, Any] = dict(body["calendar"])
    calendar |= {name: tuple(calendar[name]) for name in ("weekdays", "extra", "removed")}
    strengths = body["strengths"]
    return Policy(
        limits=Limits(**body["limits"]),
        calendar=CalendarRules(**calendar),
        leave={person: tuple((a, b) for a, b in days) for person, days in body["leave"].items()},
        status_overrides={status: Group(group) for status, group in body["status_overrides"].items()},
        phase_overrides={option: Phase(phase) for option, phase in body["phase_overrides"].items()},
        strengths=Strengths(
            _by_rule(strengths["rules"]),
            {Phase(phase): _by_rule(said) for phase, said in strengths["phases"].items()},
        ),
        language=body["language"],
        dry_run=body["dry_run"],
    )


def _by_rule(said: Mapping[str, str]) -> dict[Rule, Strength]:
    return {Rule(rule): Strength(strength) for rule, strength in said.items()}
