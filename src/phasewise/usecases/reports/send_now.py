"""A lead has a report sent now, or to one address to try it. Called by web/report_page and report_commands.

Both are effects like any other mail, so that they are seen, retried and never doubled.
"""

from collections.abc import Collection
from dataclasses import replace
from uuid import uuid4

from phasewise.core.digest import ReportState
from phasewise.core.send_times import ready_at
from phasewise.core.weeks import week_labelled
from phasewise.errors import BadRequestError, ConflictError
from phasewise.i18n.speaking import _, marked
from phasewise.mail.message import mail_address
from phasewise.store import report_recipients, report_sending, reports, sites
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.db import Connection
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.report_sending import Outcome
from phasewise.usecases.deps import Deps
from phasewise.usecases.do_effects import do_due
from phasewise.usecases.policies.naming import team_named
from phasewise.usecases.reports.due_weeks import DueWeek, TeamPlan, team_plans, weeks_before
from phasewise.usecases.reports.freeze_report import freeze_report
from phasewise.usecases.reports.send_due import mail_of, post_of

NO_SERVER = marked("No mail can be sent: set PHASEWISE_SMTP_URL to the mail server")
NOBODY = marked("Nobody gets the report of this team: add recipients first")
SKIPPED = marked("This report was skipped; take that back first")
LONG_AGO = marked("This report was sent more than four weeks ago: read it in the archive")

TOLD_APART_MS = 28 * 86_400_000
"""For so long it is surely known who got a report: mails that are done are forgotten after 30 days at the
earliest."""


def last_week(deps: Deps, team: str | None) -> tuple[str, str]:
    """The team by its name (None: the default one), and its last week that is over. Raises NotFoundError."""
    with deps.database.read() as connection:
        plan = _plan(deps, connection, team)
    return plan.team, next(weeks_before(plan.calendar, deps.now())).label


def send_now(deps: Deps, team: str, week: str) -> list[str]:
    """Send the report of a week that is over to all who did not get it yet, whatever their hour is: the keys
    of what was planned. It is frozen where it was not.

    Raises ConflictError while the week runs, where it was skipped or sent long ago, BadRequestError where
    there is no mail server, nobody to send it to or no such week, NotFoundError for a team that there is not.
    """
    if deps.mailer is None:
        raise BadRequestError(_(NO_SERVER))
    freeze_report(deps, team, week)

    def work(connection: Connection) -> list[str]:
        sites.lock(connection, sites.WRITING_REPORTS, deps.site_id)
        due = _due(deps, _plan(deps, connection, team), week)
        known = reports.report_of(connection, deps.site_id, due.team, week)
        if known is None or known.state is ReportState.SKIPPED:
            raise ConflictError(_(SKIPPED))
        now = deps.now()
        if known.state is ReportState.SENT and now - known.instant > TOLD_APART_MS:
            raise ConflictError(_(LONG_AGO))
        effects = _effects(deps, connection, due, known.late)
        if not effects:
            raise BadRequestError(_(NOBODY))
        planned = [one.key for one in effects if add_effect(connection, deps.site_id, one, now)]
        if planned:
            values = {"state": ReportState.FROZEN.value, "sent_at": None, "first_due_at": now}
            reports.change(connection, deps.site_id, due.team, week, **values)
            _note(deps, connection, "report.sent_now", f"{due.team} {week}", mails=len(planned))
        return planned

    return deps.database.transact(work)


def send_test(deps: Deps, team: str, week: str | None, address: str, **way: str) -> str:
    """Send a report as it is now to one address: the key of the mail. `way` may name the `audience`, the
    `language` and the `format`; a subject says that it is a test, and the archive knows nothing of it.

    Raises BadRequestError for what is no address, or where there is no mail server.
    """
    if deps.mailer is None:
        raise BadRequestError(_(NO_SERVER))
    try:
        target = mail_address(address)
    except ValueError as error:
        raise BadRequestError(_("%(error)s: write one like ada@example.com", error=error)) from None
    key = f"report-test/{uuid4().hex}"
    with deps.database.write() as connection:
        about = {"team": _plan(deps, connection, team).team, "week": week, **way}
        add_effect(
            connection, deps.site_id, Effect(key, EffectKind.MAIL, target, {"test": about}), deps.now()
        )
        _note(deps, connection, "report.tested", target, team=about["team"], week=week)
    return key


def outcomes(deps: Deps, keys: Collection[str]) -> list[Outcome]:
    """How the mails and posts with these keys went so far."""
    with deps.database.read() as connection:
        return report_sending.outcomes_of(connection, deps.site_id, keys)


def hand_over(deps: Deps, keys: Collection[str]) -> list[Outcome]:
    """Hand over what is due, here and now, beside a service that may do the same: how those mails went."""
    do_due(deps, f"by-hand-{uuid4().hex}", (EffectKind.MAIL,), lambda __: None)
    return outcomes(deps, keys)


def _effects(deps: Deps, connection: Connection, due: DueWeek, is_late: bool) -> list[Effect]:
    everybody = report_recipients.recipients_of(connection, deps.site_id, due.team)
    mails = [mail_of(due, one, is_late=is_late) for one in everybody if one.is_mailed]
    if due.week != next(weeks_before(due.plan.calendar, deps.now())):
        # One of an older week takes the place of none that waits.
        mails = [replace(one, subject=None) for one in mails]
    return mails if deps.chat is None else [*mails, post_of(deps, due)]


def _due(deps: Deps, plan: TeamPlan, label: str) -> DueWeek:
    try:
        week = week_labelled(label, plan.calendar)
    except ValueError as error:
        raise BadRequestError(str(error)) from None
    return DueWeek(plan, week, ready_at(week.end, plan.time), is_last=True)


def _plan(deps: Deps, connection: Connection, team: str | None) -> TeamPlan:
    """Raises NotFoundError."""
    rulebook = deps.rulebook(connection)
    name = team_named(rulebook, team).name
    return next(plan for plan in team_plans(deps, connection, rulebook) if plan.team == name)


def _note(deps: Deps, connection: Connection, action: str, subject: str, **detail: object) -> None:
    add_entry(connection, deps.site_id, entry_of(deps.asker, deps.now(), action, subject, **detail))
