"""From a start too many in Jira to the comment on it, or to its move back, by Jira's own clock.

No grace is given, so that a finding is due at once. Three tickets are started a second, each by somebody who
has one active already.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.report import Figure, at_most, seen
from bench.service import serving
from bench.site import first_sync
from phasewise.sandbox import catalogue
from phasewise.sandbox.serve import start_in_thread
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World

PER_SECOND, STARTS = 3, 90
PATIENCE_SECONDS = 60
SECRET = "bench"
EVENTS = ["jira:issue_updated", "comment_created"]
POLICY = '[rules]\ngrace_minutes = 0\n[strength]\none_active = "{strength}"\n'


@dataclass(frozen=True, slots=True)
class Start:
    """A ticket that somebody takes up beside another one."""

    person: str
    ticket: int
    at: int = 0


def measure(folder: Path) -> list[Figure]:
    """Both ways: a comment (`nudge`) and a move back (`act`)."""
    return [figure for strength in ("nudge", "act") for figure in _measure(folder / strength, strength)]


def _measure(folder: Path, strength: str) -> list[Figure]:
    (folder / "data").mkdir(parents=True)
    (folder / "phasewise.toml").write_text(POLICY.format(strength=strength))
    world = World("cloud")
    starts = [_prepared(world) for _ in range(STARTS)]
    with start_in_thread(world, Trouble(webhook_at_once=20)) as jira, chdir(folder):
        first_sync(jira.url, folder / "data")
        with serving(jira.url, folder / "data", webhook_secret=SECRET) as service:
            _register(jira.url, service.url)
            time.sleep(3)  # the rule is known by its strength from its first look on
            begun = [_started(world, start) for start in _paced(starts)]
            took = sorted(_ended(world, start, strength) - start.at for start in begun)
            time.sleep(3)
            comments = [len(_comments(world, start.ticket)) for start in begun]
    name = f"from a start to the {'comment' if strength == 'nudge' else 'move back'}, {PER_SECOND} a second"
    return [
        at_most(name, "median", statistics.median(took) / 1000, 1.5, " s"),
        at_most(name, "99th percentile", took[int(len(took) * 0.99)] / 1000, 5.0, " s"),
        seen(name, "starts", len(took)),
        at_most(name, "most comments on one", max(comments), 1),
        at_most(name, "without a comment", comments.count(0), 0),
    ]


def _prepared(world: World) -> Start:
    """Somebody with one ticket active and one to take up."""
    person = world.add_user(f"Person {len(world.users)}")
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
    return Start(person, next_one)


def _register(jira: str, service: str) -> None:
    hook = {"name": "bench", "url": f"{service}/webhooks/jira", "secret": SECRET, "events": EVENTS}
    requests.post(f"{jira}/rest/webhooks/1.0/webhook", json=hook, timeout=30).raise_for_status()


def _paced(starts: list[Start]) -> Iterator[Start]:
    began = time.perf_counter()
    for number, start in enumerate(starts):
        time.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        yield start


def _started(world: World, start: Start) -> Start:
    at = world.now()
    world.edit(at, start.person, start.ticket, {"status": catalogue.IN_PROGRESS})
    return Start(start.person, start.ticket, at)


def _ended(world: World, start: Start, strength: str) -> int:
    """When Jira had the comment, or the ticket back where it came from."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < until:
        issue = world.issues[start.ticket]
        if strength == "nudge" and (comments := _comments(world, start.ticket)):
            return comments[0]
        if strength == "act" and issue.status == catalogue.TODO:
            return issue.status_since
        time.sleep(0.05)
    raise RuntimeError(f"a minute after {start.ticket} was started nothing had come of it")


def _comments(world: World, ticket: int) -> list[int]:
    """When each comment on the ticket was written."""
    extras = world.issues[ticket].extras
    return [comment.created for comment in extras.comments] if extras else []
