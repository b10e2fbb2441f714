"""Commands that are called wrongly or cannot write: one line on standard error, and no traceback."""

import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.blackbox.calls import User, one_line
from tests.blackbox.strange_jira import StrangeJira
from tests.story.commands import COMMAND


@pytest.mark.parametrize(
    "arguments", [["nope"], ["sync", "--nope"], ["export"], ["serve", "--port", "x"], ["token", "revoke"]]
)
def test_a_wrong_call_is_one_line_that_points_to_the_help(arguments: list[str], tmp_path: Path) -> None:
    ran = User(tmp_path, {}).run(*arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "--help" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "nope"], "projects, tasks"),
        (["export", "tasks", "--format", "yaml"], "csv, json, xlsx"),
        (["export", "tasks", "--as-of", "2026-09-10"], "2026-03-02T09:00:00Z"),
        (["export", "tasks", "--as-of", "2199-01-01T00:00:00Z"], "future"),
        (["audit", "--since", "yesterday"], "--since"),
        (["token", "create", "--scope", "everything"], "read"),
        (["token", "create", "--days", "0"], "days"),
        (["token", "revoke", "nobody"], "token list"),
    ],
)
def test_a_wrong_value_is_one_line_that_says_what_would_be_right(
    arguments: list[str], said: str, cloud_user: User
) -> None:
    assert said in one_line(cloud_user.run(*arguments))


def test_a_table_that_there_is_not_is_told_before_any_setting_is_asked_for(tmp_path: Path) -> None:
    ran = User(tmp_path, {}).run("export", "nope")
    assert "projects, tasks" in one_line(ran)
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_takes_nothing_more_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([*COMMAND, "openapi"], stdout=full, stderr=subprocess.PIPE, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (1, b"System: No space left on device\n")


def test_a_database_of_a_newer_release_is_refused_by_every_command(
    cloud_jira: StrangeJira, cloud_user: User
) -> None:
    assert cloud_user.run("sync").code == 0
    with sqlite3.connect(cloud_user.folder / "data" / "phasewise.db") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    for command in (["sync"], ["check"], ["export", "tasks"], ["audit"], ["db", "upgrade"]):
        assert "newer Phasewise" in one_line(cloud_user.run(*command))


def test_a_file_that_is_no_database_is_told(cloud_user: User) -> None:
    (cloud_user.folder / "data").mkdir()
    (cloud_user.folder / "data" / "phasewise.db").write_bytes(b"no database at all" * 100)
    assert "not an SQLite database" in one_line(cloud_user.run("sync"))


def test_d14_all_wrong_settings_are_named_at_once_without_their_values(cloud_user: User) -> None:
    wrong = cloud_user.with_settings(TIMEZONE="Mars", COUNTRY="XX", JIRA_POLL_SECONDS="canary")
    line = one_line(wrong.run("sync"))
    assert all(name in line for name in ("TIMEZONE", "COUNTRY", "POLL_SECONDS"))
    assert "canary" not in line


def test_all_of_a_wrong_policy_is_named_at_once(cloud_user: User) -> None:
    policy = '[phases]\n"1" = "rocket"\n[statuses]\n"4" = "lurking"\n[rules]\none_active = 0\n'
    (cloud_user.folder / "phasewise.toml").write_text(policy)
    line = one_line(cloud_user.run("sync"))
    assert all(name in line for name in ("[phases] 1", "[statuses] 4", "one_active"))
