"""What was recorded of projects over time, as judging reads it: since when a site records, and every edit
that something follows from.

Called by `judging/unrecorded` and where records are kept.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, ScalarSelect, func, select

from phasewise.core.deliverables import Slot
from phasewise.core.model import Instant
from phasewise.core.plan import PlanState
from phasewise.core.unrecorded import Edit, PlanEdit, SlotEdit
from phasewise.store.record_nouns import AB_TEST, DELIVERABLE, PLAN, RESULT
from phasewise.store.record_tables import project_records
from phasewise.store.upsert import SITE, SOME, batched

c = project_records.c

SLOT_OF = {AB_TEST.word: Slot.AB_TEST, RESULT.word: Slot.RESULT}
"""The nouns that are in a slot by themselves; a deliverable says which it is in."""


def _first(noun: str) -> ScalarSelect[Any]:
    return select(func.min(c.saved_at)).where(c.site_id == SITE, c.noun == noun).scalar_subquery()


_since = select(_first(PLAN.word).label("plans"), _first(DELIVERABLE.word).label("deliverables"))
_of_some = (c.site_id == SITE, c.project_id.in_(SOME))
_accepted = (
    select(c.project_id, c.saved_at, c.body)
    .where(*_of_some, c.noun == PLAN.word, c.state == PlanState.ACCEPTED.value)
    .order_by(c.project_id, c.edit)
)
_in_slots = (
    select(c.project_id, c.noun, c.name, c.saved_at, c.state)
    .where(*_of_some, c.noun.in_([DELIVERABLE.word, *SLOT_OF]))
    .order_by(c.project_id, c.noun, c.name, c.edit)
)


@dataclass(frozen=True, slots=True)
class Since:
    """When the site's first plan and its first deliverable were saved, as a draft or not; None: never."""

    plans: Instant | None
    deliverables: Instant | None


NEVER = Since(None, None)


def recorded_since(connection: Connection, site_id: int) -> Since:
    """From when on what is missing is told."""
    return Since(*connection.execute(_since, {"site": site_id}).one())


def edits_by_project(
    connection: Connection, site_id: int, projects: Sequence[int]
) -> Mapping[int, list[Edit]]:
    """What was recorded of these projects, the oldest first: accepted plans, and what is in slots."""
    found: defaultdict[int, list[Edit]] = defaultdict(list)
    for some in batched(projects):
        asked = {"site": site_id, "some": some}
        for project, at, body in connection.execute(_accepted, asked):
            found[project].append(PlanEdit(at, PLAN.from_json(body).skipped))
        for project, noun, name, at, state in connection.execute(_in_slots, asked):
            found[project].append(SlotEdit(at, SLOT_OF.get(noun) or Slot(name), name, state))
    for edits in found.values():
        edits.sort(key=attrgetter("at"))  # stable: at one instant those of a record stay in their order
    return found
