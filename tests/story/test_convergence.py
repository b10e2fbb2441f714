"""A synchronisation that is killed again and again, on a Jira that misbehaves, ends with the truth."""

import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import TeamLife, settle_team
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World
from phasewise.store.db import Database
from tests.story.commands import Shell
from tests.story.truth import stored, truth

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]

KILLS = 5
LAG_MS = 3_000


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest) -> Iterator[Running]:
    world = World(request.param, seed=7)
    settle_team(world, seed=7, team_size=5, weeks=12, end_ms=time.time_ns() // 1_000_000)
    trouble = Trouble(
        edit_after_page=True,
        short_pages=True,
        index_lag_ms=LAG_MS,
        rate_limit=10,
        retry_after="0",
        caller_zone="America/New_York",
        latency_ms=5,
    )
    with start_in_thread(world, trouble) as running:
        yield running


def test_p17_p22_killed_at_random_it_converges_to_the_truth(jira: Running, tmp_path: Path) -> None:
    shell = Shell(
        tmp_path, JIRA_URL=jira.url, JIRA_TOKEN="any", JIRA_SCOPE="project in (ML, DS, GROW)", TIMEZONE="UTC"
    )
    draw, life = random.Random(11), TeamLife(jira.world, seed=11)
    for _ in range(KILLS):
        _killed_after(shell, draw.uniform(0.6, 3.5))
        life.step(time.time_ns() // 1_000_000)
    requests.post(f"{jira.url}/_sandbox/trouble", json={"edit_after_page": False}, timeout=10)
    time.sleep(LAG_MS / 1000 + 0.5)
    ran = shell.run("sync", "--json")
    assert ran.code == 0, ran.err
    database = Database(f"sqlite:///{tmp_path}/data/phasewise.db")
    assert stored(database) == truth(jira)
    database.close()


def _killed_after(shell: Shell, seconds: float) -> None:
    process = shell.start("sync")
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert process.stdout is not None
    process.stdout.close()
