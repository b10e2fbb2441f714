"""Whether the portfolio costs the same however long the history behind it is: 60 projects both times."""

from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.measure import Run
from bench.report import Figure, at_most, seen
from bench.service import Service, serving
from bench.site import first_sync, sandbox

PATHS = ("/", "/api/v1/projects")
ROUNDS = 40
WARM = 5


def measure(folder: Path, small: int, large: int) -> list[Figure]:
    """Both services run at once and are asked in turns, so that both share the machine's moods."""
    with ExitStack() as stack:
        services = {}
        for issues in (small, large):
            jira = stack.enter_context(sandbox("--issues", str(issues)))
            data = folder / f"data-{issues}"
            data.mkdir(exist_ok=True)
            first_sync(jira.url, data)
            services[issues] = stack.enter_context(serving(jira.url, data))
        return [figure for path in PATHS for figure in _compared(path, services[small], services[large])]


def _compared(path: str, small: Service, large: Service) -> list[Figure]:
    runs: tuple[list[Run], list[Run]] = ([], [])
    size = 0
    for turn in range(WARM + ROUNDS):
        for service, some in zip((small, large), runs, strict=True):
            wall, cpu, size = service.get(path)
            if turn >= WARM:
                some.append(Run(wall, cpu, 0.0))
    walls = [median(one.wall for one in some) for some in runs]
    cpus = [sum(one.cpu for one in some) / ROUNDS for some in runs]
    name = f"GET {path}, 60 projects"
    return [
        at_most(name, "wall, long history to short", walls[1] / walls[0], 1.2),
        seen(name, "CPU, long history to short", cpus[1] / max(cpus[0], 0.0001)),
        seen(name, "wall, long history", walls[1] * 1000, " ms"),
        seen(name, "wall, short history", walls[0] * 1000, " ms"),
        seen(name, "size, long history", size / 1024, " KB"),
    ]
