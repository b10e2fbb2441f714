"""What judging costs: after one change among many people and tasks, and everything again at night.

`python -m bench.judge FILE TASKS` fills an SQLite file with so many lives of tasks, judges them, and prints
what was measured. 500 people, 250 projects, 20,000 open tasks; what is beyond these is done.
"""

import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median

from bench.measure import run
from bench.report import Figure, at_most, seen
from phasewise.core.model import PHASES, HistoryItem, IssueRecord, Kind, Policy
from phasewise.memory import tune_memory
from phasewise.store import issues, sites
from phasewise.store.db import Database
from phasewise.store.migrate import upgrade
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.rejudge import rejudge

ROOT = Path(__file__).resolve().parent.parent
PEOPLE, PROJECTS, OPEN = 500, 250, 20_000
CHANGES = 50
HOUR = 3_600_000
NOW = 1_780_000_000_000
TODO, DOING, WAITING, DONE = "1", "3", "4", "5"
CATEGORIES = {TODO: "new", DOING: "indeterminate", WAITING: "indeterminate", DONE: "done"}
WORK = (DOING, WAITING, DOING, TODO, DOING, WAITING, DOING, WAITING, DOING, WAITING)
DERIVED = ("intervals", "pieces", "completions", "visits", "findings", "project_figures", "parents_seen")


def measure(folder: Path, long: int) -> list[Figure]:
    return [figure for tasks in (OPEN, long) for figure in _measured(folder, tasks)]


def _measured(folder: Path, tasks: int) -> list[Figure]:
    command = [sys.executable, "-m", "bench.judge", str(folder / f"judge-{tasks}.db"), str(tasks)]
    words = run(command, cwd=ROOT).output.splitlines()[-1].split()
    changes, one, issues_, projects, persons, again, same = map(float, words)
    name = f"judge, {tasks:,} tasks, {int(changes):,} changes"
    return [
        at_most(name, "CPU after one change", one * 1000, 20.0, " ms"),
        seen(name, "issues judged after one change", issues_),
        seen(name, "projects judged", projects),
        seen(name, "persons judged", persons),
        at_most(name, "CPU of judging everything again", again, 120.0, " s"),
        at_most(name, "1 where this changed any row", 1.0 - same, 0.0),
    ]


def main(path: Path, tasks: int) -> None:
    tune_memory()  # as every command of the product does
    deps = site_at(path)
    changes = _fill(deps, tasks)
    judge(deps)
    counts, costs = _counts(), [_cpu(lambda: judge(deps), _moved(deps, n)) for n in range(CHANGES)]
    touched = [(now - before) / CHANGES for now, before in zip(_counts(), counts, strict=True)]
    before = _rows(path)
    again = _cpu(lambda: rejudge(deps))
    print(changes, median(costs), *touched, again, int(_rows(path) == before))


def _cpu(work: Callable[[], object], _ready: object = None) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _counts() -> list[float]:
    """How many issues, projects and persons this process has judged."""
    from phasewise.meters import REGISTRY

    kinds = ("issue", "project", "person")
    return [REGISTRY.get_sample_value("phasewise_judged_total", {"what": kind}) or 0.0 for kind in kinds]


def _rows(path: Path) -> str:
    """A digest of every row that follows from what Jira said."""
    database, digest = Database(f"sqlite:///{path}"), sha256()
    with database.read() as connection:
        for table in DERIVED:
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}")
            digest.update(repr(sorted(sha256(repr(row).encode()).digest() for row in rows)).encode())
    return digest.hexdigest()


# ------------------------------------------------------------------ the site


def site_at(path: Path) -> Deps:
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://example.atlassian.net")
        sites.save_site_fields(connection, site_id, sites.SiteFields(phase_field="phase"))
        known = [sites.Status(status, status, category) for status, category in CATEGORIES.items()]
        sites.save_statuses(connection, site_id, known)
        options = [sites.PhaseOption(phase, phase.title(), phase) for phase in PHASES]
        sites.save_phase_options(connection, site_id, options)
    return Deps(database, site_id, Policy(), now=lambda: NOW)


def _fill(deps: Deps, tasks: int) -> int:
    """Store the lives of the tasks; how many changes that are."""
    changes, batch = 0, [_record(number + 1, Kind.PROJECT, ()) for number in range(PROJECTS)]
    for record in map(_task, range(tasks)):
        batch.append(record)
        changes += len(record.history)
        if len(batch) >= 1000:
            save(deps, batch)
            batch = []
    save(deps, batch)
    return changes


def save(deps: Deps, records: list[IssueRecord]) -> None:
    with deps.database.write() as connection:
        issues.save_records(connection, deps.site_id, records)


def _moved(deps: Deps, turn: int) -> None:
    """One more change of one of the open tasks, as a delivery brings it."""
    number = turn * (OPEN // CHANGES)
    save(deps, [_task(number, more=turn + 1)])


def _task(number: int, more: int = 0) -> IssueRecord:
    """The life of a task: five years ago the first began, and the last are open."""
    random = Random(number)
    begun = NOW - HOUR * (20 + random.randrange(24 * 365 * (1 if number < OPEN else 5)))
    is_open = number < OPEN
    statuses = [TODO, *WORK[: random.randrange(8, 11)], *(() if is_open else (DONE,))]
    statuses += [DOING if statuses[-1] == WAITING else WAITING] * bool(more)
    history = tuple(_changes(random, number, begun, statuses))
    return _record(PROJECTS + 1 + number, Kind.TASK, history, random, statuses[-1], begun)


def _changes(random: Random, number: int, begun: int, statuses: list[str]) -> Iterator[HistoryItem]:
    at = begun
    for n, (before, after) in enumerate(pairwise(statuses)):
        at = min(at + random.randrange(1, 60 * HOUR), NOW - HOUR + n)
        yield HistoryItem(number * 100 + n, 0, at, "jira", "status", before, after)


def _record(
    number: int,
    kind: Kind,
    history: tuple[HistoryItem, ...],
    random: Random | None = None,
    status: str = TODO,
    begun: int = NOW - 6 * 365 * 24 * HOUR,
) -> IssueRecord:
    is_task = random is not None
    return IssueRecord(
        id=number,
        key=f"ML-{number}",
        summary=f"Issue {number}",
        space_id="1",
        space_key="ML",
        type_id=kind.value,
        type_name=kind.value,
        kind=kind,
        status_id=status,
        status_name=status,
        status_category=CATEGORIES[status],
        phase_option=PHASES[number % 6].value if is_task else None,
        phase_option_name=None,
        assignee=f"person-{number * 7 % PEOPLE:04d}" if is_task else None,
        assignee_name=None,
        parent_id=1 + number % PROJECTS if is_task else None,
        parent_key=None,
        flagged=False,
        created=begun,
        updated=history[-1].at if history else begun,
        estimate_seconds=None,
        history=history,
        history_whole=True,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
