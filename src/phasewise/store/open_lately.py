"""Who and what was not done in a stretch of time, all history of which a policy is tried on. Called by
preview_policy."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from phasewise.core.model import Group, Instant
from phasewise.store.tables import intervals, issues
from phasewise.store.upsert import batched

SECONDS_A_DAY = 8 * 3600
"""Estimates are in days of eight hours, whatever the site counts as a day."""


def tasks_open_since(connection: Connection, site_id: int, since: Instant) -> list[int]:
    """The tasks that, or a sub-task of which, were not done at some time since then, by id."""
    which = (*_open_since(site_id, since), intervals.c.orphan.is_(False))
    return sorted(connection.scalars(select(intervals.c.counts_as).distinct().where(*which)))


def persons_holding_since(connection: Connection, site_id: int, since: Instant) -> list[str]:
    """Those who held something that was not done at some time since then, by id."""
    which = (*_open_since(site_id, since), intervals.c.person.is_not(None))
    return sorted(connection.scalars(select(intervals.c.person).distinct().where(*which)))


def estimates_of(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, float]:
    """The original estimate of each issue that has one, in working days."""
    found: dict[int, float] = {}
    for some in batched(ids):
        which = (issues.c.site_id == site_id, issues.c.issue_id.in_(some))
        columns = (issues.c.issue_id, issues.c.estimate_seconds)
        for issue, seconds in connection.execute(select(*columns).where(*which)):
            if seconds is not None:
                found[issue] = seconds / SECONDS_A_DAY
    return found


def _open_since(site_id: int, since: Instant) -> tuple[ColumnElement[Any], ...]:
    undone = [group.value for group in Group if group is not Group.DONE]
    return (
        intervals.c.site_id == site_id,
        intervals.c.group.in_(undone),
        or_(intervals.c.end.is_(None), intervals.c.end > since),
        intervals.c.counts_as.is_not(None),
    )
