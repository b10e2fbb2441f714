"""Which report of each team is due, and which is next: by the team's plan, in its zone.

Called by send_due, show_sending, plans and usecases/doing/reporting.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from phasewise.core.calendar import Calendar, calendar_of
from phasewise.core.model import Instant
from phasewise.core.rulebook import Rulebook
from phasewise.core.send_times import Quiet, SendTime, due_at, ready_at, send_time
from phasewise.core.weeks import Week, report_week
from phasewise.store import report_recipients
from phasewise.store.db import Connection
from phasewise.store.report_recipients import Recipient, SendPlan
from phasewise.usecases.deps import Deps

POSTED_WITHIN_MS = 2 * 86_400_000


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """When a team's reports are sent. `kept` is what was decided for it, None where the settings count;
    `language` that of what is said to all of the team."""

    team: str
    calendar: Calendar
    time: SendTime
    kept: SendPlan | None
    language: str

    @property
    def is_on(self) -> bool:
        return self.kept is None or self.kept.is_on

    @property
    def reply_to(self) -> str | None:
        return None if self.kept is None else self.kept.reply_to


@dataclass(frozen=True, slots=True)
class DueWeek:
    """The newest week of a team whose report's time has come, at `ready_at`. `is_last`: no later week is
    over yet; else its report is news no more."""

    plan: TeamPlan
    week: Week
    ready_at: Instant
    is_last: bool

    @property
    def team(self) -> str:
        return self.plan.team

    def due_at(self, recipient: Recipient) -> Instant:
        """When a recipient is to have it."""
        return due_at(self.ready_at, self.plan.time, recipient.zone, quiet_of(recipient))

    def is_theirs(self, recipient: Recipient) -> bool:
        """Whether it is sent to a recipient at all: who comes later begins with the next one."""
        return recipient.is_mailed and recipient.created_at <= self.due_at(recipient)

    def is_posted_at(self, now: Instant) -> bool:
        """Whether a chat is still told of it: nobody wants to hear there of what is older."""
        return now - self.ready_at < POSTED_WITHIN_MS


def team_plans(deps: Deps, connection: Connection, rulebook: Rulebook | None = None) -> list[TeamPlan]:
    """Every team's plan, in the order of the teams. `rulebook` spares a look where it is known."""
    kept = {plan.team: plan for plan in report_recipients.send_plans(connection, deps.site_id)}
    found = []
    for team in (rulebook or deps.rulebook(connection)).teams:
        policy = team.newest.policy
        calendar, plan = calendar_of(policy.calendar), kept.get(team.name)
        time = _time(deps, plan, calendar.rules.zone)
        found.append(TeamPlan(team.name, calendar, time, plan, policy.language))
    return found


def due_week(plan: TeamPlan, now: Instant) -> DueWeek:
    """The newest week whose report's time has come by now."""
    weeks = weeks_before(plan.calendar, now)
    last = next(weeks)
    week = last
    while ready_at(week.end, plan.time) > now:
        week = next(weeks)
    return DueWeek(plan, week, ready_at(week.end, plan.time), week == last)


def next_ready(plan: TeamPlan, now: Instant) -> tuple[Week, Instant]:
    """The first week whose report's time is still to come, and that time."""
    week = due_week(plan, now).week
    following = report_week(week.end, plan.calendar)
    return following, ready_at(following.end, plan.time)


def weeks_before(calendar: Calendar, at: Instant) -> Iterator[Week]:
    """The weeks that are over at an instant, latest first, without end."""
    week = report_week(at, calendar)
    while True:
        week = report_week(week.start - 1, calendar)
        yield week


def quiet_of(recipient: Recipient) -> Quiet | None:
    if recipient.quiet_from is None or recipient.quiet_to is None:
        return None
    return Quiet(recipient.quiet_from, recipient.quiet_to)


def _time(deps: Deps, plan: SendPlan | None, zone: str) -> SendTime:
    if plan is None:
        return send_time(deps.report_at, zone)
    return SendTime(plan.weekday, plan.minute_of_day, plan.zone or zone)
