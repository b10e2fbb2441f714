"""What is printed of the parts of a sum adds up to what is printed of the sum."""

from hypothesis import given
from hypothesis import strategies as st

from phasewise.core.calendar import TICKS_PER_DAY, days
from phasewise.core.parts import days_in_parts


def test_three_thirds_are_a_whole() -> None:
    printed = days_in_parts([TICKS_PER_DAY // 3] * 3)
    assert (printed, sum(printed)) == ([0.333, 0.334, 0.333], 1.0)


@given(st.lists(st.integers(0, 40 * TICKS_PER_DAY), max_size=60))
def test_parts_add_up_and_none_is_off_by_more_than_a_thousandth(parts: list[int]) -> None:
    printed = days_in_parts(parts)
    assert round(sum(printed), 3) == days(sum(parts))
    assert all(abs(one - part / TICKS_PER_DAY) <= 0.0011 for one, part in zip(printed, parts, strict=True))
