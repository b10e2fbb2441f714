"""The epics of matched tasks that the scope itself does not match. sync_site and drain_inbox call it."""

from collections.abc import Collection

from phasewise.store import closure
from phasewise.usecases.sync_run import ROUNDS, SyncRun


def bring_epics(run: SyncRun, of: Collection[int] | None = None) -> None:
    """Read the epics that are not stored yet, of these tasks or of all."""
    tried: set[int | str] = set()
    for _ in range(ROUNDS):
        with run.deps.database.read() as connection:
            ids, keys = closure.missing_epics(connection, run.site_id, of)
        found = (run.client.id_of_key(key) for key in keys if key not in tried)
        todo = {issue_id for issue_id in (*ids, *found) if issue_id is not None and issue_id not in tried}
        if not todo:
            return
        tried |= {*todo, *keys}
        run.read(sorted(todo), matched=False)
