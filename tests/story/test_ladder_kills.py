"""B3: the service is killed again and again while tickets are started: each goes back and is told of once."""

import random
import time
from pathlib import Path

import pytest

from phasewise.sandbox import catalogue
from phasewise.sandbox.serve import start_in_thread
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World
from tests.story.commands import PATIENCE_SECONDS, LoadedShell, Process, eventually

STARTS, KILLS = 12, 4
POLICY = '[rules]\ngrace_minutes = 0\n[strength]\none_active = "act"\n'


def starter(world: World, number: int) -> tuple[str, int]:
    """Somebody with one ticket active, and one to start beside it."""
    person = world.add_user(f"Person {number}")
    held, next_one = (
        world.create_issue(
            world.now(),
            person,
            space="ML",
            type_id=catalogue.TASK,
            summary="One of two",
            fields={"assignee": person},
        )
        for _ in range(2)
    )
    world.edit(world.now(), person, held, {"status": catalogue.IN_PROGRESS})
    return person, next_one


def is_settled(world: World, ticket: int) -> bool:
    issue = world.issues[ticket]
    return issue.status == catalogue.TODO and issue.extras is not None and bool(issue.extras.comments)


def killed(process: Process) -> None:
    process.kill()
    process.wait(PATIENCE_SECONDS)
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.slow
def test_b3_kills_of_the_service_double_no_comment_and_lose_no_move(tmp_path: Path) -> None:
    chance, world = random.Random(11), World()
    starters = [starter(world, number) for number in range(STARTS)]
    (tmp_path / "phasewise.toml").write_text(POLICY)
    with start_in_thread(world, Trouble(latency_ms=20)) as jira:
        shell = LoadedShell(
            tmp_path,
            DATA_DIR=str(tmp_path / "data"),
            JIRA_URL=jira.url,
            JIRA_TOKEN="any",
            JIRA_SCOPE="project = ML",
            JIRA_POLL_SECONDS="0.3",
        )
        assert shell.run("sync").code == 0
        for kill in range(KILLS):
            serving = shell.start("serve", "--port", "0")
            for person, ticket in starters[kill::KILLS]:
                world.edit(world.now(), person, ticket, {"status": catalogue.IN_PROGRESS})
            time.sleep(chance.uniform(2.0, 5.0))
            killed(serving)
        serving = shell.start("serve", "--port", "0")
        assert eventually(lambda: all(is_settled(world, ticket) for _, ticket in starters))
        killed(serving)
        assert [len(world.issues[ticket].extras.comments) for _, ticket in starters] == [1] * STARTS  # type: ignore[union-attr]
