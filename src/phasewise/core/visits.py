"""The visits of a project to its phases, and how often it went back. Called by `figures`."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from phasewise.core.model import PHASE_RANK, Phase, Visit
from phasewise.core.stretches import Stretch, or_open


def visits_of(unions: Mapping[Phase, list[Stretch]]) -> tuple[Visit, ...]:
    """The visits of one project, by start and then phase, from the union of active time of each of the six
    phases: disjoint stretches in order. The bucket `none` makes no visit and has no place in it.
    """
    begun = sorted(start for union in unions.values() for start, _ in union)
    stays = [
        (start, PHASE_RANK[phase], phase, end)
        for phase, union in unions.items()
        for start, end in _joined(union, begun)
    ]
    visits: list[Visit] = []
    furthest = reached = 0
    since = None
    for start, rank, phase, end in sorted(stays):
        if start != since:
            # Only a visit that started earlier makes this one a return, not one that starts with it.
            furthest, since = reached, start
        visits.append(Visit(phase, start, or_open(end), furthest > rank))
        reached = max(reached, rank)
    return tuple(visits)


def loops(visits: Iterable[Visit]) -> int:
    """How many of the visits are returns."""
    return sum(visit.is_return for visit in visits)


def _joined(union: Iterable[Stretch], begun: list[int]) -> list[Stretch]:
    """The pieces of one phase as visits: two belong together unless a phase began in the gap between them.

    No piece of this phase itself begins there, so whatever did is another phase's.
    """
    stays: list[Stretch] = []
    for start, end in union:
        if stays and bisect_left(begun, stays[-1][1]) == bisect_left(begun, start):
            stays[-1] = (stays[-1][0], end)
        else:
            stays.append((start, end))
    return stays
