"""What is over is kept for a while and then forgotten, so that a service may run for years. A job calls it.

Never what waits, is under way or has failed: that is somebody's work.
"""

from dataclasses import dataclass

from phasewise.store import attempts, inbox, polls, sessions
from phasewise.store.effect_pages import forget_effects, forget_secrets
from phasewise.usecases.deps import Deps

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many days things are kept once they are over."""

    body_days: float = 1.0
    delivery_days: float = 30.0
    request_days: float = 7.0
    effect_days: float = 400.0
    session_days: float = 30.0
    device_days: float = 400.0


@dataclass(frozen=True, slots=True)
class RetainReport:
    """How many were forgotten; `bodies` are of deliveries that are kept without them, `sign_ins` what is left
    of sessions that are over, one-time links that ran out, and attempts that went wrong."""

    bodies: int = 0
    deliveries: int = 0
    requests: int = 0
    effects: int = 0
    sign_ins: int = 0


def retain(deps: Deps, keep: Keep) -> RetainReport:
    """Forget what has been over for long enough. Raises StoreError."""
    now, site_id = deps.now(), deps.site_id
    with deps.database.write() as connection:
        bodies, deliveries = inbox.prune(
            connection,
            site_id,
            bodies_before=_before(now, keep.body_days),
            rows_before=_before(now, keep.delivery_days),
        )
    with deps.database.write() as connection:
        requests = polls.prune_requests(connection, site_id, _before(now, keep.request_days))
        effects = forget_effects(connection, site_id, _before(now, keep.effect_days))
        forget_secrets(connection, site_id, _before(now, keep.body_days))
    return RetainReport(bodies, deliveries, requests, effects, _retain_sign_ins(deps, keep, now))


def _retain_sign_ins(deps: Deps, keep: Keep, now: int) -> int:
    with deps.database.write() as connection:
        return attempts.prune(connection, deps.site_id, _before(now, 1.0)) + sessions.prune(
            connection,
            deps.site_id,
            now=now,
            sessions_before=_before(now, keep.session_days),
            devices_before=_before(now, keep.device_days),
        )


def _before(now: int, days: float) -> int:
    return now - round(days * DAY_MS)
