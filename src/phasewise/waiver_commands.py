"""What a lead says about what the rules did: `phasewise waiver`, `undo`, `split`. Called by `cli`."""

from getpass import getuser
from typing import Annotated

import typer

from phasewise.bootstrap import open_deps
from phasewise.core.ladder import Grant, Move
from phasewise.errors import BadRequestError
from phasewise.terminal import line, print_json, settings_of_this_process

waiver_commands = typer.Typer(help="Waivers: list, grant, decline.", no_args_is_help=True)

MOST = 500
SHOWN = ("id", "state", "person", "finding", "until", "reason")
WaiverId = Annotated[str, typer.Argument(help="An id of `phasewise waiver list`.")]
By = Annotated[str | None, typer.Option(help="Who decides; default the name you are logged in by.")]


@waiver_commands.command("list")
def waiver_list(
    state: Annotated[Grant | None, typer.Option(help="Only those in this state.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """The waivers, the latest first. Who asked, about what, until when, and why."""
    from phasewise.usecases.paging import Paging
    from phasewise.usecases.show_ladder import show_waivers

    found = show_waivers(open_deps(settings_of_this_process(), jira=False), None, Paging(MOST), state)
    rows = [waiver.model_dump(mode="json") for waiver in found.items]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        line("  ".join(str(row[name]) for name in SHOWN))


@waiver_commands.command("grant")
def waiver_grant(waiver: WaiverId, by: By = None) -> None:
    """Say yes: the finding is silent until the waiver ends."""
    _decide(waiver, Grant.GRANTED, by)


@waiver_commands.command("decline")
def waiver_decline(waiver: WaiverId, by: By = None) -> None:
    """Say no; it is told in the comment on the ticket."""
    _decide(waiver, Grant.DECLINED, by)


def _decide(waiver: str, state: Grant, by: str | None) -> None:
    from phasewise.usecases.decide_waivers import decide_waiver

    decide_waiver(open_deps(settings_of_this_process(), jira=False), waiver, state, by or _login())
    line(state.value)


def _login() -> str:
    """The name of whoever runs the command; a container may have none."""
    try:
        return getuser()
    except (KeyError, OSError):
        return "command line"


# ------------------------------------------------------------------ moves


def undo(
    move: Annotated[str | None, typer.Argument(help="A key of `phasewise undo --list`.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List what can be undone, latest first.")] = False,
    by: By = None,
) -> None:
    """Have a ticket that was moved back go forward again. It is then left alone."""
    from phasewise.usecases.undo_moves import undo_move

    if (move is None) is not listed:
        raise BadRequestError("Name one move, or say --list")
    if move is None:
        _list_moves()
        return
    undo_move(open_deps(settings_of_this_process(), jira=False), move, by or _login())
    line("The running service moves it back to where it was")


def split(task: Annotated[str, typer.Argument(help="The key of a task.")], by: By = None) -> None:
    """Make the sibling of a task that is over its limit. It has the same epic and phase."""
    from phasewise.usecases.split_task import split_task

    key = split_task(open_deps(settings_of_this_process(), jira=False), task, by or _login())
    line(f"The running service makes it: {key}")


def _list_moves() -> None:
    from phasewise.usecases.paging import Paging
    from phasewise.usecases.show_ladder import Shown, show_ladder

    deps = open_deps(settings_of_this_process(), jira=False)
    for row in show_ladder(deps, None, Paging(MOST), Shown.MOVED).items:
        if row.move == Move.DONE:
            shown = row.model_dump(mode="json")
            line("  ".join(str(shown[name]) for name in ("key", "moved_issue", "person", "moved_at")))
