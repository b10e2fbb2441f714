"""When a team's report is sent: shown and changed by a lead. Called by web/report_plan."""

from collections.abc import Mapping
from dataclasses import replace

from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.mail.message import mail_address
from phasewise.store import report_recipients
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.report_recipients import SendPlan
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.due_weeks import TeamPlan, team_plans
from phasewise.usecases.reports.recipient_fields import (
    NOT_A_TIME,
    NOT_A_ZONE,
    NOT_AN_ADDRESS,
    NOT_LISTED,
    RecipientFieldsError,
    known_zones,
    minute_of,
)

DAYS = (
    marked("Monday"),
    marked("Tuesday"),
    marked("Wednesday"),
    marked("Thursday"),
    marked("Friday"),
    marked("Saturday"),
    marked("Sunday"),
)


def show_plan(deps: Deps, team: str) -> TeamPlan:
    """When its report is sent now. Raises NotFoundError."""
    with deps.database.read() as connection:
        found = next((one for one in team_plans(deps, connection) if one.team == team), None)
    if found is None:
        raise NotFoundError(_("There is no such team"))
    return found


def save_plan(deps: Deps, team: str, form: Mapping[str, str]) -> SendPlan:
    """Send it so from now on. Raises NotFoundError, RecipientFieldsError with all that is wrong."""
    before = show_plan(deps, team)
    plan = _plan(deps, before.team, form)
    with deps.database.write() as connection:
        report_recipients.save_send_plan(connection, deps.site_id, plan)
        same = None if before.kept is None else replace(before.kept, changed_by="", changed_at=0)
        if same != replace(plan, changed_by="", changed_at=0):
            told = {
                "weekday": DAYS[plan.weekday],
                "minute": plan.minute_of_day,
                "zone": plan.zone,
                "on": plan.is_on,
                "reply_to": plan.reply_to,
                "standup": plan.standup_minute,
            }
            entry = entry_of(deps.asker, plan.changed_at, "report_plan.changed", team, **told)
            add_entry(connection, deps.site_id, entry)
    return plan


def _plan(deps: Deps, team: str, form: Mapping[str, str]) -> SendPlan:
    weekday, zone, standup = (form.get(name, "") for name in ("weekday", "zone", "standup"))
    minute = minute_of(form.get("time", ""))
    reply_to = _address(form.get("reply_to", ""))
    wrong = {
        "weekday": "" if weekday in tuple("0123456") else _(NOT_LISTED),
        "time": _(NOT_A_TIME) if minute is None else "",
        "zone": "" if not zone or zone in known_zones() else _(NOT_A_ZONE),
        "reply_to": _(NOT_AN_ADDRESS) if reply_to is None else "",
        "standup": _(NOT_A_TIME) if standup and minute_of(standup) is None else "",
    }
    found = {field: text for field, text in wrong.items() if text}
    if found or minute is None:
        raise RecipientFieldsError(found)
    return SendPlan(
        team=team,
        weekday=int(weekday),
        minute_of_day=minute,
        changed_by=deps.asker.name[:255],
        changed_at=deps.now(),
        zone=zone or None,
        is_on=form.get("is_on", "yes") == "yes",
        reply_to=reply_to or None,
        standup_minute=minute_of(standup) if standup else None,
    )


def _address(text: str) -> str | None:
    """The address, empty where none was typed; None where it is none."""
    try:
        return mail_address(text) if text else ""
    except ValueError:
        return None
