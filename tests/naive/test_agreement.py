"""The product's core and the naive reading of docs/definitions.md say the same about made-up histories."""

from fractions import Fraction
from random import Random

import pytest

from phasewise.core.calendar import TICKS_PER_DAY, calendar_of
from phasewise.core.weeks import report_week
from tests.core.derivation import compliance
from tests.naive import law, weeks
from tests.naive.agreement import disagreements
from tests.naive.histories import make_history
from tests.naive.judged import Core
from tests.naive.translated import rules_of
from tests.naive.worktime import Days

FEW = range(300)
MANY = range(1000, 2200)


@pytest.mark.parametrize("first", FEW[::10])
def test_the_two_readings_agree(first: int) -> None:
    assert [line for seed in range(first, first + 10) for line in disagreements(seed, looks=6)] == []


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("first", MANY[::100])
def test_the_two_readings_agree_on_many_more(first: int) -> None:
    assert [line for seed in range(first, first + 100) for line in disagreements(seed, looks=1)] == []


@pytest.mark.parametrize("seed", range(60))
def test_working_time_is_the_same(seed: int) -> None:
    history, random = make_history(seed), Random(seed)
    calendar, days = calendar_of(rules_of(history.world.policy)), Days(history.world.policy)
    for _ in range(20):
        start, end = sorted(random.randrange(history.start, history.end) for _ in range(2))
        ticks = calendar.working_ticks(start, end)
        assert Fraction(ticks, TICKS_PER_DAY) == days.working_days(start, end)


@pytest.mark.parametrize("seed", range(60))
def test_compliance_is_the_same(seed: int) -> None:
    history = make_history(seed)
    core, days = Core(history), Days(history.world.policy)
    for at in history.looks(2):
        fast, slow = report_week(at, core.calendar), weeks.week_of(at, days)
        assert (fast.label, fast.start, fast.end) == (slow.label, slow.start, slow.end)
        share = weeks.compliance(slow, law.seen(history.world, slow.end, days))
        told = compliance(core.held_by_person(), fast, core.calendar, core.limits)
        assert told == (None if share is None else pytest.approx(float(share), abs=1e-9))
