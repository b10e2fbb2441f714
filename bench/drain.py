"""How fast deliveries become figures: Jira answers at once, every issue named has really changed.

`python -m bench.drain ISSUES PER_ISSUE` edits so many issues, stores so many deliveries of each, drains them
as the running service does, and prints the seconds of wall clock and of CPU.
"""

import sys
import time
from pathlib import Path

import requests

from bench.measure import run
from bench.report import Figure, at_least, seen
from bench.site import first_sync, sandbox, settings

ROOT = Path(__file__).resolve().parent.parent
BODY = b"x" * 6_000
STATUSES = ("3", "10071", "10000", "10002")


def measure(folder: Path, issues: int) -> list[Figure]:
    data = folder / "data"
    figures: list[Figure] = []
    with sandbox("--issues", str(issues)) as jira:
        first_sync(jira.url, data)
        env = settings(jira.url, data)
        for named, per_issue in ((issues // 5, 20), (issues // 4, 1)):
            command = [sys.executable, "-m", "bench.drain", str(named), str(per_issue)]
            wall, cpu = map(float, run(command, env, cwd=ROOT).output.split()[-2:])
            name = f"drain, {named * per_issue:,} deliveries, {per_issue} of each issue"
            figures += [
                at_least(name, "deliveries in a second", named * per_issue / wall, 3_000, "/s")
                if per_issue > 1
                else at_least(name, "issues in a second", named / wall, 400, "/s"),
                seen(name, "CPU, of the wall clock", cpu / wall),
            ]
    return figures


def main(issues: int, per_issue: int) -> None:
    from phasewise.bootstrap import open_deps
    from phasewise.settings import load_settings
    from phasewise.store.inbox import NewDelivery, add_deliveries
    from phasewise.usecases.drain_inbox import drain

    deps = open_deps(load_settings(), jira=True)
    assert deps.jira is not None
    ids = _edited(deps.jira.access.url, issues)
    named = [(number, ids[number % len(ids)]) for number in range(len(ids) * per_issue)]
    rows = [
        NewDelivery(f"{number:032x}", deps.now(), "jira:issue_updated", (issue,), "pending", None, BODY)
        for number, issue in named
    ]
    with deps.database.write() as connection:
        add_deliveries(connection, deps.site_id, rows)
    cpu, began = time.process_time(), time.perf_counter()
    done = 0
    while (report := drain(deps, "bench")).claimed:
        done += report.applied
    if done != len(rows):
        raise RuntimeError(f"{done} of {len(rows)} deliveries were applied")
    print(time.perf_counter() - began, time.process_time() - cpu)
    with deps.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM deliveries")


def _edited(jira: str, count: int) -> list[int]:
    """Move so many issues to another status than in the run before; their ids."""
    turn = int(time.time())
    with requests.Session() as session:
        lines = session.get(f"{jira}/_sandbox/issues", timeout=600).content.splitlines()
        found = lines[:: max(1, len(lines) // count)][:count]
        ids = [int(line.split(b'"id":"', 1)[1].split(b'"', 1)[0]) for line in found]
        for number, issue in enumerate(ids):
            change = {"issue": issue, "fields": {"status": STATUSES[(number + turn) % len(STATUSES)]}}
            session.post(f"{jira}/_sandbox/edit", json=change, timeout=60).raise_for_status()
    return ids


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
