"""Slow senders, large bodies and many connections, over real HTTP."""

import asyncio
import errno
import logging
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import h11
import pytest

from phasewise.store.db import Database
from phasewise.web.connections import Lingering
from phasewise.web.intake import Intake
from tests.story.commands import eventually
from tests.web.deliveries import Hook, event
from tests.web.served import Served, received, request, sent, served, status

SOON = 20.0
"""Seconds: a part of one where the processor is free; whoever waited behind slow senders would wait 30."""

HEAD = b"POST /webhooks/jira HTTP/1.1\r\nhost: 127.0.0.1\r\nx-hub-signature: sha256=" + b"0" * 64 + b"\r\n"


@pytest.fixture
def server(sqlite_database: Database) -> Iterator[Served]:
    with served(Hook(sqlite_database), most=300, request_seconds=30.0) as server:
        yield server


def seconds_of_a_good_delivery(server: Served) -> float:
    began = time.monotonic()
    assert server.send(event(5)) == 204
    return time.monotonic() - began


def test_w21_two_hundred_slow_senders_keep_nobody_waiting(server: Served) -> None:
    with ExitStack() as stack:
        for number in range(200):
            slow = stack.enter_context(server.connect())
            slow.sendall(HEAD[: 40 + number] if number % 2 else HEAD + b"content-length: 9000\r\n\r\n{")
        assert seconds_of_a_good_delivery(server) < SOON


def test_w21_a_request_that_never_ends_is_ended(sqlite_database: Database) -> None:
    with served(Hook(sqlite_database), request_seconds=0.3) as server, server.connect() as slow:
        slow.sendall(HEAD + b"content-length: 9000\r\n\r\n")
        assert eventually(lambda: not sent(slow, b" "))


def test_a_connection_that_asks_nothing_is_closed(sqlite_database: Database) -> None:
    with served(Hook(sqlite_database), request_seconds=0.2) as server, server.connect() as idle:
        assert received(idle) == b""


def test_ten_thousand_connections_opened_and_left_harm_nobody(server: Served) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as stack:
        for _ in range(10_000 if hard == resource.RLIM_INFINITY else min(10_000, hard - 1000)):
            stack.enter_context(server.connect())
        assert seconds_of_a_good_delivery(server) < SOON
        assert len(server.server.server_state.connections) <= 301


def test_where_all_are_being_answered_a_new_one_is_closed(sqlite_database: Database) -> None:
    hook, gate = Hook(sqlite_database), threading.Event()
    hook.app.state.intake = Intake(lambda _: None, lambda: bool(gate.wait(5)))
    with served(hook, most=1) as server, server.connect() as first:
        first.sendall(request(event(5)))
        while server.server.server_state.tasks == set():
            time.sleep(0.01)
        assert status(server.exchange(request(event(6)))) == 0
        gate.set()
        assert status(received(first)) == 204


def test_a_connection_serves_one_request_after_the_other(server: Served) -> None:
    with server.connect() as connection:
        for number in range(1, 4):
            connection.sendall(request(event(number)).replace(b"connection: close\r\n", b""))
            assert status(connection.recv(65536)) == 204


@pytest.mark.parametrize("size", [26 << 20, 200 << 20, 10 << 30])
def test_w20_a_body_that_says_it_is_too_large_is_refused_at_once(server: Served, size: int) -> None:
    assert (
        status(server.exchange(HEAD + f"content-length: {size}\r\nconnection: close\r\n\r\n".encode())) == 413
    )


def test_w20_a_sender_that_hears_late_is_answered_all_the_same(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(request(bytes(60 << 20)))
        assert status(received(connection)) == 413


@pytest.mark.parametrize("head", [HEAD, HEAD.replace(b"x-hub-signature", b"x-nothing")])
def test_w20_an_endless_body_is_refused_when_it_is_too_large(server: Served, head: bytes) -> None:
    chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
    with server.connect() as endless:
        endless.sendall(head + b"transfer-encoding: chunked\r\n\r\n")
        for _ in range(26):
            sent(endless, chunk)
        assert status(endless.recv(65536)) == 413


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"0x10", b"", b"5, 6", b"99999999999999999999999"])
def test_w20_a_length_that_is_none_is_refused(server: Served, length: bytes) -> None:
    answer = server.exchange(HEAD + b"content-length: " + length + b"\r\nconnection: close\r\n\r\n")
    assert status(answer) in (400, 413)


def test_a_request_with_two_kinds_of_length_is_refused_and_ends_its_connection(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    hook, body = Hook(sqlite_database), event(5)
    head = request(body, "transfer-encoding: chunked").removesuffix(body)
    both = head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    logging.getLogger("uvicorn.error").filters.clear()  # what the server of another test has told
    with served(hook) as server:
        answers = [server.exchange(both + request(event(6))) for _ in range(3)]
    assert [(status(answer), answer.count(b"HTTP/1.1")) for answer in answers] == [(400, 1)] * 3
    assert hook.stored() == []
    assert [record.levelname for record in caplog.records if "Invalid HTTP" in record.message] == ["WARNING"]


def test_w20_a_body_shorter_than_its_length_leaves_nothing(sqlite_database: Database) -> None:
    hook = Hook(sqlite_database)
    with served(hook) as server:
        with server.connect() as connection:
            connection.sendall(request(event(5))[:-5])
        assert seconds_of_a_good_delivery(server) < SOON
        with socket.create_connection(("127.0.0.1", server.port)):
            pass
    assert len(hook.stored()) == 1


class Reset(asyncio.Transport):
    """A connection whose other side is gone, which nobody has been told yet."""

    aborted = False

    def is_closing(self) -> bool:
        return self.aborted

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    def abort(self) -> None:
        self.aborted = True


def test_a_sender_that_is_gone_when_its_connection_is_closed_disturbs_nothing() -> None:
    transport, conn = Reset(), SimpleNamespace(their_state=h11.SEND_BODY)
    Lingering(transport, SimpleNamespace(conn=conn)).close()  # type: ignore[arg-type]  # all it looks at
    assert transport.aborted
