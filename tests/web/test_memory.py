"""What large bodies cost in memory, seen from outside of the process that takes them."""

import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.story.commands import eventually
from tests.web.deliveries import event
from tests.web.served import received, request, sent, status

ROOT = Path(__file__).parents[2]
HEAD = b"POST /webhooks/jira HTTP/1.1\r\nhost: 127.0.0.1\r\nx-hub-signature: sha256=" + b"0" * 64 + b"\r\n"
MIB = bytes(1 << 20)


class Alone:
    """A service in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self._pid = process.pid
        self._port = int(process.stdout.readline())

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), 20)

    def send(self, *parts: bytes) -> int:
        """The status of the answer to these parts, on a connection of its own."""
        with self.connect() as connection:
            for part in parts:
                sent(connection, part)
            return status(received(connection))

    def limit(self, what: int, most: int) -> None:
        """From now on the system gives it no more of this."""
        resource.prlimit(self._pid, what, (most, resource.prlimit(self._pid, what)[1]))

    def size(self) -> int:
        """Bytes of address space that it takes now."""
        return int(Path(f"/proc/{self._pid}/statm").read_text().split()[0]) * resource.getpagesize()

    def peak_mb(self) -> float:
        """The most memory that it has had resident."""
        told = Path(f"/proc/{self._pid}/status").read_text()
        return int(told.partition("VmHWM:")[2].split()[0]) / 1024


@pytest.fixture
def alone(sqlite_url: str) -> Iterator[Alone]:
    command = [sys.executable, "-m", "tests.web.alone", sqlite_url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield Alone(process)
        process.kill()


def chunked(alone: Alone, megabytes: int) -> None:
    """A body that nobody vouches for, as long as it is let in."""
    with alone.connect() as connection:
        sent(connection, HEAD + b"transfer-encoding: chunked\r\n\r\n")
        for _ in range(megabytes):
            if not sent(connection, b"100000\r\n" + MIB + b"\r\n"):
                return


@pytest.mark.slow
def test_w20_bodies_that_are_too_large_cost_less_than_a_hundred_megabytes(alone: Alone) -> None:
    assert alone.send(request(event(4))) == 204
    before = alone.peak_mb()
    for megabytes in (26, 200):
        length = f"connection: close\r\ncontent-length: {megabytes << 20}\r\n\r\n".encode()
        assert alone.send(HEAD + length, *([MIB] * megabytes)) == 413
    bomb = HEAD + b"connection: close\r\ncontent-encoding: gzip\r\ncontent-length: 300000\r\n\r\n"
    assert alone.send(bomb, bytes(300_000)) in (415, 0)
    senders = [threading.Thread(target=chunked, args=(alone, 60)) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert alone.peak_mb() - before < 100
    assert alone.send(request(event(5))) == 204


STALLED = {
    "signed": HEAD + b"content-length: 1048576\r\n\r\n" + bytes(64 << 10),
    "in chunks": HEAD + b"transfer-encoding: chunked\r\n\r\n10000\r\n" + bytes(64 << 10),
    "where no body is read": b"POST /api/v1/sync HTTP/1.1\r\nhost: x\r\ncontent-length: 1048576\r\n\r\n"
    + bytes(300 << 10),
    "head": HEAD + b"x: " + b"a" * 60_000,
}


@pytest.mark.slow
def test_w20_w21_990_senders_that_stall_cost_less_than_a_hundred_megabytes(alone: Alone) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    assert alone.send(request(event(4))) == 204
    before = alone.peak_mb()
    for data in STALLED.values():
        with ExitStack() as stack:
            for _ in range(990):
                connection = stack.enter_context(alone.connect())
                connection.setblocking(False)
                sent(connection, data)
            assert eventually(lambda: alone.send(request(event(5))) == 204)
    assert alone.peak_mb() - before < 100


@pytest.mark.slow
def test_d8_a_process_that_is_short_of_files_takes_deliveries_again_afterwards(alone: Alone) -> None:
    assert alone.send(request(event(4))) == 204
    alone.limit(resource.RLIMIT_NOFILE, 64)
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(alone.connect())
        time.sleep(0.5)
    assert alone.send(request(event(5))) == 204


@pytest.mark.slow
def test_d8_a_process_that_is_short_of_memory_refuses_what_is_too_large_for_it_and_nothing_else(
    alone: Alone,
) -> None:
    assert alone.send(request(event(4))) == 204
    alone.limit(resource.RLIMIT_AS, alone.size() + (4 << 20))
    large = request(event(5, text="x" * (20 << 20)))
    assert [alone.send(large) for _ in range(3)] == [503, 503, 503]
    assert alone.send(request(event(6))) == 204
