"""The sandbox as a process of its own, and Phasewise against it; every measure uses both."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Run, run

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "bench" / ".cache"
PHASEWISE = str(Path(sys.executable).with_name("phasewise"))


@dataclass(frozen=True, slots=True)
class Jira:
    """A running sandbox."""

    url: str
    pid: int


@contextmanager
def sandbox(*options: str) -> Iterator[Jira]:
    """The sandbox with these options, ready to answer; ended afterwards."""
    command = [PHASEWISE, "sandbox", "--port", "0", "--no-clock", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=bare_environment())
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if "http://" not in line:
            raise RuntimeError(f"the sandbox did not start: {' '.join(command)}")
        yield Jira("http://" + line.rpartition("http://")[2].strip(), process.pid)
    finally:
        process.terminate()
        process.wait()


def bare_environment() -> dict[str, str]:
    """The environment without any setting of an installation."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PHASEWISE_")}


def settings(jira: str, data: Path) -> dict[str, str]:
    """The settings of an installation on a sandbox, its store in a folder."""
    return {
        "PHASEWISE_JIRA_URL": jira,
        "PHASEWISE_JIRA_EMAIL": "bench@example.com",
        "PHASEWISE_JIRA_TOKEN": "bench",
        "PHASEWISE_JIRA_SCOPE": "project is not EMPTY",
        "PHASEWISE_DATA_DIR": str(data),
    }


def sync(jira: str, data: Path) -> Run:
    """`phasewise sync`: the whole command, from its start to its end."""
    return run([PHASEWISE, "sync", "--json"], settings(jira, data), cwd=data.parent)


def first_sync(jira: str, data: Path) -> Run:
    """The same into an empty store."""
    for file in data.glob("phasewise.db*"):
        file.unlink()
    return sync(jira, data)


def floor(jira: str, database: Path | None = None) -> Run:
    """The bare download, with a plain upsert where a database is given."""
    command = [sys.executable, "-m", "bench.floor", jira]
    if database is not None:
        for file in database.parent.glob(f"{database.name}*"):
            file.unlink()
        command.append(str(database))
    return run(command, cwd=ROOT)
