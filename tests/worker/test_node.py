"""A node: its lease, what happens when it is lost, and who takes over what."""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from threading import Event

import pytest

from phasewise.core.model import Policy
from phasewise.errors import RetiredError, StoreError
from phasewise.store import inbox, nodes, sites
from phasewise.store.claims import claim, is_waiting
from phasewise.store.clock import DatabaseClock, database_time
from phasewise.store.db import Database
from phasewise.store.inbox import NewDelivery
from phasewise.store.nodes import NodeRow
from phasewise.usecases.deps import Deps
from phasewise.worker.node import Node, new_node_id

LEASE_SECONDS = 0.6
PATIENT_SECONDS = 4.0


class Told:
    """A work that only keeps what it was told."""

    def __init__(self, node_id: str) -> None:
        self.node_id = node_id
        self.told: list[str] = []

    def start(self, *, is_alone: bool) -> None:
        self.told.append("alone" if is_alone else "one of several")

    def take_over(self, alive: Collection[str]) -> None:
        self.told.append("take over")

    def wake(self) -> None:
        self.told.append("wake")

    def stop(self) -> None:
        self.told.append("stop")


@pytest.fixture
def deps(database: Database) -> Deps:
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://jira.example.com")
    return Deps(database=database, site_id=site_id, policy=Policy(), now=lambda: time.time_ns() // 1_000_000)


@pytest.fixture
def shared(new_pg_url: Callable[..., str]) -> Iterator[Deps]:
    """A site in a PostgreSQL that several nodes work on."""
    database = Database(new_pg_url())
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://jira.example.com")
    yield Deps(database=database, site_id=site_id, policy=Policy(), now=lambda: time.time_ns() // 1_000_000)
    database.close()


@pytest.fixture
def shifts() -> list[Told]:
    return []


@pytest.fixture
def node(deps: Deps, shifts: list[Told]) -> Iterator[Node]:
    def work_of(node_id: str) -> Told:
        shifts.append(Told(node_id))
        return shifts[-1]

    made = Node(deps, "worker", LEASE_SECONDS, work_of)
    yield made
    made.stop()


def soon(happens: Callable[[], object], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.02)
    return False


def at_work(deps: Deps) -> list[NodeRow]:
    with deps.database.read() as connection:
        return nodes.working(connection, deps.site_id)


def dead(deps: Deps, node_id: str = "dead") -> None:
    """A node whose lease ran out."""
    with deps.database.write() as connection:
        now = database_time(connection, deps.now())
        nodes.add(connection, deps.site_id, NodeRow(node_id, "worker", "far", 1, now - 9_000, now - 1_000))


def test_a_node_has_a_lease_while_it_runs(deps: Deps, node: Node, shifts: list[Told]) -> None:
    node.start()
    assert [row.node_id for row in at_work(deps)] == [node.node_id]
    first = at_work(deps)[0].lease_until
    assert soon(lambda: at_work(deps)[0].lease_until != first)
    node.stop()
    assert at_work(deps) == []
    assert (shifts[0].told[0], shifts[0].told[-1]) == ("alone", "stop")


def test_a_node_that_lost_its_lease_starts_anew_under_another_name(
    deps: Deps, node: Node, shifts: list[Told]
) -> None:
    node.start()
    before = node.node_id
    with deps.database.write() as connection:
        nodes.remove(connection, deps.site_id, before)
    assert soon(lambda: len(shifts) == 2 and node.work is shifts[1])
    assert shifts[0].told[-1] == "stop"
    assert node.node_id == shifts[1].node_id != before
    assert [row.node_id for row in at_work(deps)] == [node.node_id]


def test_a_node_that_cannot_begin_tries_again(deps: Deps) -> None:
    tries: list[str] = []

    class Stubborn(Told):
        def start(self, *, is_alone: bool) -> None:
            tries.append(self.node_id)
            if len(tries) == 2:
                raise StoreError("away")

    node = Node(deps, "worker", LEASE_SECONDS, Stubborn)
    node.start()
    with deps.database.write() as connection:
        nodes.remove(connection, deps.site_id, node.node_id)
    assert soon(lambda: len(tries) == 3 and node.work is not None)
    node.stop()


def test_the_dead_are_replaced_and_their_claims_end(deps: Deps, node: Node, shifts: list[Told]) -> None:
    dead(deps)
    now = deps.now()
    with deps.database.write() as connection:
        delivery = NewDelivery("d1", now, "jira:issue_updated", (1,), "pending", None, b"{}")
        inbox.add_deliveries(connection, deps.site_id, [delivery])
        assert claim(connection, deps.site_id, "dead", now, now + 600_000, 9)
        assert not is_waiting(connection, deps.site_id, now)
    node.start()
    assert soon(lambda: shifts[0].told.count("take over") > 0)
    with deps.database.read() as connection:
        assert is_waiting(connection, deps.site_id, now)
    assert [row.node_id for row in at_work(deps)] == [node.node_id]


def test_a_living_node_is_left_alone(shared: Deps) -> None:
    both = [Node(shared, "worker", PATIENT_SECONDS, Told) for _ in range(2)]
    try:
        for node in both:
            node.start()
        names = {node.node_id for node in both}
        time.sleep(PATIENT_SECONDS)
        assert {row.node_id for row in at_work(shared)} == names
        assert isinstance(both[1].work, Told)
        assert both[1].work.told[0] == "one of several"
    finally:
        for node in both:
            node.stop()


def test_d7_a_node_frozen_while_it_takes_over_stands_in_nobodys_way(shared: Deps) -> None:
    frozen, woken = Event(), Event()

    class Frozen(Told):
        def take_over(self, alive: Collection[str]) -> None:
            if not woken.is_set() and "take over" in self.told:
                frozen.set()
                woken.wait(30)
            super().take_over(alive)

    one, other = (Node(shared, "worker", LEASE_SECONDS, work) for work in (Frozen, Told))
    try:
        one.start()
        before = one.node_id
        assert frozen.wait(10)
        other.start()
        assert isinstance(other.work, Told)
        assert soon(lambda: [row.node_id for row in at_work(shared)] == [other.node_id])
        told = other.work.told
        assert soon(lambda: told.count("take over") > 1)
        woken.set()
        assert soon(lambda: len(at_work(shared)) == 2)
        assert soon(lambda: one.node_id != before)
    finally:
        woken.set()
        one.stop()
        other.stop()


def test_a_node_that_only_answers_has_a_lease_and_no_work(deps: Deps) -> None:
    node = Node(deps, "web", LEASE_SECONDS)
    node.start()
    with deps.database.read() as connection:
        now = database_time(connection, deps.now())
        assert nodes.is_alive(connection, deps.site_id, "web", at_work(deps)[0].host, now)
        assert not nodes.is_alive(connection, deps.site_id, "worker", at_work(deps)[0].host, now)
    assert node.work is None
    node.stop()


def test_two_node_ids_are_never_the_same_and_fit_where_they_are_kept() -> None:
    assert new_node_id() != new_node_id()
    assert len(new_node_id().encode()) <= 63


def test_what_is_left_of_a_shift_meets_a_closed_door(deps: Deps) -> None:
    own = deps.database.again("node-1")
    own.retire()
    with pytest.raises(RetiredError), own.write():
        raise AssertionError("nothing may be written")
    own.close()
    assert at_work(deps) == []


def test_who_keeps_a_lease_goes_by_the_clock_of_the_database(deps: Deps) -> None:
    clock = DatabaseClock(lambda: time.time_ns() // 1_000_000 + 600_000)
    node = Node(replace(deps, now=clock), "worker", LEASE_SECONDS, lambda node_id: Told(node_id))
    node.start()
    try:
        ahead = 600_000 if deps.database.path is not None else 0
        assert abs(clock() - time.time_ns() // 1_000_000 - ahead) < 30_000
    finally:
        node.stop()
