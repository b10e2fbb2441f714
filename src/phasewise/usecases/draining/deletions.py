"""When Jira told that issues were deleted, by the deliveries of a drain. drain_inbox asks."""

from collections.abc import Collection

from phasewise.core.model import Instant
from phasewise.jira.hints import DELETIONS, told_at
from phasewise.store import inbox
from phasewise.usecases.draining.errand import Errand

AHEAD_MS = 60_000
"""Clocks that agree this well are taken for equal; what is told to happen later is not believed."""


def told_deletions(errand: Errand, missing: Collection[int], now: Instant) -> dict[int, Instant]:
    """Of these issues, which Jira does not show, the earliest instant of deletion that it told of each."""
    found: dict[int, Instant] = {}
    named = errand.naming(missing)
    if not named:
        return found
    with errand.deps.database.read() as connection:
        told = inbox.bodies_of(connection, errand.deps.site_id, named, DELETIONS)
    for issue_ids, body in told:
        at = told_at(body)
        if at is not None and at <= now + AHEAD_MS:
            found.update({i: min(found.get(i, at), at) for i in issue_ids if i in missing})
    return found
