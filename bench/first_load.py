"""The first load, with 300 ms per request beside the bare download, without beside download and upsert."""

from pathlib import Path

from bench.asked import THREADS
from bench.export_cache import export
from bench.measure import Run, middle, ratio, rounds
from bench.report import Figure, at_least, at_most, seen
from bench.site import first_sync, floor, sandbox
from phasewise.jira.stream import IN_FLIGHT

LATENCY_MS = 300
DEPLOYMENTS = ("cloud", "datacenter")


def measure(folder: Path, issues: int, times: int) -> list[Figure]:
    if THREADS != IN_FLIGHT:
        raise RuntimeError(f"the floor has {THREADS} requests under way, Phasewise {IN_FLIGHT}: set the same")
    figures: list[Figure] = []
    for deployment in DEPLOYMENTS:
        figures += _with_latency(folder, deployment, issues, times)
        figures += _without_latency(folder, deployment, issues, times)
    return figures


def _with_latency(folder: Path, deployment: str, issues: int, times: int) -> list[Figure]:
    name = f"first load, {deployment}, {LATENCY_MS} ms"
    loaded = ("--load", str(export(deployment, issues)), "--deployment", deployment)
    with sandbox(*loaded, "--latency", str(LATENCY_MS)) as jira:
        runs = rounds(
            {
                "phasewise": lambda: first_sync(jira.url, folder / "data"),
                "download": lambda: floor(jira.url),
            },
            times,
        )
    return [
        at_most(name, "wall, to the bare parallel download", ratio(runs, "phasewise", "download"), 1.5),
        *_seen(name, runs),
    ]


def _without_latency(folder: Path, deployment: str, issues: int, times: int) -> list[Figure]:
    name = f"first load, {deployment}, no latency"
    loaded = ("--load", str(export(deployment, issues)), "--deployment", deployment)
    with sandbox(*loaded) as jira:
        runs = rounds(
            {
                "phasewise": lambda: first_sync(jira.url, folder / "data"),
                "download and upsert": lambda: floor(jira.url, folder / "floor.db"),
            },
            times,
        )
    speed = 1 / ratio(runs, "phasewise", "download and upsert")
    return [
        at_least(name, "speed, of download and plain upsert", speed, 0.5),
        seen(
            name, "CPU, to download and plain upsert", ratio(runs, "phasewise", "download and upsert", "cpu")
        ),
        *_seen(name, runs),
    ]


def _seen(name: str, runs: dict[str, list[Run]]) -> list[Figure]:
    return [
        seen(name, f"{who}: {what}", middle(some, what), unit)
        for who, some in runs.items()
        for what, unit in (("wall", " s"), ("cpu", " s"), ("peak_mb", " MB"))
    ]
