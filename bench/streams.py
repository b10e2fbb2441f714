"""What 200 open pages cost: memory of the service, and how soon the last one hears of a change.

A real service over SQLite, a connection for each page; a change is a row that pages show, committed by a
process beside it.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from bench.measure import cpu_of, resident_mb
from bench.report import Figure, at_most, seen
from bench.service import Service, serving
from bench.site import first_sync, sandbox
from phasewise.store import sites
from phasewise.store.db import Database

STREAMS = 200
CHANGES = 20
LIMIT_MB, LIMIT_SECONDS = 300, 2.0
PATIENCE_SECONDS = 30.0
IDLE_SECONDS = 10.0


def measure(folder: Path, issues: int = 9_000) -> list[Figure]:
    with ExitStack() as stack:
        jira = stack.enter_context(sandbox("--issues", str(issues)))
        first_sync(jira.url, folder / "data")
        service = stack.enter_context(serving(jira.url, folder / "data"))
        service.get("/")
        alone = resident_mb(service.pid)
        pages = stack.enter_context(opened(service, STREAMS))
        database = Database(f"sqlite:///{folder / 'data' / 'phasewise.db'}")
        stack.callback(database.close)
        waits = [_heard_after(database, pages) for _ in range(CHANGES)]
        idle = cpu_of(service.pid)
        time.sleep(IDLE_SECONDS)
        idle = (cpu_of(service.pid) - idle) / IDLE_SECONDS
        memory = resident_mb(service.pid)
    name = f"{STREAMS} open pages, {issues:,} issues"
    return [
        at_most(name, "resident", memory, LIMIT_MB, " MB"),
        seen(name, "resident before the first one", alone, " MB"),
        at_most(name, "a change until the last one hears of it, worst", max(waits), LIMIT_SECONDS, " s"),
        seen(name, "the same, median", median(waits), " s"),
        seen(name, "CPU while nothing changes, for a second", idle * 1000, " ms"),
    ]


@contextmanager
def opened(service: Service, count: int) -> Iterator[Sequence[socket.socket]]:
    """So many streams that have said what the pages show now."""
    address = urlsplit(service.url)
    ask = f"GET /events HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {service.token}\r\n\r\n"
    pages: list[socket.socket] = []
    try:
        for _ in range(count):
            page = socket.create_connection((address.hostname or "", address.port or 80), PATIENCE_SECONDS)
            page.sendall(ask.encode())
            pages.append(page)
        _wait_for_all(pages)
        yield pages
    finally:
        for page in pages:
            page.close()


def _heard_after(database: Database, pages: Sequence[socket.socket]) -> float:
    """Seconds from the commit of a change until the last of the pages has an event."""
    with database.write() as connection:
        site_id = sites.only_site(connection)
        if site_id is None:
            raise RuntimeError("the store has no site")
        sites.raise_revision(connection, site_id)
    return _wait_for_all(pages)


def _wait_for_all(pages: Sequence[socket.socket]) -> float:
    """Seconds until each has an event; comments, which keep a connection open, are none."""
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for page in pages:
            selector.register(page, selectors.EVENT_READ)
        left = len(pages)
        while left:
            ready = selector.select(PATIENCE_SECONDS)
            if not ready:
                raise RuntimeError(f"{left} of {len(pages)} pages heard nothing")
            for key, _ in ready:
                page = key.fileobj
                assert isinstance(page, socket.socket)
                said = page.recv(65536)
                if not said or b" 503 " in said[:20]:
                    raise RuntimeError(f"a stream ended: {said[:200]!r}")
                if b"data:" in said:
                    selector.unregister(page)
                    left -= 1
    return time.perf_counter() - began
