"""From where on what a person holds, or a project did, has to be judged again."""

import pytest

from phasewise.core.detectors import open_visits
from phasewise.core.model import Group, Instant, Interval, Limits, Phase, Piece, Visit
from phasewise.core.quiet import first_reached, last_quiet
from phasewise.core.rules import Held

ACTIVE, WATCHING, PAUSED, TODO = Group.ACTIVE, Group.WATCHING, Group.PAUSED, Group.TODO
MON, TUE, WED, THU = (day * 86_400_000 for day in range(10, 14))
A, B = Phase.RESEARCH, Phase.MODELING


def held(task: int, start: Instant, end: Instant | None, group: Group = ACTIVE, orphan: bool = False) -> Held:
    return Held(Interval(task, start, end, "3", group, A, "ada", 1, False), task, orphan=orphan)


def quiet(*some: Held) -> Instant | None:
    return last_quiet(some, [Limits(), Limits(watching=0, paused=0)], (MON, WED))


def test_what_reaches_an_instant_or_what_does_goes_back_to_its_start() -> None:
    assert first_reached([(MON, TUE), (TUE, WED)], WED) == MON
    assert first_reached([(MON, TUE), (WED, THU)], WED) == WED


def test_a_desk_in_order_is_quiet_at_once() -> None:
    assert quiet() == WED
    assert quiet(held(1, MON, None)) == WED


@pytest.mark.parametrize("group", [ACTIVE, WATCHING, PAUSED, TODO])
def test_too_much_in_hand_or_nothing_active_is_quiet_only_before(group: Group) -> None:
    beside = [] if group is TODO else [held(1, MON - 2, None)]
    assert quiet(*beside, held(2, TUE, None, group)) == TUE
    assert quiet(*beside, held(2, TUE, WED, group)) == TUE
    assert quiet(*beside, held(2, MON - 1, None, group)) is None


def test_a_subtask_without_its_task_counts_only_as_active() -> None:
    assert quiet(held(1, TUE, None, PAUSED, orphan=True)) == WED
    assert quiet(held(1, MON, None), held(2, TUE, None, orphan=True)) == TUE


def test_a_visit_is_open_until_another_phase_begins_after_its_end() -> None:
    visits = [Visit(A, MON, TUE, False), Visit(B, WED, None, False)]
    pieces = [Piece(1, MON, TUE, A, 1), Piece(2, WED, None, B, 1), Piece(3, MON, None, Phase.NONE, 1)]
    assert open_visits(visits, pieces, THU) == visits[1:]
    assert open_visits(visits, pieces, WED) == visits
    assert open_visits(visits[:1], pieces[:1], THU) == visits[:1]
