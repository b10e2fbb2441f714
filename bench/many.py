"""One first load of a very large site: time, memory, file. Not part of `make bench`: it takes long."""

from pathlib import Path

from bench.measure import cpu_of, resident_mb
from bench.report import Figure, seen
from bench.site import first_sync, sandbox, sync


def measure(folder: Path, issues: int) -> list[Figure]:
    name = f"first load, {issues:,} issues"
    data = folder / "data"
    with sandbox("--issues", str(issues)) as jira:
        run = first_sync(jira.url, data)
        size = sum(file.stat().st_size for file in data.glob("phasewise.db*")) / 2**20
        again = sync(jira.url, data)
        return [
            seen(name, "wall", run.wall, " s"),
            seen(name, "CPU", run.cpu, " s"),
            seen(name, "peak", run.peak_mb, " MB"),
            seen(name, "database file", size, " MB"),
            seen(name, "second `phasewise sync`: wall", again.wall, " s"),
            seen(name, "second `phasewise sync`: CPU", again.cpu, " s"),
            seen(name, "sandbox: CPU", cpu_of(jira.pid), " s"),
            seen(name, "sandbox: resident", resident_mb(jira.pid), " MB"),
        ]
