"""THE list of jobs: what is done again and again behind the pages, how often, and when it is skipped."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from phasewise.store import effects, inbox
from phasewise.store.effects import EffectKind
from phasewise.usecases.deps import Deps
from phasewise.usecases.do_effects import do_due
from phasewise.usecases.drain_inbox import drain
from phasewise.usecases.enforce import enforce, is_anything_due
from phasewise.usecases.hear_replies import hear_replies, is_anything_to_hear
from phasewise.usecases.rejudge import rejudge
from phasewise.usecases.reports.freeze_report import freeze_report
from phasewise.usecases.reports.send_due import Sending
from phasewise.usecases.reports.stand_up import is_stand_up_due, post_stand_ups
from phasewise.usecases.retain import Keep, retain
from phasewise.worker.poller import Poller

LOOK_SECONDS = 0.2
NET_SECONDS = 30.0
RIPEN_SECONDS = 0.5
REPORT_SECONDS = 5.0
LEFT_MS = 60_000
RETAIN_AT = "17 * * * *"
REJUDGE_AT = "23 3 * * *"


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
    """What the settings say about when jobs are done, and for how long what is over is kept."""

    poll_seconds: float = 60.0
    census_every: int = 60
    zone: str = "UTC"
    keep: Keep = field(default_factory=Keep)


def jobs_of(deps: Deps, node_id: str, pace: Pace, poller: Poller) -> tuple[Job, ...]:
    """Every job of a node that works. Deliveries and effects have threads that see to them at once; the jobs
    are for what those left, for whatever reason."""
    look = min(LOOK_SECONDS, pace.poll_seconds)
    sending, stand_up = Sending(deps, freeze_report), partial(post_stand_ups, deps)
    return (
        Job("poll", poller.run, every_seconds=look, is_due=poller.is_due),
        Job("drain", partial(drain, deps, node_id), NET_SECONDS, is_due=partial(_is_left, deps)),
        Job("effects", partial(do_due, deps, node_id), NET_SECONDS, is_due=partial(_effect_is_left, deps)),
        Job("enforce", partial(enforce, deps), RIPEN_SECONDS, is_due=partial(is_anything_due, deps)),
        Job("hear", partial(hear_replies, deps), RIPEN_SECONDS, is_due=partial(is_anything_to_hear, deps)),
        Job("report", sending.run, REPORT_SECONDS, is_due=sending.is_due),
        Job("stand_up", stand_up, REPORT_SECONDS, is_due=partial(is_stand_up_due, deps)),
        Job("retain", partial(retain, deps, pace.keep), cron=RETAIN_AT, zone=pace.zone),
        Job("rejudge", partial(rejudge, deps), cron=REJUDGE_AT, zone=pace.zone),
    )


def _is_left(deps: Deps) -> bool:
    with deps.database.read() as connection:
        oldest = inbox.oldest_pending(connection, deps.site_id)
    return oldest is not None and deps.now() - oldest > LEFT_MS


def _effect_is_left(deps: Deps) -> bool:
    with deps.database.read() as connection:
        return effects.is_waiting(connection, deps.site_id, tuple(EffectKind), deps.now() - LEFT_MS)
