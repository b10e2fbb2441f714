"""A line for the daily stand-up, posted to the chat on working days: off until a team's plan says when.

`worker.jobs` looks every few seconds. One that was missed is not made up for: its day goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from phasewise.core.model import Instant
from phasewise.core.send_times import next_daily
from phasewise.core.weeks import report_week
from phasewise.mail.report.chat import standup_text
from phasewise.mail.report.links import Links
from phasewise.store import report_sending, sites
from phasewise.store.db import Connection
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.due_weeks import TeamPlan, team_plans
from phasewise.usecases.reports.show_report import show_report

WITHIN_MS = 2 * 3_600_000
"""So long after its time it still helps."""


@dataclass(frozen=True, slots=True)
class StandUp:
    """Of a team, on a working day of theirs, at an instant."""

    plan: TeamPlan
    key: str
    at: Instant


def is_stand_up_due(deps: Deps) -> bool:
    """Whether one is to be posted now."""
    if deps.chat is None:
        return False
    with deps.database.read() as connection:
        return any(True for _ in _due(deps, connection))


def post_stand_ups(deps: Deps) -> int:
    """Have those posted that are due: how many."""
    with deps.database.read() as connection:
        due = list(_due(deps, connection))
    effects = [_effect(deps, one) for one in due]
    with deps.database.write() as connection:
        return sum(add_effect(connection, deps.site_id, one, deps.now()) for one in effects)


def _due(deps: Deps, connection: Connection) -> Iterator[StandUp]:
    now = deps.now()
    if sites.sync_state(connection, deps.site_id).last_success_at is None:
        return
    for plan in team_plans(deps, connection):
        minute = None if plan.kept is None else plan.kept.standup_minute
        if minute is None:
            continue
        at = next_daily(now - WITHIN_MS + 1, minute, plan.time.zone)
        day = plan.calendar.local_date(at)
        key = f"standup/{plan.team}/{day.isoformat()}"
        is_known = bool(report_sending.states_of(connection, deps.site_id, [key]))
        if at <= now and plan.calendar.is_working(day) and not is_known:
            yield StandUp(plan, key, at)


def _effect(deps: Deps, one: StandUp) -> Effect:
    """What is said is what is known now; where the chat cannot be reached for long, it is left unsaid."""
    assert deps.chat is not None  # noqa: S101 - only then there is one to do
    team, calendar = one.plan.team, one.plan.calendar
    digest = show_report(deps, report_week(deps.now(), calendar).label, team).digest
    text = standup_text(digest, one.plan.language, one.plan.time.zone, Links(base=deps.base_url))
    body = {"text": text, "until": one.at + WITHIN_MS}
    return Effect(one.key, EffectKind.CHAT, deps.chat.access.host, body, subject=f"standup/{team}")
