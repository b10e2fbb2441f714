"""Odd but legal Jiras: every number of the API is what the definitions ask for, at several instants."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from phasewise.sandbox.load import load_world
from phasewise.sandbox.serve import start_in_thread
from tests.blackbox.issues import FLAG, PHASE, Shape, at_ms
from tests.blackbox.odd import ODD
from tests.blackbox.strange_jira import EMAIL, TOKEN, StrangeJira, running
from tests.naive.oracle import Oracle, Settings, Site
from tests.story.stage import all_differences, stage

ZONE, COUNTRY = "Europe/Berlin", "DE-BY"
POLICY = '[statuses]\n"4" = "watching"\n"5" = "paused"\n'
INSTANTS = (
    "2026-08-25T00:00",
    "2026-09-01T09:00:00.001",
    "2026-09-03T08:00:00.001",
    "2026-09-07T11:11",
    "2026-09-08T12:30",
    "2026-09-16T12:00",
    "2026-10-20T00:00",
)


def site(name: str, cloud: bool) -> list[Shape]:
    return list(ODD[name](cloud))


def differences(
    url: str, known: Site, folder: Path, patch: pytest.MonkeyPatch, past: Sequence[str] = INSTANTS
) -> list[str]:
    """What the API says otherwise than the naive reading, of a Jira at this address, then and now."""
    (folder / "phasewise.toml").write_text(POLICY)
    keys = sorted({one["fields"]["project"]["key"] for one in known.issues})
    access = {"JIRA_TOKEN": TOKEN, "JIRA_EMAIL": EMAIL, "JIRA_SCOPE": f"project in ({', '.join(keys)})"}
    if "hierarchyLevel" not in known.issues[0]["fields"]["issuetype"]:
        del access["JIRA_EMAIL"]
    policy = {"TIMEZONE": ZONE, "COUNTRY": COUNTRY}
    jira: Any = SimpleNamespace(url=url)
    with stage(jira, folder, patch, **access, **policy) as on:
        on.synchronise()
        oracle = Oracle(known, _settings(url))
        instants = [*map(at_ms, past), time.time_ns() // 1_000_000 - 1_000]
        return [f"{at}: {line}" for at in instants for line in all_differences(on, oracle, at)]


def _settings(url: str) -> Settings:
    return Settings(
        phase_field=PHASE,
        flag_field=FLAG,
        statuses={"4": "watching", "5": "paused"},
        timezone=ZONE,
        country=COUNTRY,
        browse_url=url,
    )


def shown(found: Sequence[str]) -> str:
    return "\n".join(found[:20])


def _slow_but(fast: str) -> list[Any]:
    return [name if name == fast else pytest.param(name, marks=pytest.mark.slow) for name in ODD]


@pytest.mark.parametrize("name", [*_slow_but("same_instants")])
@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "datacenter"])
def test_a_strangers_jira_is_read_by_the_law(
    name: str, cloud: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issues = site(name, cloud)
    with running(StrangeJira(issues, cloud)) as jira:
        known = Site(issues, jira.fields, jira.statuses, {})
        past = INSTANTS if cloud else INSTANTS[::3]
        assert shown(differences(jira.url, known, tmp_path, monkeypatch, past)) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "deployment"), [(name, ("cloud", "datacenter")[n % 2]) for n, name in enumerate(ODD)]
)
def test_an_export_in_the_sandbox_is_read_by_the_law(
    name: str, deployment: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issues = site(name, deployment == "cloud")
    export = tmp_path / "export.json"
    export.write_text(json.dumps({"issues": issues}))
    with start_in_thread(load_world(export, deployment)) as jira:
        answers = [
            requests.get(f"{jira.url}/rest/api/2/{what}", timeout=20).json() for what in ("field", "status")
        ]
        known = Site(issues, *answers, {})
        assert shown(differences(jira.url, known, tmp_path, monkeypatch, INSTANTS[2::3])) == ""
