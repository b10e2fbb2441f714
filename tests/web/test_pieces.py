"""A body in pieces, over real HTTP: taken where they are of some size, cut off where they are crumbs."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from phasewise.store.db import Database
from tests.web.deliveries import Hook, event
from tests.web.served import Served, request, served, status
from tests.web.test_connections import HEAD, SOON, seconds_of_a_good_delivery, sent


@pytest.fixture
def server(sqlite_database: Database) -> Iterator[Served]:
    with served(Hook(sqlite_database)) as server:
        yield server


def test_a_body_in_tiny_pieces_keeps_nobody_waiting(server: Served) -> None:
    crumbs = HEAD + b"transfer-encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 100_000
    with ExitStack() as stack:
        for _ in range(8):
            sent(stack.enter_context(server.connect()), crumbs[:60_000])
        assert seconds_of_a_good_delivery(server) < SOON
    assert status(server.exchange(crumbs)) == 0


@pytest.mark.parametrize("size", [1, 700, 8192])
def test_a_body_in_pieces_is_taken_whole(server: Served, size: int) -> None:
    body = event(5, note="a" * (100 if size == 1 else 400 * size))
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    head, _, _ = request(body).partition(b"\r\n\r\n")
    head = head.replace(b"content-length: %d" % len(body), b"transfer-encoding: chunked")
    assert status(server.exchange(head + b"\r\n\r\n" + chunks + b"0\r\nx-trailer: 1\r\n\r\n")) == 204
