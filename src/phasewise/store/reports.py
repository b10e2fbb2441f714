"""Weekly reports as they are kept: drafts with what leads say, and what was frozen. For usecases/reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, literal, select, tuple_, update

from phasewise.core.digest import ReportState
from phasewise.core.health import Colour
from phasewise.core.model import Instant
from phasewise.store.boards import Page
from phasewise.store.report_tables import report_notes, report_recipients, reports
from phasewise.store.upsert import batched, insert_new, upsert
from phasewise.store.work_tables import effects

REPORT_PLACE = (int, str)
"""Shape of a place among reports, latest first: instant, team."""

TOLD = (ReportState.FROZEN, ReportState.SENT, ReportState.ARCHIVED)
"""States in which the numbers of a report stay: the next one tells what changed since."""


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a team for a week, without its content. `instant` is the end of the week."""

    team: str
    week: str
    instant: Instant
    zone: str
    state: ReportState = ReportState.DRAFT
    late: bool = False
    frozen_at: Instant | None = None
    inputs_hash: str | None = None
    remark: str | None = None
    remark_by: str | None = None
    remark_at: Instant | None = None
    skipped_by: str | None = None
    skip_reason: str | None = None
    first_due_at: Instant | None = None
    sent_at: Instant | None = None

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


@dataclass(frozen=True, slots=True)
class Note:
    """What a lead says of a project: a remark, or a health in the place of the proposed one, or both."""

    by: str
    at: Instant
    remark: str | None = None
    health: Colour | None = None
    health_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """The content of a report from now on: the digest as JSON, the hash of what it was computed from."""

    body: Mapping[str, Any]
    inputs_hash: str
    at: Instant
    state: ReportState = ReportState.FROZEN
    late: bool = False


COLUMNS = [reports.c[name] for name in Report.__dataclass_fields__]
ONE = select(*COLUMNS).where(
    reports.c.site_id == bindparam("site"),
    reports.c.team == bindparam("of"),
    reports.c.week == bindparam("label"),
)
"""Put together once: it is asked twice for each mail."""


def report_of(connection: Connection, site_id: int, team: str, week: str) -> Report | None:
    """What is kept of it; None: nothing was said or frozen yet."""
    row = connection.execute(ONE, {"site": site_id, "of": team, "label": week}).one_or_none()
    return None if row is None else _report(row)


def body_of(connection: Connection, site_id: int, team: str, week: str) -> Mapping[str, Any] | None:
    """The frozen digest as JSON; None while it is a draft."""
    body: Mapping[str, Any] | None = connection.scalar(
        select(reports.c.body).where(_which(site_id, team, week))
    )
    return body


def reports_page(
    connection: Connection, site_id: int, team: str | None, page: Page, as_of: Instant | None = None
) -> list[Report]:
    """The reports of a team or of all, of weeks that ended by `as_of` or of all, latest first."""
    place = (reports.c.instant, reports.c.team)
    statement = select(*COLUMNS).where(reports.c.site_id == site_id)
    if team is not None:
        statement = statement.where(reports.c.team == team)
    if as_of is not None:
        statement = statement.where(reports.c.instant <= as_of)
    if page.after is not None:
        statement = statement.where(tuple_(*place) < tuple_(*map(literal, page.after)))
    statement = statement.order_by(*(column.desc() for column in place)).limit(page.limit)
    return [_report(row) for row in connection.execute(statement)]


def last_told(connection: Connection, site_id: int, team: str, before: Instant) -> Instant | None:
    """The instant of the team's last report before one, of those whose numbers stay."""
    which = (reports.c.site_id == site_id, reports.c.team == team, reports.c.instant < before)
    newest = select(func.max(reports.c.instant)).where(*which, reports.c.state.in_(TOLD))
    told: Instant | None = connection.scalar(newest)
    return told


def begin(connection: Connection, site_id: int, report: Report) -> None:
    """Keep a draft of it; one that is there already stays as it is."""
    row = {name: getattr(report, name) for name in ("team", "week", "instant", "zone", "state", "late")}
    insert_new(connection, reports, [{"site_id": site_id, **row}])


def change(connection: Connection, site_id: int, team: str, week: str, **values: Any) -> bool:
    """Give columns of a report new values; False if it is not kept."""
    statement = update(reports).where(_which(site_id, team, week)).values(values)
    return bool(connection.execute(statement).rowcount)


def freeze(connection: Connection, site_id: int, team: str, week: str, frozen: Frozen) -> bool:
    """Keep the content of a draft for good; False, and nothing happens, where it is no draft (any more)."""
    is_draft = and_(_which(site_id, team, week), reports.c.state == ReportState.DRAFT)
    values = {
        "state": frozen.state.value,
        "late": frozen.late,
        "frozen_at": frozen.at,
        "inputs_hash": frozen.inputs_hash,
        "body": dict(frozen.body),
    }
    return bool(connection.execute(update(reports).where(is_draft).values(values)).rowcount)


# ------------------------------------------------------------------ what leads say of projects


def notes_of(connection: Connection, site_id: int, team: str, week: str) -> dict[int, Note]:
    """What leads say in one report, by project."""
    c = report_notes.c
    which = (c.site_id == site_id, c.team == team, c.week == week)
    return {
        row.project_id: Note(row.by, row.at, row.remark, row.health and Colour(row.health), row.health_reason)
        for row in connection.execute(select(report_notes).where(*which))
    }


def save_note(
    connection: Connection, site_id: int, report: tuple[str, str], project: int, note: Note
) -> None:
    """Keep it in the place of the one before, of the report of a team and week. What says nothing is gone."""
    key = {"site_id": site_id, "team": report[0], "week": report[1], "project_id": project}
    if note.remark is None and note.health is None:
        connection.execute(delete(report_notes).where(*(report_notes.c[at] == of for at, of in key.items())))
        return
    said = {"remark": note.remark, "health": note.health, "health_reason": note.health_reason}
    upsert(connection, report_notes, [{**key, **said, "by": note.by[:255], "at": note.at}])


# ------------------------------------------------------------------ how its mails went


def mail_key(team: str, week: str, recipient_id: str) -> str:
    """The key of the effect that is the mail of a report to a recipient: there is never a second one."""
    return f"report/{team}/{week}/{recipient_id}"


def mail_counts(
    connection: Connection, site_id: int, wanted: Iterable[Report]
) -> dict[tuple[str, str], dict[str, int]]:
    """How many mails of each report, by team and week, are in which state (due, claimed, done, failed,
    unknown): of all recipients that its team ever had, but for those who were erased."""
    c = report_recipients.c
    everyone: dict[str, list[str]] = {}
    for team, recipient in connection.execute(select(c.team, c.recipient_id).where(c.site_id == site_id)):
        everyone.setdefault(team, []).append(recipient)
    found: dict[tuple[str, str], dict[str, int]] = {(one.team, one.week): {} for one in wanted}
    keys = {mail_key(*of, one): of for of in found for one in everyone.get(of[0], ())}
    for some in batched(keys):
        which = (effects.c.site_id == site_id, effects.c.key.in_(some))
        for key, state in connection.execute(select(effects.c.key, effects.c.state).where(*which)):
            counts = found[keys[key]]
            counts[state] = counts.get(state, 0) + 1
    return found


def _which(site_id: int, team: str, week: str) -> Any:
    return and_(reports.c.site_id == site_id, reports.c.team == team, reports.c.week == week)


def _report(row: Any) -> Report:
    values = {**row._mapping, "state": ReportState(row.state)}
    return Report(**values)
