"""`phasewise` called as its entry point calls it, in this process: what it printed and how it ended."""

import contextlib
import io
import json
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from phasewise import cli
from tests.blackbox.strange_jira import EMAIL, TOKEN, StrangeJira
from tests.story.commands import Ran


@dataclass(frozen=True, slots=True)
class User:
    """Somebody in a folder, with settings; `**settings` are PHASEWISE_ variables without the prefix."""

    folder: Path
    settings: dict[str, str]

    def run(self, *arguments: str) -> Ran:
        out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["phasewise", *arguments])
            for name in [name for name in os.environ if name.startswith("PHASEWISE_")]:
                patch.delenv(name)
            for name, value in self.settings.items():
                patch.setenv(f"PHASEWISE_{name}", value)
            code = _ended()
        return Ran(code, out.buffer.getvalue().decode(), err.getvalue())  # type: ignore[attr-defined]

    def tasks(self) -> dict[str, Any]:
        """The exported tasks by their keys."""
        ran = self.run("export", "tasks", "--format", "json")
        assert ran.code == 0, ran.err
        return {task["key"]: task for task in json.loads(ran.out)}

    def with_settings(self, **settings: str) -> "User":
        return User(self.folder, {**self.settings, **settings})


def _ended() -> int:
    try:
        cli.main()
    except SystemExit as exit_:
        return int(exit_.code or 0)
    except Exception:
        return _crashed()
    return 0


def _crashed() -> int:
    """What a user would see: a traceback, which no test accepts."""
    traceback.print_exc()
    return 99


def user_of(jira: StrangeJira, folder: Path) -> User:
    """Somebody who set Phasewise up on this Jira."""
    settings = {"JIRA_URL": jira.url, "JIRA_TOKEN": TOKEN, "JIRA_SCOPE": "project = ML"}
    return User(folder, settings | ({"JIRA_EMAIL": EMAIL} if jira.cloud else {}))


def one_line(ran: Ran) -> str:
    """The only line on standard error of a command that failed."""
    assert ran.code == 1, (ran.code, ran.out, ran.err)
    assert ran.err.count("\n") == 1, ran.err
    return ran.err
