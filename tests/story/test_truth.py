"""What the API says equals what the definitions say of the raw issues: every route, several instants."""

import random
import time
from pathlib import Path

import pytest

from phasewise.core.model import PHASES
from phasewise.sandbox.catalogue import FLAG_FIELD, PHASE_FIELD, PHASE_OPTIONS
from phasewise.sandbox.names import LANGUAGES
from phasewise.sandbox.serve import start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from tests.naive.oracle import Settings
from tests.story.stage import all_differences, stage

WEEK_MS = 7 * 86_400_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("deployment", "language", "seed"),
    [("cloud", "en", 1), ("datacenter", "en", 2), *(("cloud", name, 3) for name in LANGUAGES[1:])],
)
def test_every_number_of_the_scripted_team_is_right(
    deployment: str, language: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns() // 1_000_000
    world = World(deployment, language=language, seed=seed)  # type: ignore[arg-type]  # from a parameter
    settle_team(world, seed=seed, weeks=12, end_ms=now - 60_000)
    draw = random.Random(f"{deployment}/{language}/{seed}")
    with (
        start_in_thread(world) as jira,
        stage(jira, tmp_path, monkeypatch, TIMEZONE="Europe/Berlin", COUNTRY="DE-BE") as on,
    ):
        on.synchronise()
        settings = Settings(
            phase_field=PHASE_FIELD,
            flag_field=FLAG_FIELD,
            phases={option: phase.value for (option, _), phase in zip(PHASE_OPTIONS, PHASES, strict=True)},
            timezone="Europe/Berlin",
            country="DE-BE",
            browse_url=jira.url,
        )
        oracle = on.oracle(settings)
        instants = [now - 1_000, *(now - draw.randrange(12 * WEEK_MS) for _ in range(2))]
        assert oracle.projects(instants[0])["items"]
        for at in instants:
            assert "\n".join(all_differences(on, oracle, at)[:40]) == ""
