"""One synchronisation from Jira to the figures. The poll, `phasewise sync` and the demo run it."""

from typing import Any

from phasewise.store.lock import one_synchronisation
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.sync_run import OnProgress
from phasewise.usecases.sync_site import sync_site


def synchronise(
    deps: Deps, *, census: bool, full: bool = False, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Read what changed, then compute what follows; the report of the reading.

    Waits while another process synchronises the same site. What `sync_site` raises ends it; what was
    read until then is stored, and computed by the next run.
    """
    with one_synchronisation(deps.database, deps.site_id):
        report = sync_site(deps, census=census, full=full, on_progress=on_progress)
        judge(deps)
    return report.as_dict()
