"""Effects as they are shown, counted, and done again by hand.

Called by show_effects, redo_effects and do_effects.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, literal, select, tuple_, update

from phasewise.core.model import Instant
from phasewise.store.boards import Page
from phasewise.store.effects import EffectKind, EffectState
from phasewise.store.sites import raise_revision
from phasewise.store.work_tables import effects

EFFECT_PLACE = (int, str)
"""Shape of a place among effects, newest first: created, key."""

_SHOWN = (
    effects.c.key,
    effects.c.kind,
    effects.c.target,
    effects.c.state,
    effects.c.attempts,
    effects.c.created_at,
    effects.c.next_at,
    effects.c.last_error,
    effects.c.done_at,
)


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An effect as it is now. `last_error` is why it failed, waits, or was not needed any more."""

    key: str
    kind: EffectKind
    target: str
    state: EffectState
    attempts: int
    created_at: Instant
    next_at: Instant
    last_error: str | None
    done_at: Instant | None


def effects_page(
    connection: Connection, site_id: int, before: Instant, state: EffectState | None, page: Page
) -> list[EffectRow]:
    """Effects made before an instant, newest first; `state` None: all."""
    statement = select(*_SHOWN).where(effects.c.site_id == site_id, effects.c.created_at < before)
    if state is not None:
        statement = statement.where(effects.c.state == state)
    if page.after is not None:
        place = tuple_(effects.c.created_at, effects.c.key)
        statement = statement.where(place < tuple_(*map(literal, page.after)))
    statement = statement.order_by(effects.c.created_at.desc(), effects.c.key.desc()).limit(page.limit)
    return [_row(*row) for row in connection.execute(statement)]


def _row(key: str, kind: str, target: str, state: str, *rest: int) -> EffectRow:
    return EffectRow(key, EffectKind(kind), target, EffectState(state), *rest)  # type: ignore[arg-type]


def count_effects(connection: Connection, site_id: int) -> dict[EffectState, int]:
    """How many effects there are of each state, zeroes included."""
    statement = select(effects.c.state, func.count()).where(effects.c.site_id == site_id)
    found = {row[0]: row[1] for row in connection.execute(statement.group_by(effects.c.state))}
    return {state: found.get(state, 0) for state in EffectState}


def result_of(connection: Connection, site_id: int, key: str) -> tuple[EffectState, dict[str, object]] | None:
    """State and result of an effect; None if there is none of this key."""
    statement = select(effects.c.state, effects.c.result).where(
        effects.c.site_id == site_id, effects.c.key == key
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else (EffectState(row[0]), row[1] or {})


def redo(
    connection: Connection,
    site_id: int,
    now: Instant,
    states: Collection[EffectState],
    key: str | None = None,
) -> int:
    """Have the effects of these states, or the one with this key among them, done again; how many.

    Writes to Jira are looked for first, whatever became of them; a mail keeps its Message-ID.
    """
    which = [effects.c.site_id == site_id, effects.c.state.in_([state.value for state in states])]
    if key is not None:
        which.append(effects.c.key == key)
    due = {
        "state": EffectState.DUE.value,
        "next_at": now,
        "done_at": None,
        "last_error": None,
        "sending_since": None,
    }
    count = connection.execute(update(effects).where(*which).values(due)).rowcount
    if count:
        raise_revision(connection, site_id)
    return count


def forget_mails(connection: Connection, site_id: int, address: str) -> None:
    """Mails to this address are forgotten, and those that wait are not sent."""
    which = (effects.c.site_id == site_id, effects.c.kind == EffectKind.MAIL, effects.c.target == address)
    connection.execute(delete(effects).where(*which))


def forget_body(connection: Connection, site_id: int, key: str) -> None:
    """What was sent is over, and is kept no longer: it held a secret."""
    which = (effects.c.site_id == site_id, effects.c.key == key)
    connection.execute(update(effects).where(*which).values(body={}))


def forget_secrets(connection: Connection, site_id: int, before: Instant) -> int:
    """The same of links that were made before an instant, and were never sent for certain; how many."""
    over = (EffectState.FAILED.value, EffectState.UNKNOWN.value)
    which = (
        effects.c.site_id == site_id,
        effects.c.key.startswith("password:"),
        effects.c.created_at < before,
        effects.c.state.in_(over),
    )
    return connection.execute(update(effects).where(*which).values(body={})).rowcount


def forget_effects(connection: Connection, site_id: int, before: Instant) -> int:
    """Forget the effects that were done before an instant; how many. Their keys are what keeps a cause from
    being acted upon twice, so this should be long ago. Moves are kept: for as long as there is a history it
    must be known which of it was ours."""
    mine = (
        effects.c.site_id == site_id,
        effects.c.created_at < before,
        effects.c.kind != EffectKind.TRANSITION,
    )
    over = (effects.c.state == EffectState.DONE, effects.c.done_at < before)
    return connection.execute(delete(effects).where(*mine, *over)).rowcount
