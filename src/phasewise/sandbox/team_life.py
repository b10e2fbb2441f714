"""The scripted team at work while the demo runs: one plausible move after the other, on the World as it is.

The demo starts `TeamLife.live` in a thread; tests call `step`. What a move does is in `team_moves`.
"""

import random
import threading
from collections.abc import Sequence

from phasewise.sandbox.team_moves import MOVES, Move
from phasewise.sandbox.team_table import Table
from phasewise.sandbox.world import World

_TRIES = 40


class TeamLife:
    """Goes on from whatever state the issues are in; the moves are drawn by the seed, the instants are given.

    The team is everybody who has an issue when it starts, unless `people` (user ids) says otherwise.
    """

    def __init__(self, world: World, seed: int = 0, people: Sequence[str] | None = None) -> None:
        self._world = world
        self._rng = random.Random(f"life/{seed}")
        self.people = tuple(people) if people is not None else _assignees(world)

    def step(self, now_ms: int) -> str | None:
        """Makes one move and returns what happened in a few words; None where there is nobody to make one."""
        moves: list[Move] = list(MOVES)
        weights = list(MOVES.values())
        with self._world.lock:
            table = Table(self._world, self._rng, self.people, now_ms)
            for _ in range(_TRIES if self.people else 0):
                told = self._rng.choices(moves, weights)[0](table)
                if told is not None:
                    return told
        return None

    def live(self, stop: threading.Event, interval_seconds: float = 15.0) -> None:
        """Makes a move about every so many seconds until told to stop."""
        while not stop.wait(interval_seconds * self._rng.uniform(0.6, 1.4)):
            self.step(self._world.now())


def _assignees(world: World) -> tuple[str, ...]:
    with world.lock:
        found = dict.fromkeys(issue.assignee for issue in world.issues.values() if issue.assignee)
    return tuple(found)
