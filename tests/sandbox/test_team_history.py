"""The scripted history: the same for the same seed, in order, and full of what really happens in Jira."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from phasewise.sandbox.script import Event, cast_of, history
from phasewise.sandbox.script_events import Op

END = int(datetime(2026, 11, 19, 9, 40, tzinfo=UTC).timestamp() * 1000)
SEEDS = (1, 2, 3, 7, 2026)


def events_of(seed: int = 1, end_ms: int = END, **size: int) -> list[Event]:
    return list(history(seed, end_ms=end_ms, **size))


def edits(events: list[Event], name: str) -> list[Event]:
    return [event for event in events if event.op is Op.EDIT and name in event.values]


def test_the_same_seed_writes_the_same_history() -> None:
    assert events_of(3) == events_of(3)


def test_another_seed_writes_another_history() -> None:
    assert events_of(3) != events_of(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_events_come_in_time_order_and_before_the_end(seed: int) -> None:
    instants = [event.at_ms for event in events_of(seed)]
    assert instants == sorted(instants)
    assert instants[-1] < END


@pytest.mark.parametrize("size", [{"team_size": 1}, {"team_size": 30}, {"weeks": 2}, {"weeks": 110}])
def test_nothing_is_edited_before_it_exists_or_after_it_was_deleted(size: dict[str, int]) -> None:
    alive: set[str] = set()
    for event in events_of(5, **size):
        if event.op in (Op.EDIT, Op.MOVE, Op.DELETE):
            assert event.ref in alive
        else:
            assert event.values.get("parent") in (None, *alive)
            alive.add(event.ref)
        if event.op is Op.DELETE:
            alive.remove(event.ref)


@pytest.mark.parametrize("seed", SEEDS)
def test_issues_are_moved_deleted_reassigned_flagged_and_broken_into_parts(seed: int) -> None:
    events = events_of(seed)
    ops = Counter(event.op for event in events)
    assert min(ops[op] for op in Op) >= 3
    assert len(edits(events, "flagged")) >= 4
    assert len(edits(events, "parent")) >= 2
    assert len(edits(events, "phase")) >= 4


@pytest.mark.parametrize("seed", SEEDS)
def test_some_tasks_have_no_phase_and_some_no_epic(seed: int) -> None:
    tasks = [event for event in events_of(seed) if event.op is Op.CREATE_TASK]
    assert any(task.values["phase"] is None and task.values["parent"] is not None for task in tasks)
    assert any(task.values["parent"] is None for task in tasks)


@pytest.mark.parametrize("seed", SEEDS)
def test_some_tasks_are_reopened(seed: int) -> None:
    done: set[str] = set()
    reopened: set[str] = set()
    for event in edits(events_of(seed), "status"):
        if event.values["status"] == "done":
            done.add(event.ref)
        elif event.ref in done:
            reopened.add(event.ref)
    assert len(reopened) >= 3


def test_nobody_works_at_night_on_sundays_or_at_christmas() -> None:
    end = int(datetime(2026, 2, 20, 12, 0, tzinfo=UTC).timestamp() * 1000)
    zones = {person.key: ZoneInfo(person.zone) for person in cast_of(1, 8)}
    for event in events_of(1, end_ms=end, weeks=16):
        if event.op is Op.EDIT:
            local = datetime.fromtimestamp(event.at_ms / 1000, zones[event.actor])
            assert local.weekday() < 5
            assert (local.month, local.day) not in [(12, 25), (12, 26), (1, 1)]


def test_a_history_needs_somebody() -> None:
    with pytest.raises(ValueError, match="at least one person"):
        history(1, team_size=0, end_ms=END)
