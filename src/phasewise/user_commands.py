"""`phasewise user`: who may sign in, for whoever runs commands on this machine."""

import sys
from getpass import getpass
from typing import Annotated

import typer

from phasewise.bootstrap import open_deps
from phasewise.core.rights import Role
from phasewise.terminal import line, note, print_json, settings_of_this_process
from phasewise.usecases.deps import Deps

user_commands = typer.Typer(help="Accounts: add, password, disable, list.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The e-mail address they sign in with.")]
STDIN = "The password is one line on standard input."
Stdin = Annotated[bool, typer.Option("--stdin", help=STDIN)]


@user_commands.command("add")
def user_add(
    email: Email,
    role: Annotated[Role, typer.Option(help="What they may see and do.")] = Role.MEMBER,
    name: Annotated[str, typer.Option(help="What to call them; default what is before the @.")] = "",
    person: Annotated[str | None, typer.Option(help="Who they are in Jira: a person id.")] = None,
    team: Annotated[
        list[str] | None, typer.Option(help="A lead of this team only, elsewhere a member; may be repeated.")
    ] = None,
    stdin: Stdin = False,
) -> None:
    """Make an account. Prints the one-time link by which its owner chooses a password."""
    from phasewise.usecases.accounts.administer import Rights, account_by_email, invite, set_password
    from phasewise.usecases.accounts.passwords import require_good

    deps = _deps()
    password = _password() if stdin else None
    if password is not None:
        require_good(password, email, name)  # before there is an account
    path = invite(deps, email, name, Rights(role, tuple(team or ())), person)
    if password is not None:
        set_password(deps, account_by_email(deps, email).account_id, password)
        line(f"{email} may sign in as {role.value}")
        return
    print(deps.base_url + path)
    note(f"{email} chooses a password by this link, once, within three days")


@user_commands.command("passwd")
def user_passwd(email: Email, stdin: Stdin = False) -> None:
    """Print a one-time link by which they choose a new password."""
    from phasewise.usecases.accounts.administer import account_by_email, link_again, set_password

    deps = _deps()
    account = account_by_email(deps, email)
    if stdin:
        set_password(deps, account.account_id, _password())
        line("the password is set, and every session of theirs ended")
        return
    print(deps.base_url + link_again(deps, account.account_id))
    note(f"{account.email} chooses a password by this link, once, within three days")


@user_commands.command("disable")
def user_disable(email: Email) -> None:
    """From now on they may not sign in. Sessions end, tokens are refused."""
    from phasewise.usecases.accounts.administer import account_by_email, disable

    deps = _deps()
    disable(deps, account_by_email(deps, email).account_id)
    line("disabled")


@user_commands.command("enable")
def user_enable(email: Email) -> None:
    """They may sign in again."""
    from phasewise.usecases.accounts.administer import account_by_email, enable

    deps = _deps()
    enable(deps, account_by_email(deps, email).account_id)
    line("enabled")


@user_commands.command("list")
def user_list(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Every account. E-mail address, role, name, person in Jira, and whether it may sign in."""
    from phasewise.usecases.accounts.administer import list_accounts, role_words

    rows = [
        {
            "email": account.email,
            "role": role_words(account),
            "name": account.name,
            "person": account.person_id,
            "state": "active" if account.is_active else "disabled",
        }
        for account in list_accounts(_deps())
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        line("  ".join(str(value or "-") for value in row.values()))


def _deps() -> Deps:
    return open_deps(settings_of_this_process(), jira=False)


def _password() -> str:
    """One line: hidden on a terminal, read where something is piped."""
    return getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
