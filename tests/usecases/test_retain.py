"""What is over is forgotten in time; what waits or failed never is."""

from typing import Any

import pytest
from sqlalchemy import select

from phasewise.core.model import Policy
from phasewise.store import inbox, sites
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, EffectState, add_effect, claim_next, settle
from phasewise.store.inbox import NewDelivery
from phasewise.store.work_tables import deliveries, effects
from phasewise.usecases.deps import Deps
from phasewise.usecases.retain import DAY_MS, Keep, RetainReport, retain

NOW = 1_795_000_000_000


@pytest.fixture
def deps(database: Database) -> Deps:
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://jira.example.com")
    return Deps(database=database, site_id=site_id, policy=Policy(), now=lambda: NOW)


def received(deps: Deps, name: str, days_ago: float, state: Any) -> None:
    at = NOW - round(days_ago * DAY_MS)
    with deps.database.write() as connection:
        row = NewDelivery(name, at, "jira:issue_updated", (1,), state, None, b"{}")
        inbox.add_deliveries(connection, deps.site_id, [row])


def kept(deps: Deps) -> dict[str, bool]:
    """Delivery id -> whether its body is still there."""
    with deps.database.read() as connection:
        rows = connection.execute(select(deliveries.c.delivery_id, deliveries.c.body.is_not(None)))
        return {name: bool(has_body) for name, has_body in rows}


def effect(deps: Deps, key: str, days_ago: float, ends: EffectState | None) -> None:
    at = NOW - round(days_ago * DAY_MS)
    with deps.database.write() as connection:
        mail = Effect(key, EffectKind.MAIL, f"{key}@example.com", {"subject": "s", "text": "t"})
        add_effect(connection, deps.site_id, mail, at)
        if ends is not None:
            claimed = claim_next(connection, deps.site_id, "n", [EffectKind.MAIL], at, at + 1)
            assert claimed is not None
            settle(connection, deps.site_id, claimed, ends, at)


def test_d13_deliveries_lose_their_body_after_a_day_and_go_after_a_month(deps: Deps) -> None:
    for name, days_ago in (("new", 0.5), ("yesterday", 2), ("old", 31)):
        received(deps, name, days_ago, "applied")
    assert retain(deps, Keep()) == RetainReport(bodies=1, deliveries=1)
    assert kept(deps) == {"new": True, "yesterday": False}
    assert retain(deps, Keep()) == RetainReport()


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_d13_what_waits_or_failed_is_kept_as_it_is(deps: Deps, state: str) -> None:
    received(deps, "theirs", 400, state)
    assert retain(deps, Keep()) == RetainReport()
    assert kept(deps) == {"theirs": True}


def test_moves_are_kept_for_ever_because_a_history_does_not_say_which_were_ours(deps: Deps) -> None:
    with deps.database.write() as connection:
        add_effect(connection, deps.site_id, Effect("1:move", EffectKind.TRANSITION, "1", {}), 1)
        claimed = claim_next(connection, deps.site_id, "n", [EffectKind.TRANSITION], 1, 2)
        assert claimed is not None
        settle(connection, deps.site_id, claimed, EffectState.DONE, 1)
    assert retain(deps, Keep()) == RetainReport()


def test_requests_that_were_answered_are_forgotten_and_waiting_ones_are_not(deps: Deps) -> None:
    with deps.database.write() as connection:
        for name in ("answered", "waiting"):
            sites.add_request(connection, deps.site_id, name, False, NOW - 9 * DAY_MS)
        sites.finish_request(connection, deps.site_id, "answered", NOW - 8 * DAY_MS)
    assert retain(deps, Keep()) == RetainReport(requests=1)
    with deps.database.read() as connection:
        assert sites.has_request(connection, deps.site_id)


def test_effects_are_kept_long_and_those_that_failed_for_ever(deps: Deps) -> None:
    effect(deps, "done", 401, EffectState.DONE)
    effect(deps, "recent", 300, EffectState.DONE)
    effect(deps, "failed", 401, EffectState.FAILED)
    effect(deps, "unknown", 401, EffectState.UNKNOWN)
    effect(deps, "due", 401, None)
    assert retain(deps, Keep()) == RetainReport(effects=1)
    with deps.database.read() as connection:
        left = set(connection.scalars(select(effects.c.key)))
    assert left == {"recent", "failed", "unknown", "due"}
