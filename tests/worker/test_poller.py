"""The poll: when it reads Jira, when it leaves it alone, and what it does for a command."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from phasewise.errors import JiraError
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.worker.poller import Poller
from phasewise.worker.synchronise import synchronise
from tests.usecases.syncing import Desk, desk_of, team_world

FOREVER = 10_000.0


@pytest.fixture
def desk(sqlite_database: Database) -> Iterator[Desk]:
    with desk_of(sqlite_database, team_world(weeks=2)) as desk:
        yield desk


def state(desk: Desk) -> sites.SyncState:
    with desk.database.read() as connection:
        return sites.sync_state(connection, desk.deps.site_id)


def ask(desk: Desk, request_id: str = "r1") -> None:
    with desk.database.write() as connection:
        sites.add_request(connection, desk.deps.site_id, request_id, False, desk.now)


def answered(desk: Desk, request_id: str = "r1") -> sites.SyncRequest:
    with desk.database.read() as connection:
        request = sites.request(connection, desk.deps.site_id, request_id)
    assert request is not None
    return request


def test_the_first_step_takes_a_census_and_the_next_waits(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=FOREVER, census_every=3)
    assert poller.step(time.monotonic()) is True
    assert state(desk).last_census_at is not None
    assert poller.step(time.monotonic()) is False


def test_every_so_many_polls_are_a_census(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=0.001, census_every=3)
    taken = []
    for _ in range(7):
        before = state(desk).last_census_at
        desk.pass_time(60_000)
        poller.step(FOREVER + time.monotonic())
        taken.append(state(desk).last_census_at != before)
    assert taken == [True, False, False, True, False, False, True]


def test_a_request_is_answered_before_its_time(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=FOREVER, census_every=3)
    poller.step(time.monotonic())
    ask(desk)
    assert poller.step(time.monotonic()) is True
    assert answered(desk).done_at is not None
    assert (answered(desk).report or {})["census"] is True


def test_a_request_that_fails_says_why_to_who_asked(desk: Desk) -> None:
    desk.trouble.change({"token": "another"})
    ask(desk)
    with pytest.raises(JiraError):
        Poller(desk.deps, poll_seconds=FOREVER, census_every=3).step(time.monotonic())
    assert "PHASEWISE_JIRA_TOKEN" in (answered(desk).error or "")


def test_p8_a_refused_token_is_tried_three_times_and_then_only_when_asked(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=0.001, census_every=3)
    desk.trouble.change({"token": "another"})
    for _ in range(3):
        with pytest.raises(JiraError):
            poller.step(FOREVER + time.monotonic())
    assert poller.step(FOREVER + time.monotonic()) is False
    desk.trouble.change({"token": None})
    ask(desk)
    assert poller.step(time.monotonic()) is True
    assert state(desk).last_error is None


def test_p8_after_three_refusals_a_request_goes_out_to_jira_once_and_heals_when_it_is_accepted(
    desk: Desk,
) -> None:
    assert desk.deps.jira is not None
    client = desk.deps.jira.client()
    poller = Poller(desk.deps, poll_seconds=0.001, census_every=3)
    desk.trouble.change({"faults": [{"kind": "status", "status": 401}]})
    for _ in range(4):
        with pytest.raises(JiraError):
            synchronise(desk.deps, census=True)
    assert client.requests == 3
    ask(desk)
    with pytest.raises(JiraError):
        poller.step(time.monotonic())
    assert client.requests == 4
    desk.trouble.change({"faults": []})
    ask(desk, "r2")
    assert poller.step(time.monotonic()) is True
    assert answered(desk, "r2").error is None


def test_after_failures_it_waits_longer_each_time(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=1.0, census_every=3)
    desk.trouble.change({"faults": [{"kind": "status", "status": 404}]})
    waits = []
    for _ in range(3):
        with pytest.raises(JiraError):
            poller.step(FOREVER + time.monotonic())
        waits.append(round(poller._due - time.monotonic()))
    assert waits == [2, 4, 8]


def test_p19_polls_never_overlap_and_a_request_waits_its_turn(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=0.001, census_every=1)
    desk.trouble.change({"latency_ms": 20})
    poller.start()
    try:
        ask(desk)
        deadline = time.monotonic() + 20
        while answered(desk).done_at is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert sum(thread.name == "poller" for thread in threading.enumerate()) == 1
    finally:
        poller.stop()
    assert answered(desk).error is None
    assert answered(desk).done_at is not None


def test_a_crash_does_not_end_the_poll(desk: Desk) -> None:
    class Broken:
        def client(self) -> object:
            raise ZeroDivisionError("a bug")

        def stop(self) -> None:
            pass

    broken = replace(desk.deps, jira=Broken())  # type: ignore[arg-type]  # broken on purpose
    poller = Poller(broken, poll_seconds=0.01, census_every=1)
    poller.start()
    time.sleep(0.3)
    alive = poller._thread.is_alive()
    poller.stop()
    assert alive
