"""Many issues at once: several reads in flight, their results handed over one by one, in any order."""

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
IN_FLIGHT = 8


def in_parallel(
    read: Callable[[list[int]], T], ids: Iterable[int], size: int, width: int = IN_FLIGHT
) -> Iterator[T]:
    """`read` of every `size` ids, `width` at a time. No more results wait than reads are in flight.

    The first error ends it: what has not begun is dropped, what has is waited for, then it is raised. Who
    presses Ctrl-C or takes no more results waits for nothing: a Jira that hangs must not keep the process
    from ending, hence the threads are daemons, unlike those of an executor.
    """
    waiting = iter(ids)
    work: SimpleQueue[list[int] | None] = SimpleQueue()
    done: SimpleQueue[tuple[T, None] | tuple[None, BaseException]] = SimpleQueue()
    threads: list[threading.Thread] = []
    flying = 0
    is_waited_for = True
    try:
        while True:
            while flying < width and (some := list(islice(waiting, size))):
                work.put(some)
                flying += 1
                if len(threads) < flying:
                    threads.append(_started(read, work, done))
            if not flying:
                return
            result, error = done.get()
            flying -= 1
            if error is not None:
                raise error
            yield result  # type: ignore[misc]
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        is_waited_for = False
        raise
    finally:
        while not work.empty():
            work.get()
        for _ in threads:
            work.put(None)
        for thread in threads if is_waited_for else ():
            thread.join()


def _started(
    read: Callable[[list[int]], T],
    work: "SimpleQueue[list[int] | None]",
    done: "SimpleQueue[tuple[T, None] | tuple[None, BaseException]]",
) -> threading.Thread:
    def serve() -> None:
        while (some := work.get()) is not None:
            try:
                done.put((read(some), None))
            except BaseException as error:  # whatever it is, it is raised where the results are taken
                done.put((None, error))

    thread = threading.Thread(target=serve, name="jira", daemon=True)
    thread.start()
    return thread
