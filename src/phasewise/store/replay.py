"""The read side of an audit: who was at work, and the tasks that were done, in a stretch of time."""

from sqlalchemy import Connection, or_, select

from phasewise.core.model import Group, Instant
from phasewise.store.tables import completions, intervals


def persons_active(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> list[str]:
    """Everybody who had active time in `[since, as_of)`."""
    statement = (
        select(intervals.c.person)
        .distinct()
        .where(
            intervals.c.site_id == site_id,
            intervals.c.counts_as.is_not(None),
            intervals.c.person.is_not(None),
            intervals.c.group == Group.ACTIVE,
            intervals.c.start < as_of,
            or_(intervals.c.end.is_(None), intervals.c.end > since),
        )
        .order_by(intervals.c.person)
    )
    return [person for person in connection.scalars(statement) if person is not None]


def ages_at_done(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> list[int | None]:
    """The age in ticks of each task that entered done in `[since, as_of)`; None: incomplete history."""
    statement = select(completions.c.age_ticks).where(
        completions.c.site_id == site_id, completions.c.done_at >= since, completions.c.done_at < as_of
    )
    return list(connection.scalars(statement))
