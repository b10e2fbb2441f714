"""Several nodes on one PostgreSQL, as processes of their own, and what tests ask the database about them."""

import contextlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.story.commands import PATIENCE_SECONDS, Process, Shell

LEASE_SECONDS = 2


@contextmanager
def workers(shell: Shell, count: int) -> Iterator[list[Process]]:
    """So many workers, each at work; those that are left are stopped at the end, frozen ones too."""
    started = [begun(shell) for _ in range(count)]
    try:
        for process in started:
            node_of(process)
        yield started
    finally:
        for process in started:
            stop(process)


def worker(shell: Shell) -> Process:
    """One that is at work; the test stops it."""
    process = begun(shell)
    node_of(process)
    return process


def begun(shell: Shell) -> Process:
    """One that begins; what it logs is in `log` of the shell's folder."""
    return shell.start("worker", log=shell.folder / "log")


def node_of(process: Process) -> str:
    """The name of its node, from the first line it says."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Phasewise works as "), f"{line!r} (exit code {process.poll()})"
    return line.split()[-1]


def stop(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE_SECONDS)
    assert process.stdout is not None
    process.stdout.close()


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement).fetchall()  # type: ignore[arg-type]  # its own string type


def runs(url: str) -> list[tuple[str, int, int | None]]:
    """(node, begun, ended) of every poll that a node took, in the order they began."""
    columns = "executor_id, started_at_epoch_ms, completed_at"
    tables = "dbos.workflow_status JOIN dbos.workflow_input USING (workflow_uuid)"
    polls = "started_at_epoch_ms IS NOT NULL AND workflow_input.inputs LIKE '%poll%'"
    return ask(url, f"SELECT {columns} FROM {tables} WHERE {polls} ORDER BY 2")


def polls_since(url: str, then: int) -> int:
    """How many polls ended well after an instant."""
    return sum(1 for _, begun, ended in runs(url) if ended is not None and begun > then)
