"""Effects: what is done outside, a row before it is done. Who finds a cause adds one, `do_effects` does it.

An effect is claimed by one node at a time, until an instant. Whoever takes one that was claimed before must
look whether it already happened: `Claimed.may_have_happened`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, and_, bindparam, or_, select, text, update

from phasewise.core.model import Instant
from phasewise.store.sites import lock, raise_revision
from phasewise.store.upsert import insert_into
from phasewise.store.work_tables import effects

CLAIMING = 0x5068_0010
"""What the advisory lock of PostgreSQL is for."""

SITE_PACE_MS = 120
TARGET_PACE_MS = 1_000
"""Between two claims of writes to a Jira, and to one issue. Jira refuses from 20 in 2 s or 100 in 30 s of an
issue; ten a second of a site stay far below its burst limits, and leave them to the people."""

INTERRUPTED = "interrupted while it was sent: whether it arrived is not known"


class EffectKind(StrEnum):
    COMMENT = "comment"
    EDIT = "edit"
    PROPERTY = "property"
    TRANSITION = "transition"
    SPLIT = "split"
    FIELD = "field"
    LINK = "link"
    MAIL = "mail"
    CHAT = "chat"


JIRA_KINDS = (
    EffectKind.COMMENT,
    EffectKind.EDIT,
    EffectKind.PROPERTY,
    EffectKind.TRANSITION,
    EffectKind.SPLIT,
    EffectKind.FIELD,
    EffectKind.LINK,
)

LANES: tuple[tuple[EffectKind, ...], ...] = (JIRA_KINDS, (EffectKind.MAIL,), (EffectKind.CHAT,))
"""What waits for one another: a mail server may take ten minutes to answer, and nobody else minds."""


class EffectState(StrEnum):
    DUE = "due"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to do outside. `key` names its cause: the same cause is one effect, for ever.

    `target` is an issue id as digits, a mail address, or the host of a chat. Of the effects with the same
    `subject` only the newest is done: one that still waits is dropped when a newer one comes.
    """

    key: str
    kind: EffectKind
    target: str
    body: Mapping[str, Any]
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """An effect that is ours until the claim runs out. `attempts` includes this one; `noted` is what the
    attempt before wrote down, or the effect's result; since `due_at` it was to be
    done, or done again."""

    effect: Effect
    node_id: str
    attempts: int
    created_at: Instant
    noted: Mapping[str, Any]
    due_at: Instant = 0

    @property
    def may_have_happened(self) -> bool:
        """Whether somebody began it before, so that it must be looked for."""
        return self.attempts > 1


def add_effect(connection: Connection, site_id: int, effect: Effect, now: Instant) -> bool:
    """Have it done, in the transaction of its cause. False, and nothing happens, if its key is known."""
    row = {
        "site_id": site_id,
        "key": effect.key,
        "kind": effect.kind.value,
        "target": effect.target,
        "subject": effect.subject,
        "body": dict(effect.body),
        "state": EffectState.DUE.value,
        "attempts": 0,
        "created_at": now,
        "next_at": now,
    }
    insert = insert_into(connection, effects).values(row).on_conflict_do_nothing()
    if connection.scalar(insert.returning(effects.c.key)) is None:
        return False
    if effect.subject is not None:
        older = and_(_with_subject(site_id, effect), effects.c.state == EffectState.DUE)
        connection.execute(_ended(EffectState.DONE, now, f"superseded by {effect.key}").where(older))
    return True


# ------------------------------------------------------------------ claiming


def is_waiting(connection: Connection, site_id: int, kinds: Sequence[EffectKind], now: Instant) -> bool:
    """Whether something of these kinds is due or claimed: one cheap look."""
    waiting = select(effects.c.key).where(*_of_kinds(site_id, kinds), effects.c.next_at <= now)
    return connection.execute(waiting.limit(1)).first() is not None


def claim_next(
    connection: Connection,
    site_id: int,
    node_id: str,
    kinds: Sequence[EffectKind],
    now: Instant,
    until: Instant,
) -> Claimed | None:
    """The oldest effect of these kinds that is due, ours until `until`; None where none may be done now.

    Due is also what a node claimed and did not settle in time. One of a target at a time, and no faster than
    the pace. A mail or a post that was being sent when its claim ran out becomes `unknown` instead.
    """
    lock(connection, CLAIMING, site_id)
    _give_up_interrupted(connection, site_id, now)
    if set(JIRA_KINDS).intersection(kinds) and _is_too_fast(connection, site_id, now):
        return None
    asked = {"site": site_id, "now": now, "lately": now - TARGET_PACE_MS}
    row = connection.execute(_next_due(tuple(kinds)), asked).one_or_none()
    if row is None:
        return None
    ours = {
        "state": EffectState.CLAIMED.value,
        "claimed_by": node_id,
        "claimed_at": now,
        "claimed_until": until,
        "attempts": row.attempts + 1,
    }
    connection.execute(update(effects).where(_is(site_id, row.key)).values(ours))
    effect = Effect(row.key, EffectKind(row.kind), row.target, row.body, row.subject)
    return Claimed(effect, node_id, row.attempts + 1, row.created_at, row.result or {}, row.next_at)


def _give_up_interrupted(connection: Connection, site_id: int, now: Instant) -> None:
    interrupted = and_(
        effects.c.site_id == site_id,
        effects.c.state == EffectState.CLAIMED,
        effects.c.claimed_until <= now,
        effects.c.sending_since.is_not(None),
    )
    given_up = connection.execute(_ended(EffectState.UNKNOWN, now, INTERRUPTED).where(interrupted))
    if given_up.rowcount:
        raise_revision(connection, site_id)


def _is_too_fast(connection: Connection, site_id: int, now: Instant) -> bool:
    """A claim in the future is of a machine whose clock is ahead: it must not hold up the others."""
    latest = select(effects.c.key).where(
        effects.c.site_id == site_id,
        effects.c.claimed_at.between(now - SITE_PACE_MS + 1, now),
        effects.c.kind.in_([kind.value for kind in JIRA_KINDS]),
    )
    return connection.execute(latest.limit(1)).first() is not None


@cache
def _next_due(kinds: tuple[EffectKind, ...]) -> Any:
    """Put together once: it is asked before each effect, and takes longer to write than to answer."""
    other = effects.alias("other")
    site: Any = bindparam("site")
    now: Any = bindparam("now")
    busy = select(other.c.key).where(
        other.c.site_id == site,
        other.c.target == effects.c.target,
        other.c.key != effects.c.key,
        other.c.claimed_at <= now,
        or_(
            other.c.claimed_at > bindparam("lately"),
            and_(other.c.state == EffectState.CLAIMED, other.c.claimed_until > now),
        ),
    )
    return (
        select(effects)
        .where(
            *_of_kinds(site, kinds),
            or_(
                and_(effects.c.state == EffectState.DUE, effects.c.next_at <= now),
                # Never one that was being sent: its claim may be ended just now, after we gave up the others.
                and_(
                    effects.c.state == EffectState.CLAIMED,
                    effects.c.claimed_until <= now,
                    effects.c.sending_since.is_(None),
                ),
            ),
            ~busy.exists(),
        )
        .order_by(effects.c.created_at, effects.c.key)
        .limit(1)
        .with_for_update(skip_locked=True, of=effects)
    )


def _of_kinds(site_id: Any, kinds: Sequence[EffectKind]) -> list[Any]:
    """What is not over yet. The states stand in the statement, as in the index of those that wait."""
    return [
        effects.c.site_id == site_id,
        text("effects.state IN ('due', 'claimed')"),
        effects.c.kind.in_([kind.value for kind in kinds]),
    ]


def confirm(
    connection: Connection,
    site_id: int,
    claimed: Claimed,
    until: Instant,
    *,
    sending_since: Instant | None = None,
    noted: Mapping[str, Any] | None = None,
) -> bool:
    """Whether the claim is still ours, asked immediately before it is done; then it lasts until `until`.

    `sending_since`: from here on a mail or a post may have arrived. `noted` is kept for whoever tries it
    after us.
    """
    values: dict[str, Any] = {"claimed_until": until, "sending_since": sending_since}
    if noted is not None:
        values["result"] = dict(noted)
    return bool(connection.execute(update(effects).where(_ours(site_id, claimed)).values(values)).rowcount)


# ------------------------------------------------------------------ settling


def settle(
    connection: Connection,
    site_id: int,
    claimed: Claimed,
    state: EffectState,
    now: Instant,
    *,
    note: str | None = None,
    result: Mapping[str, Any] | None = None,
) -> bool:
    """It is over: done, failed or unknown. False, and nothing happens, if the claim is no longer ours."""
    values = {"result": dict(result)} if result is not None else {}
    over = _ended(state, now, note).where(_ours(site_id, claimed)).values(values)
    if not connection.execute(over).rowcount:
        return False
    raise_revision(connection, site_id)
    return True


def retry_later(
    connection: Connection, site_id: int, claimed: Claimed, now: Instant, next_at: Instant, reason: str
) -> bool:
    """Give it back until `next_at`; one that was superseded meanwhile is dropped. False as in `settle`."""
    if claimed.effect.subject is not None and _has_newer(connection, site_id, claimed):
        return settle(connection, site_id, claimed, EffectState.DONE, now, note="superseded by a newer one")
    values = {
        "state": EffectState.DUE.value,
        "next_at": next_at,
        "last_error": reason,
        "claimed_by": None,
        "claimed_until": None,
        "sending_since": None,
    }
    return bool(connection.execute(update(effects).where(_ours(site_id, claimed)).values(values)).rowcount)


def correct(connection: Connection, site_id: int, key: str, result: Mapping[str, Any]) -> None:
    """What became of one that is done turned out to be something else."""
    is_done = and_(_is(site_id, key), effects.c.state == EffectState.DONE)
    connection.execute(update(effects).where(is_done).values(result=dict(result)))


def hold(
    connection: Connection,
    site_id: int,
    until: Instant,
    kinds: Sequence[EffectKind],
    target: str | None = None,
) -> None:
    """Nothing of these kinds, or of these for one target, is done before `until`: Jira asked for a pause."""
    waiting = [
        effects.c.site_id == site_id,
        effects.c.state == EffectState.DUE,
        effects.c.kind.in_([kind.value for kind in kinds]),
        effects.c.next_at < until,
    ]
    if target is not None:
        waiting.append(effects.c.target == target)
    connection.execute(update(effects).where(*waiting).values(next_at=until))


def _ended(state: EffectState, now: Instant, note: str | None) -> Update:
    return update(effects).values(
        state=state.value,
        done_at=now,
        last_error=note,
        claimed_by=None,
        claimed_until=None,
        sending_since=None,
    )


def _has_newer(connection: Connection, site_id: int, claimed: Claimed) -> bool:
    newer = select(effects.c.key).where(
        _with_subject(site_id, claimed.effect),
        effects.c.created_at > claimed.created_at,
        effects.c.state != EffectState.FAILED,
    )
    return connection.execute(newer.limit(1)).first() is not None


def _with_subject(site_id: int, effect: Effect) -> ColumnElement[bool]:
    """The other effects of the same subject."""
    return and_(
        effects.c.site_id == site_id, effects.c.subject == effect.subject, effects.c.key != effect.key
    )


def _is(site_id: int, key: str) -> ColumnElement[bool]:
    return and_(effects.c.site_id == site_id, effects.c.key == key)


def _ours(site_id: int, claimed: Claimed) -> ColumnElement[bool]:
    """Attempts tell two claims of the same node apart."""
    return and_(
        _is(site_id, claimed.effect.key),
        effects.c.state == EffectState.CLAIMED,
        effects.c.claimed_by == claimed.node_id,
        effects.c.attempts == claimed.attempts,
    )
