"""Reads in flight: as many as allowed, bounded in memory, ended by the first error."""

import threading
import time

import pytest

from phasewise.jira.stream import in_parallel


def test_every_id_is_read_once_in_batches() -> None:
    found = list(in_parallel(tuple, range(25), 10))
    assert sorted(found) == [tuple(range(10)), tuple(range(10, 20)), tuple(range(20, 25))]
    assert list(in_parallel(tuple, [], 10)) == []


def test_no_more_than_the_width_is_read_at_once_and_the_width_is_used() -> None:
    together = threading.Barrier(4, timeout=60)
    busy = [0, 0]
    lock = threading.Lock()

    def read(ids: list[int]) -> int:
        with lock:
            busy[0] += 1
            busy[1] = max(busy)
        together.wait()
        with lock:
            busy[0] -= 1
        return ids[0]

    assert sorted(in_parallel(read, range(4), 1, width=4)) == list(range(4))
    assert busy == [0, 4]


def test_results_wait_for_who_takes_them() -> None:
    begun: list[int] = []

    def read(ids: list[int]) -> int:
        begun.append(ids[0])
        return ids[0]

    results = in_parallel(read, range(1000), 1, width=3)
    next(results)
    time.sleep(0.05)
    assert len(begun) <= 5  # one taken, four in flight or waiting
    results.close()


def test_the_first_error_ends_it_and_drops_what_has_not_begun() -> None:
    begun: list[int] = []

    def read(ids: list[int]) -> int:
        begun.append(ids[0])
        if ids[0] == 1:
            raise ValueError("no")
        return ids[0]

    with pytest.raises(ValueError, match="no"):
        list(in_parallel(read, range(1000), 1, width=2))
    assert len(begun) < 10


def test_who_takes_no_more_waits_for_no_read_in_flight() -> None:
    hanging = threading.Event()

    def read(ids: list[int]) -> int:
        if ids[0]:
            hanging.wait(30)
        return ids[0]

    results = in_parallel(read, range(2), 1, width=2)
    assert next(results) == 0
    started = time.monotonic()
    results.close()
    assert time.monotonic() - started < 5
    hanging.set()


def test_the_threads_do_not_keep_a_process_alive() -> None:
    names: set[tuple[str, bool]] = set()

    def read(ids: list[int]) -> int:
        names.add((threading.current_thread().name, threading.current_thread().daemon))
        return 0

    list(in_parallel(read, range(3), 1))
    assert names == {("jira", True)}
    deadline = time.monotonic() + 5
    while any(thread.name == "jira" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
