"""`phasewise init`: asks where Jira is and who we are there, tries it, and writes the configuration."""

import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from phasewise.bootstrap import open_deps
from phasewise.errors import BadRequestError, JiraError, SettingsError
from phasewise.jira import pasted
from phasewise.jira.access import JiraAccess
from phasewise.jira.jql import scope_clause
from phasewise.mail.message import mail_address
from phasewise.settings import PREFIX, TOML
from phasewise.settings_files import DOTENV
from phasewise.terminal import line, note, settings_of_this_process
from phasewise.usecases.check_site import check_site
from phasewise.usecases.checks import CheckReport
from phasewise.usecases.find_jira import FoundJira, find_jira, projects_to_watch
from phasewise.usecases.set_up.draft import Draft, Member
from phasewise.usecases.set_up.files import decided, proposed, write_mapping, write_settings
from phasewise.usecases.set_up.members import members, require_one_team
from phasewise.usecases.set_up.teams import named_apart, typed_team

NOBODY_THERE = (
    "init asks questions and nobody answers: run it on a terminal, or set PHASEWISE_JIRA_URL, _EMAIL, _TOKEN "
    "and _SCOPE and run `phasewise check`"
)

Answers = dict[str, str]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Teams:
    """The teams that were said: the JQL of each, and who is in it, by its name."""

    scopes: dict[str, str] = field(default_factory=dict)
    members: dict[str, tuple[Member, ...]] = field(default_factory=dict)


def init(
    yes: Annotated[bool, typer.Option("--yes", help="Write the configuration without asking.")] = False,
) -> None:
    """Set up: asks for Jira's address and a token. Tries them, and writes the configuration."""
    line("Five questions; an empty answer takes what stands in brackets. Nothing is changed in Jira.")
    try:
        answers = _ask_all()
        teams = _asked_teams(answers)
        report = _tried(answers)
        for said in report.lines():
            line(said)
        line("")
        if yes or typer.confirm(f"Write {DOTENV} and {TOML} into {Path.cwd()}?", default=True):
            _write(answers, report, teams)
    except typer.Abort:
        raise SettingsError(NOBODY_THERE) from None
    if not report.ok:
        note("Something needed is missing, see above: put it right, then run `phasewise check`")
        raise typer.Exit(1)


def _ask_all() -> Answers:
    jira = _asked("Jira's address", "JIRA_URL", find_jira)
    line(f"Found {jira.title} {jira.version} ({'Cloud' if jira.is_cloud else 'Data Center'}) at {jira.url}")
    answers = {"JIRA_URL": jira.url} | _credentials(jira)
    proposed = os.environ.get(f"{PREFIX}JIRA_SCOPE") or _proposed_scope(answers)
    answers["JIRA_SCOPE"] = _asked(
        "What to watch, as JQL", "JIRA_SCOPE", lambda text: scope_clause(text) and text, default=proposed
    )
    answers["WEBHOOK_SECRET"] = os.environ.get(f"{PREFIX}WEBHOOK_SECRET") or secrets.token_hex(32)
    return answers


def _credentials(jira: FoundJira) -> Answers:
    found: Answers = {}
    if jira.is_cloud:
        line("Cloud takes an API token: https://id.atlassian.com/manage-profile/security/api-tokens")
        found["JIRA_EMAIL"] = _asked("The account's e-mail address", "JIRA_EMAIL", mail_address)
    else:
        line("Data Center takes a personal access token: your avatar > Profile > Personal Access Tokens")
    found["JIRA_TOKEN"] = _asked("The token", "JIRA_TOKEN", pasted.token, is_secret=True)
    return found


def _proposed_scope(answers: Answers) -> str:
    access = JiraAccess(answers["JIRA_URL"], answers["JIRA_TOKEN"], answers.get("JIRA_EMAIL"))
    try:
        return projects_to_watch(access)
    except JiraError as error:
        note(str(error))  # the check after the questions says it again, with all else that is missing
        return ""


def _asked(
    question: str, name: str, read: Callable[[str], Answer], *, default: str = "", is_secret: bool = False
) -> Answer:
    """The answer, asked again until it can be used; without a terminal the first one must do."""
    default = default or os.environ.get(f"{PREFIX}{name}", "")
    while True:
        shown = question if not default else f"{question} [{'as it is set' if is_secret else default}]"
        answer = typer.prompt(
            shown, default=default, show_default=False, hide_input=is_secret and sys.stdin.isatty()
        )
        try:
            return read(answer)
        except (ValueError, JiraError, SettingsError) as error:
            if not sys.stdin.isatty():
                raise SettingsError(f"{question}: {error}") from None
            note(str(error))


def _tried(answers: Answers) -> CheckReport:
    """What `phasewise check` says with these answers as its settings."""
    os.environ.update({f"{PREFIX}{name}": value for name, value in answers.items()})
    return check_site(open_deps(settings_of_this_process(jira=True), jira=True))


def _asked_teams(answers: Answers) -> Teams:
    """Each team with who is in it, asked until one is empty; without a terminal, as many as are said."""
    teams, draft = Teams(), Draft(values=answers)
    question = "A team of its own, like NLP: project = NLP (empty: all is one team)"
    while more := _one_more(question, teams, _with_scope):
        name = list(more.scopes)[-1]
        question = f"Who is in {name}: names, e-mail addresses or ids, separated by ; (empty: nobody yet)"
        teams = _one_more(question, more, partial(_with_people, draft, name)) or more
        question = "One more team (empty: no more)"
    return teams


def _one_more(question: str, teams: Teams, put: Callable[[Teams, str], Teams]) -> Teams | None:
    """The teams with what is answered put to them; None where nothing is."""
    while True:
        try:
            answer = typer.prompt(question, default="", show_default=False).strip()
        except typer.Abort:
            if sys.stdin.isatty():
                raise
            return None
        if not answer:
            return None
        try:
            return put(teams, answer)
        except BadRequestError as error:
            if not sys.stdin.isatty():
                raise SettingsError(f"{question}: {error}") from None
            note(str(error))


def _with_scope(teams: Teams, answer: str) -> Teams:
    row = typed_team(*answer.partition(":")[::2])
    return replace(teams, scopes=named_apart(teams.scopes, row))


def _with_people(draft: Draft, name: str, teams: Teams, answer: str) -> Teams:
    people = {**teams.members, **members(draft, {name: answer})}
    require_one_team(people)
    return replace(teams, members=people)


def _write(answers: Answers, report: CheckReport, teams: Teams) -> None:
    """Settings go into `.env`, beside what it already holds; the mapping is only a proposal to edit."""
    write_settings(Path(), answers)
    line(f"{DOTENV} holds the address, the token and a new secret for webhooks; only you may read it")
    if write_mapping(Path(), [*proposed(report.mapping), *decided({}, {}, teams.scopes, teams.members)]):
        line(f"{TOML} holds the mapping that was found, to change what should differ")
    else:
        line(f"{TOML} is there already and stays as it is")
    line("Next: `phasewise serve`, then open http://127.0.0.1:8000")
