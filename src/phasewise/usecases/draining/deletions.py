"""When Jira told that issues were deleted, by the deliveries of a drain. drain_inbox asks."""

from phasewise.core.model import Instant
from phasewise.jira.hints import DELETIONS, told_at
from phasewise.store import inbox
from phasewise.usecases.draining.errand import Errand
from phasewise.usecases.sync_run import Batch

AHEAD_MS = 60_000
"""Clocks that agree this well are taken for equal; what is told to happen later is not believed."""


def told_deletions(errand: Errand, batch: Batch, now: Instant) -> dict[int, Instant]:
    """Of the issues of the batch that Jira does not show the earliest instant of deletion that it told of
    each. One before the last change that is known is not believed: the issue came back after it."""
    found: dict[int, Instant] = {}
    named = errand.naming(batch.missing)
    if not named:
        return found
    with errand.deps.database.read() as connection:
        told = inbox.bodies_of(connection, errand.deps.site_id, named, DELETIONS)
    changed = {issue: updated for issue, (updated, _) in batch.before.items()}
    for issue_ids, body in told:
        at = told_at(body)
        for issue in batch.missing.intersection(issue_ids):
            if at is not None and changed.get(issue, at) <= at <= now + AHEAD_MS:
                found[issue] = min(found.get(issue, at), at)
    return found
