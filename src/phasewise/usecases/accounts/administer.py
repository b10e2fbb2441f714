"""What admins do with accounts: invite, change, disable. Pages and `phasewise user` call it."""

from dataclasses import dataclass, replace
from uuid import uuid4

from phasewise.core.rights import Role
from phasewise.errors import BadRequestError, NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.store import accounts, report_recipients, sessions, tokens
from phasewise.store.accounts import Account
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.db import Connection
from phasewise.usecases.accounts import passwords
from phasewise.usecases.accounts.links import address_of, name_of, password_link
from phasewise.usecases.deps import Deps

LAST_ADMIN = marked("This is the only admin left: make another one first")


@dataclass(frozen=True, slots=True)
class Rights:
    """A role, for all teams, or (leads) for `teams` only; outside of these they are members."""

    role: Role
    teams: tuple[str, ...] = ()


def invite(deps: Deps, email: str, name: str, role: Role | Rights, person: str | None = None) -> str:
    """Make an account; the path by which its owner chooses a password, once, within three days.

    Raises BadRequestError for a bad address, or one that has an account, or a person Jira never named, or a
    team that there is not.
    """
    email = address_of(email)
    with deps.database.write() as connection:
        role, leads = _given(connection, deps, role)
        made = Account(uuid4().hex, email, name_of(name, email), role, deps.now(), leads=leads)
        if not accounts.add(connection, deps.site_id, made):
            raise BadRequestError(_("This e-mail address has an account already"))
        report_recipients.link_recipients(connection, deps.site_id, made.account_id, made.email)
        if role is Role.STAKEHOLDER:
            report_recipients.name_nobody_to(connection, deps.site_id, made.account_id)
        _note(connection, deps, "account.made", made, role=role_words(made))
        _link_person(connection, deps, made, person)
        return password_link(connection, deps, made.account_id)


def link_again(deps: Deps, account_id: str) -> str:
    """A new link to choose a password by. Raises NotFoundError."""
    with deps.database.write() as connection:
        account = _account(connection, deps, account_id)
        _note(connection, deps, "password.link_made", account)
        return password_link(connection, deps, account.account_id)


def set_password(deps: Deps, account_id: str, password: str) -> None:
    """Give an account a password, from the command line, and end its sessions and links. Raises
    NotFoundError, BadRequestError."""
    with deps.database.read() as connection:
        account = _account(connection, deps, account_id)
    passwords.require_good(password, account.email, account.name)
    kept = passwords.hashed(password)
    with deps.database.write() as connection:
        accounts.change(connection, deps.site_id, account_id, password=kept)
        sessions.end_sessions(connection, deps.site_id, account_id)
        sessions.drop_links(connection, deps.site_id, account_id=account_id, purpose="password")
        _note(connection, deps, "password.set", account)


def change_role(deps: Deps, account_id: str, role: Role | Rights, person: str | None) -> None:
    """Make it somebody of this role, who is this person in Jira (None: nobody there).

    Raises NotFoundError, and BadRequestError where no admin would be left, or there is no such team.
    """
    with deps.database.write() as connection:
        account = _account(connection, deps, account_id)
        role, leads = _given(connection, deps, role)
        if role is not Role.ADMIN:
            require_another_admin(connection, deps, account)
        if (role, leads) != (account.role, account.leads):
            accounts.change(connection, deps.site_id, account_id, role=role.value, leads=list(leads))
            told = role_words(replace(account, role=role, leads=leads))
            _note(connection, deps, "account.role", account, before=role_words(account), after=told)
        if role is Role.STAKEHOLDER:
            report_recipients.name_nobody_to(connection, deps.site_id, account_id)
        _link_person(connection, deps, account, person)


def disable(deps: Deps, account_id: str) -> None:
    """From now on it may not sign in, and is mailed nothing; sessions end, tokens are refused. Raises as
    `change_role`."""
    with deps.database.write() as connection:
        account = _account(connection, deps, account_id)
        require_another_admin(connection, deps, account)
        accounts.change(connection, deps.site_id, account_id, disabled_at=deps.now())
        end_all(connection, deps, account_id)
        report_recipients.stop_mails_to(connection, deps.site_id, account_id, deps.now())
        _note(connection, deps, "account.disabled", account)


def enable(deps: Deps, account_id: str) -> None:
    """It may sign in again. Raises NotFoundError."""
    with deps.database.write() as connection:
        account = _account(connection, deps, account_id)
        accounts.change(connection, deps.site_id, account_id, disabled_at=None)
        _note(connection, deps, "account.enabled", account)


def role_words(account: Account) -> str:
    """`member`, or `lead of vision, search`."""
    return f"lead of {', '.join(account.leads)}" if account.leads else account.role.value


def list_accounts(deps: Deps) -> list[Account]:
    """Every account, by e-mail address; disabled ones too."""
    with deps.database.read() as connection:
        return accounts.list_all(connection, deps.site_id)


def account_by_id(deps: Deps, account_id: str) -> Account:
    """Raises NotFoundError."""
    with deps.database.read() as connection:
        return _account(connection, deps, account_id)


def people_by_name(deps: Deps) -> tuple[tuple[str, str], ...]:
    """Everybody Jira named, as id and name, by name."""
    with deps.database.read() as connection:
        return accounts.people_by_name(connection, deps.site_id)


def is_there_any_account(deps: Deps) -> bool:
    """Whether there is an account that somebody took up."""
    with deps.database.read() as connection:
        return accounts.is_there_any(connection, deps.site_id)


def account_by_email(deps: Deps, email: str) -> Account:
    """Raises NotFoundError."""
    with deps.database.read() as connection:
        found = accounts.by_email(connection, deps.site_id, email)
    if found is None:
        raise NotFoundError(_("There is no account with this e-mail address; see `phasewise user list`"))
    return found


def end_all(connection: Connection, deps: Deps, account_id: str) -> None:
    """End its sessions and links, forget its browsers, revoke its tokens."""
    sessions.end_sessions(connection, deps.site_id, account_id)
    sessions.forget_devices(connection, deps.site_id, account_id)
    sessions.drop_links(connection, deps.site_id, account_id=account_id, purpose="password")
    tokens.revoke_of(connection, deps.site_id, account_id, deps.now())


def require_another_admin(connection: Connection, deps: Deps, account: Account) -> None:
    """Raises BadRequestError where this is the only admin that may sign in."""
    is_admin = account.role is Role.ADMIN and account.is_active
    if is_admin and not accounts.other_admins(connection, deps.site_id, account.account_id):
        raise BadRequestError(_(LAST_ADMIN))


def _given(connection: Connection, deps: Deps, given: Role | Rights) -> tuple[Role, tuple[str, ...]]:
    """The role of the account, and the teams that it leads as a member."""
    if isinstance(given, Role) or not given.teams:
        return (given if isinstance(given, Role) else given.role), ()
    if given.role is not Role.LEAD:
        raise BadRequestError(_("Only the role lead is given for single teams: choose it, or no team"))
    known = [team.name for team in deps.rulebook(connection).teams]
    if unknown := set(given.teams) - set(known):
        raise BadRequestError(
            _(
                "There is no team %(team)s; there are: %(known)s",
                team=sorted(unknown)[0][:64],
                known=", ".join(known),
            )
        )
    return Role.MEMBER, tuple(name for name in known if name in given.teams)


def teams_to_lead(deps: Deps) -> tuple[str, ...]:
    """The teams by name, where there are several."""
    with deps.database.read() as connection:
        found = tuple(team.name for team in deps.rulebook(connection).teams)
    return found if len(found) > 1 else ()


def _account(connection: Connection, deps: Deps, account_id: str) -> Account:
    found = accounts.by_id(connection, deps.site_id, account_id)
    if found is None:
        raise NotFoundError(_("There is no such account"))
    return found


def _link_person(connection: Connection, deps: Deps, account: Account, person: str | None) -> None:
    if person == account.person_id:
        return
    if person is not None and not accounts.is_person(connection, deps.site_id, person):
        raise BadRequestError(_("Jira knows nobody of this id; see GET /api/v1/people"))
    accounts.change(connection, deps.site_id, account.account_id, person_id=person)
    _note(connection, deps, "account.person", account, before=account.person_id, after=person)


def _note(connection: Connection, deps: Deps, action: str, account: Account, **detail: str | None) -> None:
    add_entry(connection, deps.site_id, entry_of(deps.asker, deps.now(), action, account.email, **detail))
