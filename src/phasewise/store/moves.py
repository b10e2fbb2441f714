"""Tickets that the ladder moved back, and forward again where that was undone.

Called by enforce, undo_moves and redo_effects, and by `families`, which must know our moves from people's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from phasewise.core.detectors import OwnMove
from phasewise.core.ladder import Move
from phasewise.core.model import Instant
from phasewise.store.effects import EffectKind, EffectState
from phasewise.store.ladder import MOVE, OVER, UNDO, Step, step_of
from phasewise.store.upsert import SITE, SOME, batched
from phasewise.store.work_tables import effects, ladder

e = effects.c
_made = select(e.target, e.body, e.created_at, e.done_at, e.result).where(
    e.site_id == SITE,
    e.target.in_(SOME),
    e.kind == EffectKind.TRANSITION,
    e.state == EffectState.DONE,
    e.done_at.is_not(None),
    or_(e.key.endswith(MOVE), e.key.endswith(UNDO)),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a move that was under way, and why it failed."""

    move: Move
    note: str | None = None


def outcome_of(connection: Connection, site_id: int, step: Step) -> Outcome:
    """What became of the effect that moves the step's ticket, back or forward again."""
    is_undo = step.move is Move.UNDOING
    statement = select(effects.c.state, effects.c.result, effects.c.last_error).where(
        effects.c.site_id == site_id, effects.c.key == step.key + (UNDO if is_undo else MOVE)
    )
    row = connection.execute(statement).one_or_none()
    if row is None or row.state not in OVER:
        return Outcome(step.move, step.note)
    was_dropped = bool((row.result or {}).get("dropped"))
    if is_undo:
        if row.state == "done" and not was_dropped:
            return Outcome(Move.UNDONE, step.note)
        return Outcome(Move.DONE, f"could not be undone: {row.last_error}")
    if row.state != "done":
        return Outcome(Move.REFUSED, row.last_error)
    already = (row.result or {}).get("already")
    return Outcome(Move.DROPPED if was_dropped or already else Move.DONE)


def moves_made(connection: Connection, site_id: int, issues: Iterable[int]) -> list[OwnMove]:
    """What the ladder moved of these issues, back or forward again, as far as it is done: not what somebody
    else had done or prevented by then, nor a card that a person moved by us."""
    found: list[OwnMove] = []
    for some in batched(str(issue) for issue in issues):
        for target, body, begun, done, result in connection.execute(_made, {"site": site_id, "some": some}):
            said = result or {}
            if not said.get("dropped") and not said.get("already"):
                found.append(OwnMove(int(target), str(body["from"]), str(body["to"]), begun, done))
    return found


def moved_back_at(connection: Connection, site_id: int, person: str, issue_id: int) -> Instant | None:
    """When this ticket was last moved back after this person had started it; None: never."""
    statement = select(func.max(ladder.c.moved_at)).where(
        *_of(site_id, person, issue_id), ladder.c.move == Move.DONE
    )
    at: Instant | None = connection.scalar(statement)
    return at


def was_undone(connection: Connection, site_id: int, person: str, issue_id: int) -> bool:
    """Whether somebody undid such a move."""
    undone = select(ladder.c.key).where(*_of(site_id, person, issue_id), ladder.c.move == Move.UNDONE)
    return connection.execute(undone.limit(1)).first() is not None


def _of(site_id: int, person: str, issue_id: int) -> list[ColumnElement[bool]]:
    return [
        ladder.c.site_id == site_id,
        ladder.c.person == person,
        ladder.c.moved_issue == issue_id,
        ladder.c.is_dry.is_(False),
    ]


def step_by_key(connection: Connection, site_id: int, key: str) -> Step | None:
    """What was done about the finding whose comment is the effect with this key."""
    row = connection.execute(select(ladder).where(ladder.c.site_id == site_id, ladder.c.key == key)).first()
    return None if row is None else step_of(row)


def wait_again(connection: Connection, site_id: int) -> None:
    """Moves that were refused and are done again, by hand, are under way again."""
    for ended, suffix, begun in ((Move.REFUSED, MOVE, Move.PENDING), (Move.DONE, UNDO, Move.UNDOING)):
        due = exists().where(
            effects.c.site_id == ladder.c.site_id,
            effects.c.key == ladder.c.key + suffix,
            effects.c.state == "due",
        )
        which = and_(ladder.c.site_id == site_id, ladder.c.move == ended, due)
        values = {"move": begun.value, "closed_at": None, "note": None}
        connection.execute(update(ladder).where(which).values(values))
