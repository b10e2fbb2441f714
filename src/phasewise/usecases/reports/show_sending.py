"""When the next report is due, when the last one was sent, what is overdue. For /readyz, pages and metrics.

What is overdue is found by looking at the clock and the store, so that it is seen though nobody works.
"""

from dataclasses import dataclass

from phasewise.core.digest import ReportState
from phasewise.core.model import Instant
from phasewise.core.rulebook import Rulebook
from phasewise.core.send_times import Hitch, Overdue
from phasewise.store import report_recipients, report_sending, reports, sites
from phasewise.store.db import Connection
from phasewise.store.effects import EffectState
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.due_weeks import DueWeek, due_week, next_ready, team_plans

OVERDUE_MS = 30 * 60_000
"""What was not begun, or is not handed over, so long after its time is overdue. A report waits for Jira for
twenty minutes at most."""


@dataclass(frozen=True, slots=True)
class SendingShown:
    """`next_at` is when the next report of any team is due; `last_at` when the last one was sent."""

    next_at: Instant | None
    last_at: Instant | None
    overdue: Overdue | None


def show_sending(deps: Deps) -> SendingShown:
    """How the sending of reports stands now: a few short looks."""
    now = deps.now()
    with deps.database.read() as connection:
        plans = [plan for plan in team_plans(deps, connection) if plan.is_on]
        return SendingShown(
            next_at=min((next_ready(plan, now)[1] for plan in plans), default=None),
            last_at=report_sending.last_sent(connection, deps.site_id),
            overdue=overdue_in(deps, connection),
        )


def overdue_in(deps: Deps, connection: Connection, rulebook: Rulebook | None = None) -> Overdue | None:
    """What is overdue now, the report that was not begun first; None where nothing is."""
    now = deps.now()
    if sites.sync_state(connection, deps.site_id).last_success_at is None:  # that is told already
        return None
    for plan in team_plans(deps, connection, rulebook):
        due = due_week(plan, now)
        if plan.is_on and now - due.ready_at > OVERDUE_MS and _is_missing(deps, connection, due):
            return Overdue(Hitch.NOT_BEGUN, due.ready_at, due.team, due.week.label)
    waiting = report_sending.waiting_since(connection, deps.site_id)
    if waiting is None or now - waiting <= OVERDUE_MS:
        return None
    return Overdue(Hitch.WAITS if deps.mailer is not None else Hitch.NO_SERVER, waiting)


def count_mails(deps: Deps) -> dict[EffectState, int]:
    """How many mails of reports are kept in each state."""
    with deps.database.read() as connection:
        return report_sending.mails_by_state(connection, deps.site_id)


def _is_missing(deps: Deps, connection: Connection, due: DueWeek) -> bool:
    """Whether somebody was to get it, and nobody began it."""
    known = reports.report_of(connection, deps.site_id, due.team, due.week.label)
    if known is not None and known.state is not ReportState.DRAFT:
        return False
    theirs = report_recipients.recipients_of(connection, deps.site_id, due.team)
    is_posted = deps.chat is not None and due.is_posted_at(deps.now())
    return is_posted or any(due.is_theirs(one) for one in theirs)
