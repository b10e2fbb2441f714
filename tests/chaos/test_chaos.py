"""A short run of what `make chaos` does at length: nothing taken is lost, and the store is the truth."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from tests.chaos.plant import Plant, PostgreSQL, killing
from tests.chaos.proxy import FaultyProxy
from tests.chaos.trial import Trial

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]

KILL_EVERY = (1.5, 3.0)


@pytest.fixture
def jira() -> Iterator[Running]:
    world = World("cloud", seed=9)
    settle_team(world, seed=9, team_size=4, weeks=8, end_ms=time.time_ns() // 1_000_000)
    with start_in_thread(world) as running:
        yield running


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    yield server
    server.stop()


@contextmanager
def once(after_seconds: float, happens: Callable[[], object]) -> Iterator[None]:
    """Something that happens once, in the middle."""

    def work() -> None:
        time.sleep(after_seconds)
        happens()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def on_sqlite(folder: Path, jira: Running, **settings: str) -> Trial:
    return Trial(Plant(folder, jira, None, **settings), jira, f"sqlite:///{folder}/data/phasewise.db")


def test_w10_what_was_acknowledged_survives_kills_on_sqlite(jira: Running, tmp_path: Path) -> None:
    trial = on_sqlite(tmp_path, jira)
    figures = trial.run(600, partial(killing, trial.plant, 2, KILL_EVERY, seed=1))
    assert figures.is_clean, figures
    assert figures.kills >= 1


def test_w10_b8_two_webs_and_two_workers_lose_nothing_while_they_are_killed(
    jira: Running, tmp_path: Path, postgresql: PostgreSQL
) -> None:
    url = postgresql.new_database("kills")
    trial = Trial(Plant(tmp_path, jira, url), jira, url)
    figures = trial.run(600, partial(killing, trial.plant, 3, KILL_EVERY, seed=2))
    assert figures.is_clean, figures
    assert figures.kills >= 1


def test_d3_d7_a_database_that_crashes_and_a_worker_that_was_frozen_do_no_harm(
    jira: Running, tmp_path: Path, postgresql: PostgreSQL
) -> None:
    url = postgresql.new_database("crash")
    trial = Trial(Plant(tmp_path, jira, url), jira, url)
    frozen = trial.plant.processes[-1]

    def trouble() -> None:
        frozen.freeze(5.0)
        postgresql.crash(1.0)

    figures = trial.run(600, partial(once, 0.5, trouble), per_second=120)
    assert figures.is_clean, figures
    assert set(figures.answers) <= {0, 204, 503}


def test_w9_answers_that_are_lost_on_the_way_change_nothing(jira: Running, tmp_path: Path) -> None:
    trial = on_sqlite(tmp_path, jira)
    draw = random.Random(4)
    proxy = FaultyProxy(lambda: trial.plant.address(draw), seed=4, delay_seconds=0.02, cut=0.3, reset=0.3)
    figures = trial.run(80, address=lambda: ("127.0.0.1", proxy.port))
    proxy.close()
    assert figures.is_clean, figures
    assert proxy.broken > 3


def test_t3_a_clock_that_jumps_loses_nothing(jira: Running, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0")
    trial = on_sqlite(tmp_path, jira, CHAOS_CLOCK=str(clock))
    trial.plant.on_a_jumping_clock()

    def jump() -> None:
        for seconds in (3 * 3600, -3 * 3600, 0):
            clock.write_text(str(seconds))
            time.sleep(1.5)

    figures = trial.run(300, partial(once, 0.5, jump))
    assert figures.is_clean, figures
