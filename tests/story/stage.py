"""The whole product on a sandbox Jira, in one process: real HTTP to Jira, a real database, the real API."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import requests
from fastapi.testclient import TestClient

from phasewise.bootstrap import open_deps
from phasewise.sandbox.serve import Running
from phasewise.settings import PREFIX, load_settings
from phasewise.usecases.deps import Deps
from phasewise.usecases.issue_token import create_token
from phasewise.web.app import create_app
from phasewise.worker.synchronise import synchronise
from tests.naive.oracle import Oracle, Settings, Site, differences

PAGE = 500


class Stage:
    """A sandbox, and Phasewise set up on it by environment variables."""

    def __init__(self, jira: Running, deps: Deps) -> None:
        self.jira, self.deps = jira, deps
        self.client = TestClient(create_app(deps, "http://127.0.0.1"), base_url="http://127.0.0.1")
        self.client.headers["Authorization"] = f"Bearer {create_token(deps).token}"

    def synchronise(self, *, full: bool = False) -> None:
        synchronise(self.deps, census=True, full=full)

    def get(self, path: str, **asked: Any) -> Any:
        answer = self.client.get(f"/api/v1{path}", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def all(self, path: str, **asked: Any) -> list[Any]:
        """Every item of a list, page by page."""
        items: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path, limit=PAGE, **({"cursor": cursor} if cursor else {}), **asked)
            items += page["items"]
            cursor = page["next"]
        return items

    def oracle(self, settings: Settings, removed: dict[int, int] | None = None) -> Oracle:
        """The naive reading of what the sandbox knows to be true."""
        lines = requests.get(f"{self.jira.url}/_sandbox/issues", timeout=60).content.splitlines()
        raw = [issue for line in lines if not (issue := orjson.loads(line)).get("deleted")]
        fields = requests.get(f"{self.jira.url}/rest/api/2/field", timeout=60).json()
        statuses = requests.get(f"{self.jira.url}/rest/api/2/status", timeout=60).json()
        return Oracle(Site(raw, fields, statuses, removed or {}), settings)


@contextmanager
def stage(jira: Running, folder: Path, monkeypatch: Any, **settings: str) -> Iterator[Stage]:
    """Phasewise on `jira`, its data in `folder`; `settings` are further PHASEWISE_ variables."""
    monkeypatch.chdir(folder)
    given = {
        "DATA_DIR": str(folder / "data"),
        "JIRA_URL": jira.url,
        "JIRA_TOKEN": "any",
        "JIRA_SCOPE": "project is not EMPTY",
    }
    for name, value in {**given, **settings}.items():
        monkeypatch.setenv(PREFIX + name, value)
    deps = open_deps(load_settings(), jira=True)
    try:
        yield Stage(jira, deps)
    finally:
        if deps.jira is not None:
            deps.jira.close()
        deps.database.close()


def all_differences(on: Stage, oracle: Oracle, as_of: int) -> list[str]:
    """Every difference between the API and the naive reading at an instant, route by route."""
    at = {"as_of": _rfc3339(as_of)}
    found = _listed("/projects", on, at, oracle.projects(as_of)["items"])
    found += _listed("/tasks", on, at, oracle.tasks(as_of)["items"])
    found += _listed("/people", on, at, oracle.people(as_of)["items"])
    found += _listed("/findings", on, at, oracle.findings(as_of)["items"])
    weeks = on.get("/compliance", weeks=3, **at)["items"]
    found += [f"/compliance {line}" for line in differences(oracle.compliance(as_of, 3)["items"], weeks)]
    lanes = [{**lane, "cards": _by_key(lane["cards"])} for lane in on.all("/board", **at) if lane["cards"]]
    found += [f"/board {line}" for line in differences(oracle.board(as_of), lanes)]
    for project in oracle.projects(as_of)["items"]:
        expected = oracle.project(project["key"], as_of)
        actual = on.get(f"/projects/{project['key']}", **at)
        found += [f"{project['key']} {line}" for line in differences(expected, actual)]
    for task in oracle.tasks(as_of)["items"]:
        expected = oracle.task(task["key"], as_of)
        found += [
            f"{task['key']} {line}" for line in differences(expected, on.get(f"/tasks/{task['key']}", **at))
        ]
    return found


def _listed(path: str, on: Stage, at: dict[str, str], expected: list[Any]) -> list[str]:
    return [f"{path} {line}" for line in differences(expected, on.all(path, **at))]


def _by_key(cards: list[Any]) -> list[Any]:
    """Cards as the naive reading knows them: told apart by their key."""
    return [{name: value for name, value in card.items() if name != "id"} for card in cards]


def _rfc3339(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
