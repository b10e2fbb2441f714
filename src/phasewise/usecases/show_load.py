"""What waits, what fails and how far behind we are, as numbers for /metrics. One short transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from phasewise.core.model import Rule, Severity
from phasewise.store import inbox, sites
from phasewise.store.effect_pages import count_effects
from phasewise.store.effects import EffectState
from phasewise.store.finding_pages import count_open
from phasewise.store.inbox import STATES, DeliveryState
from phasewise.store.report_sending import mails_by_state
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import freshness, present_by
from phasewise.usecases.reports.show_sending import overdue_in
from phasewise.usecases.views import Freshness


@dataclass(frozen=True, slots=True)
class Load:
    """`findings` are the open ones, `report_mails` the effects that are mails of weekly reports. Ages are
    in seconds; None where nothing waits."""

    sync: Freshness
    is_failing: bool
    is_stopped: bool
    deliveries: Mapping[DeliveryState, int]
    oldest_delivery_seconds: float | None
    effects: Mapping[EffectState, int]
    report_mails: Mapping[EffectState, int]
    is_report_overdue: bool
    findings: Mapping[tuple[Rule, Severity], int]


def show_load(deps: Deps) -> Load:
    """The numbers now. Raises StoreError."""
    now = deps.now()
    with deps.database.read() as connection:
        state = sites.sync_state(connection, deps.site_id)
        counted = inbox.counts(connection, deps.site_id)
        effects = count_effects(connection, deps.site_id)
        report_mails = mails_by_state(connection, deps.site_id)
        overdue = overdue_in(deps, connection)
        at = present_by(now, state)
        strengths = deps.rulebook(connection).strengths_at(at)
        findings = count_open(connection, deps.site_id, at, strengths)
    return Load(
        sync=freshness(deps, state),
        is_failing=state.last_error is not None,
        is_stopped=state.stopped_reason is not None,
        deliveries={name: getattr(counted, name) for name in STATES},
        oldest_delivery_seconds=age_seconds(counted.oldest_pending, now),
        effects=effects,
        report_mails=report_mails,
        is_report_overdue=overdue is not None,
        findings=findings,
    )


def age_seconds(since: int | None, now: int) -> float | None:
    """How long ago, never negative: the clocks of several machines may differ."""
    return None if since is None else max(0, now - since) / 1000
