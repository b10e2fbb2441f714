"""How many reads are in flight: what a read waits for Jira, by the work that it makes."""

import threading

from phasewise.jira.pace import LATELY, Pace, Stopwatch, seconds_waited, waiting
from phasewise.jira.stream import in_parallel


def paced(waited: float, reading: float, storing: float) -> Pace:
    """After so many reads of one kind that the average is theirs."""
    pace = Pace(12)
    for _ in range(10 * LATELY):
        pace.was_read(waited, reading)
        pace.was_stored(storing)
    return pace


def test_before_anything_is_known_it_is_as_many_as_allowed() -> None:
    assert Pace(12).wanted == 12
    assert Pace(3).wanted == 3


def test_so_many_reads_that_their_work_fills_the_wait_of_one() -> None:
    assert paced(0.19, 0.03, 0.02).wanted == 5
    assert paced(0.24, 0.03, 0.02).wanted == 6


def test_a_slow_jira_gets_all_that_are_allowed_and_a_quick_one_two() -> None:
    assert paced(0.6, 0.03, 0.02).wanted == 12
    assert paced(0.001, 0.03, 0.02).wanted == 2
    assert paced(0.0, 0.0, 0.0).wanted == 12  # nothing to tell from, and nothing to wait for


def test_one_answer_that_was_quick_or_slow_by_chance_changes_nothing() -> None:
    pace = paced(0.19, 0.03, 0.02)
    pace.was_read(0.0, 0.03)
    assert pace.wanted == 5
    pace.was_read(60.0, 0.03)
    assert pace.wanted == 5


def test_a_jira_that_becomes_slow_gets_more() -> None:
    pace = paced(0.05, 0.03, 0.02)
    for _ in range(LATELY):
        pace.was_read(0.39, 0.03)
    assert pace.wanted == 9


def test_a_thread_knows_how_long_it_waited_itself() -> None:
    found: list[float] = []
    with waiting():
        pass
    thread = threading.Thread(target=lambda: found.append(seconds_waited()))
    thread.start()
    thread.join()
    assert seconds_waited() > 0
    assert found == [0.0]


def test_where_reads_need_not_wait_two_are_in_flight() -> None:
    """By a clock of each thread's own that knows no wait, and of each question a second of work."""
    mine = threading.local()
    in_flight, most, lock = [0], [0], threading.Lock()

    def worked() -> float:
        mine.seconds = getattr(mine, "seconds", 0.0) + 1
        return float(mine.seconds)

    def read(ids: list[int]) -> int:
        with lock:
            in_flight[0] += 1
            most[0] = max(most[0], in_flight[0] if ids[0] >= 12 else 0)
        threading.Event().wait(0.002)
        with lock:
            in_flight[0] -= 1
        return ids[0]

    watch = Stopwatch(waited=lambda: 0.0, worked=worked)
    assert sorted(in_parallel(read, range(60), 1, watch=watch)) == list(range(60))
    assert most[0] <= 2
