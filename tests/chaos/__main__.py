"""`make chaos`: the long run, half on SQLite and half on PostgreSQL, with its figures at the end."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from tests.chaos.plant import Plant, PostgreSQL, killing
from tests.chaos.trial import Figures, Trial

SHOWN = 10


def main() -> int:
    """0 when nothing was lost, unfinished or wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=100_000, help="acknowledged in all")
    parser.add_argument("--kills", type=int, default=200, help="SIGKILLs in all")
    parser.add_argument("--every", type=float, nargs=2, default=(1.0, 4.0), help="seconds between two kills")
    parser.add_argument("--rate", type=float, default=400.0, help="deliveries a second at most")
    parser.add_argument("--on", choices=("sqlite", "postgresql", "both"), default="both")
    asked = parser.parse_args()
    kinds = ("sqlite", "postgresql") if asked.on == "both" else (asked.on,)
    clean = True
    for kind in kinds:
        figures = _trial(kind, asked, len(kinds))
        _print(kind, figures)
        clean &= figures.is_clean
    return 0 if clean else 1


def _trial(kind: str, asked: argparse.Namespace, shares: int) -> Figures:
    deliveries, kills, every = asked.deliveries // shares, asked.kills // shares, tuple(asked.every)
    with tempfile.TemporaryDirectory(prefix="phasewise-chaos-") as folder, _jira() as jira:
        if kind == "sqlite":
            trial = Trial(Plant(Path(folder), jira, None), jira, f"sqlite:///{folder}/data/phasewise.db")
            return trial.run(
                deliveries, partial(killing, trial.plant, kills, every, seed=1), per_second=asked.rate
            )
        server = PostgreSQL()
        try:
            url = server.new_database("chaos")
            trial = Trial(Plant(Path(folder), jira, url), jira, url)
            return trial.run(
                deliveries, partial(killing, trial.plant, kills, every, seed=2), per_second=asked.rate
            )
        finally:
            server.stop()


@contextmanager
def _jira() -> Iterator[Running]:
    world = World("cloud", seed=9)
    settle_team(world, seed=9, team_size=8, weeks=26, end_ms=time.time_ns() // 1_000_000)
    with start_in_thread(world) as running:
        yield running


def _print(kind: str, figures: Figures) -> None:
    print(f"{kind}: {figures.acknowledged} acknowledged, {figures.kills} SIGKILLs, {figures.seconds:.0f} s")
    print(f"  lost {len(figures.lost)}, unfinished {len(figures.unfinished)}, wrong {len(figures.wrong)}")
    print(f"  deliveries by state {figures.states}, answers by status {figures.answers}")
    for name in ("lost", "unfinished", "wrong"):
        if some := getattr(figures, name)[:SHOWN]:
            print(f"  {name}: {some}")


if __name__ == "__main__":
    sys.exit(main())
