"""Effects that wait for a person are done again: `phasewise redo`."""

from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import effect_pages, moves
from phasewise.store.effects import EffectState
from phasewise.usecases.deps import Deps


def redo_effect(deps: Deps, key: str) -> None:
    """Have one done again that failed, or of which nobody knows. NotFoundError if there is none such."""
    states = (EffectState.FAILED, EffectState.UNKNOWN)
    with deps.database.write() as connection:
        if not effect_pages.redo(connection, deps.site_id, deps.now(), states, key):
            raise NotFoundError(_("There is no failed or unknown effect with this key; the API lists them"))
        moves.wait_again(connection, deps.site_id)


def redo_failed(deps: Deps) -> int:
    """Have all done again that failed; how many."""
    with deps.database.write() as connection:
        count = effect_pages.redo(connection, deps.site_id, deps.now(), (EffectState.FAILED,))
        moves.wait_again(connection, deps.site_id)
        return count
