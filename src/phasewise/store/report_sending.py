"""How far the sending of weekly reports is: what was settled, and what waits. For usecases/reports."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from phasewise.core.digest import ReportState
from phasewise.core.model import Instant
from phasewise.store.effects import EffectKind, EffectState
from phasewise.store.report_tables import report_recipients, reports
from phasewise.store.reports import mail_key
from phasewise.store.upsert import SITE, batched, fetch_many
from phasewise.store.work_tables import effects

MAIL = "report/"
"""How the key of a report's mail begins."""

OPEN = (EffectState.DUE, EffectState.CLAIMED)

_open_mails = (
    select(effects.c.key, effects.c.created_at)
    .where(effects.c.site_id == SITE, effects.c.state.in_(OPEN), effects.c.kind == EffectKind.MAIL)
    .order_by(effects.c.created_at)
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """To whom, how it stands, and what is said of it."""

    target: str
    state: EffectState
    said: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """`is_open`: a mail is still to be handed over; `is_told`: one was, or was tried until the end."""

    is_open: bool
    is_told: bool


def settled_before(connection: Connection, site_id: int, team: str, before: Instant) -> Instant | None:
    """The instant of the team's last report before one that is no draft any more: frozen, sent, skipped or
    archived."""
    c = reports.c
    which = (c.site_id == site_id, c.team == team, c.instant < before, c.state != ReportState.DRAFT)
    settled: Instant | None = connection.scalar(select(func.max(c.instant)).where(*which))
    return settled


def being_sent(connection: Connection, site_id: int, team: str) -> list[str]:
    """The weeks of the team whose report is frozen and not settled yet, oldest first."""
    c = reports.c
    which = (c.site_id == site_id, c.team == team, c.state == ReportState.FROZEN)
    return list(connection.scalars(select(c.week).where(*which).order_by(c.instant)))


def states_of(connection: Connection, site_id: int, keys: Collection[str]) -> dict[str, EffectState]:
    """In which state the effects with these keys are, of those that there are."""
    c = effects.c
    found: dict[str, EffectState] = {}
    for some in batched(keys):
        rows = connection.execute(select(c.key, c.state).where(c.site_id == site_id, c.key.in_(some)))
        found |= {key: EffectState(state) for key, state in rows}
    return found


def outcomes_of(connection: Connection, site_id: int, keys: Collection[str]) -> list[Outcome]:
    """How the effects with these keys went, of those that there are, by target."""
    c, found = effects.c, []
    for some in batched(keys):
        statement = select(c.target, c.state, c.last_error).where(c.site_id == site_id, c.key.in_(some))
        found += [Outcome(row[0], EffectState(row[1]), row[2]) for row in connection.execute(statement)]
    return sorted(found, key=lambda one: one.target)


def progress_of(connection: Connection, site_id: int, team: str, week: str) -> Progress:
    """How far the mails of a report are, of all recipients that the team ever had."""
    c, of = report_recipients.c, effects.c
    everyone = select(c.recipient_id).where(c.site_id == site_id, c.team == team)
    keys = [mail_key(team, week, recipient) for recipient in connection.scalars(everyone)]
    is_open = is_told = False
    for some in batched(keys):
        which = (of.site_id == site_id, of.key.in_(some))
        for state, note in connection.execute(select(of.state, of.last_error).where(*which)):
            is_open = is_open or state in OPEN
            # One that was not needed any more is done as well, and says why.
            is_told = is_told or not (state in OPEN or (state == EffectState.DONE and note))
    return Progress(is_open, is_told)


def waiting_since(connection: Connection, site_id: int) -> Instant | None:
    """Since when the mail of a report waits that waits longest; None where none does."""
    oldest = fetch_many(connection, _open_mails, site=site_id)
    return next((at for key, at in oldest if key.startswith(MAIL)), None)


def last_sent(connection: Connection, site_id: int) -> Instant | None:
    """When the last report was sent."""
    sent: Instant | None = connection.scalar(
        select(func.max(reports.c.sent_at)).where(reports.c.site_id == site_id)
    )
    return sent


def mails_by_state(connection: Connection, site_id: int) -> dict[EffectState, int]:
    """How many mails of reports are kept in each state, zeroes included."""
    c = effects.c
    which = (c.site_id == site_id, c.kind == EffectKind.MAIL, c.key.startswith(MAIL))
    counts = connection.execute(select(c.state, func.count()).where(*which).group_by(c.state))
    found: dict[str, int] = {row[0]: row[1] for row in counts}
    return {state: found.get(state.value, 0) for state in EffectState}
