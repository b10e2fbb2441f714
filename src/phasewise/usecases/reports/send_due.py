"""Weekly reports are sent when they are due: frozen once, and one mail for each recipient, as effects.

`worker.jobs` looks every few seconds, at any number of nodes. What is done is found in the store, so that a
restart, a second worker or a clock that is set changes nothing: a mail is named by its report and recipient.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from phasewise.core.digest import ReportState
from phasewise.core.model import Instant
from phasewise.core.weeks import Week
from phasewise.errors import StoreError
from phasewise.log import get_log
from phasewise.store import report_recipients, report_sending, reports, sites
from phasewise.store.db import Connection
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.report_recipients import Recipient
from phasewise.store.reports import mail_key
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.due_weeks import DueWeek, due_week, team_plans, weeks_before

log = get_log("send_due")

LATE_MS = 15 * 60_000
"""What is handed out so long after its time says that it is late."""

PATIENCE_MS = 20 * 60_000
"""How long a report waits for Jira to be read up to the end of its week, as after a stop."""

WEEKS_MOST = 60
"""So many weeks are archived after a long stop; of those before nothing is kept."""


class Freeze(Protocol):
    """Keeps the numbers of a report for good; False where they were kept before."""

    def __call__(
        self,
        deps: Deps,
        team: str,
        week: str,
        *,
        late: bool = False,
        state: ReportState = ReportState.FROZEN,
    ) -> bool: ...


@dataclass(frozen=True, slots=True)
class Todo:
    """What there is to do for a team now: weeks to `archive` unsent, whether to `freeze` the one that is due,
    recipients whose mail is due, whether to post it, and weeks that are through."""

    due: DueWeek
    archive: tuple[Week, ...] = ()
    freeze: bool = False
    mails: tuple[Recipient, ...] = ()
    post: bool = False
    through: tuple[str, ...] = ()

    @property
    def is_anything(self) -> bool:
        return bool(self.archive or self.freeze or self.mails or self.post or self.through)


@dataclass(slots=True)
class SendReport:
    """How many reports were frozen and archived, and how many mails and posts were planned."""

    frozen: int = 0
    archived: int = 0
    mails: int = 0
    posts: int = 0


@dataclass(slots=True)
class Sending:
    """Looks what is due, and has it sent. One for each process: it remembers since when it waits for Jira."""

    deps: Deps
    freeze: Freeze
    waiting_since: dict[tuple[str, str], Instant] = field(default_factory=dict)

    def is_due(self) -> bool:
        """Whether there is anything to do: a few short looks."""
        return any(todo.is_anything for todo in self._look())

    def run(self) -> SendReport:
        """Do what is due. Raises StoreError; what was begun, or failed, is gone on with at the next call."""
        report = SendReport()
        for todo in self._look():
            try:
                self._do(todo, report)
            except StoreError:
                raise
            except Exception:  # whatever it is, the reports of the other teams must go out
                log.exception("report_failed", team=todo.due.team, week=todo.due.week.label)
        return report

    def _do(self, todo: Todo, report: SendReport) -> None:
        team = todo.due.team
        for week in todo.archive:
            report.archived += self.freeze(self.deps, team, week.label, state=ReportState.ARCHIVED)
        if todo.freeze:
            is_late = self.deps.now() - todo.due.ready_at > LATE_MS
            report.frozen += self.freeze(self.deps, team, todo.due.week.label, late=is_late)
        self._plan(todo.due, report)

    # ---------------------------------------------------------------- looking

    def _look(self) -> list[Todo]:
        now = self.deps.now()
        with self.deps.database.read() as connection:
            state = sites.sync_state(connection, self.deps.site_id)
            if state.last_success_at is None:  # there is nothing to tell yet
                return []
            plans = [plan for plan in team_plans(self.deps, connection) if plan.is_on]
            found = []
            for plan in plans:
                due = due_week(plan, now)
                waits = self._waits_for_jira(due, state.watermark, now)
                found.append(todo_of(self.deps, connection, due, waits=waits))
        return found

    def _waits_for_jira(self, due: DueWeek, watermark: Instant | None, now: Instant) -> bool:
        """Whether its numbers are not known yet, but may be soon."""
        if watermark is not None and watermark >= due.week.end:
            return False
        return now - self.waiting_since.setdefault((due.team, due.week.label), now) < PATIENCE_MS

    # ---------------------------------------------------------------- planning

    def _plan(self, due: DueWeek, report: SendReport) -> None:
        """Have mails and posts sent that are due, and note what is through, in one transaction."""
        with self.deps.database.write() as connection:
            now, site_id = self.deps.now(), self.deps.site_id
            todo = todo_of(self.deps, connection, due)
            if todo.mails or todo.post:
                reports.change(connection, site_id, due.team, due.week.label, first_due_at=due.ready_at)
            for recipient in todo.mails:
                effect = mail_of(due, recipient, is_late=now - due.due_at(recipient) > LATE_MS)
                report.mails += add_effect(connection, site_id, effect, now)
            if todo.post:
                report.posts += add_effect(connection, site_id, post_of(self.deps, due), now)
            for week in todo.through:
                _settle(connection, self.deps, due.team, week)
        if todo.mails:
            log.info("report_planned", team=due.team, week=due.week.label, mails=len(todo.mails))


def todo_of(deps: Deps, connection: Connection, due: DueWeek, *, waits: bool = False) -> Todo:
    """What there is to do for the team of a week that is due. `waits`: its numbers are not complete yet."""
    site_id, week = deps.site_id, due.week.label
    known = reports.report_of(connection, site_id, due.team, week)
    is_draft = known is None or known.state is ReportState.DRAFT
    archive = tuple(_missed(deps, connection, due)) if is_draft and not waits else ()
    sending = report_sending.being_sent(connection, site_id, due.team)
    old = tuple(one for one in sending if one != week and not _is_open(connection, deps, due.team, one))
    if is_draft and not due.is_last:  # the next week is over already: this one is news no more
        return Todo(due, archive=(*archive, due.week), through=old)
    if week not in sending:
        return Todo(due, archive=archive, freeze=is_draft and not waits, through=old)
    return _todo_while_sent(deps, connection, due, old)


def _todo_while_sent(deps: Deps, connection: Connection, due: DueWeek, old: tuple[str, ...]) -> Todo:
    site_id, week, now = deps.site_id, due.week.label, deps.now()
    theirs = [
        one for one in report_recipients.recipients_of(connection, site_id, due.team) if due.is_theirs(one)
    ]
    keys = [mail_key(due.team, week, one.recipient_id) for one in theirs]
    planned = report_sending.states_of(connection, site_id, [*keys, post_key(due.team, week)])
    unplanned = [one for one, key in zip(theirs, keys, strict=True) if key not in planned]
    mails = tuple(one for one in unplanned if due.due_at(one) <= now)
    post = deps.chat is not None and due.is_posted_at(now) and post_key(due.team, week) not in planned
    if unplanned or post or _is_open(connection, deps, due.team, week):
        return Todo(due, mails=mails, post=post, through=old)
    return Todo(due, through=(*old, week))


def _missed(deps: Deps, connection: Connection, due: DueWeek) -> Iterator[Week]:
    """The weeks between the last report that is settled and this one, oldest first."""
    last = report_sending.settled_before(connection, deps.site_id, due.team, due.week.end)
    if last is None:
        return
    found: list[Week] = []
    for week in weeks_before(due.plan.calendar, due.week.start):
        if week.end <= last or len(found) == WEEKS_MOST:
            break
        found.append(week)
    yield from reversed(found)


def _is_open(connection: Connection, deps: Deps, team: str, week: str) -> bool:
    return report_sending.progress_of(connection, deps.site_id, team, week).is_open


def _settle(connection: Connection, deps: Deps, team: str, week: str) -> None:
    """It is through: sent, or archived where there was nobody to send it to."""
    posted = report_sending.states_of(connection, deps.site_id, [post_key(team, week)])
    is_told = bool(posted) or report_sending.progress_of(connection, deps.site_id, team, week).is_told
    state = ReportState.SENT if is_told else ReportState.ARCHIVED
    sent_at = deps.now() if is_told else None
    reports.change(connection, deps.site_id, team, week, state=state.value, sent_at=sent_at)


# ------------------------------------------------------------------ what is sent


def mail_of(due: DueWeek, recipient: Recipient, *, is_late: bool = False) -> Effect:
    """The mail of a report to a recipient: who and what. Its bytes are made when it is sent."""
    body = {"report": _named(due, recipient=recipient.recipient_id, late=is_late)}
    key = mail_key(due.team, due.week.label, recipient.recipient_id)
    # One that still waits when the next week's comes is dropped.
    subject = f"report/{due.team}/{recipient.recipient_id}"
    return Effect(key, EffectKind.MAIL, recipient.address, body, subject)


def post_of(deps: Deps, due: DueWeek) -> Effect:
    """The post of a report to the chat."""
    assert deps.chat is not None  # noqa: S101 - only then there is one to do
    key, subject = post_key(due.team, due.week.label), f"report-post/{due.team}"
    return Effect(key, EffectKind.CHAT, deps.chat.access.host, {"report": _named(due)}, subject)


def post_key(team: str, week: str) -> str:
    return f"report-post/{team}/{week}"


def _named(due: DueWeek, **more: object) -> dict[str, object]:
    return {"team": due.team, "week": due.week.label, **more}
