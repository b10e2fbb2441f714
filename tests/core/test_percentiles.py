"""Percentiles by nearest rank."""

import pytest

from phasewise.core.percentiles import nearest_rank


@pytest.mark.parametrize(("percent", "value"), [(1, 15), (30, 20), (40, 20), (50, 35), (85, 50), (100, 50)])
def test_a_percentile_is_the_value_of_the_nearest_rank(percent: int, value: int) -> None:
    assert nearest_rank([35, 20, 15, 50, 40], percent) == value


def test_a_rank_that_falls_on_a_value_takes_that_one() -> None:
    assert nearest_rank(range(1, 21), 85) == 17
    assert nearest_rank([7.5], 1) == 7.5


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1], 0), ([1], 101)])
def test_a_percentile_of_nothing_or_beyond_is_refused(values: list[int], percent: int) -> None:
    with pytest.raises(ValueError, match="a percentile needs values"):
        nearest_rank(values, percent)
