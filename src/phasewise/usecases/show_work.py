"""What frames the pages of deliveries and effects: counts, tickets, how fresh all is. Called by web/work."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from phasewise.core.model import Instant
from phasewise.store import inbox
from phasewise.store.boards import issues_by_id
from phasewise.store.effect_pages import count_effects
from phasewise.store.effects import EffectState
from phasewise.store.inbox import STATES, DeliveryState
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment, sync_facts
from phasewise.usecases.portfolio import SyncFacts, Ticket


@dataclass(frozen=True, slots=True)
class Work:
    """`tickets` has those of the issues asked for that are known."""

    now: Instant
    as_of: Instant
    zone: str
    sync: SyncFacts
    deliveries: Mapping[DeliveryState, int]
    effects: Mapping[EffectState, int]
    tickets: Mapping[int, Ticket]


def show_work(deps: Deps, issues: Collection[int]) -> Work:
    """Counts of all deliveries and effects, and the tickets of these issues."""
    with moment(deps, None) as at:
        counted = inbox.counts(at.connection, at.site_id)
        rows = issues_by_id(at.connection, at.site_id, issues)
        return Work(
            now=deps.now(),
            as_of=at.as_of,
            zone=at.policy.calendar.zone,
            sync=sync_facts(at),
            deliveries={state: getattr(counted, state) for state in STATES},
            effects=count_effects(at.connection, at.site_id),
            tickets={row.id: Ticket(row.id, row.key, row.summary, at.url(row.key)) for row in rows.values()},
        )
