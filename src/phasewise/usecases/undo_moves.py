"""A ticket that was moved back goes forward again: `phasewise undo`, and the button on /ladder."""

from dataclasses import replace
from functools import partial

from phasewise.core.ladder import Move
from phasewise.errors import ConflictError, NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.store import ladder, moves, sites
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.db import Connection
from phasewise.store.derived import intervals_of
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.ladder import UNDO, FindingId, Step
from phasewise.usecases.deps import Deps
from phasewise.usecases.own_teams import require_lead_of_finding

REASONS = {
    Move.NONE: marked("Nothing was moved about this finding"),
    Move.PENDING: marked("The ticket is still being moved back: try again in a moment"),
    Move.REFUSED: marked("Jira refused to move the ticket back: there is nothing to undo"),
    Move.DROPPED: marked("Somebody else moved the ticket: there is nothing to undo"),
    Move.UNDOING: marked("This is being undone already"),
    Move.UNDONE: marked("This was undone already"),
}


def undo_move(deps: Deps, key: str, by: str) -> None:
    """Have the ticket of one move go back to where it was, once; from then on it is left alone with this
    person. Raises NotFoundError where nothing is known by this key, ConflictError with the reason where the
    move cannot be undone."""
    deps.database.transact(partial(_undo, deps, key, by))


def _undo(deps: Deps, key: str, by: str, connection: Connection) -> None:
    sites.lock(connection, ladder.ENFORCING, deps.site_id)
    step = moves.step_by_key(connection, deps.site_id, key)
    if step is None:
        raise NotFoundError(_("There is no move %(key)s; phasewise undo --list names them", key=repr(key)))
    require_lead_of_finding(deps, connection, FindingId(step.rule, step.subject, step.start))
    _refuse(deps, connection, step)
    body = {"from": step.moved_to, "to": step.moved_from}
    effect = Effect(step.key + UNDO, EffectKind.TRANSITION, str(step.moved_issue), body)
    if not add_effect(connection, deps.site_id, effect, deps.now()):
        raise ConflictError(
            _(
                "This was tried before (%(note)s); try it again by phasewise redo %(key)s",
                note=step.note,
                key=effect.key,
            )
        )
    step = replace(step, move=Move.UNDOING, note=f"undone by {by}", closed_at=None)
    ladder.save_step(connection, deps.site_id, step)
    add_entry(connection, deps.site_id, Entry(deps.now(), by, "move.undone", key))
    sites.raise_revision(connection, deps.site_id)


def _refuse(deps: Deps, connection: Connection, step: Step) -> None:
    """Say why, where the move cannot be undone as far as is known; Jira is asked when it is done."""
    if step.is_dry:
        raise ConflictError(_("This was only listed by a dry run: nothing was moved"))
    if step.move is not Move.DONE:
        raise ConflictError(_(REASONS[step.move]))
    issue = step.moved_issue or 0
    lives = intervals_of(connection, deps.site_id, [issue]).get(issue, ())
    if not lives or lives[-1].end is not None:
        raise ConflictError(_("The ticket is deleted, archived, or no longer shown to the account"))
    if lives[-1].status != step.moved_to:
        names = {status.id: status.name for status in sites.statuses(connection, deps.site_id)}
        now = names.get(lives[-1].status, lives[-1].status)
        raise ConflictError(
            _("Somebody has moved the ticket to %(now)s meanwhile: it is left there", now=now)
        )
