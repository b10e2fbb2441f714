"""What is asked ahead: side by side, a few pages at most, errors where the answer is wanted."""

import threading
import time
from collections.abc import Generator

import pytest

from phasewise.jira.ahead import PAGES_AHEAD, Asking


def test_questions_are_under_way_together() -> None:
    together = threading.Barrier(3, timeout=60)
    with Asking() as asking:
        answers = [asking.ask(together.wait) for _ in range(3)]
    assert sorted(answer() for answer in answers) == [0, 1, 2]


def test_an_error_is_raised_where_the_answer_is_wanted() -> None:
    def refuse() -> int:
        raise ValueError("no")

    with Asking() as asking:
        answer = asking.ask(refuse)
        with pytest.raises(ValueError, match="no"):
            answer()


def pages_of(taken: list[int], count: int, ended: threading.Event) -> Generator[int, None, None]:
    try:
        for page in range(count):
            taken.append(page)
            yield page
        raise ValueError("broken")
    finally:
        ended.set()


def test_pages_come_in_their_order_and_their_error_after_them() -> None:
    with Asking() as asking:
        pages = asking.pages(pages_of([], 20, threading.Event()))
        assert [next(pages) for _ in range(20)] == list(range(20))
        with pytest.raises(ValueError, match="broken"):
            next(pages)


def test_the_first_page_can_be_looked_at_by_others_and_is_still_taken() -> None:
    with Asking() as asking:
        pages = asking.pages(pages_of([], 2, threading.Event()))
        looked_at = asking.ask(pages.first)
        assert looked_at() == 0
        assert next(pages) == 0


def test_where_there_is_no_page_nobody_waits_for_the_first() -> None:
    with Asking() as asking:
        broken = asking.pages(pages_of([], 0, threading.Event()))
        none = asking.pages(page for page in list[int]())
        with pytest.raises(ValueError, match="broken"):
            broken.first()
        assert none.first() is None
        assert (list(none), list(none)) == ([], [])


def test_only_a_few_pages_are_taken_ahead_and_none_after_the_end() -> None:
    taken: list[int] = []
    ended = threading.Event()
    with Asking() as asking:
        asking.pages(pages_of(taken, 1000, ended))
        time.sleep(0.1)
    assert len(taken) <= PAGES_AHEAD + 1
    assert ended.is_set()


def test_ctrl_c_waits_for_no_answer() -> None:
    hanging = threading.Event()

    def interrupted() -> None:
        with Asking() as asking:
            asking.ask(lambda: hanging.wait(30))
            raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - started < 5
    hanging.set()
