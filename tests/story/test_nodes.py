"""Several nodes on one PostgreSQL: one poll at a time, and a node that dies, freezes or starts anew."""

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from tests.story.commands import PATIENCE_SECONDS, LoadedShell, Shell, eventually
from tests.story.nodes import LEASE_SECONDS, ask, begun, node_of, polls_since, runs, stop, worker, workers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def jira() -> Iterator[Running]:
    world = World("cloud", seed=5)
    settle_team(world, seed=5, team_size=3, weeks=4, end_ms=time.time_ns() // 1_000_000)
    with start_in_thread(world) as running:
        yield running


@pytest.fixture
def shell(jira: Running, tmp_path: Path, pg_url: str) -> Shell:
    return LoadedShell(
        tmp_path,
        DATABASE_URL=pg_url,
        JIRA_URL=jira.url,
        JIRA_EMAIL="lead@example.com",
        JIRA_TOKEN="t",
        JIRA_SCOPE="project is not EMPTY",
        JIRA_POLL_SECONDS="0.3",
        LEASE_SECONDS=str(LEASE_SECONDS),
    )


def milliseconds() -> int:
    return time.time_ns() // 1_000_000


def test_p19_two_workers_poll_one_at_a_time(shell: Shell, pg_url: str) -> None:
    shell.environment["PHASEWISE_LEASE_SECONDS"] = "15"  # whoever is starved of time is not taken over from
    with workers(shell, 2):
        assert eventually(lambda: len(runs(pg_url)) > 8)
    took = [(begun, ended or milliseconds()) for _, begun, ended in runs(pg_url)]
    assert all(ended <= begun for (_, ended), (begun, _) in pairwise(took))


def test_whoever_watches_can_ask_whether_a_worker_lives(shell: Shell) -> None:
    assert shell.run("worker", "--alive").code == 1
    with workers(shell, 1):
        assert shell.run("worker", "--alive").code == 0


def test_a_killed_worker_is_replaced_within_its_lease(shell: Shell, pg_url: str) -> None:
    with workers(shell, 2) as (one, other):
        assert eventually(lambda: polls_since(pg_url, 0) > 2)
        one.kill()
        then = milliseconds()
        assert eventually(lambda: polls_since(pg_url, then + 1000) > 0, LEASE_SECONDS * 2 + 5)
        assert eventually(lambda: len(ask(pg_url, "SELECT 1 FROM nodes")) == 1, LEASE_SECONDS * 2 + 5)
        assert other.poll() is None


def test_what_a_killed_worker_had_begun_is_ended_by_another(shell: Shell, jira: Running, pg_url: str) -> None:
    jira.trouble.change({"latency_ms": 1500})
    try:
        one = worker(shell)
        assert eventually(lambda: any(ended is None for _, _, ended in runs(pg_url)))
        one.kill()
        stop(one)
        left = ask(pg_url, "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING'")
    finally:
        jira.trouble.change({"latency_ms": 0})
    ended = "SELECT 1 FROM dbos.workflow_status WHERE status = 'SUCCESS' AND workflow_uuid = "
    with workers(shell, 1):
        assert eventually(lambda: ask(pg_url, f"{ended}'{left[0][0]}'"), LEASE_SECONDS * 2 + 10)


def test_d7_a_frozen_worker_is_replaced_and_starts_anew_when_it_wakes(shell: Shell, pg_url: str) -> None:
    with workers(shell, 2) as (one, _):
        assert eventually(lambda: polls_since(pg_url, 0) > 2)
        before = {node for (node,) in ask(pg_url, "SELECT node_id FROM nodes")}
        one.send_signal(signal.SIGSTOP)
        then = milliseconds()
        assert eventually(lambda: len(ask(pg_url, "SELECT 1 FROM nodes")) == 1, LEASE_SECONDS * 2 + 5)
        assert eventually(lambda: polls_since(pg_url, then + 2000) > 0, LEASE_SECONDS * 2 + 5)
        one.send_signal(signal.SIGCONT)
        assert eventually(lambda: len(ask(pg_url, "SELECT 1 FROM nodes")) == 2, 15)
        after = {node for (node,) in ask(pg_url, "SELECT node_id FROM nodes")}
        assert len(before & after) == 1
        assert one.poll() is None


def test_a_frozen_worker_holds_no_lock_that_others_wait_for(shell: Shell, jira: Running, pg_url: str) -> None:
    with workers(shell, 1) as (one,):
        assert eventually(lambda: polls_since(pg_url, 0) > 0)
        jira.trouble.change({"latency_ms": 1500})
        try:
            then = milliseconds()
            assert eventually(lambda: any(e is None and b > then for _, b, e in runs(pg_url)))
            one.send_signal(signal.SIGSTOP)
        finally:
            jira.trouble.change({"latency_ms": 0})
        frozen = milliseconds()
        with workers(shell, 1):
            # It may have been frozen so early that its first, longer lease has to run out.
            assert eventually(lambda: polls_since(pg_url, frozen) > 1, LEASE_SECONDS * 2 + 30)


def test_d9_workers_that_start_at_once_on_an_empty_database_migrate_it_once(
    shell: Shell, new_pg_url: object
) -> None:
    url = new_pg_url(empty=True)  # type: ignore[operator]  # the fixture's own callable
    shell.environment["PHASEWISE_DATABASE_URL"] = url
    started = [begun(shell) for _ in range(3)]
    try:
        names = {node_of(process) for process in started}
        assert len(names) == 3
        assert eventually(lambda: polls_since(url, 0) > 0)
    finally:
        for process in started:
            stop(process)
    assert {process.returncode for process in started} == {0}
    assert ask(url, "SELECT 1 FROM nodes") == []


def test_d6_a_worker_stops_within_ten_seconds_in_the_middle_of_a_poll(
    shell: Shell, jira: Running, pg_url: str
) -> None:
    jira.trouble.change({"latency_ms": 3000})
    try:
        one = worker(shell)
        assert eventually(lambda: any(ended is None for _, _, ended in runs(pg_url)))
        started = time.monotonic()
        stop(one)
        assert time.monotonic() - started < 10
        assert one.returncode == 0
    finally:
        jira.trouble.change({"latency_ms": 0})


def test_pages_and_work_run_apart(shell: Shell) -> None:
    token = shell.run("token", "create").out.strip()
    headers = {"Authorization": f"Bearer {token}"}
    with workers(shell, 1), shell.running("web", "--port", "0") as (process, address):

        def synchronised() -> object:
            return requests.get(f"{address}/api/v1/sync", headers=headers, timeout=10).json()[
                "last_success_at"
            ]

        assert eventually(synchronised)
        os.kill(process.pid, signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)
    assert process.returncode == 0


@pytest.mark.parametrize("command", ["web", "worker"])
def test_an_sqlite_file_is_served_by_one_process(shell: Shell, command: str) -> None:
    del shell.environment["PHASEWISE_DATABASE_URL"]
    ran = shell.run(command)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "phasewise serve" in ran.err


def test_what_a_killed_service_had_begun_on_a_file_is_ended_by_the_next(shell: Shell, jira: Running) -> None:
    del shell.environment["PHASEWISE_DATABASE_URL"]
    token = shell.run("token", "create").out.strip()
    headers = {"Authorization": f"Bearer {token}"}
    file = shell.folder / "data" / "phasewise.db"
    jira.trouble.change({"latency_ms": 1500})
    try:
        with shell.running("serve", "--port", "0") as (process, _):
            assert eventually(lambda: in_file(file, "status = 'PENDING'"))
            process.kill()
    finally:
        jira.trouble.change({"latency_ms": 0})
    (left,) = in_file(file, "status = 'PENDING'")
    with shell.running("serve", "--port", "0") as (_, address):

        def synchronised() -> object:
            return requests.get(f"{address}/api/v1/sync", headers=headers, timeout=10).json()[
                "last_success_at"
            ]

        assert eventually(synchronised, 10)
        assert eventually(lambda: in_file(file, f"workflow_uuid = '{left[0]}' AND status = 'SUCCESS'"), 10)


def in_file(file: Path, which: str) -> list[tuple[str]]:
    """Ids of jobs of the engine in an SQLite file."""
    with contextlib.closing(sqlite3.connect(file, timeout=20)) as connection:
        try:
            return connection.execute(f"SELECT workflow_uuid FROM workflow_status WHERE {which}").fetchall()
        except sqlite3.OperationalError:  # the engine has not begun yet
            return []
