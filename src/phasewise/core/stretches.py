"""Stretches of time, `[start, end)`, as sets: union and overlap. Used all over the core."""

from collections.abc import Iterable, Sequence

from phasewise.core.model import Instant

FOREVER: Instant = 1 << 62
"""Stands for the missing end of what is open, where ends are compared."""

Stretch = tuple[Instant, Instant]
"""`[start, end)`, with FOREVER as the end of what is open."""


def until(end: Instant | None) -> Instant:
    """An end that compares: FOREVER for what is open."""
    return FOREVER if end is None else end


def or_open(end: Instant) -> Instant | None:
    """The end as it is kept: None for what is open."""
    return None if end >= FOREVER else end


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The union of stretches, as disjoint ones in order that do not even touch."""
    union: list[Stretch] = []
    for start, end in sorted(stretches):
        if union and start <= union[-1][1]:
            if end > union[-1][1]:
                union[-1] = (union[-1][0], end)
        else:
            union.append((start, end))
    return union


def outside(stretch: Stretch, others: Iterable[Stretch]) -> list[Stretch]:
    """What of a stretch lies in none of the others, which are disjoint and in order."""
    start, end = stretch
    parts: list[Stretch] = []
    for begin, finish in others:
        if start < min(begin, end):
            parts.append((start, min(begin, end)))
        start = max(start, finish)
    return [*parts, (start, end)] if start < end else parts


def overlap(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """The time that lies in both; each side disjoint and in order."""
    both: list[Stretch] = []
    n = m = 0
    while n < len(some) and m < len(others):
        start, end = max(some[n][0], others[m][0]), min(some[n][1], others[m][1])
        if start < end:
            both.append((start, end))
        if some[n][1] <= others[m][1]:
            n += 1
        else:
            m += 1
    return both
