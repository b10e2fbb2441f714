"""The product's core and the naive reading of docs/definitions.md say the same about made-up histories."""

from fractions import Fraction
from random import Random

import pytest

from phasewise.core.calendar import TICKS_PER_DAY, calendar_of
from phasewise.core.history import is_incomplete
from phasewise.core.model import Interval, Piece
from phasewise.core.timeline import clip_intervals, clip_pieces, intervals_of, pieces_of
from tests.naive import facts, law
from tests.naive.histories import History, make_history
from tests.naive.translated import issue_of, mapping_of, rules_of
from tests.naive.worktime import Days

FEW = range(60)
MANY = range(1000, 4000)


class Core:
    """What the product derives from a history, over all of it."""

    def __init__(self, history: History) -> None:
        shuffle = Random(history.seed)
        self.calendar = calendar_of(rules_of(history.world.policy))
        self.mapping = mapping_of(history.world.policy)
        self.issues = {ticket.id: issue_of(ticket, shuffle) for ticket in history.world.tickets}
        projects = history.world.projects
        self.lives = {n: intervals_of(one, self.mapping, projects) for n, one in self.issues.items()}
        self.pieces = {task: self._pieces(task) for task in history.world.tasks}

    def _pieces(self, task: int) -> tuple[Piece, ...]:
        return pieces_of(self.lives[task], self.subtasks(task))

    def subtasks(self, task: int) -> list[tuple[Interval, ...]]:
        children = [one for one in self.issues.values() if one.kind == "subtask" and one.parent == task]
        return [self.lives[one.id] for one in children]


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


def compare_timelines(core: Core, view: law.Seen, where: str) -> None:
    for issue, life in view.lives.items():
        clipped = clip_intervals(core.lives[issue], view.as_of)
        assert [plain(one) for one in clipped] == [plain(one) for one in life], f"{where}, issue {issue}"
    for task in view.tasks():
        clipped_pieces = clip_pieces(core.pieces[task.id], view.as_of)
        slow = law.pieces(task.id, view)
        assert [plain(one) for one in clipped_pieces] == [plain(one) for one in slow], (
            f"{where}, task {task.id}"
        )


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
