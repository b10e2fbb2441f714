"""The product's core and the naive reading of docs/definitions.md say the same about made-up histories."""

from fractions import Fraction
from random import Random

import pytest

from phasewise.core.calendar import TICKS_PER_DAY, calendar_of
from phasewise.core.history import is_incomplete
from phasewise.core.rules import age_ticks
from phasewise.core.timeline import clip_intervals, clip_pieces
from tests.naive import breaches, facts, hints, law
from tests.naive.histories import make_history
from tests.naive.judged import Core
from tests.naive.translated import rules_of
from tests.naive.worktime import Days

FEW = range(300)
MANY = range(1000, 4000)


def plain(noun: object) -> tuple[object, ...]:
    """A slotted dataclass as a tuple, enumerations as their text."""
    values = [getattr(noun, name) for name in noun.__slots__]  # type: ignore[attr-defined]
    return tuple(str(value) if isinstance(value, str) else value for value in values)


def compare(seed: int) -> None:
    history = make_history(seed)
    core, days = Core(history), Days(history.world.policy)
    for ticket in history.world.tickets:
        assert is_incomplete(core.issues[ticket.id]) == facts.is_incomplete(ticket), f"seed {seed}: {ticket}"
    for as_of in history.looks(4):
        where = f"seed {seed} as of {as_of}"
        view = law.seen(history.world, as_of, days)
        compare_timelines(core, view, where)
        compare_findings(core, view, where)


def compare_timelines(core: Core, view: law.Seen, where: str) -> None:
    for issue, life in view.lives.items():
        clipped = clip_intervals(core.lives[issue], view.as_of)
        assert [plain(one) for one in clipped] == [plain(one) for one in life], f"{where}, issue {issue}"
    for task in view.tasks():
        fast = clip_pieces(core.pieces[task.id], view.as_of)
        slow = law.pieces(task.id, view)
        assert [plain(one) for one in fast] == [plain(one) for one in slow], f"{where}, task {task.id}"
        aged = age_ticks(core.lives[task.id], core.subtasks(task.id), core.calendar, view.as_of)
        assert Fraction(aged, TICKS_PER_DAY) == breaches.age(task.id, view), f"{where}, age of {task.id}"


def compare_findings(core: Core, view: law.Seen, where: str) -> None:
    fast = {(one.rule, one.subject, one.start): one for one in core.findings_at(view.as_of)}
    slow = {(one.rule, one.subject, one.start): one for one in hints.findings(view)}
    assert sorted(fast) == sorted(slow), where
    for name, one in slow.items():
        assert fast[name] == one, f"{where}: {name}"


@pytest.mark.parametrize("seed", FEW)
def test_working_time_is_the_same(seed: int) -> None:
    history, random = make_history(seed), Random(seed)
    calendar, days = calendar_of(rules_of(history.world.policy)), Days(history.world.policy)
    for _ in range(20):
        start, end = sorted(random.randrange(history.start, history.end) for _ in range(2))
        ticks = calendar.working_ticks(start, end)
        assert Fraction(ticks, TICKS_PER_DAY) == days.working_days(start, end)


@pytest.mark.parametrize("seed", FEW)
def test_the_two_readings_agree(seed: int) -> None:
    compare(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", MANY[::100])
def test_the_two_readings_agree_on_many_more(first: int) -> None:
    for seed in range(first, first + 100):
        compare(seed)
