"""What an idle poll costs: nothing changed, and the store holds a hundred thousand issues.

`python -m bench.poll` polls from inside, as the running service does, and prints the CPU seconds of each.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median

from bench.measure import cpu_of, run
from bench.report import Figure, at_most, seen
from bench.service import serving
from bench.site import PHASEWISE, first_sync, sandbox, settings, sync

POLLS = 5
LISTEN_SECONDS = 60


def measure(folder: Path, issues: int) -> list[Figure]:
    name = f"idle poll, {issues:,} issues"
    data = folder / "data"
    with sandbox("--issues", str(issues)) as jira:
        load = first_sync(jira.url, data)
        env = settings(jira.url, data)
        polls = run([sys.executable, "-m", "bench.poll"], env, cwd=Path(__file__).resolve().parent.parent)
        command = sync(jira.url, data)
        idle = _service_per_poll(jira.url, data)
    return [
        at_most(name, "CPU of one poll", median(map(float, polls.output.split())), 1.0, " s"),
        at_most(name, "CPU of the service per poll", idle, 1.0, " s"),
        seen(name, "CPU of `phasewise sync`, census included", command.cpu, " s"),
        seen(name, "CPU of `phasewise --version`", run([PHASEWISE, "--version"]).cpu, " s"),
        seen(name, "first load: wall", load.wall, " s"),
        seen(name, "first load: CPU", load.cpu, " s"),
        seen(name, "first load: peak", load.peak_mb, " MB"),
    ]


def _service_per_poll(url: str, data: Path) -> float:
    """A running service that polls every 10 s: its CPU over a minute, by the polls in it."""
    every = 10
    with serving(url, data, poll_seconds=every) as service:
        time.sleep(every)
        before = cpu_of(service.pid)
        time.sleep(LISTEN_SECONDS)
        return (cpu_of(service.pid) - before) / (LISTEN_SECONDS / every)


def main() -> None:
    from phasewise.bootstrap import open_deps
    from phasewise.settings import load_settings
    from phasewise.usecases.judge import judge
    from phasewise.usecases.sync_site import sync_site

    deps = open_deps(load_settings(), jira=True)
    for _ in range(POLLS):
        before = time.process_time()
        sync_site(deps, census=False)
        judge(deps)
        print(round(time.process_time() - before, 3))


if __name__ == "__main__":
    os.environ.setdefault("PHASEWISE_LOG_FORMAT", "json")
    main()
