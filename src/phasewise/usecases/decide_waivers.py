"""A lead grants or declines waivers. `phasewise waiver` and /waivers call it."""

from dataclasses import replace
from functools import partial

from phasewise.core.ladder import Grant
from phasewise.errors import ConflictError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import ladder, sites, waivers
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.db import Connection
from phasewise.store.ladder import FindingId
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import present_by
from phasewise.usecases.own_teams import require_lead_of_finding


def decide_waiver(deps: Deps, waiver_id: str, state: Grant, by: str) -> None:
    """Grant or decline it, also after it was decided otherwise; what Jira shows of it follows.

    Raises NotFoundError where there is none of this id, ConflictError where one to grant is over.
    """
    deps.database.transact(partial(_decide, deps, waiver_id, state, by))


def _decide(deps: Deps, waiver_id: str, state: Grant, by: str, connection: Connection) -> None:
    sites.lock(connection, ladder.ENFORCING, deps.site_id)
    at = present_by(deps.now(), sites.sync_state(connection, deps.site_id))
    waiver = waivers.waiver_by_id(connection, deps.site_id, waiver_id)
    if waiver is None:
        raise NotFoundError(_("There is no waiver %(id)s; see phasewise waiver list", id=repr(waiver_id)))
    require_lead_of_finding(deps, connection, FindingId(*waiver.finding))
    if state is Grant.GRANTED and waiver.until <= at:
        raise ConflictError(_("This waiver would be over already: decline it, or waive the finding anew"))
    waivers.decide_waiver(connection, deps.site_id, waiver_id, state, by, at)
    step = ladder.steps_by_id(connection, deps.site_id, [waiver.finding]).get(waiver.finding)
    if step is not None:
        ladder.save_step(connection, deps.site_id, replace(step, look_at=at))
    finding = ":".join(map(str, waiver.finding))
    add_entry(connection, deps.site_id, Entry(at, by, f"waiver.{state}", finding, {"waiver": waiver_id}))
    sites.raise_revision(connection, deps.site_id)
