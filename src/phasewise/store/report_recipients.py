"""Who gets the weekly reports by mail, and when those of a team are sent. For usecases/reports."""

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select, update

from phasewise.core.model import Instant
from phasewise.store.accounts import folded
from phasewise.store.report_tables import report_plans, report_recipients
from phasewise.store.upsert import SITE, upsert


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets a team's report. `zone` None: the team's; `project_id` None: all its projects;
    quiet hours are minutes of the day in their zone; `secret` is of the link by which they unsubscribe."""

    recipient_id: str
    team: str
    address: str
    name: str
    audience: str
    language: str
    format: str
    created_at: Instant
    created_by: str
    secret: str = field(repr=False)
    account_id: str | None = None
    zone: str | None = None
    project_id: int | None = None
    quiet_from: int | None = None
    quiet_to: int | None = None
    unsubscribed_at: Instant | None = None
    removed_at: Instant | None = None
    bounced_at: Instant | None = None
    bounce: str | None = None

    @property
    def is_mailed(self) -> bool:
        """Whether anything is sent to them: they are there, did not unsubscribe, and no mail came back."""
        return self.unsubscribed_at is None and self.removed_at is None and self.bounced_at is None


@dataclass(frozen=True, slots=True)
class SendPlan:
    """When the report of a team is sent: `weekday` 0 is Monday; `zone` None: the team's."""

    team: str
    weekday: int
    minute_of_day: int
    changed_by: str
    changed_at: Instant
    zone: str | None = None
    is_on: bool = True
    reply_to: str | None = None
    standup_minute: int | None = None


COLUMNS = [report_recipients.c[name] for name in Recipient.__dataclass_fields__]
ONE = select(*COLUMNS).where(
    report_recipients.c.site_id == SITE, report_recipients.c.recipient_id == bindparam("id")
)
"""Put together once: it is asked twice for each mail."""

_theirs = (
    select(*COLUMNS)
    .where(report_recipients.c.site_id == SITE, report_recipients.c.removed_at.is_(None))
    .order_by(report_recipients.c.name, report_recipients.c.recipient_id)
)
_of_team = _theirs.where(report_recipients.c.team == bindparam("of"))
_send_plans = (
    select(*(report_plans.c[name] for name in SendPlan.__dataclass_fields__))
    .where(report_plans.c.site_id == SITE)
    .order_by(report_plans.c.team)
)


def add_recipient(connection: Connection, site_id: int, recipient: Recipient) -> None:
    connection.execute(report_recipients.insert().values(site_id=site_id, **asdict(recipient)))


def change_recipient(connection: Connection, site_id: int, recipient_id: str, **values: Any) -> bool:
    """Give columns new values; False if there is no such recipient."""
    c = report_recipients.c
    which = (c.site_id == site_id, c.recipient_id == recipient_id)
    return bool(connection.execute(update(report_recipients).where(*which).values(values)).rowcount)


def recipient_by_id(connection: Connection, site_id: int, recipient_id: str) -> Recipient | None:
    row = connection.execute(ONE, {"site": site_id, "id": recipient_id}).one_or_none()
    return None if row is None else Recipient(**row._mapping)


def recipient_by_secret(connection: Connection, site_id: int, secret: str) -> Recipient | None:
    return _one(connection, site_id, report_recipients.c.secret == secret)


def recipients_of(connection: Connection, site_id: int, team: str | None = None) -> list[Recipient]:
    """Those of a team, or of all, who were not removed, by name; also who gets no mail any more."""
    statement = _theirs if team is None else _of_team
    rows = connection.execute(statement, {"site": site_id, "of": team})
    return [Recipient(**row._mapping) for row in rows]


def recipients_of_account(connection: Connection, site_id: int, account_id: str) -> list[Recipient]:
    """What an account is sent: once for each team at most."""
    c = report_recipients.c
    return _all(connection, c.site_id == site_id, c.account_id == account_id, c.removed_at.is_(None))


def forget_recipient(connection: Connection, site_id: int, account_id: str, address: str) -> None:
    """Nothing is kept of whom the account or the address is."""
    c = report_recipients.c
    theirs = (c.account_id == account_id) | (c.address == address)
    connection.execute(delete(report_recipients).where(c.site_id == site_id, theirs))


def send_plan_of(connection: Connection, site_id: int, team: str) -> SendPlan | None:
    """None: as the settings say."""
    return next((plan for plan in send_plans(connection, site_id) if plan.team == team), None)


def send_plans(connection: Connection, site_id: int) -> list[SendPlan]:
    """The plans that teams have of their own, by team."""
    return [SendPlan(**row._mapping) for row in connection.execute(_send_plans, {"site": site_id})]


def save_send_plan(connection: Connection, site_id: int, plan: SendPlan) -> None:
    """Keep it in the place of the one before."""
    upsert(connection, report_plans, [{"site_id": site_id, **asdict(plan)}])


def _one(connection: Connection, site_id: int, which: ColumnElement[bool]) -> Recipient | None:
    found = _all(connection, report_recipients.c.site_id == site_id, which)
    return found[0] if found else None


def _all(connection: Connection, *which: ColumnElement[bool]) -> list[Recipient]:
    c = report_recipients.c
    statement = select(*COLUMNS).where(*which).order_by(c.name, c.recipient_id)
    return [Recipient(**row._mapping) for row in connection.execute(statement)]


# ------------------------------------------------------------------ what follows from the rights of accounts


def link_recipients(connection: Connection, site_id: int, account_id: str, email: str) -> None:
    """What is sent to the address is sent to its new account; `email` is folded."""
    c = report_recipients.c
    unlinked = _all(connection, c.site_id == site_id, c.account_id.is_(None), c.removed_at.is_(None))
    for one in unlinked:
        if folded(one.address) == email:
            change_recipient(connection, site_id, one.recipient_id, account_id=account_id)


def name_nobody_to(connection: Connection, site_id: int, account_id: str) -> None:
    """What the account is sent names no person any more."""
    c = report_recipients.c
    named = (c.site_id == site_id, c.account_id == account_id, c.audience == "team")
    connection.execute(update(report_recipients).where(*named).values(audience="stakeholder"))


def stop_mails_to(connection: Connection, site_id: int, account_id: str, at: Instant) -> None:
    """The account is sent nothing any more."""
    c = report_recipients.c
    theirs = (c.site_id == site_id, c.account_id == account_id, c.removed_at.is_(None))
    connection.execute(update(report_recipients).where(*theirs).values(removed_at=at))
