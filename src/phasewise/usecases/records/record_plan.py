"""A lead records the plan of a project: as a draft, presented, accepted, changed for a reason."""

from collections.abc import Mapping
from dataclasses import replace

from phasewise.core.plan import Plan, PlanState
from phasewise.core.plan_form import read_plan, read_presentation
from phasewise.errors import ConflictError
from phasewise.i18n.speaking import _
from phasewise.store.project_records import Kept, RecordId, edit_of
from phasewise.store.record_nouns import PLAN
from phasewise.usecases.deps import Deps
from phasewise.usecases.records.ground import (
    Ground,
    Wanted,
    ground_of,
    keep,
    require_well_typed,
    typed_of,
)


def record_plan(deps: Deps, key: str, fields: Mapping[str, str], after: int) -> Kept[Plan]:
    """Keep the plan that was typed after reading the edit `after` (0: none): as a draft, and where the plan
    is accepted as the next version, which says why.

    Raises FormError, EditedMeanwhileError, NotFoundError, ConflictError.
    """
    ground = ground_of(deps, key)
    before = _read(deps, ground, after)
    typed = typed_of(ground, fields)
    plan = read_plan(typed, before)
    require_well_typed(typed)
    return keep(deps, PLAN, plan, Wanted(RecordId(ground.project), after, "plan.saved"))


def present_plan(deps: Deps, key: str, fields: Mapping[str, str], after: int) -> Kept[Plan]:
    """The draft was presented: when, to whom, what they said. Raises as `record_plan` does."""
    ground = ground_of(deps, key)
    plan = _draft(deps, ground, after)
    typed = typed_of(ground, fields)
    plan = read_presentation(typed, plan)
    require_well_typed(typed)
    return keep(deps, PLAN, plan, Wanted(RecordId(ground.project), after, "plan.presented"))


def accept_plan(deps: Deps, key: str, after: int) -> Kept[Plan]:
    """The draft is accepted: from now on it is what is compared with. Raises as `record_plan` does."""
    ground = ground_of(deps, key)
    plan = replace(_draft(deps, ground, after), state=PlanState.ACCEPTED)
    return keep(deps, PLAN, plan, Wanted(RecordId(ground.project), after, "plan.accepted"))


def _draft(deps: Deps, ground: Ground, after: int) -> Plan:
    plan = _read(deps, ground, after)
    if plan is None or plan.state is PlanState.ACCEPTED:
        raise ConflictError(_("There is no draft of a plan: load the page again and save one first"))
    return plan


def _read(deps: Deps, ground: Ground, after: int) -> Plan | None:
    """The plan as it was when the form was made: whether it is the last one is asked when it is kept."""
    with deps.database.read() as connection:
        found = edit_of(connection, deps.site_id, PLAN, RecordId(ground.project), after)
    return found.value if found else None
