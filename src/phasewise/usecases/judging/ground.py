"""What everything is judged by: mapping, fields, policies of the teams. When it changes, everything is."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256

import orjson

from phasewise import __version__
from phasewise.core.model import Group, SiteMapping, TrackedFields
from phasewise.core.rulebook import DEFAULT_TEAM, Rulebook
from phasewise.store.db import Connection
from phasewise.store.dirty import mark_all
from phasewise.store.sites import judged_by, save_judged_by, site_fields, site_mapping
from phasewise.usecases.deps import Deps
from phasewise.usecases.in_force import InForce, in_force


@dataclass(frozen=True, slots=True)
class Ground:
    """`readings` are the mappings of the teams that have one of their own."""

    site_id: int
    mapping: SiteMapping
    fields: TrackedFields
    policies: InForce
    readings: Mapping[str, SiteMapping] = field(default_factory=dict)


def ground_of(connection: Connection, deps: Deps) -> Ground:
    """The ground as it stands in this transaction; everything is marked if it is another than before."""
    site_id, policies = deps.site_id, in_force(connection, deps)
    mapping = site_mapping(connection, site_id, policies.rulebook.default.newest.policy)
    fields = site_fields(connection, site_id).tracked
    readings = {
        team.name: own
        for team in policies.rulebook.teams
        if team.name != DEFAULT_TEAM
        and (own := site_mapping(connection, site_id, team.newest.policy)) != mapping
    }
    ground = Ground(site_id, mapping, fields, policies, readings)
    digest = _digest(ground)
    if judged_by(connection, site_id) != digest:
        mark_all(connection, site_id)
        save_judged_by(connection, site_id, digest)
    return ground


def _digest(ground: Ground) -> str:
    """Another release may judge otherwise, so it is part of the ground. Which team a project is in is not:
    what follows from that is marked with it."""
    rulebook = ground.policies.rulebook
    said = {
        "version": __version__,
        "mapping": _said_of(ground.mapping),
        "readings": [[team, _said_of(mapping)] for team, mapping in ground.readings.items()],
        "fields": asdict(ground.fields),
        "versions": list(_versions(rulebook)),
        "leave": [[team.name, dict(team.newest.policy.leave)] for team in rulebook.teams],
        "members": [asdict(one) for one in rulebook.memberships],
    }
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _versions(rulebook: Rulebook) -> Iterator[list[object]]:
    """Of each version what bears on a finding."""
    for team in rulebook.teams:
        for one in team.versions:
            policy = one.policy
            yield [team.name, one.effective_from, asdict(one.limits), asdict(policy.calendar)]


def _said_of(mapping: SiteMapping) -> list[object]:
    groups = _telling_groups(mapping)
    return [groups, dict(mapping.phases), sorted(mapping.unmapped_statuses & groups.keys())]


def _telling_groups(mapping: SiteMapping) -> Mapping[str, Group]:
    """Without what reads the same as a status nobody has seen: a new one must not have all judged again."""
    return {
        status: group
        for status, group in mapping.groups.items()
        if group is not Group.TODO or status not in mapping.unmapped_statuses
    }
