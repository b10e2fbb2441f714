"""A printed sum that adds up: its parts are rounded together, not one by one. Called to explain a figure."""

from collections.abc import Iterable

from phasewise.core.calendar import Ticks, days


def days_in_parts(parts: Iterable[Ticks]) -> list[float]:
    """Each part in working days with 3 decimals, so that they add up to the rounded sum of all.

    What is printed is how far the running sum gets by a part: nowhere more than a thousandth of a day from
    the part itself, while thousands of parts rounded alone could drift apart from their sum.
    """
    printed = []
    running, before = 0, 0.0
    for part in parts:
        running += part
        reached = days(running)
        printed.append(round(reached - before, 3))
        before = reached
    return printed
