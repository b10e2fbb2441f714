"""One synchronisation from Jira to the figures. The poll, `phasewise sync` and the demo run it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from phasewise.errors import PhasewiseError
from phasewise.store import polls
from phasewise.store.lock import one_synchronisation
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge, judge_issues
from phasewise.usecases.sync_run import OnProgress
from phasewise.usecases.sync_site import sync_site

MANY_ISSUES = 500
LOOK_SECONDS = 0.2


def synchronise(
    deps: Deps, *, census: bool, full: bool = False, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Read what changed, then compute what follows; the report of the reading.

    Waits while another process synchronises the same site. What `sync_site` raises ends it; what was
    read until then is stored, and computed by the next run.
    """
    with one_synchronisation(deps.database, deps.site_id):
        return synchronise_alone(deps, census=census, full=full, on_progress=on_progress)


def synchronise_alone(
    deps: Deps, *, census: bool, full: bool = False, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """The same for who has the site's lock. Where it succeeds, whatever had been stopped goes on."""
    with _judging_meanwhile(deps) as judged:
        report = sync_site(deps, census=census, full=full, on_progress=on_progress)
    deps.database.transact(lambda connection: polls.open_again(connection, deps.site_id))
    judge(deps, judged_before=sum(judged))
    return report.as_dict()


@contextmanager
def _judging_meanwhile(deps: Deps) -> Iterator[list[int]]:
    """Judge what has been stored while Jira is waited for: a first load spends most of its time waiting.
    Gives how many issues it judged, time after time."""
    over = threading.Event()
    counts: list[int] = []

    def work() -> None:
        while not over.is_set():
            try:
                counts.append(judge_issues(deps, MANY_ISSUES))
            except PhasewiseError:
                return  # the judging at the end meets the same trouble, and says so
            if not counts[-1]:
                over.wait(LOOK_SECONDS)

    thread = threading.Thread(target=work, name="judge", daemon=True)
    thread.start()
    try:
        yield counts
    finally:
        over.set()
        thread.join()
