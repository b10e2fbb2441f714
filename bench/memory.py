"""Peak memory of a first load, and whether ten times the issues need more."""

from pathlib import Path

from bench.export_cache import export
from bench.report import Figure, at_most, seen
from bench.site import first_sync, sandbox

LIMIT_MB = 150


def measure(folder: Path, small: int, large: int) -> list[Figure]:
    """With every field at `small` issues, and generated ones at `small` and `large`."""
    figures = []
    for deployment in ("cloud", "datacenter"):
        with sandbox("--load", str(export(deployment, small)), "--deployment", deployment) as jira:
            run = first_sync(jira.url, folder / "data")
        name = f"peak memory, {deployment}"
        figures.append(at_most(name, f"{small:,} issues, every field", run.peak_mb, LIMIT_MB, " MB"))
    peaks = {}
    for issues in (small, large):
        with sandbox("--issues", str(issues)) as jira:
            peaks[issues] = first_sync(jira.url, folder / "data").peak_mb
        figures.append(
            at_most("peak memory, generated", f"{issues:,} issues", peaks[issues], LIMIT_MB, " MB")
        )
    growth = peaks[large] / peaks[small]
    return [*figures, seen("peak memory, generated", f"{large:,} to {small:,} issues", growth)]
