"""A small hand-made history for the tests of what is shown, and the application that serves it.

Times are days after Monday 2 March 2026, 00:00 UTC; the calendar is UTC, Monday to Friday. NOW is Friday the
13th, 00:00. Ada works on ML-2 (research) for two days, later on ML-4 (modeling) and, before it is done, on
ML-5 (research again). Bob works on ML-3 (modeling) for six days, and on the last one on ML-6, too, which is a
sub-task of ML-4.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from phasewise.core.model import Instant, IssueRecord, Phase, Policy
from phasewise.store import sites
from phasewise.store.census import mark_removed
from phasewise.store.db import Database
from phasewise.store.issues import save_records
from phasewise.usecases.deps import Deps
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.issue_token import create_token
from phasewise.usecases.judge import judge
from phasewise.web.app import create_app
from tests.store.records import DOING, DONE, NAMES, TODO, WAITING, at, epic, moved, subtask, task

URL = "https://example.atlassian.net"
NOW = at(11)
POLICY = Policy(phase_overrides={"r": Phase.RESEARCH, "m": Phase.MODELING})

ADA: dict[str, Any] = {"assignee": "ada", "assignee_name": "Ada"}
BOB: dict[str, Any] = {"assignee": "bob", "assignee_name": "Bob"}
RESEARCH: dict[str, Any] = {"phase_option": "r", "phase_option_name": "Research", "parent_id": 1}
MODELING: dict[str, Any] = {"phase_option": "m", "phase_option_name": "Modelling", "parent_id": 1}


def story() -> list[IssueRecord]:
    return [
        epic(1, **ADA),
        task(2, moved(21, 1, TODO, DOING), moved(22, 3, DOING, DONE), **ADA, **RESEARCH),
        task(3, moved(31, 3, TODO, DOING), **BOB, **MODELING),
        task(4, moved(41, 8, TODO, DOING), **ADA, **MODELING),
        task(5, moved(51, 9, TODO, DOING), **ADA, **RESEARCH),
        subtask(6, 4, moved(61, 10, TODO, DOING), **BOB),
        task(7),
        epic(10),
    ]


@dataclass(frozen=True)
class Clock:
    """Stands still where it was put."""

    at: Instant = NOW

    def __call__(self) -> Instant:
        return self.at


def deps_of(database: Database, now: Instant = NOW, policy: Policy = POLICY, url: str = URL) -> Deps:
    with database.write() as connection:
        site_id = sites.site_of(connection, url)
    return Deps(database=database, site_id=site_id, policy=policy, now=Clock(now))


def tell(deps: Deps, records: Sequence[IssueRecord]) -> None:
    """Store what Jira said and derive what follows."""
    known = [sites.Status(status, name, category) for status, (name, category) in NAMES.items()]
    known.append(sites.Status(WAITING, "Waiting", "indeterminate"))
    with deps.database.write() as connection:
        sites.save_statuses(connection, deps.site_id, known)
        save_records(connection, deps.site_id, records)
        sites.save_sync_state(connection, deps.site_id, watermark=NOW - 30_000, last_success_at=NOW - 20_000)
    judge(deps)


def remove(deps: Deps, issue: int, when: Instant) -> None:
    """The issue is gone since `when`, and all that follows is derived."""
    with deps.database.write() as connection:
        mark_removed(connection, deps.site_id, issue, when, exactly=True)
    judge(deps)


def stamp(days: float) -> str:
    """The instant so many days after the first Monday, as the API writes it."""
    return rfc3339(at(days))


class Api:
    """The application, asked over HTTP without a socket; `token` is a good one."""

    def __init__(self, deps: Deps, base_url: str = "http://127.0.0.1:8000") -> None:
        self.deps = deps
        self.app = create_app(deps, base_url)
        self.token = create_token(deps).token

    def ask(self, method: str, address: str, **request: Any) -> httpx.Response:
        """One request as it is given: no token unless it is among the headers."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                return await client.request(method, address, **request)

        return asyncio.run(send())

    def get(self, path: str, **params: Any) -> httpx.Response:
        """GET below /api/v1 with the token; `since` stands for `from`, which Python keeps to itself."""
        if "since" in params:
            params["from"] = params.pop("since")
        authorization = {"authorization": f"Bearer {self.token}"}
        return self.ask("GET", f"/api/v1{path}", params=params, headers=authorization)

    def json(self, path: str, **params: Any) -> Any:
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def items(self, path: str, **params: Any) -> list[Any]:
        found: list[Any] = self.json(path, **params)["items"]
        return found
