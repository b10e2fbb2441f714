"""`phasewise` as a user runs it: a process of its own, in a folder of its own."""

import os
import pty
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.story import loaded

COMMAND = (sys.executable, "-m", "phasewise")
PATIENCE_SECONDS = 60
Process = subprocess.Popen[str] | loaded.Copy


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class Shell:
    """A folder and an environment; `**settings` are PHASEWISE_ variables without the prefix."""

    command: tuple[str, ...] = COMMAND

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PHASEWISE_")}
        self.environment = {**kept, **{f"PHASEWISE_{name}": value for name, value in settings.items()}}

    def run(self, *arguments: str) -> Ran:
        ended = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments: str, log: Path | None = None) -> Process:
        """The command at work; what it says on stderr is added to a file."""
        with open(log or self.log, "ab") as stderr:
            return self._started(arguments, stderr)

    def _started(self, arguments: Sequence[str], stderr: IO[bytes]) -> Process:
        return subprocess.Popen(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    @property
    def log(self) -> Path:
        """What commands that were started, not run, say on stderr."""
        return self.folder.with_name(f"{self.folder.name}-stderr.log")

    def answer(self, answer: str, *arguments: str) -> str:
        """What a command shows on a terminal where a person gives this answer to its question."""
        ours, its = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, *arguments], cwd=self.folder, env=self.environment, stdin=its, stdout=its, stderr=its
        )
        os.close(its)
        os.write(ours, f"{answer}\n".encode())
        shown = b"".join(iter(lambda: _read(ours), b""))
        process.wait(PATIENCE_SECONDS)
        os.close(ours)
        return shown.decode()

    @contextmanager
    def running(self, *arguments: str) -> Iterator[tuple[Process, str]]:
        """The command at work and the address in the first line it says; stopped by SIGTERM at the end."""
        process = self.start(*arguments)
        try:
            yield process, _address(process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)
            assert process.stdout is not None
            process.stdout.close()


class LoadedShell(Shell):
    """Its commands begin loaded: for tests that start many, or one to look at what it does later."""

    def run(self, *arguments: str) -> Ran:
        with tempfile.TemporaryFile() as stderr:
            process = self._started(arguments, stderr)
            assert process.stdout is not None
            with process.stdout as stdout:
                out = stdout.read()
            code = process.wait(PATIENCE_SECONDS)
            stderr.seek(0)
            return Ran(code, out, stderr.read().decode())

    def _started(self, arguments: Sequence[str], stderr: IO[bytes]) -> Process:
        return loaded.start(arguments, self.folder, self.environment, stderr)


def _read(terminal: int) -> bytes:
    """What was shown; nothing once the other side has ended."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


def _address(process: Process) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    address = next((word for word in line.split() if word.startswith("http://")), None)
    assert address, f"no address in the first line: {line!r} (exit code {process.poll()})"
    return address


def eventually(happens: Callable[[], object], seconds: float = 2 * PATIENCE_SECONDS) -> bool:
    """Whether `happens()` becomes true; so many seconds are for a machine that has much else to do."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.1)
    return False
