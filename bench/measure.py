"""Runs a command as a process of its own and says what it cost; compares contenders in alternating rounds."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Run:
    """What one process cost: seconds of wall clock and of CPU, and its peak resident memory in MB."""

    wall: float
    cpu: float
    peak_mb: float
    output: str = ""


class FailedError(Exception):
    """A command that ended with another code than 0."""


def run(
    command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None, seconds: int = 3600
) -> Run:
    """Run to the end. FailedError where it fails, with the end of what it said.

    The peak is what the kernel kept of the process and of its own children. A process starts with the peak of
    the one that started it, so the caller must stay small.
    """
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            ["timeout", str(seconds), *command],
            env={**os.environ, **(env or {})},
            cwd=cwd,
            stdout=out,
            stderr=out,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        out.seek(0)
        said = out.read().decode(errors="replace")
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise FailedError(f"{' '.join(command)} ended with {process.returncode}: {said[-800:]}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


Contender = Callable[[], Run]


def rounds(contenders: Mapping[str, Contender], times: int) -> dict[str, list[Run]]:
    """Every contender so many times, each round beginning with another one, so that all share the weather."""
    names = list(contenders)
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for turn in range(times):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            runs[name].append(contenders[name]())
    return runs


def ratio(runs: Mapping[str, list[Run]], above: str, below: str, what: str = "wall") -> float:
    """The median over the rounds of one contender's cost by the other's in the same round."""
    pairs = zip(runs[above], runs[below], strict=True)
    return float(median(getattr(a, what) / getattr(b, what) for a, b in pairs))


def middle(runs: Sequence[Run], what: str = "wall") -> float:
    return float(median(getattr(run, what) for run in runs))


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a running process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Memory that a running process holds now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
