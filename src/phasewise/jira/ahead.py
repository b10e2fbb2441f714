"""What is asked before it is needed, while other questions are under way. The use cases open an `Asking`."""

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import closing
from contextvars import copy_context
from queue import Full, Queue
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")
PAGES_AHEAD = 4
LOOK_SECONDS = 0.05
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

    def pages(self, pages: Generator[T, None, None]) -> "Pages[T]":
        """Begin to take pages, a few of them ahead of who takes the result."""
        ahead = Pages[T](self._over)
        self._begin(lambda: ahead.fill(pages))
        return ahead

    def _begin(self, work: Callable[[], None]) -> None:
        """In the context of whoever asks: what `reach` forbids there is forbidden here."""
        thread = threading.Thread(target=copy_context().run, args=(work,), name="jira", daemon=True)
        self._threads.append(thread)
        thread.start()


class Pages(Iterator[T]):
    """Pages in their order; an error comes where its page would."""

    def __init__(self, over: threading.Event) -> None:
        self._over = over
        self._ready: Queue[tuple[list[T], BaseException | None]] = Queue(maxsize=PAGES_AHEAD)
        self._first: Future[T | None] = Future()
        self._is_at_end = False

    def first(self) -> T | None:
        """The first page, waited for and not taken; None where there is none. Any thread may ask for it."""
        return self._first.result()

    def __next__(self) -> T:
        if self._is_at_end:
            raise StopIteration
        some, error = self._ready.get()
        self._is_at_end = not some
        if error is not None:
            raise error
        return some[0] if some else next(self)

    def fill(self, pages: Generator[T, None, None]) -> None:
        """Take all of them, and wait for room before each."""
        try:
            with closing(pages):
                for page in pages:
                    if not self._first.done():
                        self._first.set_result(page)
                    if not self._hand_over([page], None):
                        break
            self._hand_over([], None)
        except BaseException as error:  # whatever it is, it is raised where the pages are taken
            if not self._first.done():
                self._first.set_exception(error)
            self._hand_over([], error)
        if not self._first.done():
            self._first.set_result(None)

    def _hand_over(self, some: list[T], error: BaseException | None) -> bool:
        """Wait for room; False once nobody wants it any more."""
        while not self._over.is_set():
            try:
                self._ready.put((some, error), timeout=LOOK_SECONDS)
            except Full:
                continue
            return True
        return False
