"""Made-up sites: every issue as a list of records, one for each time somebody changed it."""

from dataclasses import replace
from random import Random

from tests.store.records import DOING, DONE, PHASE_FIELD, TODO, WAITING, epic, item, subtask, task

from phasewise.core.model import HistoryItem, IssueRecord, Kind

PEOPLE = ("ada", "bob", "cy", None)
OPTIONS = ("10101", "10102", "10103", "10199", None)  # the last but one is unmapped
STATUSES = (TODO, DOING, DOING, WAITING, DONE, "77")  # the last one is unknown to the site
EPICS = (1, 2, 3)
NOWHERE = 99


def make_world(seed: int) -> list[list[IssueRecord]]:
    """The life of each issue: its records, oldest first."""
    random = Random(seed)
    lives = [_life(random, epic(number, key=f"ML-{number}")) for number in EPICS]
    tasks = range(10, 18)
    lives += [_life(random, _first_task(random, number)) for number in tasks]
    lives += [_life(random, subtask(number, random.choice([*tasks, NOWHERE]))) for number in range(30, 36)]
    return lives


def _first_task(random: Random, number: int) -> IssueRecord:
    """A task with its epic by id, as Cloud says it, or by key, as Data Center does."""
    if random.random() < 0.5:
        return task(number, parent_id=random.choice([*EPICS, NOWHERE, None]))
    return task(number, parent_key=random.choice(["ML-1", "ML-2", "OLD-3", "NO-1"]))


def _life(random: Random, first: IssueRecord) -> list[IssueRecord]:
    records, days = [first], random.random()
    for number in range(1, random.randrange(2, 9)):
        days += random.choice([0.0, 0.001, 0.3, 1, 4])
        records.append(_changed(random, records[-1], first.id * 1000 + number, days))
    return records


def _changed(random: Random, was: IssueRecord, number: int, days: float) -> IssueRecord:
    """The record after one more change, sometimes one that leaves no history."""
    roll = random.random()
    if roll < 0.5:
        status = random.choice(STATUSES)
        entry, now = item(number, days, "status", was.status_id, status), {"status_id": status}
    elif roll < 0.65:
        option = random.choice(OPTIONS)
        entry, now = item(number, days, PHASE_FIELD, was.phase_option, option), {"phase_option": option}
    elif roll < 0.8:
        person = random.choice(PEOPLE)
        entry, now = item(number, days, "assignee", was.assignee, person), {"assignee": person}
    elif roll < 0.9:
        entry, now = _moved(random, was, number, days)
    else:
        return replace(
            was, updated=max(was.updated + 1, item(0, days, "", None, None).at), **_silent(random, was)
        )
    if now.get("status_id") is not None:
        now |= {"status_name": f"Status {now['status_id']}", "status_category": "indeterminate"}
    return replace(was, history=(*was.history, entry), updated=max(was.updated, entry.at) + 1, **now)


def _moved(
    random: Random, was: IssueRecord, number: int, days: float
) -> tuple[HistoryItem, dict[str, object]]:
    """Another epic, another parent task, or another key."""
    if was.kind is Kind.PROJECT:
        old = f"OLD-{was.id}"
        return item(number, days, "Key", None, None, before_text=old, after_text=was.key), {}
    if was.kind is Kind.SUBTASK:
        return item(number, days, "Parent", None, None), {"parent_id": random.choice(range(10, 18))}
    if was.parent_key is not None:
        key = random.choice(["ML-1", "ML-2", "OLD-3"])
        entry = item(number, days, "Epic Link", None, None, before_text=was.parent_key, after_text=key)
        return entry, {"parent_key": key}
    parent = random.choice([*EPICS, NOWHERE])
    before = None if was.parent_id is None else str(was.parent_id)
    return item(number, days, "IssueParentAssociation", before, str(parent)), {"parent_id": parent}


def _silent(random: Random, was: IssueRecord) -> dict[str, object]:
    """What changes without a history: another type, a flag, a title."""
    roll = random.random()
    if roll < 0.4 and was.kind is not Kind.OTHER:
        return {"kind": random.choice([Kind.TASK, Kind.SUBTASK, Kind.PROJECT, Kind.OTHER])}
    return {"flagged": not was.flagged} if roll < 0.6 else {"summary": f"{was.summary}!"}
