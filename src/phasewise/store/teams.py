"""Which team each project belongs to. Called by place_projects, and by whoever asks whose policy counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from phasewise.core.model import Instant, Kind
from phasewise.store.boards import lasts_at
from phasewise.store.dirty import What, mark, mark_dependents
from phasewise.store.sites import WRITING_ISSUES, lock
from phasewise.store.tables import intervals, issues, people, project_teams
from phasewise.store.upsert import batched, upsert

SCOPES = 0
"""No project has this id: its row keeps by which scopes all others were placed."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Which projects are one team's: those `listed`; or, where it `has_rest`, all others and no project."""

    listed: frozenset[int]
    has_rest: bool = False

    def project(self, project: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether this project is the team's."""
        return self._if(func.coalesce(project, 0).in_(self.listed))

    def issue(self, issue: ColumnElement[Any], site_id: int, as_of: Any) -> ColumnElement[bool]:
        """Whether this issue is one of the team's projects, or in one at an instant (or a column of them)."""
        where = (intervals.c.site_id == site_id, intervals.c.issue_id == issue, lasts_at(as_of))
        within = select(intervals.c.issue_id).where(*where, intervals.c.project_id.in_(self.listed)).exists()
        return self._if(or_(issue.in_(self.listed), within))

    def _if(self, is_listed: ColumnElement[bool]) -> ColumnElement[bool]:
        return ~is_listed if self.has_rest else is_listed


def teams_of_projects(connection: Connection, site_id: int) -> dict[int, str]:
    """The team of each project that was placed, by issue id."""
    placed = (project_teams.c.site_id == site_id, project_teams.c.project_id != SCOPES)
    statement = select(project_teams.c.project_id, project_teams.c.team).where(*placed)
    return {row.project_id: row.team for row in connection.execute(statement)}


def placed_by(connection: Connection, site_id: int) -> str | None:
    """By which scopes the projects were placed, as `note_scopes` was told; None: by none yet."""
    which = (project_teams.c.site_id == site_id, project_teams.c.project_id == SCOPES)
    return connection.scalar(select(project_teams.c.team).where(*which))


def note_scopes(connection: Connection, site_id: int, digest: str) -> None:
    """All projects were placed by these scopes, in their order."""
    upsert(connection, project_teams, [{"site_id": site_id, "project_id": SCOPES, "team": digest}])


def projects_to_place(connection: Connection, site_id: int, since: Instant | None) -> list[int]:
    """The projects that are there: those never placed or updated `since` an instant; None: all of them."""
    same = (project_teams.c.site_id == issues.c.site_id) & (project_teams.c.project_id == issues.c.issue_id)
    there = (
        issues.c.site_id == site_id,
        issues.c.kind == Kind.PROJECT.value,
        issues.c.removed_at.is_(None),
    )
    statement = select(issues.c.issue_id).outerjoin(project_teams, same).where(*there)
    if since is not None:
        statement = statement.where(or_(project_teams.c.team.is_(None), issues.c.updated >= since))
    return sorted(connection.scalars(statement))


def place(connection: Connection, site_id: int, teams: Mapping[int, str], usual: str) -> list[int]:
    """Keep whose these projects are, and mark what follows of those that change their team; one that was in
    none before was of the team `usual`. Returns the projects that changed."""
    lock(connection, WRITING_ISSUES, site_id)
    before = teams_of_projects(connection, site_id)
    rows = [
        {"site_id": site_id, "project_id": project, "team": team}
        for project, team in teams.items()
        if before.get(project) != team
    ]
    upsert(connection, project_teams, rows)
    changed = sorted(project for project, team in teams.items() if before.get(project, usual) != team)
    mark(connection, site_id, What.ISSUE, changed)
    mark(connection, site_id, What.PROJECT, changed)
    mark_dependents(connection, site_id, changed)
    return changed


def unknown_people(connection: Connection, site_id: int, persons: Iterable[str]) -> list[str]:
    """Those of the person ids that no issue ever named."""
    wanted = sorted(set(persons))
    known: set[str] = set()
    for some in batched(wanted):
        which = (people.c.site_id == site_id, people.c.person_id.in_(some))
        known.update(connection.scalars(select(people.c.person_id).where(*which)))
    return [person for person in wanted if person not in known]
