"""Where what a person holds can be cut: an instant before which nothing was wrong, so that what is found from
then on follows from what reaches it. Called when a person is judged again from an instant on."""

from collections.abc import Iterable, Sequence

from phasewise.core.model import Group, Instant, Limits
from phasewise.core.rules import ACTIVE, DONE, Held
from phasewise.core.stretches import Stretch, until


def first_reached(stretches: Iterable[Stretch], at: Instant) -> Instant:
    """The start of the earliest of those stretches that reach `at`, or reach one that does."""
    for start, end in sorted(stretches, key=lambda stretch: stretch[1], reverse=True):
        if end < at:
            break
        at = min(at, start)
    return at


def last_quiet(held: Sequence[Held], windows: Sequence[Limits], within: Stretch) -> Instant | None:
    """The last instant of `within` (both ends included) just before which no stretch went on that a finding
    could be about, however short it was and whichever of the limits counted; None where there is none. `held`
    is all that was not done, but for what had ended before `within`."""
    since, at = within
    starts = {one.interval.start for one in held if since <= one.interval.start <= at}
    return next((s for s in sorted({*starts, at}, reverse=True) if _is_quiet(held, windows, s)), None)


def _is_quiet(held: Iterable[Held], windows: Iterable[Limits], at: Instant) -> bool:
    lying = [one for one in held if one.interval.start < at <= until(one.interval.end)]
    known = {group: _tasks(lying, group) for group in (Group.WATCHING, Group.PAUSED)}
    active = {one.counts_as for one in lying if one.interval.group is ACTIVE}
    mine = [one.interval.group for one in lying if not one.orphan and one.interval.group is not DONE]
    is_idle = bool(mine) and ACTIVE not in mine
    return not is_idle and all(
        len(active) <= limits.one_active
        and known[Group.WATCHING] <= limits.watching
        and known[Group.PAUSED] <= limits.paused
        for limits in windows
    )


def _tasks(lying: Iterable[Held], group: Group) -> int:
    return len({one.counts_as for one in lying if one.interval.group is group and not one.orphan})
