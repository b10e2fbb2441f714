"""Are the policies and teams of phasewise.toml as they are meant? One line each. check_site calls it."""

from collections.abc import Iterator

from phasewise.core.rulebook import Team
from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.client import JiraClient
from phasewise.store.policies import changed_in_file
from phasewise.store.teams import unknown_people
from phasewise.usecases.checks import FINE, MISSING, WARNING, Checked
from phasewise.usecases.deps import Deps
from phasewise.usecases.place_projects import REFUSED, refusal


def check_teams(deps: Deps, client: JiraClient) -> Iterator[Checked]:
    """Whether the settings say something new, whether Jira takes each scope, and whether the members are
    people it knows. Raises JiraError where Jira cannot be asked."""
    declared = deps.declared_rulebook
    with deps.database.read() as connection:
        changed = changed_in_file(connection, deps.site_id, declared)
    if changed:
        text = (
            f"the settings say something new for {', '.join(changed)}: it counts from the next start of the "
            "service, or phasewise sync, on; phasewise policy diff tells what it changes"
        )
        yield Checked("Policy", FINE, text)
    for team in declared.teams:
        if team.scope is not None:
            yield _scope(client, team)
    for team in declared.teams:
        persons = [one.person for one in declared.memberships if one.team == team.name]
        with deps.database.read() as connection:
            unknown = unknown_people(connection, deps.site_id, persons)
        if unknown:
            text = f"no issue names {', '.join(unknown)}: put the ids right in [teams.{team.name}.members]"
            yield Checked(f"Team {team.name}", WARNING, text)


def _scope(client: JiraClient, team: Team) -> Checked:
    clause = jql.scope_clause(team.scope)
    try:
        count = client.approximate_count(clause)
        count = len(next(client.ids(clause), [])) if count is None else count
    except JiraError as error:
        if error.status != REFUSED:
            raise
        return Checked(f"Team {team.name}", MISSING, refusal(team, error))
    if not count:
        return Checked(f"Team {team.name}", WARNING, f"no issue matches its scope {team.scope}")
    return Checked(f"Team {team.name}", FINE, f"about {count} issues match {team.scope}")
