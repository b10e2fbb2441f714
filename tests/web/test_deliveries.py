"""GET /api/v1/deliveries and what /api/v1/sync says of the inbox."""

from dataclasses import replace

import pytest

from phasewise.store.db import Database
from phasewise.store.inbox import NewDelivery, add_deliveries
from phasewise.usecases.instants import rfc3339
from tests.web.deliveries import Hook, event
from tests.web.story import NOW, Api, deps_of


@pytest.fixture
def hook(database: Database) -> Hook:
    return Hook(database)


def delivery(name: str, at: int = NOW, **changes: object) -> NewDelivery:
    new = NewDelivery(name, at, "jira:issue_updated", (5,), "pending", None, b"{}")
    return replace(new, **changes)  # type: ignore[arg-type]


def keep(api: Api, *rows: NewDelivery) -> None:
    with api.deps.database.write() as connection:
        add_deliveries(connection, api.deps.site_id, rows)


def test_a_delivery_is_told_as_documented(hook: Hook) -> None:
    assert hook.send(event(5), **{"x-atlassian-webhook-identifier": "b1c4"}) == 204
    assert hook.items("/deliveries") == [
        {
            "id": "b1c4",
            "received_at": rfc3339(NOW),
            "event": "jira:issue_updated",
            "issue_id": "5",
            "issue_ids": ["5"],
            "state": "pending",
            "reason": None,
            "attempts": 0,
        }
    ]


def test_w12_what_is_ignored_says_why(hook: Hook) -> None:
    assert hook.send(event(5, "jira:issue_exploded", extra={"new": 1})) == 204
    [shown] = hook.items("/deliveries", state="ignored")
    assert (shown["reason"], shown["issue_id"], shown["event"]) == (
        "unknown event",
        "5",
        "jira:issue_exploded",
    )


def test_deliveries_come_latest_first_page_by_page(hook: Hook) -> None:
    states = ("pending", "applied", "ignored", "failed")
    keep(hook, *(delivery(f"d{n}", NOW - n // 2, state=states[n % 4]) for n in range(20)))
    whole = [row["id"] for row in hook.items("/deliveries")]
    first = hook.json("/deliveries", limit=7)
    second = hook.json("/deliveries", limit=7, cursor=first["next"])
    third = hook.json("/deliveries", limit=7, cursor=second["next"])
    assert [row["id"] for page in (first, second, third) for row in page["items"]] == whole
    assert (len(whole), third["next"]) == (20, None)
    assert [row["received_at"] for row in hook.items("/deliveries")] == [
        rfc3339(NOW - n // 2) for n in range(20)
    ]


def test_deliveries_of_one_state_only(hook: Hook) -> None:
    keep(hook, delivery("a"), delivery("b", state="failed", reason="Jira says no"))
    assert [row["id"] for row in hook.items("/deliveries", state="failed")] == ["b"]
    assert hook.get("/deliveries", state="lost").status_code == 422


def test_what_came_later_is_left_out(hook: Hook) -> None:
    keep(hook, delivery("early", NOW - 5000), delivery("late", NOW - 1000))
    assert [row["id"] for row in hook.items("/deliveries", as_of=rfc3339(NOW - 1000))] == ["early"]


def test_deliveries_are_for_token_holders(hook: Hook) -> None:
    assert hook.ask("GET", "/api/v1/deliveries").status_code == 401


def test_the_synchronisation_tells_what_waits_and_what_failed(hook: Hook) -> None:
    keep(hook, delivery("a"), delivery("b"), delivery("c", state="failed"), delivery("d", state="applied"))
    sync = hook.json("/sync")
    assert (sync["mode"], sync["inbox_pending"], sync["inbox_failed"]) == ("webhook+poll", 2, 1)


def test_without_a_secret_jira_is_only_polled(database: Database) -> None:
    api = Api(deps_of(database))
    assert (api.json("/sync")["mode"], api.json("/deliveries")["sync"]["mode"]) == ("poll", "poll")
