"""The inbox: once each, counted, and pruned without losing what waits."""

import pytest

from phasewise.store import inbox, sites
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.store.inbox import DeliveryState, NewDelivery
from tests.web.story import NOW, deps_of


@pytest.fixture
def site_id(database: Database) -> int:
    return deps_of(database).site_id


def delivery(name: str, at: int = NOW, state: DeliveryState = "pending") -> NewDelivery:
    return NewDelivery(name, at, "jira:issue_updated", (5, 2**63 - 1), state, None, b"\x00\xff{}")


def add(database: Database, site_id: int, *rows: NewDelivery) -> None:
    with database.write() as connection:
        inbox.add_deliveries(connection, site_id, rows)


def names(
    database: Database, site_id: int, after: tuple[int, str] | None = None, limit: int = 9
) -> list[str]:
    page = Page(limit, after)
    with database.read() as connection:
        return [row.delivery_id for row in inbox.deliveries_at(connection, site_id, NOW + 1, None, page)]


def test_w1_a_delivery_is_kept_once_also_within_one_transaction(database: Database, site_id: int) -> None:
    add(database, site_id, delivery("a"), delivery("a", NOW + 9, "failed"))
    add(database, site_id, delivery("a", NOW + 10), delivery("b"))
    with database.read() as connection:
        rows = inbox.deliveries_at(connection, site_id, NOW + 99, None, Page(10))
        assert [(row.delivery_id, row.received_at, row.state) for row in rows] == [
            ("b", NOW, "pending"),
            ("a", NOW, "pending"),
        ]
        assert rows[0].issue_ids == (5, 2**63 - 1)


def test_the_inbox_is_counted_by_state(database: Database, site_id: int) -> None:
    with database.read() as connection:
        assert inbox.counts(connection, site_id).oldest_pending is None
    add(database, site_id, delivery("a", 7), delivery("b", 5, "applied"), delivery("c", 6, "failed"))
    with database.read() as connection:
        counts = inbox.counts(connection, site_id)
    assert (counts.pending, counts.applied, counts.ignored, counts.failed) == (1, 1, 0, 1)
    assert counts.oldest_pending == 7


def test_a_page_goes_on_after_its_place(database: Database, site_id: int) -> None:
    add(database, site_id, delivery("a"), delivery("b", NOW, "ignored"), delivery("c", NOW - 1))
    assert names(database, site_id) == ["b", "a", "c"]
    assert names(database, site_id, (NOW, "b"), 1) == ["a"]
    assert names(database, site_id, (NOW, "a")) == ["c"]


def test_d13_old_deliveries_go_and_waiting_ones_never(database: Database, site_id: int) -> None:
    add(database, site_id, delivery("waits", 1), delivery("failed", 1, "failed"))
    add(database, site_id, delivery("old", 2, "applied"), delivery("new", 9, "ignored"))
    with database.write() as connection:
        assert inbox.prune(connection, site_id, bodies_before=10, rows_before=5) == (1, 1)
        assert inbox.prune(connection, site_id, bodies_before=10, rows_before=5) == (0, 0)
    assert names(database, site_id) == ["new", "waits", "failed"]


def test_one_census_is_asked_for_until_it_has_begun(database: Database, site_id: int) -> None:
    with database.write() as connection:
        inbox.ask_census(connection, site_id, "one", NOW)
        inbox.ask_census(connection, site_id, "two", NOW)
        begun = sites.next_request(connection, site_id, NOW)
        inbox.ask_census(connection, site_id, "three", NOW + 1)
        sites.finish_request(connection, site_id, "one", NOW)
        after = sites.next_request(connection, site_id, NOW)
    assert begun is not None
    assert after is not None
    assert (begun.request_id, begun.full, after.request_id) == ("one", False, "three")
