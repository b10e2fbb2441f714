"""Claims: one holder at a time, by lease; and how deliveries end."""

import threading

from phasewise.store import claims
from phasewise.store.claims import Failure
from phasewise.store.db import Database
from tests.store.deliveries import deliver, inbox, states

SITE = 1
NOW, LATER = 10_000, 70_000


def claimed(database: Database, node: str = "a", at: int = NOW, limit: int = 100) -> list[str]:
    with database.write() as connection:
        found = claims.claim(connection, SITE, node, at, at + 60_000, limit)
    return [one.delivery_id for one in found]


def test_the_oldest_are_claimed_first_and_once(database: Database) -> None:
    deliver(database, 7, 8, 9)
    assert claimed(database, "a", limit=2) == ["d1", "d2"]
    assert claimed(database, "b") == ["d3"]
    assert claimed(database, "b") == []


def test_a_claim_that_ran_out_is_taken_over(database: Database) -> None:
    deliver(database, 7)
    claimed(database, "dead")
    assert claimed(database, "b", at=NOW + 59_999) == []
    assert claimed(database, "b", at=NOW + 60_000) == ["d1"]


def test_who_lost_a_claim_settles_nothing(database: Database) -> None:
    deliver(database, 7)
    claimed(database, "slow")
    claimed(database, "b", at=LATER)
    with database.write() as connection:
        assert claims.settle(connection, SITE, "slow", LATER, {"d1": None}) == 0
        assert claims.retry_or_fail(connection, SITE, "slow", LATER, [Failure("d1", 4, "x")]) == 0
    assert states(database) == {"d1": "pending"}
    assert inbox(database)["d1"].claimed_by == "b"


def test_what_is_settled_is_applied_or_ignored_for_a_reason(database: Database) -> None:
    deliver(database, 7, 8)
    claimed(database)
    with database.write() as connection:
        assert claims.settle(connection, SITE, "a", NOW, {"d1": None, "d2": "out of scope"}) == 2
    rows = inbox(database)
    assert (rows["d1"].state, rows["d1"].reason, rows["d1"].done_at) == ("applied", None, NOW)
    assert (rows["d2"].state, rows["d2"].reason, rows["d2"].claimed_by) == ("ignored", "out of scope", None)


def test_a_failure_is_tried_again_after_a_growing_pause_and_then_set_aside(database: Database) -> None:
    deliver(database, 7)
    at, waits = NOW, []
    for tries in range(claims.TRIES):
        assert claimed(database, at=at) == ["d1"]
        with database.write() as connection:
            claims.retry_or_fail(connection, SITE, "a", at, [Failure("d1", tries, "it breaks")])
        assert claimed(database, at=at) == []
        waits.append(inbox(database)["d1"].next_at - at)
        at = inbox(database)["d1"].next_at
    row = inbox(database)["d1"]
    assert (row.state, row.reason, row.attempts) == ("failed", "it breaks", claims.TRIES)
    assert waits[:4] == [2_000, 8_000, 32_000, 128_000]


def test_a_new_delivery_is_due_whatever_the_clock_that_took_it_in(database: Database) -> None:
    deliver(database, 7, at=NOW + 3 * 3_600_000)
    with database.read() as connection:
        assert claims.is_waiting(connection, SITE, NOW)
    assert claimed(database) == ["d1"]


def test_what_a_node_gives_back_is_free_at_once_and_costs_no_try(database: Database) -> None:
    deliver(database, 7, 8)
    claimed(database, "a")
    with database.write() as connection:
        assert claims.release(connection, SITE, "a", ["d1", "d2"]) == 2
    assert claimed(database, "b") == ["d1", "d2"]
    assert inbox(database)["d1"].attempts == 0


def test_replaying_sets_one_or_all_failed_to_pending_with_all_their_tries(database: Database) -> None:
    deliver(database, 7, 8, 9)
    claimed(database)
    with database.write() as connection:
        claims.settle(connection, SITE, "a", NOW, {"d1": None})
        claims.retry_or_fail(connection, SITE, "a", NOW, [Failure(one, 4, "x") for one in ("d2", "d3")])
        assert claims.replay_failed(connection, SITE, NOW) == 2
        assert claims.replay_one(connection, SITE, "d1", NOW)
        assert not claims.replay_one(connection, SITE, "d9", NOW)
    assert states(database) == {"d1": "pending", "d2": "pending", "d3": "pending"}
    assert {row.attempts for row in inbox(database).values()} == {0}


def test_what_is_no_issue_id_is_left_out_of_a_claim(database: Database) -> None:
    deliver(database, [7, 7, "8", None, True, -1, 2**70, 9.5])
    with database.write() as connection:
        assert claims.claim(connection, SITE, "a", NOW, LATER, 1)[0].issue_ids == (7,)


def test_workers_at_once_hold_no_delivery_together(database: Database) -> None:
    deliver(database, *range(1, 401))
    taken: list[str] = []

    def work(node: str) -> None:
        while some := claimed(database, node, limit=7):
            taken.extend(some)

    workers = [threading.Thread(target=work, args=(f"n{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(taken) == 400
    assert len(set(taken)) == 400
