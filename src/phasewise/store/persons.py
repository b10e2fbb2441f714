"""The read side of one person: when they were at work on which task, and what these tasks were. Called by
usecases/show_person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from phasewise.core.model import Group, Instant, Phase
from phasewise.core.stretches import Stretch, until
from phasewise.store.boards import chunks
from phasewise.store.tables import intervals, people, pieces


@dataclass(frozen=True, slots=True)
class PieceRow:
    """A stretch in which a task was active, in a phase and a project (None: in none)."""

    task: int
    stretch: Stretch
    phase: Phase
    project: int | None


def name_of(connection: Connection, site_id: int, person: str) -> tuple[bool, str | None]:
    """Whether the person is known at all, and their name."""
    which = (people.c.site_id == site_id, people.c.person_id == person)
    row = connection.execute(select(people.c.display_name).where(*which)).first()
    return (False, None) if row is None else (True, row[0])


def at_work(
    connection: Connection, site_id: int, person: str, since: Instant, as_of: Instant
) -> dict[int, list[Stretch]]:
    """When the person had each task active, by itself or by a sub-task, of what overlaps `[since, as_of)`."""
    i = intervals.c
    statement = select(i.counts_as, i.start, i.end).where(
        i.site_id == site_id,
        i.counts_as.is_not(None),
        i.person == person,
        i.group == Group.ACTIVE,
        i.start < as_of,
        or_(i.end.is_(None), i.end > since),
    )
    found: defaultdict[int, list[Stretch]] = defaultdict(list)
    for task, start, end in connection.execute(statement):
        found[task].append((start, until(end)))
    return dict(found)


def pieces_of(connection: Connection, site_id: int, tasks: Iterable[int], since: Instant) -> list[PieceRow]:
    """The active pieces of these tasks that had not ended by `since`, by task and start."""
    found: list[PieceRow] = []
    p = pieces.c
    for some in chunks(sorted(set(tasks))):
        statement = (
            select(p.task_id, p.start, p.end, p.phase, p.project_id)
            .where(p.site_id == site_id, p.task_id.in_(some), or_(p.end.is_(None), p.end > since))
            .order_by(p.task_id, p.start)
        )
        found += [
            PieceRow(task, (start, until(end)), Phase(phase), project)
            for task, start, end, phase, project in connection.execute(statement)
        ]
    return found
