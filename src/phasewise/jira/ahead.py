"""What is asked before it is needed, while other questions are under way. The use cases open an `Asking`."""

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import closing
from queue import Full, Queue
from types import TracebackType
from typing import Any, Self, TypeVar

from phasewise.jira.stream import LOOK_SECONDS

T = TypeVar("T")
PAGES_AHEAD = 4
ENDS_AT_ONCE = (KeyboardInterrupt, SystemExit, GeneratorExit)


class Asking:
    """Questions under way together. The end of the block waits for those begun, unless Ctrl-C ended it."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        self._over.set()
        if kind is None or not issubclass(kind, ENDS_AT_ONCE):
            for thread in self._threads:
                thread.join()

    def ask(self, question: Callable[[], T]) -> Callable[[], T]:
        """Begin to ask. What is returned waits for the answer, or raises what the question raised."""
        answer: Future[T] = Future()

        def work() -> None:
            try:
                answer.set_result(question())
            except BaseException as error:  # whatever it is, it is raised where the answer is wanted
                answer.set_exception(error)

        self._begin(work)
        return answer.result

    def pages(self, pages: Generator[T, None, None]) -> Iterator[T]:
        """Begin to take pages, a few of them ahead of who takes the result."""
        ready: Queue[tuple[list[T], BaseException | None]] = Queue(maxsize=PAGES_AHEAD)

        def work() -> None:
            try:
                with closing(pages):
                    for page in pages:
                        if not self._hand_over(ready, ([page], None)):
                            return
                self._hand_over(ready, ([], None))
            except BaseException as error:  # the same
                self._hand_over(ready, ([], error))

        self._begin(work)
        return _taken(ready)

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="jira", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _hand_over(self, ready: "Queue[Any]", item: Any) -> bool:
        """Wait for room; False once nobody wants it any more."""
        while not self._over.is_set():
            try:
                ready.put(item, timeout=LOOK_SECONDS)
            except Full:
                continue
            return True
        return False


def _taken(ready: "Queue[tuple[list[T], BaseException | None]]") -> Iterator[T]:
    while True:
        some, error = ready.get()
        if error is not None:
            raise error
        if not some:
            return
        yield from some
