"""The poll: when it reads Jira, when it leaves it alone, and what it does for a command."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select

from phasewise.errors import JiraError, RetiredError
from phasewise.store import polls, sites
from phasewise.store.db import Database
from phasewise.store.work_tables import effects
from phasewise.worker.poller import Poller, pause_seconds
from phasewise.worker.synchronise import synchronise
from tests.usecases.syncing import Desk, desk_of, team_world

DAY = 86_400_000


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


def polled(desk: Desk) -> polls.PollState:
    with desk.database.read() as connection:
        return polls.poll_state(connection, desk.deps.site_id)


def fails(poller: Poller) -> None:
    with pytest.raises(JiraError):
        poller.run()


def test_the_first_poll_takes_a_census_and_the_next_waits(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=60, census_every=3)
    assert poller.is_due()
    poller.run()
    assert state(desk).last_census_at is not None
    assert not poller.is_due()


def test_every_so_many_polls_are_a_census_whichever_node_polls(desk: Desk) -> None:
    taken = []
    for _ in range(7):
        before = state(desk).last_census_at
        desk.pass_time(60_000)
        Poller(desk.deps, poll_seconds=60, census_every=3).run()
        taken.append(state(desk).last_census_at != before)
    assert taken == [True, False, False, True, False, False, True]


def test_a_service_that_starts_polls_at_once_with_a_census(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=60, census_every=3)
    poller.run()
    Poller(desk.deps, poll_seconds=60, census_every=3).begin()
    assert poller.is_due()
    assert polled(desk).to_census == 0


def test_a_request_is_answered_before_its_time(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=60, census_every=3)
    poller.run()
    ask(desk)
    assert poller.is_due()
    poller.run()
    assert answered(desk).done_at is not None
    assert (answered(desk).report or {})["census"] is True


def test_a_request_that_fails_says_why_to_who_asked(desk: Desk) -> None:
    desk.trouble.change({"token": "another"})
    ask(desk)
    fails(Poller(desk.deps, poll_seconds=60, census_every=3))
    assert "PHASEWISE_JIRA_TOKEN" in (answered(desk).error or "")


def test_p8_a_refused_token_is_tried_three_times_and_then_only_when_asked(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=60, census_every=3)
    desk.trouble.change({"token": "another"})
    for _ in range(3):
        desk.pass_time(DAY)
        fails(poller)
    desk.pass_time(DAY)
    assert not poller.is_due()
    assert "PHASEWISE_JIRA_TOKEN" in (state(desk).stopped_reason or "")
    desk.trouble.change({"token": None})
    ask(desk)
    poller.run()
    assert (state(desk).last_error, state(desk).stopped_reason) == (None, None)


def test_p8_who_can_set_a_refused_token_right_gets_one_mail(desk: Desk) -> None:
    deps = replace(desk.deps, admin_email="admin@example.com")
    desk.trouble.change({"faults": [{"kind": "status", "status": 401}]})
    poller = Poller(deps, poll_seconds=60, census_every=3)
    for _ in range(4):
        desk.pass_time(DAY)
        ask(desk, str(desk.now))
        with suppress(JiraError):
            poller.run()
    for _ in range(4):
        desk.pass_time(DAY)
        with suppress(JiraError):
            poller.run()
    with desk.database.read() as connection:
        mails = connection.execute(select(effects.c.target, effects.c.body)).all()
    assert [target for target, _ in mails] == ["admin@example.com"]
    assert "PHASEWISE_JIRA_TOKEN" in mails[0][1]["text"]


def test_p8_a_refused_token_is_left_alone_after_a_restart_until_it_is_another(desk: Desk) -> None:
    desk.trouble.change({"faults": [{"kind": "status", "status": 401}]})
    poller = Poller(desk.deps, poll_seconds=60, census_every=3)
    for _ in range(3):
        desk.pass_time(DAY)
        fails(poller)
    again = Poller(desk.deps, poll_seconds=60, census_every=3)
    again.begin()
    assert not again.is_due()
    desk.trouble.change({"faults": []})
    other = Poller(desk.scoped("project in (ML, DS)", token="other"), poll_seconds=60, census_every=3)
    assert other.is_due()
    other.run()
    assert state(desk).stopped_at is None


def test_p8_after_three_refusals_a_request_goes_out_to_jira_once_and_heals_when_it_is_accepted(
    desk: Desk,
) -> None:
    assert desk.deps.jira is not None
    client = desk.deps.jira.client()
    poller = Poller(desk.deps, poll_seconds=60, census_every=3)
    desk.trouble.change({"faults": [{"kind": "status", "status": 401}]})
    for _ in range(4):
        with pytest.raises(JiraError):
            synchronise(desk.deps, census=True)
    assert client.requests == 3
    ask(desk)
    fails(poller)
    assert client.requests == 4
    desk.trouble.change({"faults": []})
    ask(desk, "r2")
    poller.run()
    assert answered(desk, "r2").error is None


def test_after_failures_it_waits_longer_each_time() -> None:
    assert [pause_seconds(failures, 1.0) for failures in range(5)] == [1, 2, 4, 8, 16]
    assert pause_seconds(50, 1.0) == 300
    assert pause_seconds(50, 3600.0) == 3600


def test_a_failed_poll_is_due_again_after_twice_the_time(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=60, census_every=3)
    desk.trouble.change({"faults": [{"kind": "status", "status": 404}]})
    fails(poller)
    desk.pass_time(119_000)
    assert not poller.is_due()
    desk.pass_time(1_000)
    assert poller.is_due()


@pytest.mark.parametrize("jump", [-3 * 3_600_000, 365 * DAY])
def test_t3_a_clock_that_jumps_does_not_stop_the_polls(desk: Desk, jump: int) -> None:
    poller = Poller(desk.deps, poll_seconds=60, census_every=3)
    poller.run()
    desk.pass_time(jump)
    assert poller.is_due()
    poller.run()
    assert not poller.is_due()
    desk.pass_time(60_000)
    assert poller.is_due()


def test_p19_of_two_nodes_that_poll_at_once_one_finds_it_done(desk: Desk) -> None:
    some, other = (Poller(desk.deps, poll_seconds=60, census_every=5) for _ in range(2))
    desk.trouble.change({"latency_ms": 20})
    threads = [threading.Thread(target=poller.run) for poller in (some, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert polled(desk).to_census == 4


def test_a_node_that_ends_leaves_no_failure_behind(desk: Desk) -> None:
    poller = Poller(desk.deps, poll_seconds=60, census_every=3)
    threading.Timer(0.3, desk.database.retire).start()
    desk.trouble.change({"latency_ms": 400})
    with pytest.raises(RetiredError):
        poller.run()
    again = Database(desk.database.address)
    with again.read() as connection:
        assert polls.poll_state(connection, desk.deps.site_id).failures == 0
    again.close()
