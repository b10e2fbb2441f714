"""`phasewise policy`, in this process: what is in force, what would change, and making it so."""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from tests.usecases.rows import all_rows

from phasewise.bootstrap import open_deps
from phasewise.errors import BadRequestError
from phasewise.policy_commands import policy_commands
from phasewise.settings import load_settings


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a policy and an empty store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHASEWISE_JIRA_URL", "https://example.atlassian.net")
    write("[rules]\none_active = 2\n")


def write(text: str) -> None:
    Path("phasewise.toml").write_text(text)


def run(*words: str) -> str:
    """What a command prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        policy_commands(list(words), standalone_mode=False)
    return printed.getvalue()


def answer(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def test_show_tells_the_policy_in_force() -> None:
    assert "Active tickets per person                  2 tickets" in run("show")
    shown = answer("show")
    assert (shown["version"], shown["effective_from"], shown["source"]) == (1, "ever", "file")
    assert shown["policy"]["rules.one_active"] == "2"


def test_a_value_is_tried_and_then_applied() -> None:
    told = run("diff", "rules.five_days=3")
    assert "Age limit of a task: 5 working days -> 3 working days" in told
    assert "In the last 30 days it would have opened 0 findings and closed 0 findings." in told
    applied = run("apply", "rules.five_days=3", "--yes", "--remark", "shorter")
    assert "Version 2 of the policy of default is in force." in applied
    newest, first = answer("history")
    assert (newest["version"], newest["remark"], first["version"]) == (2, "shorter", 1)
    assert newest["changed"] == [
        {
            "key": "rules.five_days",
            "label": "Age limit of a task",
            "old": "5 working days",
            "new": "3 working days",
        }
    ]
    assert "Age limit of a task: 5 working days -> 3 working days" in run("history")


def test_a_changed_file_is_shown_and_applied_to_every_team() -> None:
    run("apply", "--yes")
    write('[rules]\none_active = 3\n[teams.NLP]\nscope = "project = NLP"\n')
    (found,) = answer("diff")
    assert (found["team"], found["changed"][0]["new"]) == ("default", "3 tickets")
    assert found["last_30_days"]["opened"] == {"count": 0, "open_now": 0}
    assert [(one["team"], one["version"]) for one in answer("apply", "--yes")] == [("NLP", 1), ("default", 1)]
    assert run("diff") == "Nothing would change.\n"


def test_a_diff_writes_nothing() -> None:
    run("apply", "--yes")
    database = open_deps(load_settings(), jira=False).database
    before = all_rows(database)
    run("diff", "rules.one_active=9")
    assert all_rows(database) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("apply", "rules.one_active=9"), "Say --yes"),
        (("apply", "--team", "default"), "leave --team out"),
        (("diff", "rules.one=9"), "There is no rules.one"),
        (("diff", "rules.one_active=0"), "rules.one_active must be 1 or more"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(BadRequestError, match=said):
        run(*words)
