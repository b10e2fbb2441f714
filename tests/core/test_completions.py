"""When a task was finished, for the counts of finished tasks."""

from datetime import date

from tests.core.builders import PARIS, life, paris

from phasewise.core.calendar import TICKS_PER_DAY, calendar_of
from phasewise.core.completions import Completion, completions_of
from phasewise.core.model import Group, Instant

CALENDAR = calendar_of(PARIS)
ACTIVE, DONE = Group.ACTIVE, Group.DONE


def found(*steps: tuple[str, Group], until: str | None = None, incomplete: bool = False) -> list[Completion]:
    end = None if until is None else paris(until)
    task = life(*((paris(start), group) for start, group in steps), until=end)
    return list(completions_of(task, (), CALENDAR, incomplete=incomplete))


def on(day: str, done_at: str, age_days: float | None) -> Completion:
    age = None if age_days is None else round(age_days * TICKS_PER_DAY)
    at: Instant = paris(done_at)
    return Completion(date.fromisoformat(day).toordinal(), at, age)


def test_a_task_counts_on_the_local_day_on_which_it_entered_done() -> None:
    steps = (("2026-03-02 00:00", ACTIVE), ("2026-03-04 12:00", DONE))
    assert found(*steps) == [on("2026-03-04", "2026-03-04 12:00", 2.5)]
    assert found(*steps, incomplete=True) == [on("2026-03-04", "2026-03-04 12:00", None)]


def test_a_task_that_left_done_before_the_day_was_over_does_not_count_on_it() -> None:
    back = ("2026-03-04 18:00", ACTIVE)
    assert found(("2026-03-02 00:00", ACTIVE), ("2026-03-04 12:00", DONE), back) == []
    assert found(("2026-03-02 00:00", ACTIVE), ("2026-03-04 12:00", DONE), until="2026-03-04 13:00") == []


def test_a_task_done_again_later_counts_again() -> None:
    again = found(
        ("2026-03-02 00:00", ACTIVE),
        ("2026-03-03 00:00", DONE),
        ("2026-03-05 00:00", ACTIVE),
        ("2026-03-05 12:00", DONE),
    )
    assert again == [on("2026-03-03", "2026-03-03 00:00", 1.0), on("2026-03-05", "2026-03-05 12:00", 0.5)]


def test_another_done_status_is_no_second_completion_and_being_created_done_is_none() -> None:
    twice = (("2026-03-02 00:00", ACTIVE), ("2026-03-03 00:00", DONE), ("2026-03-03 12:00", DONE))
    assert found(*twice) == [on("2026-03-03", "2026-03-03 00:00", 1.0)]
    assert found(("2026-03-02 00:00", DONE), ("2026-03-03 00:00", DONE)) == []
