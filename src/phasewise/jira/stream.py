"""Many issues at once: several reads in flight, their results handed over one by one, in any order."""

import threading
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator
from itertools import islice
from typing import Generic, TypeVar

from phasewise.jira.pace import Pace, Stopwatch

T = TypeVar("T")
Asked = TypeVar("Asked")
IN_FLIGHT = 12
"""Most reads under way at once: at 300 ms each, some 40 requests a second of the 100 that Jira allows."""


def in_parallel(
    read: Callable[[list[Asked]], T],
    ids: Collection[Asked],
    size: int,
    width: int = IN_FLIGHT,
    watch: Stopwatch | None = None,
) -> Generator[T, None, None]:
    """`read` of every `size` ids, at most `width` at a time (`pace`), going on while results are being taken.

    Half as many results wait as reads may be in flight; then no further read begins. The first error ends
    it: what has not begun is dropped, what has is waited for, then it is raised. Who presses Ctrl-C or takes
    no more results waits for nothing: a Jira that hangs must not keep the process from ending, hence the
    threads are daemons, unlike those of an executor.
    """
    pool = _Pool(read, ids, size, Pace(width), watch or Stopwatch())
    is_waited_for = True
    try:
        yield from pool.results()
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        is_waited_for = False
        raise
    finally:
        pool.end(is_waited_for)


class _Pool(Generic[Asked, T]):
    """Threads that read, and their results. `_changed` guards all that they share."""

    def __init__(
        self,
        read: Callable[[list[Asked]], T],
        ids: Collection[Asked],
        size: int,
        pace: Pace,
        watch: Stopwatch,
    ) -> None:
        self._read, self._size, self._pace, self._watch = read, size, pace, watch
        self._waiting = iter(ids)
        self._done: deque[T] = deque()
        self._error: BaseException | None = None
        self._is_over = False
        self._changed = threading.Condition()
        self._in_flight = 0
        self._serving = min(pace.wanted, -(-len(ids) // size))
        self._threads = [
            threading.Thread(target=self._serve, name="jira", daemon=True) for _ in range(self._serving)
        ]

    def results(self) -> Iterator[T]:
        for thread in self._threads:
            thread.start()
        while done := self._taken():
            began = self._watch.worked()
            yield done.pop()
            with self._changed:
                self._pace.was_stored(self._watch.worked() - began)

    def _taken(self) -> list[T]:
        """The next result, waited for; nothing at the end. Raises what a read raised, after what was read."""
        with self._changed:
            self._changed.wait_for(lambda: self._done or not self._serving or self._error is not None)
            if self._done:
                self._changed.notify_all()
                return [self._done.popleft()]
            if self._error is not None:
                raise self._error
            return []

    def _serve(self) -> None:
        try:
            while some := self._next():
                self._hand_over(*self._timed(some))
        except BaseException as error:  # whatever it is, it is raised where the results are taken
            with self._changed:
                self._error = self._error or error
                self._is_over = True
        with self._changed:
            self._serving -= 1
            self._changed.notify_all()

    def _next(self) -> list[Asked]:
        """What to read next, once there is room for it."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._has_room())
            some = [] if self._is_over else list(islice(self._waiting, self._size))
            self._in_flight += bool(some)
            return some

    def _has_room(self) -> bool:
        wanted = self._pace.wanted
        return self._in_flight < wanted and self._in_flight + len(self._done) < wanted + wanted // 2

    def _timed(self, some: list[Asked]) -> tuple[T, float, float]:
        """The result, with the seconds that were waited and worked for it."""
        waited, worked = self._watch.waited(), self._watch.worked()
        result = self._read(some)
        return result, self._watch.waited() - waited, self._watch.worked() - worked

    def _hand_over(self, result: T, waited: float, worked: float) -> None:
        with self._changed:
            self._in_flight -= 1
            self._pace.was_read(waited, worked)
            if not self._is_over:
                self._done.append(result)
            self._changed.notify_all()

    def end(self, is_waited_for: bool) -> None:
        """Begin nothing more, and keep nothing that nobody takes."""
        with self._changed:
            self._is_over = True
            self._done.clear()
            self._changed.notify_all()
        for thread in self._threads if is_waited_for else ():
            thread.join()
