"""The size knob: a stream of issues, one after the other, in little memory."""

import tracemalloc
from collections import Counter
from itertools import islice

from phasewise.sandbox.script_bulk import bulk
from phasewise.sandbox.script_cast import cast_of
from phasewise.sandbox.script_events import Event, Op
from phasewise.sandbox.team import play_stream
from phasewise.sandbox.world import World

END = 1_795_000_000_000


def histories(events: list[Event]) -> list[int]:
    edits = Counter(event.ref for event in events if event.op is Op.EDIT)
    return [edits[event.ref] for event in events if event.op is Op.CREATE_TASK]


def test_as_many_issues_come_as_were_asked_for() -> None:
    ops = Counter(event.op for event in bulk(1, 2000, end_ms=END, projects=20))
    assert (ops[Op.CREATE_EPIC], ops[Op.CREATE_TASK]) == (20, 1980)


def test_the_same_seed_streams_the_same_events() -> None:
    assert list(bulk(5, 300, end_ms=END)) == list(bulk(5, 300, end_ms=END))
    assert list(bulk(5, 300, end_ms=END)) != list(bulk(6, 300, end_ms=END))


def test_an_issue_has_eleven_histories_and_one_in_a_hundred_has_150() -> None:
    counts = histories(list(bulk(1, 10_000, end_ms=END)))
    assert 11.0 < sum(counts) / len(counts) < 11.8
    assert 0.007 < counts.count(150) / len(counts) < 0.013
    assert max(count for count in counts if count != 150) <= 16


def test_an_issue_lives_in_time_order_and_ends_before_the_end() -> None:
    last: dict[str, int] = {}
    for event in bulk(1, 3000, end_ms=END):
        assert last.get(event.ref, 0) < event.at_ms < END
        last[event.ref] = event.at_ms


def test_every_change_changes_something() -> None:
    world = World("cloud")
    events = list(bulk(1, 500, end_ms=END))
    play_stream(world, cast_of(1, 40), events)
    for issue, count in zip(list(world.issues.values())[60:], histories(events), strict=True):
        assert len({change.history_id for change in issue.changes}) == count


def test_a_stream_keeps_nothing_of_what_has_passed() -> None:
    stream = bulk(1, 1_000_000, end_ms=END)
    for _ in islice(stream, 10_000):
        pass
    tracemalloc.start()
    try:
        for _ in islice(stream, 50_000):
            pass
        assert tracemalloc.get_traced_memory()[1] < 200_000
    finally:
        tracemalloc.stop()
