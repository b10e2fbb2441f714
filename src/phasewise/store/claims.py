"""Who works on which delivery: claims by lease, and how each delivery ends.

Called by drain_inbox and replay_deliveries. Any number of processes claim at once; two never hold the same
delivery, and only who holds one may say how it ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Update, and_, exists, func, or_, select, update

from phasewise.core.model import Instant
from phasewise.store.upsert import batched
from phasewise.store.work_tables import deliveries

TRIES = 5
"""After so many failures a delivery is set aside until somebody replays it."""

FIRST_PAUSE_MS = 2_000
LONGEST_PAUSE_MS = 300_000
LARGEST_ID = 2**63

_c = deliveries.c


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours for a while. `issue_ids` are those it names, as far as they can be ids."""

    delivery_id: str
    issue_ids: tuple[int, ...]
    attempts: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A delivery that could not be applied now: why, and how often that was tried before."""

    delivery_id: str
    attempts: int
    reason: str


def is_waiting(connection: Connection, site_id: int, at: Instant) -> bool:
    """Whether there is a delivery to claim: one cheap look."""
    return bool(connection.scalar(select(exists().where(_is_due(site_id, at)))))


def claim(
    connection: Connection, site_id: int, node_id: str, at: Instant, until: Instant, limit: int
) -> list[Claimed]:
    """At most `limit` deliveries, oldest first, that are this node's until the instant `until`.

    Due is what nobody holds, or whose holder did not settle it in time.
    """
    oldest = select(_c.delivery_id).where(_is_due(site_id, at)).order_by(_c.next_at).limit(limit)
    due = oldest.with_for_update(skip_locked=True).cte("due")  # chosen once: a plain subquery may run again
    chosen = and_(_c.site_id == site_id, _c.delivery_id.in_(select(due.c.delivery_id)))
    ours = update(deliveries).where(chosen).values(claimed_by=node_id, claimed_until=until)
    rows = connection.execute(ours.returning(_c.next_at, _c.delivery_id, _c.issue_ids, _c.attempts)).all()
    return [Claimed(row[1], _ids_in(row[2]), row[3]) for row in sorted(rows, key=lambda row: row[:2])]


def prolong(connection: Connection, site_id: int, node_id: str, until: Instant) -> None:
    """Hold what this node holds until then."""
    held = and_(_c.site_id == site_id, _c.state == "pending", _c.claimed_by == node_id)
    connection.execute(update(deliveries).where(held).values(claimed_until=until))


def settle(
    connection: Connection,
    site_id: int,
    node_id: str,
    at: Instant,
    ended: Mapping[str, str | None],
) -> int:
    """These deliveries are done, by id: applied where the reason is None, else ignored for that reason.

    How many of them were still this node's; what became of the others somebody else says.
    """
    applied = [delivery_id for delivery_id, reason in ended.items() if reason is None]
    done = _end(connection, site_id, node_id, applied, {"state": "applied", "reason": None, "done_at": at})
    for reason in {reason for reason in ended.values() if reason is not None}:
        ignored = [delivery_id for delivery_id, why in ended.items() if why == reason]
        values = {"state": "ignored", "reason": reason, "done_at": at}
        done += _end(connection, site_id, node_id, ignored, values)
    return done


def retry_or_fail(
    connection: Connection, site_id: int, node_id: str, at: Instant, failures: Sequence[Failure]
) -> int:
    """Count a try of each; after a few it is set aside as failed. How many were set aside."""
    aside = 0
    for failure in failures:
        tries = failure.attempts + 1
        values = {"attempts": tries, "reason": failure.reason}
        if tries >= TRIES:
            aside += _end(
                connection,
                site_id,
                node_id,
                [failure.delivery_id],
                {**values, "state": "failed", "done_at": at},
            )
        else:
            _end(
                connection, site_id, node_id, [failure.delivery_id], {**values, "next_at": at + pause(tries)}
            )
    return aside


def pause(tries: int) -> int:
    """Milliseconds to wait after so many tries: 2 s, 8 s, 32 s, 128 s."""
    return min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << 2 * (tries - 1))


def release(connection: Connection, site_id: int, node_id: str, delivery_ids: Iterable[str]) -> int:
    """Give these back, as if this node had never claimed them; how many of them it still held."""
    return _end(connection, site_id, node_id, delivery_ids, {})


def replay_one(connection: Connection, site_id: int, delivery_id: str, at: Instant) -> bool:
    """The delivery waits again, with all its tries; False where there is none of this id."""
    this = and_(_c.site_id == site_id, _c.delivery_id == delivery_id)
    return bool(connection.execute(_again(at).where(this)).rowcount)


def replay_failed(connection: Connection, site_id: int, at: Instant) -> int:
    """The same for every one that was set aside; how many those are."""
    failed = and_(_c.site_id == site_id, _c.state == "failed")
    return int(connection.execute(_again(at).where(failed)).rowcount)


def pending_count(connection: Connection, site_id: int) -> int:
    """How many wait, due or not, claimed or not."""
    waiting = and_(_c.site_id == site_id, _c.state == "pending")
    return int(connection.scalar(select(func.count()).select_from(deliveries).where(waiting)) or 0)


_FREE = {"claimed_by": None, "claimed_until": None}


def _is_due(site_id: int, at: Instant) -> ColumnElement[bool]:
    """A new delivery is due at once, whatever the clock of the machine that took it in."""
    return and_(
        _c.site_id == site_id,
        _c.state == "pending",
        or_(_c.attempts == 0, _c.next_at <= at),
        or_(_c.claimed_until.is_(None), _c.claimed_until <= at),
    )


def _again(at: Instant) -> Update:
    values = {"state": "pending", "reason": None, "attempts": 0, "next_at": at, "done_at": None}
    return update(deliveries).values({**values, **_FREE})


def _end(
    connection: Connection,
    site_id: int,
    node_id: str,
    delivery_ids: Iterable[str],
    values: Mapping[str, object],
) -> int:
    """Write how deliveries ended, where they are still held by this node; how many were."""
    done = 0
    for some in batched(delivery_ids):
        ours = and_(
            _c.site_id == site_id,
            _c.delivery_id.in_(some),
            _c.state == "pending",
            _c.claimed_by == node_id,
        )
        done += connection.execute(update(deliveries).where(ours).values({**values, **_FREE})).rowcount
    return done


def _ids_in(value: object) -> tuple[int, ...]:
    """The issue ids of a row, each once; what is none that a database can hold is left out."""
    listed = value if isinstance(value, list) else []
    ids = (int(one) for one in listed if isinstance(one, int) and not isinstance(one, bool))
    return tuple(dict.fromkeys(one for one in ids if 0 < one < LARGEST_ID))
