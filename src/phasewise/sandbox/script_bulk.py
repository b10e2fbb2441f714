"""History by the million, for benchmarks: one issue after the other, none of them kept in memory."""

import random
from collections.abc import Iterator, Sequence

from phasewise.sandbox.script_cast import cast_of
from phasewise.sandbox.script_events import DAY, PHASES, Event, Op, Value

_LONG_HISTORY, _LONG_SHARE = 150, 0.01
_SHORTEST, _LONGEST = 4, 16
_LIVES = ("in_progress", "in_review", "in_progress", "blocked", "in_progress", "testing", "todo")
_SPACES = ("ML", "ML", "DS")
_LIFE = 40 * DAY
_RECENT, _OPEN, _HANDS = 400, 120, 40
_RECENTLY = 200 * DAY
"""The present looks the same however long the past is: the last 400 tasks lie within 200 days and in the
hands of 40 people, and 120 of them are open. All others lie before, and are done."""


def bulk(
    seed: int, issues: int, *, end_ms: int, projects: int = 60, people: int = 40, years: float = 3
) -> Iterator[Event]:
    """As many issues, epics included, created over the years before `end_ms`; the same for the same seed.

    Events are in time order within an issue, not across issues. One issue in a hundred has 150 histories, the
    others 10 on average: about 11.4 each. The people are those of `cast_of(seed, people)`.
    """
    rng = random.Random(f"bulk/{seed}")
    keys = [person.key for person in cast_of(seed, people)]
    start_ms = end_ms - int(years * 365 * DAY)
    epics = min(projects, issues)
    for number in range(epics):
        space = _SPACES[number % len(_SPACES)]
        values: dict[str, Value] = {"summary": f"Project {number + 1}", "space": space, "assignee": keys[0]}
        yield Event(start_ms, keys[0], Op.CREATE_EPIC, f"epic-{number}", values)
    recent = min(_RECENT, (issues - epics) // 2)
    turn_ms = end_ms - _RECENTLY
    for number in range(epics, issues - recent):
        created_ms = start_ms + int(rng.random() * (turn_ms - _LIFE - start_ms))
        yield from _issue(rng, f"task-{number}", int(rng.random() * epics), created_ms, keys)
    rng = random.Random(f"bulk/{seed}/present")
    for number in range(issues - recent, issues):
        created_ms = turn_ms + int(rng.random() * (_RECENTLY - _LIFE - DAY))
        epic, is_open = int(rng.random() * epics), number >= issues - _OPEN
        yield from _issue(rng, f"task-{number}", epic, created_ms, keys[:_HANDS], is_open=is_open)


def _issue(
    rng: random.Random, ref: str, epic: int, created_ms: int, keys: Sequence[str], *, is_open: bool = False
) -> Iterator[Event]:
    draw = rng.random
    owner, phase = int(draw() * len(keys)), int(draw() * len(PHASES))
    actor = keys[owner]
    space = _SPACES[epic % len(_SPACES)]
    values: dict[str, Value] = {
        "summary": f"Work package {ref[5:]}",
        "space": space,
        "parent": f"epic-{epic}",
        "phase": PHASES[phase],
        "assignee": actor,
    }
    yield Event(created_ms, actor, Op.CREATE_TASK, ref, values)
    is_long = draw() < _LONG_SHARE
    count = _LONG_HISTORY if is_long else _SHORTEST + int(draw() * (_LONGEST - _SHORTEST + 1))
    at_ms, gap = created_ms, 2 * _LIFE // count
    for n, change in enumerate(_changes(rng, count, owner, phase, keys, is_open=is_open)):
        # Squared, so that most changes follow each other closely; 1 ms keeps them in order.
        at_ms += int(draw() ** 2 * gap * 0.45) + 1 if n else 1
        yield Event(at_ms, actor, Op.EDIT, ref, change)


def _changes(
    rng: random.Random, count: int, owner: int, phase: int, keys: Sequence[str], *, is_open: bool
) -> Iterator[dict[str, Value]]:
    """As many edits, none of which leaves things as they are; the last one is to Done if it gets there."""
    draw, is_flagged, lives = rng.random, False, 0
    for n in range(count - 1):
        chance = draw()
        if n == 0 or chance < 0.45:
            yield {"status": _LIVES[lives % len(_LIVES)]}
            lives += 1
        elif chance < 0.6:
            owner = (owner + 1 + int(draw() * (len(keys) - 1))) % len(keys) if len(keys) > 1 else owner
            yield {"assignee": keys[owner]} if len(keys) > 1 else {"description": f"Note {n}"}
        elif chance < 0.7:
            is_flagged = not is_flagged
            yield {"flagged": is_flagged}
        elif chance < 0.8:
            phase = (phase + 1) % len(PHASES)
            yield {"phase": PHASES[phase]}
        else:
            yield {"description": f"Note {n}"} if chance < 0.9 else {"labels": f"round-{n}"}
    yield {"description": "Still open"} if is_open else {"status": "done"}
