"""What the server spends on a page: 60 projects, 500 people, 20,000 tasks, a million changes behind them.

`python -m bench.served FILE` fills an SQLite file, judges it, asks for each page in this process, and prints
milliseconds of CPU while nothing changes, those of the first after a change, KB, and KB as they are sent. The
clock goes on by seconds between two changes. The empty page is that of the same application.
"""

import asyncio
import gzip
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median

from bench.judge import CATEGORIES, DOING, DONE, HOUR, NOW, ROOT, TODO, WORK, save, site_at
from bench.measure import run
from bench.report import Figure, at_most, seen
from phasewise.core.model import PHASES, HistoryItem, Instant, IssueRecord, Kind
from phasewise.memory import tune_memory
from phasewise.store.sites import raise_revision, save_sync_state
from phasewise.usecases.deps import Deps
from phasewise.usecases.issue_token import create_token
from phasewise.usecases.judge import judge
from phasewise.web.app import create_app

PEOPLE, PROJECTS, TASKS, OPEN, CHANGES = 500, 60, 20_000, 2_500, 50
WARM, ROUNDS = 3, 25
BETWEEN_MS = 7_000
LIMITS_MS = {
    "/": 20.0,
    "/board": 20.0,
    "/projects/ML-7": 20.0,
    "/api/v1/projects": 15.0,
    "/api/v1/tasks": 15.0,
    "/api/v1/findings": 15.0,
    "/api/v1/people": 15.0,
    "/api/v1/board": 15.0,
}
EMPTY = "/help"
PATHS = (EMPTY, *LIMITS_MS, "/rules", "/people", "/untidy")
PACKED_KB = 35.0


def measure(folder: Path) -> list[Figure]:
    lines = run([sys.executable, "-m", "bench.served", str(folder / "served.db")], cwd=ROOT).output
    found = [line.split() for line in lines.splitlines() if line.startswith("/")]
    costs = {path: float(cost) for path, cost, *_ in found}
    return [figure for path, *words in found for figure in _figures(path, costs, *map(float, words))]


def _figures(
    path: str, costs: dict[str, float], cost: float, first: float, size: float, packed: float
) -> Iterator[Figure]:
    name = f"GET {path}, {PROJECTS} projects, {TASKS * CHANGES:,} changes"
    if path in LIMITS_MS:
        yield at_most(name, "CPU", cost, LIMITS_MS[path], " ms")
    else:
        yield seen(name, "CPU", cost, " ms")
    yield seen(name, "of an empty page", cost / costs[EMPTY])
    yield seen(name, "CPU, the first after a change", first, " ms")
    yield seen(name, "the first after a change, of an empty page", first / costs[EMPTY])
    yield seen(name, "size", size, " KB")
    yield at_most(name, "with gzip", packed, PACKED_KB, " KB")


def main(path: Path) -> None:
    tune_memory()  # as every command of the product does
    is_new = not path.exists()
    clock = Clock()
    deps = replace(site_at(path), now=clock)
    if is_new:
        _fill(deps)
        judge(deps)
    with deps.database.write() as connection:
        save_sync_state(connection, deps.site_id, watermark=NOW, last_success_at=NOW)
    asked = Asked(deps)
    for one in PATHS:
        costs = [asked.get(one) for _ in range(WARM + ROUNDS)][WARM:]
        firsts = [_first(deps, clock, asked, one) for _ in range(WARM + ROUNDS)][WARM:]
        size, packed = len(gzip.decompress(asked.body)), len(asked.body)
        spent = f"{median(costs) * 1000:.2f} {median(firsts) * 1000:.2f}"
        print(one, f"{spent} {size / 1024:.1f} {packed / 1024:.1f}", flush=True)


class Clock:
    """Stands still until it is put on: numbers of what runs are others then."""

    def __init__(self) -> None:
        self.at: Instant = NOW

    def __call__(self) -> Instant:
        return self.at


def _first(deps: Deps, clock: Clock, asked: "Asked", path: str) -> float:
    """What a page costs when something was written since: no answer that was kept counts any more."""
    clock.at += BETWEEN_MS
    with deps.database.write() as connection:
        raise_revision(connection, deps.site_id)
    return asked.get(path)


class Asked:
    """The application in this process, asked without a socket."""

    def __init__(self, deps: Deps) -> None:
        self._app = create_app(deps)
        token = create_token(deps).token
        self._headers = [
            (b"host", b"127.0.0.1:8000"),
            (b"authorization", f"Bearer {token}".encode()),
            (b"accept-encoding", b"gzip"),
        ]
        self.body = b""

    def get(self, path: str) -> float:
        """Seconds of CPU of this process, its threads included."""
        began = time.process_time()
        asyncio.run(self._ask(path))
        return time.process_time() - began

    async def _ask(self, path: str) -> None:
        parts: list[bytes] = []
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": self._headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
        }

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, object]) -> None:
            if message.get("status", 200) != 200:
                raise RuntimeError(f"GET {path}: {message}")
            body = message.get("body", b"")
            assert isinstance(body, bytes)
            parts.append(body)

        await self._app(scope, receive, send)  # type: ignore[arg-type]
        self.body = b"".join(parts)


# ------------------------------------------------------------------ the history


def _fill(deps: Deps) -> None:
    batch = [_record(number + 1, Kind.PROJECT, NOW - 5 * 365 * 24 * HOUR) for number in range(PROJECTS)]
    for number in range(TASKS):
        batch.append(_task(number))
        if len(batch) >= 500:
            save(deps, batch)
            batch = []
    save(deps, batch)


def _task(number: int) -> IssueRecord:
    """The life of a task: the first ones are open now, one in five of them active, about one a person; the
    others were done within four years."""
    random = Random(number)
    is_open, is_active = number < OPEN, number < OPEN and number % 5 == 0
    days = 9 if is_active else 60 if is_open else 4 * 365
    begun = NOW - HOUR * (24 + random.randrange(24 * days))
    statuses = [TODO, *WORK[: random.randrange(1, 9)], DONE]
    if is_open:
        statuses = [TODO, DOING] if is_active else [TODO]
    history = tuple(_changes(random, number, begun, statuses))
    person = f"person-{(number // 5 if is_active else number * 7) % PEOPLE:04d}"
    return replace(
        _record(PROJECTS + 1 + number, Kind.TASK, begun),
        status_id=statuses[-1],
        status_name=statuses[-1],
        status_category=CATEGORIES[statuses[-1]],
        phase_option=PHASES[number // PROJECTS % 6].value,
        phase_option_name=PHASES[number // PROJECTS % 6].value,
        assignee=person,
        assignee_name=person.title(),
        parent_id=1 + number % PROJECTS,
        updated=history[-1].at,
        history=history,
    )


def _changes(random: Random, number: int, begun: int, statuses: list[str]) -> Iterator[HistoryItem]:
    """Moves from status to status, and between them edits of fields that no number follows from."""
    at, end = begun, min(NOW - HOUR, begun + 90 * 24 * HOUR)
    moves = list(pairwise(statuses))
    places = set(random.sample(range(CHANGES), len(moves)))
    for n in range(CHANGES):
        at = min(at + random.randrange(1, 2 * (end - begun) // CHANGES), end - CHANGES + n)
        before, after = moves.pop(0) if n in places else (str(n), str(n + 1))
        field = "status" if n in places else "labels"
        yield HistoryItem(number * 100 + n, 0, at, "jira", field, before, after)


def _record(number: int, kind: Kind, begun: int) -> IssueRecord:
    return IssueRecord(
        id=number,
        key=f"ML-{number}",
        summary=f"Forecast the demand of the region number {number}",
        space_id="1",
        space_key="ML",
        type_id=kind.value,
        type_name=kind.value,
        kind=kind,
        status_id=TODO,
        status_name=TODO,
        status_category=CATEGORIES[TODO],
        phase_option=None,
        phase_option_name=None,
        assignee=None,
        assignee_name=None,
        parent_id=None,
        parent_key=None,
        flagged=False,
        created=begun,
        updated=begun,
        estimate_seconds=None,
        history=(),
        history_whole=True,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
