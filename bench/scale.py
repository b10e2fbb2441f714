"""Where taking deliveries stops growing: one to four web processes on PostgreSQL, ever more connections.

Ratios count, as the machine is shared: deliveries for a second of the processes' CPU, and who had the cores.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import psycopg

from bench.intake import postgresql
from bench.measure import cpu_of
from bench.report import Figure, at_least, not_run, seen

NAME = "intake on PostgreSQL"
PROCESSES = (1, 2, 3, 4)
CONNECTIONS = (4, 32, 64)
USUAL = 32
"""As many connections as `bench.intake` opens: by them processes are compared."""
SECONDS = 4.0
TICKS = os.sysconf("SC_CLK_TCK")
OWN = tuple(
    f"postgres: {name}" for name in ("walwriter", "checkpointer", "background", "autovacuum", "logical")
)
GROWS = 1.1
"""A process more is worth it where it brings a tenth more."""


@dataclass(frozen=True, slots=True)
class Run:
    """Deliveries a second, and seconds of CPU for each second of wall clock: of whom.

    `waiting` is how long threads of the web processes could have run and had no core; `idle` is what nobody
    used of all cores, `log_writer` what PostgreSQL's WAL writer and its other processes of its own used.
    """

    rate: float
    taken: float
    web: float
    waiting: float
    backends: float
    log_writer: float
    senders: float
    idle: float
    wall: float

    @property
    def per_cpu(self) -> float:
        """Deliveries for a second of the web processes' CPU."""
        return self.taken / (self.web * self.wall)


def measure(rounds: int) -> list[Figure]:
    """The curve, and its knee: the number of processes beyond which one more brings less than a tenth."""
    with postgresql() as url, tempfile.TemporaryDirectory() as folder:
        if url is None:
            return [not_run(NAME, "one to four processes", "no PostgreSQL server could be started")]
        (Path(folder) / "data").mkdir()
        runs: dict[tuple[int, int], list[Run]] = {}
        for _ in range(rounds):
            for processes in PROCESSES:
                with _servers(url, Path(folder), processes) as servers:
                    for connections in CONNECTIONS:
                        some = runs.setdefault((processes, connections), [])
                        some.append(_run(url, servers, connections))
    middle = {key: sorted(some, key=lambda run: run.rate)[len(some) // 2] for key, some in runs.items()}
    return list(_figures(middle))


def _figures(runs: dict[tuple[int, int], Run]) -> Iterator[Figure]:
    best: list[float] = []
    for processes in PROCESSES:
        for connections in CONNECTIONS:
            run = runs[processes, connections]
            what = f"{processes} web, {connections} connections"
            yield seen(NAME, f"{what}: a second", run.rate)
            yield seen(NAME, f"{what}: for a second of web CPU", run.per_cpu)
        run = max((runs[processes, connections] for connections in CONNECTIONS), key=lambda run: run.rate)
        for who, cores in _shares(run).items():
            yield seen(NAME, f"{processes} web, at its best: cores of {who}", cores)
        best.append(run.rate)
    steps = enumerate(pairwise(best), 1)
    knee = next((number for number, (some, more) in steps if more < GROWS * some), len(best))
    yield seen(NAME, f"the knee, on {os.cpu_count()} cores: web processes", knee)
    of = [runs[n, USUAL].per_cpu for n in (1, 2)]
    yield at_least(
        NAME,
        f"two processes, of one, {USUAL} connections, for a second of web CPU",
        100 * of[1] / of[0],
        85,
        " %",
    )


def _shares(run: Run) -> dict[str, float]:
    used = run.web + run.backends + run.log_writer + run.senders
    return {
        "the web processes": run.web,
        "PostgreSQL's backends": run.backends,
        "its WAL writer and the like": run.log_writer,
        "the senders": run.senders,
        "others": max(0.0, (os.cpu_count() or 1) - used - run.idle),
        "nobody": run.idle,
        "web threads that waited for one": run.waiting,
    }


@contextmanager
def _servers(url: str, folder: Path, count: int) -> Iterator[list[tuple[int, int]]]:
    """So many web processes: their ids and ports."""
    scratch = f"sqlite:///{folder / 'data' / 'scratch.db'}"
    command = [sys.executable, "-m", "bench.intake_server", url, scratch]
    begun = partial(subprocess.Popen, command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    started = [begun() for _ in range(count)]
    try:
        yield [(one.pid, int(one.stdout.readline())) for one in started if one.stdout is not None]
    finally:
        for one in started:
            one.terminate()
            one.wait()


def _run(url: str, servers: Sequence[tuple[int, int]], connections: int) -> Run:
    def load(server: tuple[int, int]) -> dict[str, float]:
        mine = str(max(1, connections // len(servers)))
        command = [sys.executable, "-m", "bench.intake_load", str(server[1]), mine, str(SECONDS)]
        told: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        return told

    before, began = _used(url, servers), time.monotonic()
    with ThreadPoolExecutor(len(servers)) as pool:
        told = list(pool.map(load, servers))
    wall = time.monotonic() - began
    if sum(one["other"] for one in told):
        raise RuntimeError("deliveries were not taken")
    shares = {who: (used - before[who]) / wall for who, used in _used(url, servers).items()}
    rate = sum(one["answered"] / one["seconds"] for one in told)
    return Run(rate=rate, taken=sum(one["all"] for one in told), wall=wall, **shares)


def _used(url: str, servers: Sequence[tuple[int, int]]) -> dict[str, float]:
    """Seconds of CPU so far, by the names of Run."""
    backends, log_writer = _database(url)
    return {
        "web": sum(cpu_of(pid) for pid, _ in servers),
        "waiting": sum(_waited(pid) for pid, _ in servers),
        "backends": backends,
        "log_writer": log_writer,
        "senders": _children(),
        "idle": sum(int(one) for one in Path("/proc/stat").read_text().split()[4:6]) / TICKS,
    }


def _waited(pid: int) -> float:
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[1]) for one in threads) / 1e9


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _database(url: str) -> tuple[float, float]:
    """Seconds of CPU of the backends, those that ended too, and of the server's other processes."""
    with psycopg.connect(url) as connection:
        folder = connection.execute("SHOW data_directory").fetchone()
        assert folder is not None
        main = int(Path(folder[0], "postmaster.pid").read_text().split()[0])
    backends = others = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = stat.with_name("cmdline").read_text()
        except OSError:
            continue  # it ended meanwhile
        used = (int(fields[11]) + int(fields[12])) / TICKS
        if int(stat.parent.name) == main:
            others += used
            backends += (int(fields[13]) + int(fields[14])) / TICKS  # of those that ended
        elif int(fields[1]) == main:
            if command.startswith(OWN):
                others += used
            else:
                backends += used
    return backends, others
