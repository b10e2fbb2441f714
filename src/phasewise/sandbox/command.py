"""What `phasewise sandbox` runs: a world loaded, generated, or lived in by the scripted team, then served."""

import gc
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from phasewise.sandbox.load import load_world
from phasewise.sandbox.model import Deployment, Language
from phasewise.sandbox.serve import start_in_thread
from phasewise.sandbox.team import TeamLife, settle_bulk, settle_team
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World

MOVE_SECONDS = 15.0
ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the command. `issues` asks for so many generated ones instead of the team's history."""

    port: int = 0
    deployment: Deployment = "cloud"
    load: Path | None = None
    latency_ms: int = 0
    rate_limit: int = 0
    language: Language = "en"
    team_size: int = 8
    weeks: int = 26
    seed: int = 1
    issues: int = 0
    living: bool = True


def run_sandbox(wanted: Wanted, say: Callable[[str], None]) -> None:
    """Serve until interrupted. ValueError for an option or file that is no good, OSError for the port."""
    world = world_of(wanted)
    trouble = Trouble(latency_ms=wanted.latency_ms, rate_limit=wanted.rate_limit)
    stop = threading.Event()
    # The world lives as long as the process: a collector that walks millions of changes only costs time.
    gc.collect()
    gc.freeze()
    with start_in_thread(world, trouble, wanted.port) as running:
        say(f"Sandbox Jira ({world.deployment}) listens on {running.url}")
        if wanted.living and not wanted.load and not wanted.issues:
            life = TeamLife(world, seed=wanted.seed)
            threading.Thread(target=life.live, args=(stop, MOVE_SECONDS), name="team", daemon=True).start()
        with suppress(KeyboardInterrupt):
            stop.wait()
        stop.set()


def world_of(wanted: Wanted) -> World:
    """The site, filled. ValueError for a file that is no export."""
    if wanted.load:
        return load_world(wanted.load, wanted.deployment)
    world = World(wanted.deployment, language=wanted.language, seed=wanted.seed)
    now_ms = time.time_ns() // 1_000_000
    if wanted.issues:
        settle_bulk(world, seed=wanted.seed, issues=wanted.issues, end_ms=now_ms)
    else:
        settle_team(
            world, seed=wanted.seed, team_size=wanted.team_size, weeks=wanted.weeks, end_ms=now_ms, zone=ZONE
        )
    return world
