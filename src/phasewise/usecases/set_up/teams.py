"""The first teams as typed in the set-up: a name, the JQL of its projects, who leads it and who is in it.

Called by web/set_up, first_run and `init`. Without any, all is one team.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from phasewise.core.rights import Role
from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.errors import BadRequestError, SettingsError
from phasewise.i18n.speaking import _
from phasewise.jira.client import JiraClient
from phasewise.jira.jql import scope_clause
from phasewise.mail.message import mail_address
from phasewise.settings_teams import LONGEST_NAME
from phasewise.store import accounts
from phasewise.usecases.accounts.administer import Rights, invite
from phasewise.usecases.adopt_policy import adopt_policy
from phasewise.usecases.deps import Deps
from phasewise.usecases.set_up.answers import Typed, with_jira
from phasewise.usecases.set_up.draft import Draft
from phasewise.usecases.set_up.members import members

MOST = 8
"""Teams that a form has room for; more stand in phasewise.toml."""
COLUMNS = ("team", "jql", "lead", "members")
"""The fields of a team in the form, each with its number behind."""


@dataclass(frozen=True, slots=True)
class TypedTeam:
    """One row of the form; `lead` is the e-mail address of who leads it, `members` the people in it as
    they were typed; both may be left out."""

    name: str
    scope: str
    lead: str = ""
    members: str = ""


def teams(draft: Draft, typed: Typed) -> dict[str, Mapping[str, Any]]:
    """What the draft keeps of the teams that were typed: `teams`, `leads` and `members`, by name.

    Each scope is tried, and each person looked for. Raises BadRequestError.
    """
    rows = list(_rows(typed))
    scopes: dict[str, str] = {}
    for row in rows:
        scopes = named_apart(scopes, row)
    if rows:
        require_issues(draft, rows)
    return {
        "teams": scopes,
        "leads": {row.name: row.lead for row in rows if row.lead},
        "members": members(draft, {row.name: row.members for row in rows}),
    }


def named_apart(teams: Mapping[str, str], row: TypedTeam) -> dict[str, str]:
    """The scopes of the teams with one more. BadRequestError where it is not told apart from another."""
    if row.name.casefold() in {name.casefold() for name in teams}:
        raise BadRequestError(_("Two teams have the same name"))
    if row.scope in teams.values():
        raise BadRequestError(_("Two teams have the same JQL: a project has one team"))
    return {**teams, row.name: row.scope}


def require_issues(draft: Draft, rows: Iterable[TypedTeam]) -> None:
    """BadRequestError where Jira refuses the scope of a team, or finds nothing by it."""

    def count(client: JiraClient) -> None:
        for row in rows:
            if client.approximate_count(scope_clause(row.scope)) == 0:
                raise BadRequestError(_("No issue matches the JQL of the team %(team)s", team=row.name))

    with_jira(draft, {}, count)


def invite_leads(deps: Deps, leads: Mapping[str, str]) -> None:
    """Make an account for who leads each team, by its name. Whoever has one keeps it as it is."""
    if not leads:
        return
    adopt_policy(deps)
    for email in dict.fromkeys(leads.values()):
        with deps.database.read() as connection:
            is_known = accounts.by_email(connection, deps.site_id, email) is not None
        if not is_known:
            led = tuple(team for team, lead in leads.items() if lead == email)
            invite(deps, email, "", Rights(Role.LEAD, led))


def _rows(typed: Typed) -> Iterator[TypedTeam]:
    for n in range(1, MOST + 1):
        name, scope, lead, people = (typed.get(f"{what}-{n}", "").strip() for what in COLUMNS)
        if name or scope or lead or people:
            yield replace(typed_team(name, scope, lead), members=people)


def typed_team(name: str, scope: str, lead: str = "") -> TypedTeam:
    """A team as it was typed. Raises BadRequestError for what no team can have."""
    row = TypedTeam(" ".join(name.split()), scope.strip(), lead)
    if not row.name or len(row.name) > LONGEST_NAME or not row.name.isprintable():
        raise BadRequestError(_("A team has a name of 1 to %(most)s characters", most=LONGEST_NAME))
    if row.name.casefold() == DEFAULT_TEAM:
        raise BadRequestError(_("“%(name)s” is the team of all others: give another name", name=DEFAULT_TEAM))
    if not row.scope:
        raise BadRequestError(_("Say by a JQL which projects the team %(team)s has", team=row.name))
    try:
        scope_clause(row.scope)
        lead = mail_address(row.lead).lower() if row.lead else ""
    except SettingsError:
        raise BadRequestError(
            _("The JQL of the team %(team)s has a quote or a bracket that does not close", team=row.name)
        ) from None
    except ValueError:
        raise BadRequestError(_("This is no e-mail address; write it like ada@example.com")) from None
    return replace(row, lead=lead)
