"""Stretches of time as sets."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from phasewise.core.stretches import FOREVER, Stretch, merged, overlap

stretches = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=6,
)


def points(of: list[Stretch]) -> set[int]:
    return {point for start, end in of for point in range(start, min(end, 50))}


@given(stretches, stretches)
def test_union_and_overlap_are_those_of_sets(some: list[Stretch], others: list[Stretch]) -> None:
    one, two = merged(some), merged(others)
    assert points(one) == points(some)
    assert points(overlap(one, two)) == points(some) & points(others)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(one))


def test_what_is_open_stays_open() -> None:
    assert overlap([(0, FOREVER)], [(5, FOREVER)]) == [(5, FOREVER)]
