"""What everything is judged by: mapping, fields, limits, calendar, leave. When it changes, everything is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

import orjson

from phasewise import __version__
from phasewise.core.calendar import Calendar, calendar_of
from phasewise.core.leave import Leave, leave_of
from phasewise.core.model import Group, Limits, Policy, SiteMapping, TrackedFields
from phasewise.store.db import Connection
from phasewise.store.dirty import mark_all
from phasewise.store.sites import judged_by, save_judged_by, site_fields, site_mapping


@dataclass(frozen=True, slots=True)
class Ground:
    site_id: int
    mapping: SiteMapping
    fields: TrackedFields
    limits: Limits
    calendar: Calendar
    leave: Leave


def ground_of(connection: Connection, site_id: int, policy: Policy) -> Ground:
    """The ground as it stands in this transaction; everything is marked if it is another than before."""
    mapping = site_mapping(connection, site_id, policy)
    calendar = calendar_of(policy.calendar)
    ground = Ground(
        site_id,
        mapping,
        site_fields(connection, site_id).tracked,
        policy.limits,
        calendar,
        leave_of(policy.leave, calendar),
    )
    digest = _digest(ground, policy)
    if judged_by(connection, site_id) != digest:
        mark_all(connection, site_id)
        save_judged_by(connection, site_id, digest)
    return ground


def _digest(ground: Ground, policy: Policy) -> str:
    """Another release may judge otherwise, so it is part of the ground."""
    groups = _telling_groups(ground.mapping)
    said = {
        "version": __version__,
        "groups": groups,
        "phases": dict(ground.mapping.phases),
        "unmapped": sorted(ground.mapping.unmapped_statuses & groups.keys()),
        "fields": asdict(ground.fields),
        "limits": asdict(policy.limits),
        "calendar": asdict(policy.calendar),
        "leave": dict(policy.leave),
    }
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _telling_groups(mapping: SiteMapping) -> Mapping[str, Group]:
    """Without what reads the same as a status nobody has seen: a new one must not have all judged again."""
    return {
        status: group
        for status, group in mapping.groups.items()
        if group is not Group.TODO or status not in mapping.unmapped_statuses
    }
