"""Intervals where teams read statuses and phase options in ways of their own: each team its projects' time.

`families` calls it; without such teams it is the core's `intervals_of` and nothing else.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from phasewise.core.model import Instant, Interval, Issue, Kind, SiteMapping
from phasewise.core.stretches import FOREVER, or_open, until
from phasewise.core.timeline import intervals_of
from phasewise.usecases.judging.ground import Ground

Turns = Sequence[tuple[Instant, str]]


def read_intervals(
    ground: Ground, issue: Issue, projects: Container[int], home: Sequence[Interval] | None
) -> tuple[Interval, ...]:
    """The intervals of an issue. `home` are those of the task that a sub-task counts as; None: it counts as
    itself."""
    if not ground.readings:
        return intervals_of(issue, ground.mapping, projects)
    if issue.kind is Kind.PROJECT:
        mapping = ground.readings.get(ground.policies.team_of(issue.id), ground.mapping)
        return intervals_of(issue, mapping, projects)
    places = intervals_of(issue, ground.mapping, projects) if home is None else home
    turns = ground.policies.turns_of(places)
    lives = [intervals_of(issue, ground.readings.get(team, ground.mapping), projects) for _, team in turns]
    starts = [-FOREVER, *(start for start, _ in turns[1:]), FOREVER]
    return _joined(
        part for life, within in zip(lives, pairwise(starts), strict=True) for part in _within(life, *within)
    )


def mapping_for(ground: Ground, own: Iterable[Interval]) -> SiteMapping:
    """What statuses and options mean for a task: as the team has it whose it was last."""
    if not ground.readings:
        return ground.mapping
    return ground.readings.get(ground.policies.turns_of(own)[-1][1], ground.mapping)


def _within(life: Iterable[Interval], start: Instant, end: Instant) -> Iterable[Interval]:
    for one in life:
        begin, finish = max(one.start, start), min(until(one.end), end)
        if begin < finish:
            yield replace(one, start=begin, end=or_open(finish))


def _joined(parts: Iterable[Interval]) -> tuple[Interval, ...]:
    """Neighbours that are equal in everything are one."""
    joined: list[Interval] = []
    for one in parts:
        if joined and replace(joined[-1], start=one.start, end=one.end) == one:
            joined[-1] = replace(joined[-1], end=one.end)
        else:
            joined.append(one)
    return tuple(joined)
