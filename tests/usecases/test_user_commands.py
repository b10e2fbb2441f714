"""`phasewise user`, in this process: who may sign in, by whoever runs commands on this machine."""

import json
from pathlib import Path

import pytest
from tests.logs import log_as_it_was
from typer.testing import CliRunner, Result

from phasewise.errors import BadRequestError, NotFoundError, PhasewiseError
from phasewise.user_commands import user_commands

ADA = "ada@example.com"


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHASEWISE_JIRA_URL", "https://example.atlassian.net")
    monkeypatch.setenv("PHASEWISE_BASE_URL", "https://pw.example.com")


def run(*words: str, said: str | None = None) -> Result:
    with log_as_it_was():
        return CliRunner().invoke(user_commands, words, input=said, catch_exceptions=False)


def test_an_account_is_added_by_a_link_and_listed_disabled_and_enabled() -> None:
    assert run("add", ADA, "--role", "lead", "--name", "Ada").stdout.startswith(
        "https://pw.example.com/password/"
    )
    assert run("passwd", ADA).stdout.startswith("https://pw.example.com/password/")
    told = {"email": ADA, "role": "lead", "name": "Ada", "person": None, "state": "active"}
    assert json.loads(run("list", "--json").stdout) == [told]
    run("disable", ADA)
    assert run("list").stdout.split() == [ADA, "lead", "Ada", "-", "disabled"]
    run("enable", ADA)
    assert "active" in run("list").stdout


def test_a_lead_of_one_team_is_listed_so() -> None:
    run("add", ADA, "--role", "lead", "--team", "default")
    assert json.loads(run("list", "--json").stdout)[0]["role"] == "lead of default"


def test_a_password_may_be_piped() -> None:
    assert "may sign in as member" in run("add", ADA, "--stdin", said="three tame walruses\n").stdout
    assert "is set" in run("passwd", ADA, "--stdin", said="three wild walruses\n").stdout


@pytest.mark.parametrize(
    ("words", "said", "error"),
    [
        (("passwd", "nobody@example.com"), None, NotFoundError),
        (("add", "no address"), None, BadRequestError),
        (("add", ADA, "--person", "nobody"), None, BadRequestError),
        (("add", ADA, "--stdin"), "short\n", BadRequestError),
        (("add", ADA, "--role", "lead", "--team", "nobody"), None, BadRequestError),
        (("add", ADA, "--team", "default"), None, BadRequestError),
    ],
)
def test_what_cannot_be_done_is_said(
    words: tuple[str, ...], said: str | None, error: type[PhasewiseError]
) -> None:
    with pytest.raises(error):
        run(*words, said=said)
    assert run("list").stdout == ""
