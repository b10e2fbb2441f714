"""THE list of jobs: what is done again and again behind the pages, how often, and when it is skipped."""

from collections.abc import Callable
from dataclasses import dataclass

from phasewise.usecases.deps import Deps
from phasewise.worker.poller import Poller

LOOK_SECONDS = 0.2


def always() -> bool:
    """A job that is done whenever its time comes."""
    return True


@dataclass(frozen=True, slots=True)
class Job:
    """One job: `run` is called every so many seconds, or by `cron` in `zone`, at one node at a time.

    It is skipped where it `is_due` not. One that raises is logged, and done again at its next time.
    """

    name: str
    run: Callable[[], object]
    every_seconds: float | None = None
    cron: str | None = None
    zone: str = "UTC"
    is_due: Callable[[], bool] = always


@dataclass(frozen=True, slots=True)
class Pace:
    """What the settings say about when jobs are done."""

    poll_seconds: float = 60.0
    census_every: int = 60
    zone: str = "UTC"


def jobs_of(deps: Deps, pace: Pace, poller: Poller) -> tuple[Job, ...]:
    """Every job of a node that works."""
    look = min(LOOK_SECONDS, pace.poll_seconds)
    return (Job("poll", poller.run, every_seconds=look, is_due=poller.is_due),)
