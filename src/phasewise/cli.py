"""The commands. Each opens what it needs, calls use cases, and prints; `main` turns errors into one line."""

import io
import logging
import os
import sys
from datetime import date
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Annotated, Literal

import typer

from phasewise import __version__
from phasewise.bootstrap import open_database, open_deps
from phasewise.core.model import Instant
from phasewise.errors import BadRequestError, PhasewiseError, SettingsError
from phasewise.init_command import init
from phasewise.log import configure_log, open_standard_streams
from phasewise.memory import tune_memory
from phasewise.policy_commands import policy_commands
from phasewise.report_commands import report_commands
from phasewise.terminal import line as _line
from phasewise.terminal import note as _note
from phasewise.terminal import notes
from phasewise.terminal import print_json as _print_json
from phasewise.terminal import settings_of_this_process as _settings
from phasewise.token_commands import token_commands
from phasewise.usecases.instants import parse_instant
from phasewise.user_commands import user_commands
from phasewise.waiver_commands import split, undo, waiver_commands

app = typer.Typer(
    name="phasewise",
    help="Which phase every machine-learning project is in, from Jira's own history.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
database_commands = typer.Typer(help="The database: migrate, check, backup, restore.", no_args_is_help=True)
app.add_typer(database_commands, name="db")
app.add_typer(token_commands, name="token")
app.add_typer(waiver_commands, name="waiver")
app.add_typer(policy_commands, name="policy")
app.add_typer(user_commands, name="user")
app.add_typer(report_commands, name="report")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="An instant like 2026-11-19T09:00:00Z; default now.")
]


def main() -> None:
    """The entry point: a user's mistake is one line on standard error and exit code 1, never a traceback."""
    open_standard_streams()
    tune_memory()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # one name that cannot be written must not end a command
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except PhasewiseError as error:
        _note(f"{error.title}: {error}")
        code = 1
    except typer.TyperException as error:
        code = _misused(error)
    except OSError as error:
        code = _unwritten(error)
    sys.exit(code)


def _misused(error: typer.TyperException) -> int:
    """Says what is wrong with the arguments; where there were none, how to call."""
    message = error.format_message()
    if "\n" in message:
        print(message, file=sys.stderr)
    else:
        _note(f"Usage: {message.rstrip('.')}; see phasewise --help")
    return error.exit_code


def _unwritten(error: OSError) -> int:
    """A disk that is full behind a redirection, a folder that may not be read: the system's own words."""
    _note(f"System: {': '.join(str(part) for part in (error.filename, error.strerror or error) if part)}")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is not tried again at exit
    return 1


def _announce(text: str) -> None:
    """A line that nobody has to read: what serves goes on where it cannot be written."""
    try:
        _line(text)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _listens(address: str, first_link: str | None) -> None:
    _announce(f"Phasewise listens on {address}")
    if first_link is not None:
        _announce(f"No account yet. Become its admin, once, within a day: {first_link}")


def _sets_up(address: str, link: str | None) -> None:
    _announce(f"Phasewise listens on {address}")
    _announce(f"Nothing is set yet. Set it up in a browser: {link}")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"phasewise {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


# ---------------------------------------------------------------- run


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The service's port; 0 takes a free one.")] = 8000,
    team_size: Annotated[int, typer.Option(min=2, max=40)] = 8,
    history_weeks: Annotated[int, typer.Option(min=4, max=260)] = 26,
    seed: int = 1,
    clock: Annotated[bool, typer.Option(help="Let the scripted team go on working.")] = True,
) -> None:
    """The whole product, on a scripted team's Jira. No account anywhere; Ctrl-C leaves nothing behind."""
    from phasewise.demo import run_demo

    configure_log("console", level=logging.WARNING)  # the first line is the address
    run_demo(port=port, team_size=team_size, weeks=history_weeks, seed=seed, living=clock, say=_line)


app.command()(init)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Beyond this machine everybody signs in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
) -> None:
    """Pages, API and poll in one process. Where nothing is set yet, the set-up in the browser first."""
    from phasewise.first_run import is_nothing_set, set_up
    from phasewise.serving import run_service

    if is_nothing_set(settings := _settings()):
        set_up(settings, host, port, _sets_up)
    settings = _settings(jira=True)
    run_service(settings, host, port, _listens)


@app.command()
def web(
    host: Annotated[str, typer.Option(help="Beyond this machine everybody signs in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
) -> None:
    """Pages, API and webhooks alone, beside `worker`. Any number, on PostgreSQL."""
    from phasewise.serving import run_web

    settings = _settings(jira=True)
    run_web(settings, host, port, _listens)


@app.command()
def worker(
    alive: Annotated[bool, typer.Option("--alive", help="Only look whether one of this host works.")] = False,
    metrics_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Answer Prometheus there.")
    ] = None,
    metrics_host: Annotated[str, typer.Option(help="It asks nobody for a token.")] = "127.0.0.1",
) -> None:
    """The work alone: polls, deliveries, effects. Any number, on PostgreSQL."""
    if alive:
        from phasewise.watching import require_worker

        require_worker(_settings())
        return
    from phasewise.working import run_worker

    metrics_at = None if metrics_port is None else (metrics_host, metrics_port)
    run_worker(_settings(jira=True), lambda node: _announce(f"Phasewise works as {node}"), metrics_at)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8090,
    deployment: Annotated[Literal["cloud", "datacenter"], typer.Option()] = "cloud",
    load: Annotated[
        Path | None, typer.Option(help="A file or folder of issues as Jira's REST returns them.")
    ] = None,
    latency: Annotated[int, typer.Option(min=0, help="Milliseconds added to every answer.")] = 0,
    rate_limit: Annotated[int, typer.Option(min=0, help="Every N-th request answers 429.")] = 0,
    language: Annotated[Literal["en", "fr", "ja", "ru", "zh"], typer.Option()] = "en",
    team_size: Annotated[int, typer.Option(min=2, max=40)] = 8,
    history_weeks: Annotated[int, typer.Option(min=4, max=260)] = 26,
    seed: int = 1,
    issues: Annotated[
        int, typer.Option(min=0, max=1_000_000, help="So many generated issues instead of the team's.")
    ] = 0,
    clock: Annotated[bool, typer.Option(help="Let the scripted team go on working.")] = True,
) -> None:
    """The sandbox Jira alone, to try things against. It reads no PHASEWISE_ setting."""
    from phasewise.sandbox.command import Wanted, run_sandbox

    wanted = Wanted(
        port=port,
        deployment=deployment,
        load=load,
        latency_ms=latency,
        rate_limit=rate_limit,
        language=language,
        team_size=team_size,
        weeks=history_weeks,
        seed=seed,
        issues=issues,
        living=clock,
    )
    try:
        run_sandbox(wanted, say=_line)
    except (ValueError, OSError) as error:
        raise SettingsError(f"the sandbox cannot start: {error}") from None


# ---------------------------------------------------------------- synchronise and look


@app.command()
def sync(
    full: Annotated[bool, typer.Option("--full", help="Read every issue again.")] = False,
    as_json: Json = False,
) -> None:
    """Read Jira once, in the foreground. Beside a running service, that service does it."""
    from phasewise.synchronising import run_sync

    report = run_sync(_settings(jira=True), full=full, terminal=notes)
    for warning in report["warnings"]:
        _note(f"warning: {warning['text']}")
    if as_json:
        _print_json(report)
        return
    _line(
        f"{report['issues_read']} issues read ({report['issues_new']} new), {report['removed']} removed, "
        f"{report['unreadable']} unreadable, {report['requests']} requests"
    )


@app.command()
def check(
    register_webhook: Annotated[
        bool, typer.Option("--register-webhook", help="Register the webhook, or repair it, without asking.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Connection, permissions, mapping, clock, webhook. Exit code 1 if something needed is missing."""
    from phasewise.usecases.check_site import check_site
    from phasewise.usecases.check_webhook import check_webhook, put_webhook_right

    settings = _settings(jira=True)
    deps = open_deps(settings, jira=True)
    report, hook = check_site(deps), None
    if report.has_read_jira:
        hook = (put_webhook_right if register_webhook else check_webhook)(deps, settings.base_url)
        report = report.along_with(hook.checks)
    if as_json:
        _print_json({**report.as_dict(), "webhook": hook and hook.as_dict()})
    else:
        for line in (*report.lines(), *(hook.settings if hook else ())):
            _line(line)
    if hook and hook.offer and not as_json and _agrees(hook.offer):
        done = put_webhook_right(deps, settings.base_url).checks
        report = report.along_with(done)
        for check in done:
            _line(check.line)
    if not report.ok:
        raise typer.Exit(1)


def _agrees(question: str) -> bool:
    """Whether a person says yes; nobody is asked where nobody is there."""
    try:
        return sys.stdin.isatty() and sys.stdout.isatty() and typer.confirm(question)
    except typer.Abort:
        return False


@app.command()
def replay(
    delivery: Annotated[str | None, typer.Argument(help="The id of a delivery.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that failed.")] = False,
) -> None:
    """Process stored webhook deliveries again. Beside a running service, that service does it."""
    from phasewise.worker.replaying import run_replay

    if (delivery is None) is not failed:
        raise BadRequestError("Name one delivery, or say --failed")
    _line(run_replay(_settings(), delivery))


@app.command()
def redo(
    effect: Annotated[str | None, typer.Argument(help="The key of an effect.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that failed.")] = False,
) -> None:
    """Do failed effects again: writes, mails."""
    from phasewise.usecases.redo_effects import redo_effect, redo_failed

    if (effect is None) is not failed:
        raise BadRequestError("Name one effect, or say --failed")
    deps = open_deps(_settings(), jira=False)
    if effect is not None:
        redo_effect(deps, effect)
    _line("1 is due again" if effect is not None else f"{redo_failed(deps)} are due again")


app.command()(undo)
app.command()(split)


@app.command()
def audit(
    since: Annotated[
        str | None, typer.Option(help="A date like 2026-01-31; default twelve months ago.")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Replay the rules over the stored history."""
    from phasewise.usecases.audit import audit_lines
    from phasewise.usecases.audit_history import audit_history

    deps = open_deps(_settings(), jira=False)
    found = audit_history(deps, since=_date(since), as_of=_instant(as_of))
    if as_json:
        _print_json(found.model_dump(mode="json"))
    else:
        lines = audit_lines(found)
        width = max(len(label) for label, _ in lines)
        for label, value in lines:
            _line(f"{label:<{width}}  {value}")


@app.command()
def export(
    table: Annotated[
        str,
        typer.Argument(
            help="projects, tasks, intervals, visits, finished, occupancy, findings, untidy, compliance, "
            "waivers, ladder, people, capacity, board, plans, deliverables, decisions, criteria, tests, "
            "results, due, lacking, reviews, reports, deliveries, effects or audit-log"
        ),
    ],
    format: Annotated[str, typer.Option(help="csv, json or xlsx")] = "csv",
    as_of: AsOf = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; default standard output.")
    ] = None,
) -> None:
    """Any table the pages show."""
    from phasewise.usecases.export_table import export_table, require_known

    require_known(table, format)
    deps = open_deps(_settings(), jira=False)
    if output is None:
        export_table(deps, table, format, sys.stdout.buffer, _instant(as_of))
        return
    with TemporaryFile() as whole:  # a file that is there stays as it was until there is all of the new one
        rows = export_table(deps, table, format, whole, _instant(as_of))
        whole.seek(0)
        try:
            with output.open("wb") as out:
                copyfileobj(whole, out)
        except OSError as error:
            raise SettingsError(f"--output {output} cannot be written: {error.strerror}") from None
    _note(f"{rows} rows written to {output}")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from phasewise.web.app import create_app

    _print_json(create_app(None).openapi())


# ---------------------------------------------------------------- the database


@database_commands.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this release. Every command that opens it does so first, too."""
    database = open_database(_settings())
    _line(f"{database.name} is up to date")


@database_commands.command("check")
def db_check() -> None:
    """Compare the database with this release, and check its file. Exit code 1 where something is wrong."""
    from phasewise.store.migrate import damage, drift

    database = open_database(_settings())
    differences = [*drift(database), *damage(database)]
    for line in differences:
        _line(line)
    if differences:
        raise typer.Exit(1)
    _line("no difference")


@database_commands.command("backup")
def db_backup(file: Annotated[Path, typer.Argument(help="A new file; nothing is overwritten.")]) -> None:
    """Write the whole instance into one file. The service goes on meanwhile."""
    from phasewise.store.backup import backup

    copied = backup(open_database(_settings()), file)
    _line(f"{copied.rows} rows of {copied.tables} tables written to {file}")


@database_commands.command("restore")
def db_restore(file: Annotated[Path, typer.Argument(help="A file of `phasewise db backup`.")]) -> None:
    """Replace the whole instance by a backup. The service must be stopped; what was there is kept beside."""
    from phasewise.bootstrap import clock, serving_lock
    from phasewise.usecases.restore_backup import restore_backup

    settings = _settings()
    database = open_database(settings)
    done = restore_backup(database, serving_lock(database), file, settings.data_dir, clock())
    _line(f"{done.copied.rows} rows of {done.copied.tables} tables restored from {file}")
    if done.before is not None:
        _line(f"what was there before is in {done.before}")


def _instant(text: str | None) -> Instant | None:
    return None if text is None else parse_instant(text, "--as-of")


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadRequestError("--since must be a date like 2026-01-31") from None
