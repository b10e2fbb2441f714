"""A small site, running, and the few calls the tests of the sandbox make all the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.testclient import TestClient

from phasewise.sandbox import catalogue
from phasewise.sandbox.access import Caller
from phasewise.sandbox.app import create_app
from phasewise.sandbox.model import Deployment, Language
from phasewise.sandbox.search import Search
from phasewise.sandbox.serve import start_in_thread
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World

DAY = 86_400_000
START = 1_772_445_600_000
"""Monday 2026-03-02 10:00 UTC."""


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: int = START + 30 * DAY

    def __call__(self) -> int:
        return self.now


@dataclass
class Site:
    """A world with Ada in it, and a clock. `epic`, `task` and `subtask` make issues on START."""

    deployment: Deployment = "cloud"
    language: Language = "en"
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.world = World(self.deployment, self.language, clock=self.clock)
        self.ada = self.world.add_user("Ada Lovelace", email="ada@example.com", zone="Europe/Paris")
        self.grace = self.world.add_user("Grace Hopper")

    def epic(self, summary: str = "Churn model", space: str = "ML", at: int = START) -> int:
        return self._create(summary, catalogue.EPIC, space, at)

    def task(
        self, summary: str = "Try gradient boosting", space: str = "ML", at: int = START, **fields: Any
    ) -> int:
        return self._create(summary, catalogue.TASK, space, at, **fields)

    def subtask(
        self, parent: int, summary: str = "Read the paper", space: str = "ML", at: int = START
    ) -> int:
        return self._create(summary, catalogue.SUBTASK, space, at, parent=parent)

    def _create(self, summary: str, type_id: str, space: str, at: int, **fields: Any) -> int:
        parent = fields.pop("parent", None)
        return self.world.create_issue(
            at, self.ada, space=space, type_id=type_id, summary=summary, parent=parent, fields=fields
        )

    def edit(self, issue_id: int, days: float = 1, **values: Any) -> int | None:
        return self.world.edit(START + int(days * DAY), self.ada, issue_id, values)

    def key(self, issue_id: int) -> str:
        return self.world.key_of(self.world.issues[issue_id])

    def found(self, jql: str, *, zone: str = "UTC", **caller: Any) -> list[int]:
        """The ids a query matches, in its order."""
        asker = Caller(self.world.service_user, zone, **caller)
        return [id for _, id in Search(self.world).find(jql, asker).entries]


@dataclass
class Jira:
    """A running site and a client of it."""

    site: Site
    url: str
    http: httpx.Client | TestClient

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(self._path(path), params=query or None)

    def post(self, path: str, body: Any) -> Any:
        return self.http.post(self._path(path), json=body)

    def put(self, path: str, body: Any, **query: Any) -> Any:
        return self.http.put(self._path(path), json=body, params=query)

    def delete(self, path: str, **query: Any) -> Any:
        return self.http.delete(self._path(path), params=query)

    def _path(self, path: str) -> str:
        """`/rest...` and `/_...` as they are; the rest below the deployment's newest API."""
        if path.startswith(("/rest", "/_")):
            return path
        return f"/rest/api/{'3' if self.site.world.cloud else '2'}/{path}"

    def search(self, jql: str, **asked: Any) -> Any:
        path = "search/jql" if self.site.world.cloud else "search"
        return self.post(path, {"jql": jql, **asked})

    def trouble(self, **values: Any) -> None:
        self.http.post("/_sandbox/trouble", json=values).raise_for_status()


@contextmanager
def running(site: Site, trouble: Trouble | None = None) -> Iterator[Jira]:
    """The site, answering without a network until the end of the block."""
    app = create_app(site.world, trouble=trouble)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield Jira(site, "http://127.0.0.1", client)
    app.hooks.stop()


@contextmanager
def served(site: Site, trouble: Trouble | None = None) -> Iterator[Jira]:
    """The site behind a real port, for what only connections can show."""
    with (
        start_in_thread(site.world, trouble) as server,
        httpx.Client(base_url=server.url, timeout=10, verify=False) as client,  # noqa: S501 - plain http
    ):
        yield Jira(site, server.url, client)
