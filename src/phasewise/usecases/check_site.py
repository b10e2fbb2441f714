"""Is everything there that the service needs? One line each, and the mapping as phasewise.toml would hold it.

`phasewise check` and `init` call it. Nothing is changed in Jira.
"""

from collections.abc import Callable, Iterator

from phasewise.errors import JiraError, SettingsError
from phasewise.jira import jql
from phasewise.jira.ahead import Asking
from phasewise.jira.client import JiraClient, Server
from phasewise.jira.fields import options_on
from phasewise.jira.text import one_line
from phasewise.mail.smtp import MailError
from phasewise.store import census, closure, sites
from phasewise.store.sites import PhaseOption
from phasewise.usecases.check_teams import check_teams
from phasewise.usecases.checks import FINE, MISSING, WARNING, Checked, CheckReport
from phasewise.usecases.deps import Deps
from phasewise.usecases.map_site import SAMPLE, Mapped, ask_site, map_site, propose_phases
from phasewise.usecases.moment import skew_sentence


def check_site(deps: Deps) -> CheckReport:
    """Ask Jira and the store. SettingsError for a scope that cannot be used; what Jira refuses is a line."""
    if deps.jira is None:
        raise SettingsError("PHASEWISE_JIRA_URL and PHASEWISE_JIRA_TOKEN are missing: set both")
    client = deps.jira.client()
    clause = jql.scope_clause(client.access.scope)
    checks = [*_database(deps), _mail(deps)]
    try:
        with Asking() as asking:
            server = client.server()
            may_browse = asking.ask(lambda: client.may("BROWSE_PROJECTS"))
            count = asking.ask(lambda: _count(client, clause))
            asked = ask_site(client, asking)
            checks += _connection(deps, client, server, may_browse)
            checks.append(_scope(client, count()))
            mapped = map_site(deps, client, clause, asked, thoroughly=True)
        checks += _fields(mapped)
        checks += check_teams(deps, client)
        mapping = tuple(_mapping(deps, client, clause, mapped))
    except JiraError as error:
        return CheckReport((*checks, Checked("Reading Jira", MISSING, str(error))))
    return CheckReport((*checks, *_unreadable(deps)), mapping)


def _database(deps: Deps) -> Iterator[Checked]:
    with deps.database.read() as connection:
        live = census.live_count(connection, deps.site_id)
        state = sites.sync_state(connection, deps.site_id)
    yield Checked("Database", FINE, f"{deps.database.name} ({deps.database.dialect}), {live} issues")
    if state.last_error:
        yield Checked("Last synchronisation", WARNING, state.last_error)


def _mail(deps: Deps) -> Checked:
    """Whether a mail would be taken, without sending one."""
    if deps.mailer is None:
        return Checked(
            "Mail", FINE, "not set up: set PHASEWISE_SMTP_URL and PHASEWISE_MAIL_FROM to have any sent"
        )
    try:
        deps.mailer.probe()
    except MailError as error:
        return Checked("Mail", MISSING, str(error))
    access = deps.mailer.access
    return Checked("Mail", FINE, f"{access.host}:{access.port} takes mails from {access.sender}")


def _connection(
    deps: Deps, client: JiraClient, server: Server, may_browse: Callable[[], bool | None]
) -> Iterator[Checked]:
    me = client.myself()
    yield Checked(
        "Jira", FINE, f"{server.title} {server.version} ({client.deployment}) at {client.access.api}"
    )
    yield Checked("Account", FINE, str(me.get("displayName") or me.get("accountId") or me.get("name")))
    if may_browse() is False:
        yield Checked(
            "Permissions", MISSING, "Browse Projects: give it to the account in the projects of the scope"
        )
    elif may_browse():
        yield Checked("Permissions", FINE, "Browse Projects")
    yield _clock(deps, server)


def _clock(deps: Deps, server: Server) -> Checked:
    sentence = skew_sentence(server.time - deps.now())
    return Checked("Clock", WARNING, sentence) if sentence else Checked("Clock", FINE, "agrees with Jira's")


def _count(client: JiraClient, clause: str) -> int:
    count = client.approximate_count(clause)
    return len(next(client.ids(clause), [])) if count is None else count


def _scope(client: JiraClient, count: int) -> Checked:
    if count:
        return Checked("Scope", FINE, f"about {count} issues match {client.access.scope}")
    text = (
        "no issue that the account can see matches: check PHASEWISE_JIRA_SCOPE, and give the account the "
        "Browse Projects permission"
    )
    return Checked("Scope", MISSING, text)


def _fields(mapped: Mapped) -> Iterator[Checked]:
    found = (
        ("Phase field", mapped.stored.phase_field),
        ("Flag field", mapped.stored.flag_field),
        ("Epic link field", mapped.stored.epic_link_field),
    )
    for what, field_id in found:
        if field_id is not None:
            yield Checked(what, FINE, f"{field_id} ({mapped.field_names.get(field_id, 'not listed')})")
    for warning in mapped.warnings:
        yield Checked(warning.code.replace("_", " ").capitalize(), WARNING, warning.text)


def _unreadable(deps: Deps) -> Iterator[Checked]:
    with deps.database.read() as connection:
        aside = closure.unreadables(connection, deps.site_id)
    for reference, reason in aside[:20]:
        yield Checked("Unreadable issue", WARNING, f"{reference}: {reason}")
    if len(aside) > 20:
        yield Checked("Unreadable issue", WARNING, f"and {len(aside) - 20} more")


# ------------------------------------------------------------------ the mapping


def _mapping(deps: Deps, client: JiraClient, clause: str, mapped: Mapped) -> Iterator[str]:
    """What each option and each status means now: stored proposals and categories, then the file's own."""
    if mapped.stored.phase_field:
        _save_options(deps, client, clause, mapped.stored.phase_field)
    policy = deps.declared_rulebook.default.newest.policy  # of the file, adopted or not
    with deps.database.read() as connection:
        mapping = sites.site_mapping(connection, deps.site_id, policy)
        options = sites.phase_options(connection, deps.site_id)
        statuses = sites.statuses(connection, deps.site_id)
    yield "# What was found, as lines for phasewise.toml: put in only those that should differ."
    yield "[phases]"
    for option in options:
        phase, name = mapping.phases.get(option.id), one_line(option.name)
        yield (f'"{option.id}" = "{phase}"  # {name}' if phase else f'# "{option.id}" = ""  # {name}')
    yield ""
    yield "[statuses]"
    for status in statuses:
        yield f'"{status.id}" = "{mapping.groups[status.id]}"  # {one_line(status.name)}'


def _save_options(deps: Deps, client: JiraClient, clause: str, field_id: str) -> None:
    """Keep the options that a sample of issues has or offers, each with the phase its name means."""
    seen: dict[str, str] = {}
    first: int | None = None
    looked_at = 0
    for page in client.rows(clause, [field_id]):
        for issue in page:
            seen.update((option, name) for _, option, name in options_on(issue, [field_id]))
        first = first or (int(page[0]["id"]) if page else None)
        looked_at += len(page)
        if looked_at >= SAMPLE:
            break
    if first is not None:
        seen.update(client.allowed_values(first, field_id))
    with deps.database.write() as connection:
        options = [PhaseOption(option, name) for option, name in seen.items()]
        sites.save_phase_options(connection, deps.site_id, options)
        propose_phases(connection, deps.site_id)
