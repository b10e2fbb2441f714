"""One synchronisation from Jira to the figures. The poll, `phasewise sync` and the demo run it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from phasewise.errors import PhasewiseError
from phasewise.store import polls
from phasewise.store.counts import count_incomplete
from phasewise.store.lock import one_synchronisation
from phasewise.usecases.deps import Deps
from phasewise.usecases.enforce import enforce
from phasewise.usecases.judge import judge, judge_issues, judge_some
from phasewise.usecases.map_site import Warned
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
    with _judging_meanwhile(deps) as meanwhile:

        def noted(done: int, total: int) -> None:
            meanwhile.all_is_read = done >= total
            if on_progress is not None:
                on_progress(done, total)

        report = sync_site(deps, census=census, full=full, on_progress=noted)
    deps.database.transact(lambda connection: polls.open_again(connection, deps.site_id))
    judge(deps, judged_before=meanwhile.judged)
    enforce(deps)
    return replace(report, warnings=(*report.warnings, *_incomplete(deps))).as_dict()


def _incomplete(deps: Deps) -> tuple[Warned, ...]:
    """Said once it is judged: only then is it known which histories do not fit their issues."""
    with deps.database.read() as connection:
        count = count_incomplete(connection, deps.site_id)
    if not count:
        return ()
    text = (
        f"Incomplete histories: {count}. They did not come whole, or do not end with what the issue is now; "
        "such issues count, but in no percentile, and say history_incomplete in the API"
    )
    return (Warned("history_incomplete", text),)


@dataclass(slots=True)
class _Meanwhile:
    """While Jira is waited for: whether all issues have been read, and how many marks were judged."""

    all_is_read: bool = False
    judged: int = 0


@contextmanager
def _judging_meanwhile(deps: Deps) -> Iterator[_Meanwhile]:
    """Judge what has been stored while Jira is waited for: a first load spends most of its time waiting.

    Issues, many at a time, as long as more are read; then projects and persons, too, which nearly every read
    would change again.
    """
    over = threading.Event()
    meanwhile = _Meanwhile()

    def work() -> None:
        while not over.is_set():
            try:
                judged = judge_issues(deps, MANY_ISSUES) or (meanwhile.all_is_read and judge_some(deps))
            except PhasewiseError:
                return  # the judging at the end meets the same trouble, and says so
            meanwhile.judged += judged
            if not judged:
                over.wait(LOOK_SECONDS)

    thread = threading.Thread(target=work, name="judge", daemon=True)
    thread.start()
    try:
        yield meanwhile
    finally:
        over.set()
        thread.join()
