"""Where taking deliveries stops growing: one to four web processes on PostgreSQL, ever more connections.

Ratios count, as the machine is shared: deliveries for a second of the processes' CPU, and who had the cores.
"""

import json
import os
import resource
import statistics
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
CONNECTIONS = (4, 16, 64)
SECONDS = 4.0
GROWS = 1.1
"""A process more is worth it where it brings a tenth more."""


@dataclass(frozen=True, slots=True)
class Run:
    """Deliveries a second, and seconds of CPU for each second of wall clock: of whom."""

    rate: float
    taken: float
    web: float
    database: float
    senders: float
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
        for who, cores in (("web", run.web), ("database", run.database), ("senders", run.senders)):
            yield seen(NAME, f"{processes} web, at its best: cores of the {who}", cores)
        best.append(run.rate)
    steps = enumerate(pairwise(best), 1)
    knee = next((number for number, (some, more) in steps if more < GROWS * some), len(best))
    yield seen(NAME, f"the knee, on {os.cpu_count()} cores: web processes", knee)
    of = [statistics.median(runs[n, connections].per_cpu for connections in CONNECTIONS) for n in (1, 2)]
    yield at_least(NAME, "two processes, of one, for a second of web CPU", 100 * of[1] / of[0], 85, " %")


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

    web, database, senders, began = _web(servers), _database(url), _children(), time.monotonic()
    with ThreadPoolExecutor(len(servers)) as pool:
        told = list(pool.map(load, servers))
    wall = time.monotonic() - began
    if sum(one["other"] for one in told):
        raise RuntimeError("deliveries were not taken")
    return Run(
        rate=sum(one["answered"] / one["seconds"] for one in told),
        taken=sum(one["all"] for one in told),
        web=(_web(servers) - web) / wall,
        database=(_database(url) - database) / wall,
        senders=(_children() - senders) / wall,
        wall=wall,
    )


def _web(servers: Sequence[tuple[int, int]]) -> float:
    return sum(cpu_of(pid) for pid, _ in servers)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _database(url: str) -> float:
    """Seconds of CPU of the server and its backends, those that ended too."""
    with psycopg.connect(url) as connection:
        folder = connection.execute("SHOW data_directory").fetchone()
        assert folder is not None
        main = int(Path(folder[0], "postmaster.pid").read_text().split()[0])
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(stat.parent.name) == main:
            total += sum(int(one) for one in fields[11:15])
        elif int(fields[1]) == main:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
