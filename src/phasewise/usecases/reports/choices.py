"""Teams and projects that somebody may choose when they say who reads which report. Called by its forms."""

from dataclasses import dataclass

from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.errors import BadRequestError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store.boards import Page, projects_at
from phasewise.store.teams import teams_of_projects
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment

LABEL_MOST = 100


@dataclass(frozen=True, slots=True)
class ProjectChoice:
    id: int
    key: str
    summary: str
    team: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is now. `zones` has each team's."""

    teams: tuple[str, ...]
    zones: dict[str, str]
    projects: tuple[ProjectChoice, ...]

    def require_team(self, team: str) -> str:
        """The team's name. Raises NotFoundError where there is none of it."""
        if team not in self.teams:
            raise NotFoundError(_("There is no such team"))
        return team

    def is_theirs(self, project: int | None, team: str) -> bool:
        """Whether a report of the team tells of the project (None: of all of them)."""
        return project is None or any(one.id == project and one.team == team for one in self.projects)

    def named(self, project: int | None) -> str:
        """What a project is called; one that is gone by its id."""
        if project is None:
            return ""
        found = next((one for one in self.projects if one.id == project), None)
        return f"id {project}" if found is None else f"{found.key} {found.summary}"


def show_choices(deps: Deps) -> Choices:
    """The teams of the rulebook, and the projects that exist now, in the order of their keys."""
    with moment(deps, None) as at:
        rulebook = deps.rulebook(at.connection)
        teams = teams_of_projects(at.connection, at.site_id)
        found = projects_at(at.connection, at.site_id, at.as_of, Page())
        return Choices(
            teams=tuple(team.name for team in rulebook.teams),
            zones={team.name: team.newest.policy.calendar.zone for team in rulebook.teams},
            projects=tuple(
                ProjectChoice(one.id, one.key, one.summary, teams.get(one.id, DEFAULT_TEAM)) for one in found
            ),
        )


def project_id(text: str) -> int | None:
    """The id that a form sent; None for nothing. Raises BadRequestError for what is none."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadRequestError(_("There is no such project: choose one of the list"))
    return int(text)
