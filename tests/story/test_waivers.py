"""`phasewise waiver`, as a lead meets it."""

import json
from pathlib import Path

from phasewise.bootstrap import clock
from phasewise.core.ladder import Grant, Move
from phasewise.core.model import Strength
from phasewise.store.db import Database
from phasewise.store.ladder import Step, save_step
from phasewise.store.waivers import Waiver, add_waiver
from tests.story.commands import LoadedShell, Shell

JIRA = "https://example.atlassian.net"


def shell_with_a_waiver(folder: Path) -> Shell:
    """A site on which Ada has asked to go on for an hour."""
    shell = LoadedShell(folder, DATA_DIR=str(folder / "data"), JIRA_URL=JIRA)
    assert shell.run("waiver", "list").out == ""
    database, now = Database(f"sqlite:///{folder / 'data' / 'phasewise.db'}"), clock()
    asked = Waiver("77", "one_active", "ada", 1, "ada", "both \x1b[31mare", now + 3_600_000, Grant.ASKED, now)
    with database.write() as connection:
        add_waiver(connection, 1, asked)
    database.close()
    return shell


def test_a_waiver_is_listed_granted_and_declined(tmp_path: Path) -> None:
    shell = shell_with_a_waiver(tmp_path)
    listed = shell.run("waiver", "list").out
    assert listed.startswith("77  asked  ada  one_active:ada:1  ")
    assert "\x1b" not in listed
    assert shell.run("waiver", "grant", "77", "--by", "Grace").out == "granted\n"
    (row,) = json.loads(shell.run("waiver", "list", "--json").out)
    assert (row["state"], row["decided_by"], row["holds"]) == ("granted", "Grace", True)
    assert shell.run("waiver", "decline", "77").out == "declined\n"
    assert shell.run("waiver", "list", "--state", "granted").out == ""


def test_a_move_is_listed_and_what_cannot_be_undone_or_split_is_one_line(tmp_path: Path) -> None:
    shell = shell_with_a_waiver(tmp_path)
    moved = Step(
        "one_active", "ada", 1, "finding:1", "ada", 7, Strength.ACT, is_dry=False, taken_at=2,
        move=Move.DONE, moved_issue=7, moved_from="3", moved_to="1", moved_at=3,
    )  # fmt: skip
    database = Database(f"sqlite:///{tmp_path / 'data' / 'phasewise.db'}")
    with database.write() as connection:
        save_step(connection, 1, moved)
    database.close()
    assert shell.run("undo", "--list").out == "finding:1  7  ada  1970-01-01T00:00:00.003Z\n"
    assert "deleted, archived, or no longer shown" in shell.run("undo", "finding:1").err
    assert "There is no task 'ML-9'" in shell.run("split", "ML-9").err


def test_a_waiver_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    ran = shell_with_a_waiver(tmp_path).run("waiver", "grant", "78")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "There is no waiver '78'" in ran.err
