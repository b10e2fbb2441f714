"""A running service, watched: its streams end with it, its log gives nothing away and cannot stop it."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from tests.story.commands import COMMAND, PATIENCE_SECONDS, Shell, eventually

pytestmark = pytest.mark.slow
CANARIES = ("canary-token-4711", "canary-hook-4712", "canary-key-4713")


@pytest.fixture(scope="module")
def jira() -> Iterator[Running]:
    world = World("cloud", seed=5)
    settle_team(world, seed=5, team_size=2, weeks=4, end_ms=time.time_ns() // 1_000_000)
    with start_in_thread(world) as running:
        yield running


@pytest.fixture
def shell(jira: Running, tmp_path: Path) -> Shell:
    token, hook, key = CANARIES
    return Shell(
        tmp_path,
        JIRA_URL=jira.url,
        JIRA_EMAIL="lead@example.com",
        JIRA_TOKEN=token,
        WEBHOOK_SECRET=hook,
        SECRET_KEY=key,
        JIRA_SCOPE="project is not EMPTY",
        JIRA_POLL_SECONDS="0.5",
    )


@contextmanager
def serving(shell: Shell, log: str, out: str = "/dev/null") -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`phasewise serve` with its output in these files, once it answers; stopped at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*COMMAND, "serve", "--port", str(port)]
    with open(log, "ab") as errors, open(out, "ab") as output:
        process = subprocess.Popen(
            command, cwd=shell.folder, env=shell.environment, stdout=output, stderr=errors
        )
    address = f"http://127.0.0.1:{port}"
    try:
        assert eventually(lambda: answers(f"{address}/readyz"))
        yield process, address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def open_streams(address: str) -> float:
    lines = requests.get(f"{address}/metrics", timeout=20).text.splitlines()
    return float(next(line for line in lines if line.startswith("phasewise_event_streams ")).split()[1])


def test_d6_open_streams_end_at_once_when_the_service_stops(shell: Shell) -> None:
    with serving(shell, os.devnull) as (process, address):
        streams = [requests.get(f"{address}/events", stream=True, timeout=20) for _ in range(20)]
        read = [stream.iter_lines() for stream in streams]
        assert [next(lines) for lines in read] == [b"retry: 1000"] * 20
        process.send_signal(signal.SIGTERM)
        for lines in read:
            list(lines)  # ended, not cut off: that would raise
        assert process.wait(PATIENCE_SECONDS) == 0


def test_streams_whose_readers_vanish_are_let_go(shell: Shell) -> None:
    with serving(shell, os.devnull) as (_, address):
        streams = [requests.get(f"{address}/events", stream=True, timeout=20) for _ in range(20)]
        assert eventually(lambda: open_streams(address) == 20)
        for stream in streams:
            stream.close()
        assert eventually(lambda: open_streams(address) == 0)


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_s21_no_line_page_or_error_holds_a_secret(shell: Shell, jira: Running, log_format: str) -> None:
    shell.environment["PHASEWISE_LOG_FORMAT"] = log_format
    log = shell.folder / "log"
    hook = CANARIES[1]
    said = []
    with serving(shell, str(log)) as (_, address):
        for method, path in (
            ("POST", f"/webhooks/jira/{hook}"),
            ("POST", f"/webhooks/jira/{hook}x"),
            ("GET", f"/webhooks/jira/{hook}"),
            *(("GET", path) for path in ("/", "/deliveries", "/effects", "/metrics", "/readyz", "/nowhere")),
        ):
            said.append(requests.request(method, address + path, data=b"{", timeout=20).text)
        jira.trouble.change({"token": "another"})
        assert eventually(lambda: "Stopped" in requests.get(address, timeout=20).text)
        said += [requests.get(address + path, timeout=20).text for path in ("/", "/readyz")]
    said += [shell.run("check").err, shell.run("sync").err, log.read_text()]
    jira.trouble.change({"token": None})
    assert "polls_stopped" in said[-1]
    files = [path.read_bytes() for path in (shell.folder / "data").iterdir() if path.is_file()]
    for canary in CANARIES:
        assert not [text for text in said if canary in text]
        assert not [content for content in files if canary.encode() in content]


def test_d12_a_full_disk_for_the_log_stops_nothing(shell: Shell) -> None:
    with serving(shell, "/dev/full", "/dev/full") as (process, address):
        assert requests.post(f"{address}/webhooks/jira", data=b"{}", timeout=20).status_code == 401
        assert requests.get(address, timeout=20).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0


def test_d12_a_closed_output_stops_nothing_and_is_not_taken_for_the_database(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *COMMAND, "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=shell.folder, env=shell.environment)
    try:
        assert eventually(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert shell.run("db", "check").code == 0
