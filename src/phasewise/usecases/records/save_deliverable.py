"""A lead fills in what a phase delivers, and keeps what others said when it was shown to them."""

from collections.abc import Mapping

from phasewise.core.deliverable_form import read_deliverable, read_review
from phasewise.core.deliverables import ELSEWHERE, Deliverable, Slot
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store.accounts import people_by_name
from phasewise.store.project_records import Kept, RecordId, edit_of
from phasewise.store.record_nouns import DELIVERABLE
from phasewise.usecases.deps import Deps
from phasewise.usecases.records.ground import (
    Ground,
    Wanted,
    ground_of,
    keep,
    require_well_typed,
    typed_of,
)

NO_REVIEWS = frozenset({Slot.CHECKLIST, Slot.CODE_REVIEW})
"""Slots that are done by themselves: nobody is shown them."""


def save_deliverable(
    deps: Deps, key: str, slot: Slot, fields: Mapping[str, str], after: int
) -> Kept[Deliverable]:
    """Keep what is in a slot, as it was typed after reading the edit `after`.

    Raises FormError, EditedMeanwhileError, NotFoundError, ConflictError.
    """
    ground = ground_of(deps, key)
    before = _read(deps, ground, slot, after)
    with deps.database.read() as connection:
        people = {person for person, _ in people_by_name(connection, deps.site_id)}
    typed = typed_of(ground, fields)
    value = read_deliverable(typed, before, people, deps.asker.name)
    require_well_typed(typed)
    return keep(deps, DELIVERABLE, value, _wanted(ground, slot, after, "deliverable.saved"))


def review_deliverable(
    deps: Deps, key: str, slot: Slot, fields: Mapping[str, str], after: int
) -> Kept[Deliverable]:
    """It was shown to somebody: when, to whom, what they said, what follows. Raises as `save_deliverable`."""
    ground = ground_of(deps, key)
    if slot in NO_REVIEWS:
        raise NotFoundError(_("Nobody is shown this slot: tick it, or name who reviewed it"))
    typed = typed_of(ground, fields)
    value = read_review(typed, _read(deps, ground, slot, after))
    require_well_typed(typed)
    return keep(deps, DELIVERABLE, value, _wanted(ground, slot, after, "deliverable.reviewed"))


def _read(deps: Deps, ground: Ground, slot: Slot, after: int) -> Deliverable:
    if slot in ELSEWHERE:
        raise NotFoundError(_("This slot is filled on a page of its own"))
    with deps.database.read() as connection:
        found = edit_of(connection, deps.site_id, DELIVERABLE, RecordId(ground.project, slot.value), after)
    return found.value if found else Deliverable(slot)


def _wanted(ground: Ground, slot: Slot, after: int, action: str) -> Wanted:
    return Wanted(RecordId(ground.project, slot.value), after, action)
