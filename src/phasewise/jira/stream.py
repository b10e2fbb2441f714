"""Many issues at once: several reads in flight, their results handed over one by one, in any order."""

import threading
from collections.abc import Callable, Collection, Generator, Iterator
from itertools import islice
from queue import Full, Queue
from typing import Generic, TypeVar

T = TypeVar("T")
Asked = TypeVar("Asked")
IN_FLIGHT = 12
"""Reads under way at once: at 300 ms an answer, some 40 requests a second of the 100 that Jira allows."""
LOOK_SECONDS = 0.05


def in_parallel(
    read: Callable[[list[Asked]], T], ids: Collection[Asked], size: int, width: int = IN_FLIGHT
) -> Generator[T, None, None]:
    """`read` of every `size` ids, `width` at a time, going on while results are being taken.

    No more results wait than reads are in flight. The first error ends it: what has not begun is dropped,
    what has is waited for, then it is raised. Who presses Ctrl-C or takes no more results waits for nothing:
    a Jira that hangs must not keep the process from ending, hence the threads are daemons, unlike those of
    an executor.
    """
    pool = _Pool(read, ids, size, width)
    is_waited_for = True
    try:
        yield from pool.results()
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        is_waited_for = False
        raise
    finally:
        pool.end(is_waited_for)


class _Pool(Generic[Asked, T]):
    def __init__(
        self, read: Callable[[list[Asked]], T], ids: Collection[Asked], size: int, width: int
    ) -> None:
        self._read, self._size = read, size
        self._waiting, self._turn = iter(ids), threading.Lock()
        self._done: Queue[tuple[list[T], BaseException | None]] = Queue(maxsize=width)
        self._over = threading.Event()
        width = min(width, -(-len(ids) // size))
        self._threads = [threading.Thread(target=self._serve, name="jira", daemon=True) for _ in range(width)]

    def results(self) -> Iterator[T]:
        for thread in self._threads:
            thread.start()
        serving = len(self._threads)
        while serving:
            result, error = self._done.get()
            if error is not None:
                raise error
            yield from result
            serving -= not result

    def _serve(self) -> None:
        try:
            while some := self._next():
                self._hand_over([self._read(some)], None)
            self._hand_over([], None)
        except BaseException as error:  # whatever it is, it is raised where the results are taken
            self._hand_over([], error)

    def _next(self) -> list[Asked]:
        with self._turn:
            return [] if self._over.is_set() else list(islice(self._waiting, self._size))

    def _hand_over(self, result: list[T], error: BaseException | None) -> None:
        """Wait for room; once it is over nobody wants it any more."""
        while not self._over.is_set():
            try:
                self._done.put((result, error), timeout=LOOK_SECONDS)
            except Full:
                continue
            return

    def end(self, is_waited_for: bool) -> None:
        """Begin nothing more."""
        self._over.set()
        for thread in self._threads if is_waited_for else ():
            thread.join()
