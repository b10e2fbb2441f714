"""Which team each project belongs to: Jira is asked which epics each scope matches. sync_site calls it."""

from collections.abc import Iterable, Mapping

from phasewise.core.model import Instant
from phasewise.core.rulebook import DEFAULT_TEAM, Rulebook, Team
from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.store import teams as store
from phasewise.usecases.sync_run import SyncRun

REFUSED = 400


def place_projects(run: SyncRun, since: Instant | None) -> None:
    """Place the projects that are new or changed `since` an instant (None: all of them) with the first team
    whose scope matches. Where Jira refuses a scope all projects stay where they are, and a warning says why.
    """
    with run.deps.database.read() as connection:
        rulebook = run.deps.rulebook(connection)
        placed = store.teams_of_projects(connection, run.site_id)
        there = store.projects_to_place(connection, run.site_id, None) if placed else []
        is_changed = _changed_since(rulebook, since) or _has_lost(rulebook, there, placed)
        todo = store.projects_to_place(connection, run.site_id, None if is_changed else since)
    if not todo or (len(rulebook.teams) == 1 and not placed):
        return
    found, left = dict.fromkeys(todo, DEFAULT_TEAM), todo
    for team in rulebook.teams:
        if team.scope is not None and left:
            try:
                mine = run.client.matching(jql.scope_clause(team.scope), left)
            except JiraError as error:
                if error.status != REFUSED:
                    raise
                run.warn("team_scope", refusal(team, error))
                return
            found.update(dict.fromkeys(mine, team.name))
            left = [project for project in left if project not in mine]
    with run.deps.database.write() as connection:
        store.place(connection, run.site_id, found, DEFAULT_TEAM)


def _changed_since(rulebook: Rulebook, since: Instant | None) -> bool:
    """Whether a version came that may have brought another scope."""
    return since is None or any(team.newest.created_at >= since for team in rulebook.teams)


def _has_lost(rulebook: Rulebook, projects: Iterable[int], placed: Mapping[int, str]) -> bool:
    """Whether some project is of a team that is no more: it may match the scope of another."""
    names = {team.name for team in rulebook.teams}
    return any(placed.get(project, DEFAULT_TEAM) not in names for project in projects)


def refusal(team: Team, error: JiraError) -> str:
    """What to say of a scope that Jira refuses."""
    return (
        f"Jira refuses the scope of team {team.name} ({error}): projects stay in the teams they are in until "
        f"[teams.{team.name}] scope of phasewise.toml is put right"
    )
