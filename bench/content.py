"""What the content of a weekly report costs: 60 projects, 500 people, a history of three years.

`python -m bench.content FILE TASKS` fills an SQLite file with the lives of so many tasks, makes reports, and
prints what was measured.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from statistics import median

from bench import judge as lives
from bench.measure import run
from bench.report import Figure, at_most, seen
from phasewise.core.ab_tests import AbState, AbTest
from phasewise.core.deliverables import Deliverable, DeliverableState, Slot
from phasewise.core.digest import to_json
from phasewise.core.model import IssueRecord, Kind
from phasewise.core.plan import PLANNED, PhasePlan, Plan, PlanState
from phasewise.memory import tune_memory
from phasewise.store import sites
from phasewise.store.project_records import RecordId, Signed, save
from phasewise.store.record_nouns import AB_TEST, DELIVERABLE, PLAN
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.paging import Paging
from phasewise.usecases.reports.show_report import show_report
from phasewise.usecases.show_portfolio import show_portfolio
from phasewise.usecases.show_projects import show_projects

ROOT = Path(__file__).resolve().parent.parent
PROJECTS, PEOPLE, OPEN = 60, 500, 1_000
ROUNDS = 7
TEAM = "default"


def measure(folder: Path, tasks: int) -> list[Figure]:
    command = [sys.executable, "-m", "bench.content", str(folder / "content.db"), str(tasks)]
    words = run(command, cwd=ROOT).output.splitlines()[-1].split()
    late, fresh, portfolio, listed, heap, size = map(float, words)
    name = f"report, {PROJECTS} projects, {PEOPLE} people, {tasks:,} tasks"
    return [
        at_most(name, "CPU of its content, of the latest instant", fresh * 1000, 500.0, " ms"),
        seen(name, "the same when every project changed since", late * 1000, " ms"),
        at_most(name, "memory beside what was there", heap, 100.0, " MB"),
        seen(name, "CPU, to that of the portfolio page's facts", fresh / portfolio),
        seen(name, "CPU, to that of the list of projects", fresh / listed),
        seen(name, "its content as JSON", size, " KB"),
    ]


def main(path: Path, tasks: int) -> None:
    tune_memory()  # as every command of the product does
    lives.PROJECTS, lives.PEOPLE = PROJECTS, PEOPLE
    deps = lives.site_at(path)
    epics = [lives._record(number + 1, Kind.PROJECT, ()) for number in range(PROJECTS)]
    lives.save(deps, [*epics, *map(_task, range(tasks))])
    with deps.database.write() as connection:
        sites.save_sync_state(connection, deps.site_id, watermark=lives.NOW, last_success_at=lives.NOW)
    judge(deps)
    _record(deps)
    running = show_report(deps, as_of=lives.NOW).digest
    before = show_report(deps).digest
    fresh = _cpu(lambda: show_report(deps, as_of=lives.NOW))
    late = _cpu(lambda: show_report(deps, before.week))
    portfolio = _cpu(lambda: show_portfolio(deps, None, weeks=12))
    listed = _cpu(lambda: show_projects(deps, None, Paging(500)))
    size = len(str(to_json(running))) / 1024
    print(late, fresh, portfolio, listed, _heap(deps), size)


def _record(deps: Deps) -> None:
    """Each project has a plan that counts, a test that runs, and two deliverables of this week."""
    plan = Plan(1, PlanState.ACCEPTED, tuple(PhasePlan(phase, 1.0, 2.0, 3.0) for phase in PLANNED))
    test = AbTest("Old against new", AbState.RUNNING, date(2026, 1, 5), None, "Shop", 50.0)
    signed = Signed("bench", lives.NOW - lives.HOUR, 0)
    with deps.database.write() as connection:
        for project in range(1, PROJECTS + 1):
            save(connection, deps.site_id, PLAN, RecordId(project), plan, signed)
            save(connection, deps.site_id, AB_TEST, RecordId(project, "1" * 12), test, signed)
            for slot in (Slot.PROTOTYPE, Slot.EVALUATION_REPORT):
                done = Deliverable(slot, DeliverableState.ACCEPTED)
                save(connection, deps.site_id, DELIVERABLE, RecordId(project, slot.value), done, signed)


def _task(number: int) -> IssueRecord:
    """The life of a task of about two weeks: the first were begun lately and are open."""
    random = Random(number)
    is_open = number < OPEN
    begun = lives.NOW - lives.HOUR * (20 + random.randrange(24 * (15 if is_open else 3 * 365)))
    statuses = [lives.TODO, *lives.WORK[: random.randrange(6, 10)], *(() if is_open else (lives.DONE,))]
    history = tuple(lives._changes(random, number, begun, statuses))
    return lives._record(PROJECTS + 1 + number, Kind.TASK, history, random, statuses[-1], begun)


def _cpu(work: Callable[[], object]) -> float:
    costs = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        costs.append(time.process_time() - began)
    return median(costs)


def _heap(deps: Deps) -> float:
    """The most that making one report holds at once, in MB."""
    tracemalloc.start()
    show_report(deps, as_of=lives.NOW)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
