"""`phasewise token`: API tokens, for whoever runs commands on this machine."""

from typing import Annotated

import typer

from phasewise.bootstrap import open_deps
from phasewise.terminal import line, print_json, settings_of_this_process

token_commands = typer.Typer(help="API tokens: make, list, revoke.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@token_commands.command("create")
def token_create(
    name: str = "api",
    scope: Annotated[str, typer.Option(help="read, projects or admin")] = "read",
    days: Annotated[int | None, typer.Option(help="Valid for so many days; default until revoked.")] = None,
    as_json: Json = False,
) -> None:
    """Make an API token and print it. This once and never again."""
    from phasewise.usecases.issue_token import create_token

    issued = create_token(
        open_deps(settings_of_this_process(), jira=False), name=name, scope=scope, days=days
    )
    if as_json:
        print_json({"token": issued.token, "id": issued.token_id, "name": issued.name, "scope": issued.scope})
    else:
        print(issued.token)


@token_commands.command("list")
def token_list(as_json: Json = False) -> None:
    """Every token's id, name and state, never the token itself."""
    from phasewise.usecases.instants import rfc3339
    from phasewise.usecases.issue_token import list_tokens

    rows = [
        {
            "id": token.token_id,
            "name": token.name,
            "scope": token.scope,
            "created_at": rfc3339(token.created_at),
            "expires_at": token.expires_at and rfc3339(token.expires_at),
            "revoked_at": token.revoked_at and rfc3339(token.revoked_at),
        }
        for token in list_tokens(open_deps(settings_of_this_process(), jira=False))
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        state = (
            "revoked" if row["revoked_at"] else f"until {row['expires_at']}" if row["expires_at"] else "valid"
        )
        line(f"{row['id']}  {row['name']}  {row['scope']}  {state}")


@token_commands.command("revoke")
def token_revoke(token_id: Annotated[str, typer.Argument(help="An id of `phasewise token list`.")]) -> None:
    """Refuse a token from now on."""
    from phasewise.usecases.issue_token import revoke_token

    revoke_token(open_deps(settings_of_this_process(), jira=False), token_id)
    line("revoked")
