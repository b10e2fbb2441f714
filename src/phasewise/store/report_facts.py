"""The read side of a weekly report: who was at work on what, what began, what was decided, in a stretch of
time. Called by usecases/reports.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, or_, select

from phasewise.core.ladder import Grant
from phasewise.core.model import Group, Instant, Phase
from phasewise.core.stretches import Stretch, until
from phasewise.store.account_tables import audit_log
from phasewise.store.audit_log import Entry
from phasewise.store.boards import chunks
from phasewise.store.persons import PieceRow
from phasewise.store.tables import intervals, pieces
from phasewise.store.waivers import Waiver, waiver_of
from phasewise.store.work_tables import waivers


def at_work(
    connection: Connection, site_id: int, since: Instant, as_of: Instant
) -> dict[int, dict[str, list[Stretch]]]:
    """When each task was active, itself or by a sub-task, by whose that was, of what overlaps
    `[since, as_of)`; in no order."""
    i = intervals.c
    statement = select(i.counts_as, i.person, i.start, i.end).where(
        i.site_id == site_id,
        i.counts_as.is_not(None),
        i.orphan.is_(False),
        i.person.is_not(None),
        i.group == Group.ACTIVE,
        i.start < as_of,
        or_(i.end.is_(None), i.end > since),
    )
    found: defaultdict[int, defaultdict[str, list[Stretch]]] = defaultdict(lambda: defaultdict(list))
    for task, person, start, end in connection.execute(statement):
        found[task][person].append((start, until(end)))
    return {task: dict(stretches) for task, stretches in found.items()}


def pieces_between(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> list[PieceRow]:
    """The active pieces of all tasks that overlap `[since, as_of)`, by task and start."""
    p = pieces.c
    statement = select(p.task_id, p.start, p.end, p.phase, p.project_id).where(
        p.site_id == site_id, p.start < as_of, or_(p.end.is_(None), p.end > since)
    )
    found = [
        PieceRow(task, (start, until(end)), Phase(phase), project)
        for task, start, end, phase, project in connection.execute(statement)
    ]
    return sorted(found, key=lambda row: (row.task, row.stretch))


def begun_before(connection: Connection, site_id: int, tasks: Iterable[int], at: Instant) -> set[int]:
    """Which of these tasks were active before an instant already."""
    found: set[int] = set()
    for some in chunks(sorted(set(tasks))):
        which = (pieces.c.site_id == site_id, pieces.c.task_id.in_(some), pieces.c.start < at)
        found.update(connection.scalars(select(pieces.c.task_id).where(*which).distinct()))
    return found


def waivers_granted(connection: Connection, site_id: int, since: Instant, as_of: Instant) -> list[Waiver]:
    """Those that were granted in `[since, as_of)`, in that order."""
    c = waivers.c
    which = (c.site_id == site_id, c.state == Grant.GRANTED, c.decided_at >= since, c.decided_at < as_of)
    statement = select(waivers).where(*which).order_by(c.decided_at, c.waiver_id)
    return [waiver_of(row) for row in connection.execute(statement)]


def decisions_between(
    connection: Connection, site_id: int, since: Instant, as_of: Instant, actions: Collection[str]
) -> list[Entry]:
    """What was decided in `[since, as_of)`, in that order; of `actions` the first words, before the dot."""
    c = audit_log.c
    first_words = or_(*(c.action.startswith(f"{word}.", autoescape=True) for word in sorted(actions)))
    which = (c.site_id == site_id, c.at >= since, c.at < as_of, first_words)
    statement = select(audit_log).where(*which).order_by(c.at, c.entry_id)
    return [
        Entry(row.at, row.actor, row.action, row.subject, row.detail, row.address, row.entry_id)
        for row in connection.execute(statement)
    ]
