"""What Jira's signed webhooks do to the store, from the sandbox that sends them to what the API says.

Deliveries are caught as the sandbox sends them, and handed on shuffled, doubled and lossy.
"""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from phasewise.core.model import PHASES
from phasewise.sandbox.catalogue import FLAG_FIELD, PHASE_FIELD, PHASE_OPTIONS
from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import TeamLife, settle_team
from phasewise.sandbox.world import World
from phasewise.usecases.drain_inbox import drain
from phasewise.worker.synchronise import synchronise
from tests.naive.oracle import Settings
from tests.sandbox.receiver import Receiver, receiving
from tests.store.deliveries import states
from tests.story.stage import Stage, all_differences, stage
from tests.story.truth import stored, truth

SECRET = "s3cret-of-the-hook"
EVENTS = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created"]
OLD, NEW = "/rest/webhooks/1.0/webhook", "/rest/jira-webhook/1.0/webhooks"
STEPS = 30

pytestmark = pytest.mark.slow


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest) -> Iterator[Running]:
    world = World(request.param, seed=5)
    settle_team(world, seed=5, team_size=5, weeks=8, end_ms=time.time_ns() // 1_000_000 - 60_000)
    with start_in_thread(world) as running:
        yield running


@pytest.fixture
def caught() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def on(
    request: pytest.FixtureRequest, jira: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Phasewise after its first synchronisation: Cloud into SQLite, Data Center into PostgreSQL."""
    on_postgresql = jira.world.deployment == "datacenter"
    more = {"DATABASE_URL": request.getfixturevalue("pg_url")} if on_postgresql else {}
    with stage(jira, tmp_path, monkeypatch, WEBHOOK_SECRET=SECRET, TIMEZONE="UTC", **more) as on:
        on.synchronise()
        yield on


def lived(jira: Running, caught: Receiver, *, deleted: int = 0) -> list[tuple[dict[str, str], bytes]]:
    """What the sandbox sends while its team works on and somebody deletes so many issues."""
    hook = {"name": "Phasewise", "url": caught.url, "events": EVENTS}
    path, secret = (
        (OLD, {"secret": SECRET}) if jira.world.cloud else (NEW, {"configuration": {"SECRET": SECRET}})
    )
    requests.post(jira.url + path, json={**hook, **secret}, timeout=10).raise_for_status()
    world, life = jira.world, TeamLife(jira.world, seed=5)
    for _ in range(STEPS):
        life.step(time.time_ns() // 1_000_000)
    childless = sorted(world.issues.keys() - {issue.parent for issue in world.issues.values()})
    for issue_id in random.Random(5).sample(childless, deleted):
        world.delete(world.now(), world.service_user, issue_id)
    sent = 0
    while sent != len(caught.got) or not sent:
        sent = len(caught.got)
        time.sleep(0.5)
    return [(headers, body) for _, headers, body in caught.got]


def hand_on(on: Stage, deliveries: list[tuple[dict[str, str], bytes]]) -> None:
    for headers, body in deliveries:
        kept = {name: value for name, value in headers.items() if name.startswith("x-")}
        assert on.client.post("/webhooks/jira", content=body, headers=kept).status_code == 204


def differences(on: Stage, jira: Running) -> list[str]:
    """Between the API and the naive reading of what the sandbox knows, now."""
    settings = Settings(
        phase_field=PHASE_FIELD,
        flag_field=FLAG_FIELD,
        phases={option: phase.value for (option, _), phase in zip(PHASE_OPTIONS, PHASES, strict=True)},
        timezone="UTC",
        browse_url=jira.url,
    )
    return all_differences(on, on.oracle(settings), jira.world.now() - 1_000)


def test_w1_w3_w7_shuffled_and_doubled_deliveries_alone_bring_the_truth(
    on: Stage, jira: Running, caught: Receiver
) -> None:
    deliveries = lived(jira, caught, deleted=4) * 3
    random.Random(1).shuffle(deliveries)
    hand_on(on, deliveries)
    while drain(on.deps, "n").claimed:
        continue
    assert set(states(on.deps.database).values()) <= {"applied", "ignored"}
    found, true = stored(on.deps.database), truth(jira)
    # Data Center notes a new task in the history of its epic, and tells nobody: that is left to the poll.
    untold = [issue_id for issue_id, (_, _, histories) in true.items() if histories != found[issue_id][2]]
    assert all(jira.world.level(jira.world.issues[issue_id]) == 1 for issue_id in untold)
    assert {one: row[:2] for one, row in found.items()} == {one: row[:2] for one, row in true.items()}


def test_w8_w9_with_a_fifth_of_them_lost_a_poll_heals_the_rest(
    on: Stage, jira: Running, caught: Receiver
) -> None:
    deliveries = lived(jira, caught)
    draw = random.Random(2)
    kept = [one for one in deliveries if draw.random() > 0.2] * 3
    draw.shuffle(kept)
    middle = len(kept) // 2
    hand_on(on, kept[:middle])
    drain(on.deps, "n")
    hand_on(on, kept[middle:])
    drain(on.deps, "n")
    synchronise(
        on.deps, census=True
    )  # the life of the team deletes a ticket at times, and that may be lost, too
    assert stored(on.deps.database) == truth(jira)
    time.sleep(2.1)
    assert "\n".join(differences(on, jira)[:20]) == ""
