"""Which records there are, and the questions about them that others ask. Called where projects are shown."""

from collections.abc import Iterable

from sqlalchemy import Connection

from phasewise.core.model import Instant
from phasewise.core.plan import Plan, PlanState
from phasewise.store.project_records import Kept, Noun, latest

PLAN = Noun("plan", Plan)


def accepted_plans(
    connection: Connection, site_id: int, projects: Iterable[int] | None, before: Instant | None
) -> dict[int, Kept[Plan]]:
    """The plan that counts for each of these projects (None: all): the version accepted last `before` an
    instant (None: now). Who has only a draft is left out."""
    kept = latest(connection, site_id, PLAN, projects, before, PlanState.ACCEPTED.value)
    return {one.of.project: one for one in kept}


def plans_of(
    connection: Connection, site_id: int, projects: Iterable[int] | None, as_of: Instant | None
) -> dict[int, Plan]:
    """The same, without when and by whom."""
    return {
        project: one.value for project, one in accepted_plans(connection, site_id, projects, as_of).items()
    }
