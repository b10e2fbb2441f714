"""Which team each project belongs to: Jira is asked which epics each scope matches. sync_site calls it."""

from hashlib import sha256

from phasewise.core.model import Instant
from phasewise.core.rulebook import DEFAULT_TEAM, Rulebook, Team
from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.store import teams as store
from phasewise.usecases.sync_run import SyncRun

REFUSED = 400


def place_projects(run: SyncRun, since: Instant | None) -> None:
    """Place the projects that are new or changed `since` an instant (None: all of them) with the first team
    whose scope matches; all of them where the teams, their scopes or their order are others than they were.
    Where Jira refuses a scope all projects stay where they are, and a warning says why."""
    with run.deps.database.read() as connection:
        rulebook = run.deps.rulebook(connection)
        before, scopes = store.placed_by(connection, run.site_id), _digest(rulebook)
        if len(rulebook.teams) == 1 and before is None:
            return
        todo = store.projects_to_place(connection, run.site_id, since if before == scopes else None)
    if not todo:
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
        store.note_scopes(connection, run.site_id, scopes)


def _digest(rulebook: Rulebook) -> str:
    """Tells apart by which scopes, in which order, projects are placed."""
    scopes = [(team.name, team.scope) for team in rulebook.teams]
    return sha256(repr(scopes).encode()).hexdigest()


def refusal(team: Team, error: JiraError) -> str:
    """What to say of a scope that Jira refuses."""
    return (
        f"Jira refuses the scope of team {team.name} ({error}): projects stay in the teams they are in until "
        f"[teams.{team.name}] scope of phasewise.toml is put right"
    )
