"""What the API says equals what the definitions say of the raw issues: every route, several instants."""

import random
import time
from datetime import UTC, datetime
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

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
Leave = dict[str, tuple[tuple[str, str], ...]]


def leave_of(world: World, draw: random.Random, now: int) -> Leave:
    """Half of the team are away for up to a week, twice in the last months."""
    people = sorted({issue.assignee for issue in world.issues.values() if issue.assignee})
    return {
        person: tuple(days_at(now - draw.randrange(10 * WEEK_MS), draw.randrange(7)) for _ in range(2))
        for person in people[::2]
    }


def days_at(first: int, more: int) -> tuple[str, str]:
    days = [datetime.fromtimestamp(at / 1000, UTC).date() for at in (first, first + more * DAY_MS)]
    return days[0].isoformat(), days[1].isoformat()


def toml_of(leave: Leave) -> str:
    spans = {person: [f"{first}/{last}" for first, last in some] for person, some in leave.items()}
    return "[leave]\n" + "".join(f'"{person}" = {days}\n' for person, days in spans.items())


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("deployment", "language", "weeks"),
    [("cloud", "en", 12), ("datacenter", "en", 12), *(("cloud", name, 6) for name in LANGUAGES[1:])],
)
def test_every_number_of_the_scripted_team_is_right(
    deployment: str, language: str, weeks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns() // 1_000_000
    seed = weeks + LANGUAGES.index(language)
    world = World(deployment, language=language, seed=seed)  # type: ignore[arg-type]  # from a parameter
    settle_team(world, seed=seed, weeks=weeks, end_ms=now - 60_000)
    draw = random.Random(f"{deployment}/{language}/{seed}")
    leave = leave_of(world, draw, now)
    (tmp_path / "phasewise.toml").write_text(toml_of(leave))
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
            leave=leave,
            browse_url=jira.url,
        )
        oracle = on.oracle(settings)
        instants = [now - 1_000, *(now - draw.randrange(weeks * WEEK_MS) for _ in range(weeks // 6))]
        assert oracle.projects(instants[0])["items"]
        for at in instants:
            assert "\n".join(all_differences(on, oracle, at)[:40]) == ""
