"""Who works on which project in which phase and when: the stints of each person, laid out backwards from
the present. `script` lays them, `script_desk` fills each with tasks.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

from phasewise.sandbox.script_events import PHASES, WEEK

_LETTERS = dict(zip("RDMPAS", PHASES, strict=True))
_HELP = "h"
_LEAST_WEEKS = 2.5

_TRACKS = (
    "a:finished R2 D2 M3 D1 M2 P3 A1 | b R2 | a S1 | b D2 M3 D1 M2",
    "a R2 D3 M4 D2 M2 D1 M2.5 P2 M1 P2",
    "a:watching R2 D3 M5 P2 M1.5 P2 | b R2 | a A1 | b D1.3",
    "a:paused R2 D3 M3 D1 M2 P1 | b R2 D3 M2 D1 M1 D1 M1.5",
    "a:idle R1 D2 M2 D1.5 | b R2 D3 M5 P3 A0.8",
    "a R3 D3 M4 D2 M3 P2 M1 P2 A1 | h2 | a S1.7",
)
"""One owner's weeks in turn: the project, then phase letters with weeks; `h` helps a colleague for a while.

A project's ending follows its name; the last project of a track is the one its owner works on now.
"""

_EARLIER = "a:finished R2 D2 M4 D1 M3 P3 A1 | h2 | a S1"
"""Put before a track that does not reach back to the first week, as often as needed."""


class Ending(StrEnum):
    """How a project stands at the present."""

    ACTIVE = "active"
    FINISHED = "finished"
    WATCHING = "watching"
    PAUSED = "paused"
    IDLE = "idle"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class Stint:
    """A stretch `[start_ms, end_ms)` in which a person works in one phase of one project (its number).

    `helping`: the project is someone else's. `last`: the owner's last stint of the project.
    """

    project: int
    phase: str
    start_ms: int
    end_ms: int
    helping: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The stints of each owner, in time order, and the ending of each project by its number."""

    stints: tuple[tuple[Stint, ...], ...]
    endings: tuple[Ending, ...]
    owners: tuple[int, ...]

    def of_project(self, number: int) -> Iterator[Stint]:
        """The owner's own stints in a project."""
        own = self.stints[self.owners[number]]
        return (stint for stint in own if stint.project == number and not stint.helping)


@dataclass(frozen=True, slots=True)
class _Step:
    project: str
    ending: Ending
    phase: str
    weeks: float


def lay_tracks(owners: int, weeks: float, end_ms: int, rng: random.Random) -> Plan:
    """A plan for as many owners, reaching back `weeks` from the present."""
    numbers = count()
    laid: list[list[Stint]] = []
    endings: list[Ending] = []
    project_owners: list[int] = []
    for owner in range(owners):
        steps = _to_length(_TRACKS[owner % len(_TRACKS)], weeks, rng)
        names: dict[str, int] = {}
        for step in steps:
            if step.phase != _HELP and step.project not in names:
                names[step.project] = next(numbers)
                endings.append(step.ending)
                project_owners.append(owner)
        laid.append(_lay(steps, names, end_ms))
    helped = [_resolve_help(track, laid[(owner + 1) % owners]) for owner, track in enumerate(laid)]
    return Plan(tuple(map(tuple, helped)), tuple(endings), tuple(project_owners))


def follow(tracks: Sequence[Sequence[Stint]], start_ms: int, end_ms: int, rng: random.Random) -> list[Stint]:
    """The stints of someone who helps one owner after the other, some weeks each, in the owner's phase.

    Following the owner's phase keeps a helper from dragging a project back into a phase it has left.
    """
    stints: list[Stint] = []
    until = end_ms
    while until > start_ms:
        since = max(start_ms, until - int(rng.uniform(3, 6) * WEEK))
        stints = _within(rng.choice(tracks), since, until) + stints
        until = since
    return stints


def _to_length(track: str, weeks: float, rng: random.Random) -> list[_Step]:
    """The steps of a track, varied a little and stretched, extended or cut to the weeks wanted."""
    steps = [replace(step, weeks=step.weeks * rng.uniform(0.85, 1.2)) for step in _steps(track, "now")]
    total = sum(step.weeks for step in steps)
    if 0.66 <= total / weeks <= 1.3:
        return [replace(step, weeks=step.weeks * weeks / total) for step in steps]
    for turn in count():
        total = sum(step.weeks for step in steps)
        if total >= weeks:
            return _cut(steps, total - weeks)
        earlier = _steps(_EARLIER, f"earlier {turn}")
        steps = [replace(step, weeks=step.weeks * rng.uniform(0.8, 1.2)) for step in earlier] + steps
    raise AssertionError("count() does not end")


def _cut(steps: list[_Step], surplus: float) -> list[_Step]:
    """Without the first `surplus` weeks."""
    kept = list(steps)
    while kept[0].weeks <= surplus:
        surplus -= kept.pop(0).weeks
    kept[0] = replace(kept[0], weeks=kept[0].weeks - surplus)
    return [step for step in kept if not _is_stump(step.project, kept)]


def _is_stump(project: str, steps: list[_Step]) -> bool:
    """A project of which only the last days fall into the history is no story worth telling."""
    weeks = sum(step.weeks for step in steps if step.project == project)
    return weeks < _LEAST_WEEKS and project not in ("", steps[-1].project)


def _steps(track: str, prefix: str) -> list[_Step]:
    steps: list[_Step] = []
    endings: dict[str, Ending] = {}
    for part in track.split(" | "):
        head, *words = part.split()
        if head[0] == _HELP:
            steps.append(_Step("", Ending.ACTIVE, _HELP, float(head[1:])))
            continue
        name, _, ending = head.partition(":")
        endings.setdefault(name, Ending(ending or "active"))
        steps += [_Step(f"{prefix} {name}", endings[name], _LETTERS[w[0]], float(w[1:])) for w in words]
    return steps


def _lay(steps: Iterable[_Step], names: dict[str, int], end_ms: int) -> list[Stint]:
    stints: list[Stint] = []
    seen: set[str] = set()
    until = end_ms
    for step in reversed(list(steps)):
        since = until - int(step.weeks * WEEK)
        number = names.get(step.project, -1)
        last = step.project not in seen
        seen.add(step.project)
        stints.append(Stint(number, step.phase, since, until, step.phase == _HELP, last))
        until = since
    return stints[::-1]


def _resolve_help(track: Sequence[Stint], colleague: Sequence[Stint]) -> list[Stint]:
    resolved: list[Stint] = []
    for stint in track:
        helping = stint.phase == _HELP
        resolved += _within(colleague, stint.start_ms, stint.end_ms) if helping else [stint]
    return resolved


def _within(track: Sequence[Stint], start_ms: int, end_ms: int) -> list[Stint]:
    clipped = (
        replace(
            stint,
            start_ms=max(stint.start_ms, start_ms),
            end_ms=min(stint.end_ms, end_ms),
            helping=True,
            last=False,
        )
        for stint in track
        if stint.phase != _HELP
    )
    return [stint for stint in clipped if stint.start_ms < stint.end_ms]
