"""Waivers: who may go on with what a finding is about, why, and until when.

Called by hear_replies and decide_waivers, which write them, and wherever findings are shown or counted.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, literal, select, tuple_, update

from phasewise.core.ladder import Grant
from phasewise.core.model import Instant
from phasewise.store.boards import Page
from phasewise.store.erasing import name_of
from phasewise.store.ladder import FindingId
from phasewise.store.upsert import SITE, batched, insert_new
from phasewise.store.work_tables import waivers

_count_asked = (
    select(func.count()).select_from(waivers).where(waivers.c.site_id == SITE, waivers.c.state == Grant.ASKED)
)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A waiver that `person` asked for; decided by somebody, it holds until an instant."""

    waiver_id: str
    rule: str
    subject: str
    start: Instant
    person: str
    reason: str
    until: Instant
    state: Grant
    asked_at: Instant
    decided_by: str | None = None
    decided_at: Instant | None = None

    @property
    def finding(self) -> FindingId:
        return FindingId(self.rule, self.subject, self.start)

    def holds_at(self, at: Instant) -> bool:
        """Whether it silences its finding then."""
        granted = self.state is Grant.GRANTED and self.decided_at is not None and self.decided_at < at
        return granted and at <= self.until


def add_waiver(connection: Connection, site_id: int, waiver: Waiver) -> None:
    """Keep what was asked for; one that is known already stays as it is."""
    person = name_of(connection, site_id, waiver.person)
    insert_new(connection, waivers, [{"site_id": site_id, **asdict(waiver), "person": person}])


def decide_waiver(
    connection: Connection, site_id: int, waiver_id: str, state: Grant, by: str, at: Instant
) -> bool:
    """Grant or decline it, also after it was decided otherwise; False if there is none."""
    which = and_(waivers.c.site_id == site_id, waivers.c.waiver_id == waiver_id)
    values = {"state": state.value, "decided_by": by, "decided_at": at}
    return bool(connection.execute(update(waivers).where(which).values(values)).rowcount)


def waiver_by_id(connection: Connection, site_id: int, waiver_id: str) -> Waiver | None:
    statement = select(waivers).where(waivers.c.site_id == site_id, waivers.c.waiver_id == waiver_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else waiver_of(row)


def waivers_about(
    connection: Connection, site_id: int, ids: Iterable[FindingId], before: Instant
) -> dict[FindingId, Waiver]:
    """Of each finding the waiver that counts before an instant: the one that holds, else the newest."""
    found: dict[FindingId, Waiver] = {}
    place = tuple_(waivers.c.rule, waivers.c.subject, waivers.c.start)
    for some in batched(ids):
        which = (waivers.c.site_id == site_id, place.in_(some), waivers.c.asked_at < before)
        order = (waivers.c.asked_at, waivers.c.waiver_id)
        for row in connection.execute(select(waivers).where(*which).order_by(*order)):
            waiver, known = waiver_of(row), found.get(FindingId(row.rule, row.subject, row.start))
            if known is None or waiver.holds_at(before) or not known.holds_at(before):
                found[waiver.finding] = waiver
    return found


WAIVER_PLACE = (int, str)
"""Shape of a place among waivers, newest first: asked_at, waiver id."""


def waivers_page(
    connection: Connection, site_id: int, before: Instant, state: Grant | None, page: Page
) -> list[Waiver]:
    """Waivers asked for before an instant, newest first; `state` as it is now, None: all."""
    place = tuple_(waivers.c.asked_at, waivers.c.waiver_id)
    statement = select(waivers).where(waivers.c.site_id == site_id, waivers.c.asked_at < before)
    if state is not None:
        statement = statement.where(waivers.c.state == state)
    if page.after is not None:
        statement = statement.where(place < tuple_(*map(literal, page.after)))
    statement = statement.order_by(waivers.c.asked_at.desc(), waivers.c.waiver_id.desc()).limit(page.limit)
    return [waiver_of(row) for row in connection.execute(statement)]


def count_asked(connection: Connection, site_id: int) -> int:
    """How many wait for a lead."""
    return connection.scalar(_count_asked, {"site": site_id}) or 0


def waiver_of(row: Any) -> Waiver:
    return Waiver(
        row.waiver_id,
        row.rule,
        row.subject,
        row.start,
        row.person,
        row.reason,
        row.until,
        Grant(row.state),
        row.asked_at,
        row.decided_by,
        row.decided_at,
    )
