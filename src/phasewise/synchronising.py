"""`phasewise sync`: one synchronisation in the foreground, here or by the service that runs already."""

import time
import uuid
from contextlib import nullcontext
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from phasewise.bootstrap import open_deps, serving_lock
from phasewise.errors import JiraError, StoreError
from phasewise.settings import Settings
from phasewise.store import sites
from phasewise.usecases.adopt_policy import adopt_policy
from phasewise.usecases.deps import Deps
from phasewise.worker.synchronise import synchronise

LOOK_SECONDS = 0.2


def run_sync(settings: Settings, *, full: bool, terminal: Console) -> dict[str, Any]:
    """The report of a synchronisation with its census. A progress bar is drawn where `terminal` is one.

    Raises JiraError and StoreError; what was read until then is kept, and the next run goes on from it.
    """
    deps = open_deps(settings, jira=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=terminal,
    )
    with bar if terminal.is_terminal else nullcontext():
        task = bar.add_task("Reading Jira", total=None)
        report = _by_the_service(deps, full, bar, task)
        return _here(deps, full, bar, task) if report is None else report


def _here(deps: Deps, full: bool, bar: Progress, task: TaskID) -> dict[str, Any]:
    adopt_policy(deps)
    return synchronise(
        deps,
        census=True,
        full=full,
        on_progress=lambda done, total: bar.update(task, completed=done, total=total),
    )


def _by_the_service(deps: Deps, full: bool, bar: Progress, task: TaskID) -> dict[str, Any] | None:
    """The report of the service that holds this database; None if there is none, or it stops meanwhile."""
    lock = serving_lock(deps.database)
    if lock is None or not lock.held_elsewhere():
        return None
    request_id = str(uuid.uuid4())
    with deps.database.write() as connection:
        sites.add_request(connection, deps.site_id, request_id, full, deps.now())
    while True:
        with deps.database.read() as connection:
            request = sites.request(connection, deps.site_id, request_id)
            state = sites.sync_state(connection, deps.site_id)
        if request is None:
            raise StoreError("the request to synchronise has vanished; run the command again")
        if request.done_at is not None:
            if request.error:
                raise JiraError(request.error)
            return dict(request.report or {})
        bar.update(task, completed=state.backfill_done, total=state.backfill_total or None)
        if not lock.held_elsewhere():
            with deps.database.write() as connection:
                sites.finish_request(
                    connection, deps.site_id, request_id, deps.now(), error="the service stopped"
                )
            return None
        time.sleep(LOOK_SECONDS)
