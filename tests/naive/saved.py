"""Made-up records of made-up projects: plans and what is in slots, edit by edit, now and then none at all."""

from random import Random

from tests.naive.facts import Saved
from tests.naive.unrecorded import NEEDED

STATES = {
    "plan": ("draft", "presented", "accepted", "accepted"),
    "deliverable": ("draft", "presented", "accepted", "accepted", "accepted", "rework", "missing"),
    "ab_test": ("planned", "running", "ended", "ended", "cancelled"),
    "result": ("draft", "complete", "complete"),
}
NAMES = {
    "plan": ("",),
    "deliverable": tuple(slot for slots in NEEDED.values() for slot in slots if slot not in STATES),
    "ab_test": ("a", "b"),
    "result": ("a", "b"),
}


def make_records(seed: int, projects: list[int], start: int, end: int) -> tuple[Saved, ...]:
    """The edits of that seed, the oldest first; those of one record in their order."""
    random = Random(f"records {seed}")
    if random.random() < 0.3:
        return ()
    eager, saved = random.choice((0.2, 0.6, 0.9)), []
    shared = [random.randrange(start, end) for _ in range(3)]
    for project in projects:
        for noun, names in NAMES.items():
            for name in names:
                if random.random() < eager:
                    saved += _edits(random, project, noun, name, shared, (start, end))
    return tuple(sorted(saved, key=lambda one: one.at))


def _edits(
    random: Random, project: int, noun: str, name: str, shared: list[int], between: tuple[int, int]
) -> list[Saved]:
    """Up to three edits, often at instants at which other records are saved, too."""
    moments = sorted(
        random.choice((*shared, random.randrange(*between))) for _ in range(random.randint(1, 3))
    )
    return [
        Saved(at, project, noun, name, random.choice(STATES[noun]), _skipped(random, noun)) for at in moments
    ]


def _skipped(random: Random, noun: str) -> tuple[str, ...]:
    return tuple(phase for phase in NEEDED if noun == "plan" and random.random() < 0.2)
