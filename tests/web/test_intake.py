"""Group commit: many deliveries in one transaction, each answered once it is durable."""

import asyncio
import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from phasewise.errors import StoreError
from phasewise.store.db import Database
from phasewise.usecases.receive_deliveries import Received, keep_deliveries, read_delivery
from phasewise.web.intake import Intake
from tests.web.deliveries import Hook, event
from tests.web.served import received, request, served, status

Kept = list[list[str]]


def deliveries(hook: Hook, number: int) -> list[Received]:
    return [read_delivery(hook.deps, event(n), [f"d{n}"]) for n in range(1, number + 1)]


def accepted(intake: Intake, given: Sequence[Received]) -> list[str]:
    """What became of deliveries that come at the same time."""

    async def one(delivery: Received) -> str:
        try:
            await intake.accept(delivery)
        except StoreError as error:
            return str(error)
        return "stored"

    async def at_once() -> list[str]:
        return await asyncio.gather(*(one(delivery) for delivery in given))

    try:
        return asyncio.run(at_once())
    finally:
        intake.stop()


def slowly(hook: Hook, kept: Kept) -> Callable[[Sequence[Received]], None]:
    """Stores as the application does, and takes long enough that others wait meanwhile."""

    def keep(batch: Sequence[Received]) -> None:
        time.sleep(0.05)
        keep_deliveries(hook.deps, batch)
        kept.append([one.delivery_id for one in batch])

    return keep


def test_what_waits_together_is_one_transaction(database: Database) -> None:
    hook, kept, told = Hook(database), Kept(), list[int]()
    intake = Intake(slowly(hook, kept), lambda: told.append(1))
    assert set(accepted(intake, deliveries(hook, 50))) == {"stored"}
    assert len(hook.stored()) == 50
    assert len(kept) <= 3
    assert len(told) == len(kept)


def test_what_arrives_turn_after_turn_is_one_transaction(sqlite_database: Database) -> None:
    kept = list[int]()
    intake = Intake(lambda batch: kept.append(len(batch)), lambda: None)
    asyncio.run(one_a_turn(intake, deliveries(Hook(sqlite_database), 12)))
    intake.stop()
    assert kept == [12]


def test_of_sixteen_that_arrived_the_commit_is_not_put_off_for_others(sqlite_database: Database) -> None:
    kept, is_kept = list[int](), threading.Event()
    intake = Intake(lambda batch: kept.append(len(batch)), is_kept.set)

    def arrived(number: int) -> None:
        assert number < 20 or is_kept.wait(10)  # and meanwhile there is no turn that brings nothing more

    asyncio.run(one_a_turn(intake, deliveries(Hook(sqlite_database), 40), arrived))
    intake.stop()
    assert 16 <= kept[0] <= 20
    assert sum(kept) == 40


def test_what_another_event_loop_did_not_hand_over_yet_keeps_nothing_back(sqlite_database: Database) -> None:
    intake = Intake(lambda batch: None, lambda: None)
    first, second = deliveries(Hook(sqlite_database), 2)
    loop = asyncio.new_event_loop()
    answer = loop.create_task(intake.accept(first))
    loop.call_soon(loop.stop)
    loop.run_forever()
    asyncio.run(intake.accept(second))
    loop.run_until_complete(answer)
    loop.close()
    intake.stop()


async def one_a_turn(
    intake: Intake, given: Sequence[Received], arrived: Callable[[int], None] = lambda _: None
) -> None:
    """Deliveries that come so close that each turn of the event loop brings another one."""
    answers = []
    for number, delivery in enumerate(given):
        answers.append(asyncio.ensure_future(intake.accept(delivery)))
        await asyncio.sleep(0)
        arrived(number)
    await asyncio.gather(*answers)


def test_w1_the_same_delivery_twice_in_one_transaction_is_answered_twice_and_stored_once(
    database: Database,
) -> None:
    hook = Hook(database)
    again = deliveries(hook, 3) * 4
    assert accepted(Intake(partial(keep_deliveries, hook.deps), lambda: None), again) == ["stored"] * 12
    assert len(hook.stored()) == 3


def test_one_delivery_that_cannot_be_stored_keeps_no_other_out(database: Database) -> None:
    hook = Hook(database)
    given = deliveries(hook, 5)
    given[2] = replace(given[2], hint=replace(given[2].hint, event="x" * 300))
    answers = accepted(Intake(partial(keep_deliveries, hook.deps), lambda: None), given)
    assert [answer == "stored" for answer in answers] == [True, True, False, True, True]
    assert {row.delivery_id for row in hook.stored()} == {"d1", "d2", "d4", "d5"}


def test_a_batch_is_bounded_in_rows_and_bytes(sqlite_database: Database) -> None:
    hook, kept = Hook(sqlite_database), Kept()
    accepted(Intake(slowly(hook, kept), lambda: None), deliveries(hook, 700))
    assert max(len(batch) for batch in kept) == 300
    kept.clear()
    large = [replace(one, body=bytes(12 << 20)) for one in deliveries(hook, 7)]
    accepted(Intake(slowly(hook, kept), lambda: None), large)
    assert max(len(batch) for batch in kept) <= 3


def test_a_fault_of_our_own_ends_one_batch_and_not_the_thread(sqlite_database: Database) -> None:
    hook, faults = Hook(sqlite_database), [ValueError("once"), ValueError("twice")]

    def keep(batch: Sequence[Received]) -> None:
        if faults:
            raise faults.pop()
        keep_deliveries(hook.deps, batch)

    hook.app.state.intake = Intake(keep, lambda: None)
    assert [hook.send(event(n)) for n in (1, 2, 3)] == [503, 503, 204]


def test_what_was_given_up_is_not_stored_later(sqlite_database: Database) -> None:
    hook, gate = Hook(sqlite_database), threading.Event()

    def keep(batch: Sequence[Received]) -> None:
        gate.wait(5)
        keep_deliveries(hook.deps, batch)

    hook.app.state.intake = Intake(keep, lambda: None, patience_seconds=0.1)
    assert [hook.send(event(n)) for n in (1, 2)] == [503, 503]
    gate.set()
    hook.app.state.intake.stop()
    assert [row.issue_ids for row in hook.stored()] == [(1,)]


# ------------------------------------------------------------------ a database in trouble


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another program writes, and does not end."""
    if database.path is None:
        with database.write() as connection:
            connection.exec_driver_sql("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
            yield
        return
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.slow
def test_w22_a_locked_database_is_a_503_within_five_seconds(database: Database) -> None:
    hook = Hook(database)
    with locked(database):
        began = time.monotonic()
        answer = hook.post(event(5))
        assert (answer.status_code, time.monotonic() - began < 5) == (503, True)
    assert answer.headers["retry-after"] == "30"
    assert hook.send(event(6)) == 204


def test_d1_a_database_that_is_locked_for_a_moment_is_waited_for(database: Database) -> None:
    hook = Hook(database)
    with served(hook) as server, server.connect() as connection:
        with locked(database):
            connection.sendall(request(event(5)))
            time.sleep(0.5)
        assert status(received(connection)) == 204
    assert len(hook.stored()) == 1


def test_w22_a_database_that_is_down_is_a_503_and_needs_no_restart(sqlite_database: Database) -> None:
    hook = Hook(sqlite_database)
    down = replace(hook.deps, database=Database("postgresql://nobody@127.0.0.1:1/nothing"))
    both = [down, down, hook.deps]
    hook.app.state.intake = Intake(lambda batch: keep_deliveries(both.pop(0), batch), lambda: None)
    answers = [hook.post(event(5)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 204]
    assert "nobody" not in answers[0].text


def is_whole(hook: Hook) -> bool:
    with hook.deps.database.read() as connection:
        return connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_w23_a_full_disk_is_a_503_and_with_space_it_goes_on(sqlite_database: Database) -> None:
    hook = Hook(sqlite_database)

    def allow(pages: int) -> None:
        with sqlite_database.write() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    allow(1)  # as many as there are
    statuses = [hook.send(event(n, text="x" * 5000)) for n in range(1, 9)]
    allow(1 << 30)
    assert statuses[-1] == 503
    assert hook.send(event(99)) == 204
    assert len(hook.stored()) == statuses.count(204) + 1
    assert is_whole(hook)


def test_d2_a_write_that_the_system_refuses_is_never_acknowledged(sqlite_database: Database) -> None:
    hook = Hook(sqlite_database)
    assert hook.send(event(1)) == 204
    path = sqlite_database.path
    assert path is not None
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{path}-wal").stat().st_size + 8192, limits[1]))
    try:
        refused = hook.send(event(2, text="x" * 200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (refused, hook.send(event(3))) == (503, 204)
    assert {row.issue_ids for row in hook.stored()} == {(1,), (3,)}
    assert is_whole(hook)


# ------------------------------------------------------------------ senders that go, services that stop


def test_w10_a_sender_that_hears_no_answer_sends_again_and_is_stored_once(database: Database) -> None:
    hook = Hook(database)
    with served(hook) as server:
        for _ in range(5):
            with server.connect() as connection:
                connection.sendall(request(event(5)))
        assert server.send(event(5)) == 204
    assert len(hook.stored()) == 1


def test_d6_what_was_accepted_when_the_service_stops_is_answered(database: Database) -> None:
    hook = Hook(database)
    hook.app.state.intake = Intake(slowly(hook, Kept()), lambda: None)
    with served(hook) as server:
        connections = [server.connect() for _ in range(20)]
        for number, connection in enumerate(connections):
            connection.sendall(request(event(number + 1)))
        while not server.server.server_state.tasks:
            time.sleep(0.005)
        server.server.should_exit = True
        answers = [status(received(connection)) for connection in connections]
    for connection in connections:
        connection.close()
    assert answers.count(204) == len(hook.stored())
    assert set(answers) <= {204, 0}
    assert answers.count(204) > 0


def test_w7_a_burst_is_answered_in_time_and_stored_whole(database: Database) -> None:
    hook = Hook(database)
    with served(hook) as server, server.connect() as connection:
        began = time.monotonic()
        for number in range(1, 301):
            body = event(number)
            connection.sendall(request(body).replace(b"connection: close\r\n", b""))
            assert status(connection.recv(65536)) == 204
        assert time.monotonic() - began < 30
    assert len(hook.stored()) == 300
