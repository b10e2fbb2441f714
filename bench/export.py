"""An export with every field of a real issue, about 16 KB each, for `phasewise sandbox --load`.

Run as a process of its own: `python -m bench.export FILE DEPLOYMENT ISSUES`. Issues and histories are those
of the sandbox's generator; what is added are the fields of a grown site, which Phasewise never asks for.
"""

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from phasewise.sandbox.render import Renderer, selection
from phasewise.sandbox.render_history import histories_of, history
from phasewise.sandbox.team import settle_bulk
from phasewise.sandbox.world import World

Json = dict[str, Any]
WORDS = ["label", "feature", "drift", "recall", "threshold", "cohort", "holdout", "latency", "forecast"]
PEOPLE, TEXTS, OPTIONS, NUMBERS, SPRINTS, EMPTY = 9, 8, 14, 20, 1, 60
FIRST = 11_000


def pages(deployment: str, count: int) -> Iterator[bytes]:
    """The export, piece by piece: one page of a search with `names` and `schema`."""
    world = World("datacenter" if deployment == "datacenter" else "cloud", seed=1)
    settle_bulk(world, seed=1, issues=count, end_ms=time.time_ns() // 1_000_000)
    renderer = Renderer(world, "http://127.0.0.1", "2")
    fields = [field for field in world.fields.values() if field.custom]
    yield b'{"names":' + orjson.dumps({field.id: field.name for field in fields})
    yield b',"schema":' + orjson.dumps({field.id: field.schema for field in fields})
    yield b',"issues":['
    rng = random.Random("export")
    people = [renderer.refs.kept("user", user) for user in list(world.users)[:40]]
    for number, issue in enumerate(world.issues.values()):
        shown = renderer.issue(issue, selection(["*all"], "*all"))
        shown["fields"] |= grown(rng, people)
        found = [history(renderer.refs, items) for items in histories_of(issue)]
        shown["changelog"] = {"startAt": 0, "maxResults": len(found), "total": len(found), "histories": found}
        yield b"," * bool(number) + orjson.dumps(shown)
    yield b"]}"


def grown(rng: random.Random, people: list[Any]) -> Json:
    """The custom fields of a site that has grown for years: people, texts, options, numbers, many empty."""
    values: list[Any] = [rng.choice(people) for _ in range(PEOPLE)]
    values += [" ".join(rng.choices(WORDS, k=40)) for _ in range(TEXTS)]
    values += [option(rng) for _ in range(OPTIONS)]
    values += [rng.randrange(1000) / 8 for _ in range(NUMBERS)]
    values += [[sprint(rng) for _ in range(3)] for _ in range(SPRINTS)]
    values += [None] * EMPTY
    return {f"customfield_{FIRST + number}": value for number, value in enumerate(values)}


def option(rng: random.Random) -> Json:
    number = rng.randrange(30_000, 31_000)
    address = f"http://127.0.0.1/rest/api/2/customFieldOption/{number}"
    return {"self": address, "value": f"{rng.choice(WORDS)} {number}", "id": str(number)}


def sprint(rng: random.Random) -> Json:
    number = rng.randrange(1, 400)
    return {
        "id": number,
        "name": f"Sprint {number}",
        "state": "closed",
        "boardId": 7,
        "goal": " ".join(rng.choices(WORDS, k=12)),
        "startDate": "2025-02-03T08:00:00.000Z",
        "endDate": "2025-02-17T08:00:00.000Z",
    }


def main(path: Path, deployment: str, count: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".part")
    with whole.open("wb") as file:
        for piece in pages(deployment, count):
            file.write(piece)
    whole.rename(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
