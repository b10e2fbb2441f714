"""`phasewise init`, in this process, against a sandbox Jira over HTTP."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from dotenv import dotenv_values
from tests.logs import log_as_it_was
from tests.usecases.syncing import team_world
from typer.testing import CliRunner, Result

from phasewise.errors import SettingsError
from phasewise.init_command import init
from phasewise.sandbox.serve import start_in_thread
from phasewise.settings import load_settings

app = typer.Typer()
app.command()(init)


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder, and an environment that is as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    kept = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(kept)


def run(*answers: str) -> Result:
    with log_as_it_was():
        said = "".join(f"{answer}\n" for answer in answers)
        return CliRunner().invoke(app, ["--yes"], input=said, catch_exceptions=False)


def answers_for(deployment: str, url: str, scope: str = "") -> list[str]:
    account = ["lead@example.com"] if deployment == "cloud" else []
    return [f" {url}/browse/ML-1 ", *account, ' "a-token" ', scope]


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_the_answers_become_settings_that_work(deployment: str) -> None:
    with start_in_thread(team_world(deployment)) as jira:
        ended = run(*answers_for(deployment, jira.url))
    assert ended.exit_code == 0, ended.output
    assert 'project in ("DS", "GROW", "ML")' in ended.output
    assert '# "10101" = "research"' in Path("phasewise.toml").read_text()
    stored = dotenv_values(".env")
    assert stored["PHASEWISE_JIRA_URL"] == jira.url
    assert stored["PHASEWISE_JIRA_TOKEN"] == "a-token"
    assert len(stored["PHASEWISE_WEBHOOK_SECRET"] or "") == 64
    assert Path(".env").stat().st_mode & 0o077 == 0
    os.environ.clear()
    assert load_settings(jira=True).jira_scope == 'project in ("DS", "GROW", "ML")'


def test_teams_are_asked_for_one_by_one_and_written_as_tables() -> None:
    with start_in_thread(team_world()) as jira:
        people = "Hanna Lindqvist; Kwame Mensah 2026-07-01/"
        said = [*answers_for("cloud", jira.url), "NLP: project = ML", people, "Vision: project = DS", ""]
        assert run(*said).exit_code == 0
        ids = {user.name: user.id for user in jira.world.users.values()}
    teams = load_settings(jira=True).teams
    assert {name: team.scope for name, team in teams.items()} == {
        "NLP": "project = ML",
        "Vision": "project = DS",
    }
    assert teams["NLP"].members.keys() == {ids["hanna.lindqvist"], ids["kwame.mensah"]}
    assert teams["Vision"].members == {}


def test_who_is_unknown_to_jira_is_one_line() -> None:
    with start_in_thread(team_world()) as jira, pytest.raises(SettingsError, match="nobody called “Ada”"):
        run(*answers_for("cloud", jira.url), "NLP: project = ML", "Ada")


def test_what_is_there_already_is_kept() -> None:
    Path(".env").write_text("PHASEWISE_TIMEZONE=Europe/Berlin\nPHASEWISE_JIRA_TOKEN=old\n")
    Path("phasewise.toml").write_text("# mine\n")
    with start_in_thread(team_world()) as jira:
        run(*answers_for("cloud", jira.url, "project = ML"))
    assert Path("phasewise.toml").read_text() == "# mine\n"
    stored = dotenv_values(".env")
    assert stored["PHASEWISE_TIMEZONE"] == "Europe/Berlin"
    assert stored["PHASEWISE_JIRA_TOKEN"] == "a-token"
    assert stored["PHASEWISE_JIRA_SCOPE"] == "project = ML"


def test_a_scope_that_matches_nothing_is_said_and_ends_with_1() -> None:
    with start_in_thread(team_world()) as jira:
        ended = run(*answers_for("cloud", jira.url, 'project = "ML" and key = ML-1 and key = ML-2'))
    assert ended.exit_code == 1
    assert "Scope: no issue" in ended.output


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((), "nobody answers"),
        (("ftp://acme.com",), "an address looks like"),
        (("http://127.0.0.1:9",), "refused the connection"),
    ],
)
def test_what_cannot_be_used_is_one_line(answers: tuple[str, ...], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        run(*answers)
    assert not Path(".env").exists()


def test_a_team_without_projects_is_one_line() -> None:
    with start_in_thread(team_world()) as jira, pytest.raises(SettingsError, match="which projects"):
        run(*answers_for("cloud", jira.url), "NLP")
