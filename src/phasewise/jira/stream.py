"""Many issues at once: several reads in flight, their results handed over one by one, in any order."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
IN_FLIGHT = 8


def in_parallel(
    read: Callable[[list[int]], T], ids: Iterable[int], size: int, width: int = IN_FLIGHT
) -> Iterator[T]:
    """`read` of every `size` ids, `width` at a time. No more results wait than reads are in flight.

    The first error ends it: what has not begun is dropped, what has is waited for, then it is raised.
    """
    waiting = iter(ids)
    pool = ThreadPoolExecutor(width, thread_name_prefix="jira")
    flying: set[Future[T]] = set()
    try:
        while True:
            while len(flying) < width and (some := list(islice(waiting, size))):
                flying.add(pool.submit(read, some))
            if not flying:
                return
            done, flying = wait(flying, return_when=FIRST_COMPLETED)
            while done:
                yield done.pop().result()
    finally:
        pool.shutdown(cancel_futures=True)
