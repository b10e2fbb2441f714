"""The read side of audits and weekly numbers: who was at work, and the tasks that were done, in a stretch of
time."""

from collections import defaultdict

from sqlalchemy import Connection, func, or_, select

from phasewise.core.model import Group, Instant, Kind, Rule
from phasewise.core.stretches import Stretch, merged, until
from phasewise.store.tables import completions, findings, intervals, issues


def first_created(connection: Connection, site_id: int, as_of: Instant) -> Instant | None:
    """When the first issue that is known was created; None where none was before `as_of`."""
    statement = select(func.min(issues.c.created)).where(
        issues.c.site_id == site_id, issues.c.kind.in_([Kind.TASK, Kind.SUBTASK]), issues.c.created < as_of
    )
    at: Instant | None = connection.scalar(statement)
    return at


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


def active_between(
    connection: Connection, site_id: int, since: Instant, as_of: Instant
) -> dict[str, list[Stretch]]:
    """When each person had an active ticket, of what overlaps `[since, as_of)`; disjoint and in order."""
    i = intervals.c
    statement = select(i.person, i.start, i.end).where(
        i.site_id == site_id,
        i.counts_as.is_not(None),
        i.person.is_not(None),
        i.group == Group.ACTIVE,
        i.start < as_of,
        or_(i.end.is_(None), i.end > since),
    )
    found: defaultdict[str, list[Stretch]] = defaultdict(list)
    for person, start, end in connection.execute(statement):
        found[person].append((start, until(end)))
    return {person: merged(stretches) for person, stretches in found.items()}


def over_between(
    connection: Connection, site_id: int, since: Instant, as_of: Instant
) -> dict[str, list[tuple[Instant, Stretch]]]:
    """By person, from when each stretch over the limit of one active ticket was known, and the stretch, of
    those that overlap `[since, as_of)`."""
    f = findings.c
    statement = select(f.person, f.known_from, f.start, f.end).where(
        f.site_id == site_id,
        f.rule == Rule.ONE_ACTIVE,
        f.known_from < as_of,
        or_(f.end.is_(None), f.end > since),
    )
    found: defaultdict[str, list[tuple[Instant, Stretch]]] = defaultdict(list)
    for person, known, start, end in connection.execute(statement):
        found[person].append((known, (start, until(end))))
    return dict(found)


def ages_at_done(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> list[int | None]:
    """The age in ticks of each task that entered done in `[since, as_of)`; None: incomplete history."""
    statement = select(completions.c.age_ticks).where(
        completions.c.site_id == site_id, completions.c.done_at >= since, completions.c.done_at < as_of
    )
    return list(connection.scalars(statement))
