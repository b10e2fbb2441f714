"""`phasewise` as a copy of a process that has loaded it: what it does from then on is what the command does.

Loading takes two seconds of the processor. The tests that start processes only to kill them, or many of them,
prove nothing by it; that commands load by themselves, tests/story/test_commands.py says. `loaded` is asked
for a process over a socket, forks one that waits for it, and that one forks the command.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

import coverage

ROOT = Path(__file__).parents[2]
LONGEST = 1 << 20


class Copy:
    """A command that runs: as much of `subprocess.Popen` as its tests ask for."""

    def __init__(self, said: socket.socket, stdout: IO[str] | None) -> None:
        self._said, self._lock = said, threading.Lock()
        self.stdout = stdout
        self.pid = int(said.recv(LONGEST))
        self.returncode: int | None = None

    def __del__(self) -> None:
        self._said.close()

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None and not self._is_told(timeout):
            raise subprocess.TimeoutExpired("phasewise", timeout or 0)
        with self._lock:
            if self.returncode is None:
                self.returncode = int(self._said.recv(LONGEST))
                self._said.close()
        return self.returncode

    def _is_told(self, timeout: float | None) -> bool:
        waiting = select.poll()  # unlike `select`, it takes more files than a thousand
        try:
            waiting.register(self._said, select.POLLIN)
        except ValueError:  # closed, because another thread has just heard of it
            return True
        return bool(waiting.poll(None if timeout is None else timeout * 1000))

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: IO[bytes]) -> Copy:
    """`phasewise` with these arguments; its standard output is a pipe, its standard error goes to `log`."""
    reads, writes = os.pipe()
    said, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    order = json.dumps([list(arguments), str(folder), dict(environment)]).encode()
    with its:
        socket.send_fds(_loaded(), [order], [its.fileno(), writes, log.fileno()])
    os.close(writes)
    return Copy(said, os.fdopen(reads, encoding="utf-8"))


@cache
def _loaded() -> socket.socket:
    """Where the process that has loaded all of it takes orders; it ends with this one."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.story.loaded", str(its.fileno())]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[its.fileno()])
    its.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


# ------------------------------------------------------------------ the process that has loaded it


def load() -> None:
    """Import all that the commands import when they run."""
    import alembic.command  # noqa: F401
    import psycopg  # noqa: F401
    import sqlalchemy.dialects.postgresql
    import sqlalchemy.dialects.sqlite  # noqa: F401

    import phasewise.cli
    import phasewise.first_run
    import phasewise.serving
    import phasewise.working  # noqa: F401


def take(orders: socket.socket) -> list[str] | None:
    """Wait for orders and fork for each: the arguments in a process that is to run them, None at the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        order, files, _, _ = socket.recv_fds(orders, LONGEST, 3)
        if not order:
            return None
        if os.fork() == 0:
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return commanded(socket.socket(fileno=files[0]), files[1:], *json.loads(order))
        for file in files:
            os.close(file)


def commanded(
    said: socket.socket, streams: list[int], arguments: list[str], folder: str, environment: dict[str, str]
) -> list[str]:
    """Fork the command, with what is its own; wait for it and say how it ended."""
    if pid := os.fork():
        for stream in streams:
            os.close(stream)
        said.send(str(pid).encode())
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        try:
            said.send(str(ended).encode())
        finally:
            os._exit(0)
    said.close()
    for number, stream in enumerate(streams, start=1):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    coverage.process_startup()
    return arguments


if __name__ == "__main__":
    load()
    with socket.socket(fileno=int(sys.argv[1])) as all_orders:
        taken = take(all_orders)
    if taken is not None:
        from phasewise.__main__ import main

        sys.argv = ["phasewise", *taken]
        main()
