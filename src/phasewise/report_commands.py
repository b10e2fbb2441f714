"""`phasewise report`: the weekly report, looked at before it is sent, or sent by hand."""

from enum import StrEnum
from typing import Annotated

import typer

from phasewise.bootstrap import open_deps
from phasewise.i18n.languages import ENGLISH, LANGUAGES
from phasewise.store.effects import EffectState
from phasewise.terminal import line, print_json, settings_of_this_process
from phasewise.usecases.instants import parse_instant

report_commands = typer.Typer(help="The weekly report: preview, send.", no_args_is_help=True)

Week = Annotated[
    str | None, typer.Option("--week", help="A week like 2026-W47; default the report that comes next.")
]
TeamName = Annotated[str | None, typer.Option("--team", help="A team; default the default team.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="An instant like 2026-11-19T09:00:00Z: as it stood then.")
]


Ended = Annotated[
    str | None, typer.Option("--week", help="A week like 2026-W47; default the last one that is over.")
]


WENT = {
    EffectState.DONE: "sent",
    EffectState.DUE: "waits",
    EffectState.CLAIMED: "is being sent",
    EffectState.FAILED: "failed",
    EffectState.UNKNOWN: "unknown: it may have arrived",
}


class Form(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


@report_commands.command("preview")
def report_preview(
    week: Week = None,
    team: TeamName = None,
    as_of: AsOf = None,
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.TEXT,
    language: Annotated[str, typer.Option("--language", help=f"One of {', '.join(LANGUAGES)}.")] = ENGLISH,
) -> None:
    """Print a report as it would be sent. Nothing is written, nothing is sent."""
    from phasewise.usecases.reports.as_json import report_json
    from phasewise.usecases.reports.show_report import show_report
    from phasewise.usecases.reports.writing import Written, write_report

    if language not in LANGUAGES:
        raise typer.BadParameter(f"choose one of {', '.join(LANGUAGES)}", param_hint="--language")
    instant = None if as_of is None else parse_instant(as_of, "--as-of")
    deps = open_deps(settings_of_this_process(), jira=False)
    shown = show_report(deps, week, team, instant)
    if form is Form.JSON:
        print_json(report_json(shown).model_dump(mode="json"))
    else:
        for one in write_report(deps, shown, Written(form.value), language).rstrip("\n").split("\n"):
            line(one)


@report_commands.command("send")
def report_send(
    week: Ended = None,
    team: TeamName = None,
    to: Annotated[str | None, typer.Option("--to", help="Only to this address, to try it.")] = None,
) -> None:
    """Send a report now to all who did not get it yet. Or to one address, to try it."""
    from phasewise.usecases.reports.send_now import hand_over, last_week, send_now, send_test

    deps = open_deps(settings_of_this_process(), jira=False)
    name, ended = last_week(deps, team)
    if to is None:
        keys = send_now(deps, name, week or ended)
        if not keys:
            line(f"Everybody got the report of {week or ended} already")
    else:
        keys = [send_test(deps, name, week or ended, to)]
    found = hand_over(deps, keys)
    for one in found:
        line("  ".join(filter(None, (one.target, WENT[one.state], one.said))))
    if any(one.state in (EffectState.FAILED, EffectState.UNKNOWN) for one in found):
        raise typer.Exit(1)
