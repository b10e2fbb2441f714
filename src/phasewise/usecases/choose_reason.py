"""A lead says why a project went back to an earlier phase. Called by web/projects."""

from functools import partial

from phasewise.core.model import Instant, Phase
from phasewise.core.returns import ReturnReason
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import sites
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.db import Connection
from phasewise.store.return_reasons import Chosen, drop_reason, save_reason
from phasewise.usecases.as_of.projects import figures_at, project_at
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.own_teams import require_lead_of_project


def choose_reason(deps: Deps, key: str, phase: Phase, start: Instant, reason: ReturnReason | None) -> str:
    """Keep the reason of the return that began then; None: there is none any more. Gives the current key.

    Raises NotFoundError if there is no such project, or no such return in it.
    """
    with moment(deps, None) as at:
        epic, __ = project_at(at, key)
        require_lead_of_project(deps, at.connection, epic.id)
        figures = figures_at(at, [epic.id])[epic.id]
        returns = {(one.visit.phase, one.visit.start) for one in figures.visits if one.visit.is_return}
        if (phase, start) not in returns:
            raise NotFoundError(_("There is no such return any more; load the project's page again"))
    deps.database.transact(partial(_keep, deps, epic.id, (phase, start), reason))
    return epic.key


def _keep(
    deps: Deps,
    project: int,
    visit: tuple[Phase, Instant],
    reason: ReturnReason | None,
    connection: Connection,
) -> None:
    now = deps.now()
    if reason is None:
        drop_reason(connection, deps.site_id, project, visit)
    else:
        save_reason(connection, deps.site_id, project, visit, Chosen(reason, deps.asker.name, now))
    subject = f"{project}:{visit[0]}:{visit[1]}"
    add_entry(connection, deps.site_id, entry_of(deps.asker, now, "return.reason", subject, reason=reason))
    sites.raise_revision(connection, deps.site_id)
