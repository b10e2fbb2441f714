"""Percentiles by nearest rank: always one of the values, never something in between."""

from collections.abc import Iterable
from typing import TypeVar

Value = TypeVar("Value", int, float)


def nearest_rank(values: Iterable[Value], percent: int) -> Value:
    """The smallest value that at least `percent` (1 to 100) per cent of them do not exceed.

    Raises ValueError without any values or for another percentage.
    """
    ordered = sorted(values)
    if not ordered or not 1 <= percent <= 100:
        raise ValueError("a percentile needs values, and a percentage from 1 to 100")
    rank = -(-percent * len(ordered) // 100)
    return ordered[rank - 1]
