"""What tickets lack, and what they could be given: phases, epics, persons. Called by usecases about untidy
tickets."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from phasewise.core.model import Kind
from phasewise.store.boards import chunks
from phasewise.store.tables import issues, people


@dataclass(frozen=True, slots=True)
class Held:
    """The phase, the epic and the assignee of a task as Jira last showed them; empty ones are None."""

    id: int
    key: str
    space_key: str
    phase_option: str | None
    parent: str | None
    assignee: str | None


@dataclass(frozen=True, slots=True)
class EpicRow:
    id: int
    key: str
    summary: str
    space_key: str


def held_by(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, Held]:
    """What the tasks with these ids have; those that are none, or gone, are left out."""
    columns = [issues.c[name] for name in ("issue_id", "key", "space_key", "phase_option", "assignee")]
    found = {}
    for some in chunks(sorted(set(ids))):
        statement = select(*columns, issues.c.parent_id, issues.c.parent_key).where(
            issues.c.site_id == site_id,
            issues.c.issue_id.in_(some),
            issues.c.kind == Kind.TASK,
            issues.c.removed_at.is_(None),
        )
        for row in connection.execute(statement):
            parent = row.parent_key if row.parent_id is None else str(row.parent_id)
            found[row.issue_id] = Held(
                row.issue_id, row.key, row.space_key, row.phase_option, parent, row.assignee
            )
    return found


def epics(connection: Connection, site_id: int) -> list[EpicRow]:
    """Every project that there is, by name."""
    columns = (issues.c.issue_id, issues.c.key, issues.c.summary, issues.c.space_key)
    statement = (
        select(*columns)
        .where(issues.c.site_id == site_id, issues.c.kind == Kind.PROJECT, issues.c.removed_at.is_(None))
        .order_by(issues.c.summary, issues.c.issue_id)
    )
    return [EpicRow(*row) for row in connection.execute(statement)]


def options_used(connection: Connection, site_id: int, space_key: str) -> set[str]:
    """The ids of the options of the phase field that tickets of a Jira project have."""
    statement = (
        select(issues.c.phase_option)
        .distinct()
        .where(issues.c.site_id == site_id, issues.c.space_key == space_key)
        .where(issues.c.phase_option.is_not(None))
    )
    return set(connection.scalars(statement))


def assignable(connection: Connection, site_id: int) -> list[tuple[str, str]]:
    """Everybody whom Jira named, as id and name, by name; erased persons are left out."""
    statement = select(people.c.person_id, people.c.display_name).where(
        people.c.site_id == site_id, people.c.active.is_(True), people.c.display_name.is_not(None)
    )
    found = [(row.person_id, row.display_name) for row in connection.execute(statement)]
    return sorted(found, key=lambda one: (one[1].casefold(), one[0]))
