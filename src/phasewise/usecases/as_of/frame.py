"""What frames every page: the instant that it shows, and how fresh it is. Called by show_* use cases."""

from dataclasses import dataclass

from phasewise.core.model import Instant
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, sync_facts
from phasewise.usecases.portfolio import SyncFacts


@dataclass(frozen=True, slots=True)
class Frame:
    """`now` is the moment of asking, `as_of` the instant shown, `zone` the team's time zone."""

    now: Instant
    as_of: Instant
    zone: str
    sync: SyncFacts


def frame_at(deps: Deps, at: Moment) -> Frame:
    return Frame(deps.now(), at.as_of, at.policy.calendar.zone, sync_facts(at))
