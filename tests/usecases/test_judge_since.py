"""Judging from where something changed on gives what judging all of it does, whatever changes and when."""

from dataclasses import replace
from random import Random

import pytest
from tests.store.records import DOING, TODO, at, epic, moved, task
from tests.usecases.recording import PLAN
from tests.usecases.rows import all_rows, count
from tests.usecases.sites import deps_of, remove, save
from tests.usecases.worlds import make_world

from phasewise.core.deliverables import Slot
from phasewise.core.model import IssueRecord, Limits, Policy
from phasewise.core.rulebook import DEFAULT_TEAM, EVER, PolicyVersion, Rulebook, Team
from phasewise.store.db import Database
from phasewise.store.dirty import mark_all
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.records.record_plan import record_plan
from phasewise.usecases.records.save_deliverable import save_deliverable

PACES = (0.01, 0.3, 3.0, 20.0)
LIMITS = (Limits(), Limits(watching=1, paused=1), Limits(five_days=2.0, one_active=2), Limits(watching=0))


def book(random: Random, pace: float) -> Rulebook:
    """A policy with two versions, the second in force somewhere in the middle."""
    starts = (EVER, at(random.random() * 10 * pace))
    versions = (
        PolicyVersion(DEFAULT_TEAM, n + 1, start, Policy(limits=random.choice(LIMITS)))
        for n, start in enumerate(starts)
    )
    return Rulebook((Team(DEFAULT_TEAM, tuple(versions)),))


def feed_of(random: Random, lives: list[list[IssueRecord]]) -> list[IssueRecord]:
    """What Jira tells: the rest of each life in any order, and then some of it otherwise."""
    feed = [record for life in lives for record in life[1:]]
    random.shuffle(feed)
    last = [life[-1] for life in lives]
    return feed + [retold(random, random.choice(last), turn) for turn in range(len(feed) // 2)]


def retold(random: Random, record: IssueRecord, turn: int) -> IssueRecord:
    """With a change of its history left out, or none."""
    left_out = random.randrange(len(record.history) + 2)
    history = (*record.history[:left_out], *record.history[left_out + 1 :])
    return replace(record, history=history, updated=record.updated + 10 + turn)


def rebuilt(deps: Deps) -> dict[str, list[str]]:
    with deps.database.write() as connection:
        mark_all(connection, deps.site_id)
    judge(deps)
    return all_rows(deps.database)


def compare(database: Database, seed: int, pace: float) -> None:
    random = Random(seed)
    deps = deps_of(database)
    lives, policy = make_world(seed, pace), book(random, pace)
    save(deps, *(life[0] for life in lives))
    judge(deps)
    early = replace(deps, now=lambda: at(pace))
    record_plan(early, "ML-1", PLAN, 0)
    save_deliverable(early, "ML-2", Slot.PROTOTYPE, {"state": "accepted"}, 0)
    feed = feed_of(random, lives)
    for n, record in enumerate(feed):
        save(deps, record)
        if n == len(feed) // 2:
            deps = replace(deps, declared=policy)
        if random.random() < 0.04:
            remove(deps, record.id, at(random.random() * 15 * pace))
        judge(deps)
        if n % 12 == 11:
            found = all_rows(database)
            assert rebuilt(deps) == found


@pytest.mark.parametrize(("seed", "pace"), [(n, PACES[n % 4]) for n in range(5)])
def test_judging_from_a_change_on_is_judging_all_of_it(
    sqlite_database: Database, seed: int, pace: float
) -> None:
    compare(sqlite_database, seed, pace)


def test_judging_from_a_change_on_is_judging_all_of_it_on_both_databases(database: Database) -> None:
    compare(database, 7, 3.0)


def test_a_stretch_too_short_to_be_told_is_told_from_its_start_once_it_goes_on(
    sqlite_database: Database,
) -> None:
    """Two tickets at once for ten minutes, which the grace forgives; then it turns out that they went on."""
    deps, minute = deps_of(sqlite_database), 1 / 1440
    first = task(10, moved(1, 1, TODO, DOING), assignee="ada")
    ten = (moved(2, 1.5, TODO, DOING), moved(3, 1.5 + 10 * minute, DOING, TODO))
    save(deps, first, task(11, *ten, assignee="ada"))
    judge(deps)
    assert count(sqlite_database, "findings", rule="one_active") == 0
    save(deps, task(11, ten[0], assignee="ada", updated=at(9)))
    judge(deps)
    assert count(sqlite_database, "findings", rule="one_active", start=at(1.5), end=None) == 1


def test_a_settled_visit_that_went_on_beside_an_open_one_counts_once(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)

    def worked(number: int, option: str, start: float, *end: float) -> IssueRecord:
        history = [
            moved(number * 10, start, TODO, DOING),
            *(moved(number * 10 + 1, n, DOING, TODO) for n in end),
        ]
        return task(number, *history, parent_id=1, phase_option=option, assignee="ada")

    research = worked(10, "10101", 1, 4), worked(11, "10101", 3, 6)
    save(deps, epic(1), *research, worked(12, "10102", 2), worked(13, "10103", 7))
    judge(deps)
    save(deps, worked(13, "10103", 7, 9))
    judge(deps)
    found = all_rows(sqlite_database)
    assert rebuilt(deps) == found
