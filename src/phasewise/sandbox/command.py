"""What `phasewise sandbox` runs: a world loaded, generated, or lived in by the scripted team, then served."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from phasewise.sandbox.names import LANGUAGES
from phasewise.sandbox.script import cast_of, history
from phasewise.sandbox.script_bulk import bulk
from phasewise.sandbox.serve import start_in_thread
from phasewise.sandbox.team import play, play_stream
from phasewise.sandbox.team_life import TeamLife
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World

MOVE_SECONDS = 15.0
BULK_PEOPLE = 40
ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the command. `issues` asks for so many generated ones instead of the team's history."""

    port: int = 0
    deployment: str = "cloud"
    load: Path | None = None
    latency_ms: int = 0
    rate_limit: int = 0
    language: str = "en"
    team_size: int = 8
    weeks: int = 26
    seed: int = 1
    issues: int = 0
    living: bool = True


def run_sandbox(wanted: Wanted, say: Callable[[str], None]) -> None:
    """Serve until interrupted. ValueError for an option or a file that cannot be used, OSError for the port."""
    world = world_of(wanted)
    trouble = Trouble(latency_ms=wanted.latency_ms, rate_limit=wanted.rate_limit)
    stop = threading.Event()

    with start_in_thread(world, trouble, wanted.port) as running:
        say(f"Sandbox Jira ({world.deployment}) listens on {running.url}")
        if wanted.living and not wanted.load and not wanted.issues:
            life = TeamLife(world, seed=wanted.seed)
            threading.Thread(target=life.live, args=(stop, MOVE_SECONDS), name="team", daemon=True).start()
        with suppress(KeyboardInterrupt):
            stop.wait()
        stop.set()


def world_of(wanted: Wanted) -> World:
    """The site, filled. ValueError for an unknown deployment or language, or a file that is no export."""
    if wanted.deployment not in ("cloud", "datacenter"):
        raise ValueError("--deployment must be cloud or datacenter")
    if wanted.language not in LANGUAGES:
        raise ValueError(f"--language must be one of {', '.join(LANGUAGES)}")
    if wanted.load:
        from phasewise.sandbox.load import load_world

        return load_world(wanted.load, wanted.deployment)
    world = World(wanted.deployment, language=wanted.language, seed=wanted.seed)
    now_ms = time.time_ns() // 1_000_000
    if wanted.issues:
        events = bulk(wanted.seed, wanted.issues, end_ms=now_ms)
        play_stream(world, cast_of(wanted.seed, BULK_PEOPLE), events)
    else:
        settle_team(world, wanted.seed, wanted.team_size, wanted.weeks, now_ms)
    return world


def settle_team(world: World, seed: int, team_size: int, weeks: int, end_ms: int) -> None:
    """Write the history of a scripted team, up to `end_ms`, into a site."""
    events = history(seed, team_size=team_size, weeks=weeks, end_ms=end_ms, zone=ZONE)
    play(world, cast_of(seed, team_size), events)
