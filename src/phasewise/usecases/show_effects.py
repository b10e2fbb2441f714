"""Effects for the API and the pages, newest first, as they are now."""

from dataclasses import replace

from phasewise.core.model import Instant
from phasewise.store.boards import Page
from phasewise.store.effect_pages import EFFECT_PLACE, EffectRow, effects_page
from phasewise.store.effects import EffectState
from phasewise.usecases.as_of.work_rows import effect_row
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.paging import Paging, Place, cut
from phasewise.usecases.views import EffectShown, Listing

EFFECTS = "effects"

__all__ = ["EFFECTS", "EFFECT_PLACE", "EffectState", "show_effects"]


def show_effects(
    deps: Deps, as_of: Instant | None, asked: Paging, state: EffectState | None
) -> Listing[EffectShown]:
    """One page of the effects made before `as_of` (None: until now); of this state, None: of all."""
    with moment(deps, as_of) as at:
        if as_of is None:  # they are stamped by our clock, not by Jira's
            at = replace(at, as_of=deps.now() + 1)
        page = Page(asked.limit + 1, asked.after)
        found, last = cut(effects_page(at.connection, at.site_id, at.as_of, state, page), asked, _place)
        return listing(at, EFFECTS, [effect_row(row) for row in found], last)


def _place(row: EffectRow) -> Place:
    return row.created_at, row.key
