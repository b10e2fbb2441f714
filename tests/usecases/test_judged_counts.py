"""What one change touches: `phasewise_judged_total` says how many issues, projects and people were judged."""

from dataclasses import replace

from tests.store.records import DOING, DONE, TODO, at, epic, item, moved, subtask, task
from tests.usecases.sites import deps_of, save

from phasewise.core.model import IssueRecord
from phasewise.meters import REGISTRY
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge

EPICS = (1, 2, 3)
PEOPLE = ("ada", "bob", "cy", "dee")


def judged(deps: Deps, *records: IssueRecord) -> dict[str, float]:
    """How many of each kind were judged because of these records."""
    before = counts()
    save(deps, *records)
    judge(deps)
    return {what: number - before[what] for what, number in counts().items()}


def counts() -> dict[str, float]:
    name = "phasewise_judged_total"
    kinds = ("issue", "project", "person")
    return {what: REGISTRY.get_sample_value(name, {"what": what}) or 0.0 for what in kinds}


def busy(number: int, *more: object) -> IssueRecord:
    """A task of one of the projects and one of the people."""
    history = (moved(number * 10, 1, TODO, DOING), *more)
    person = PEOPLE[number % len(PEOPLE)]
    return task(number, *history, parent_id=EPICS[number % 3], assignee=person)  # type: ignore[arg-type]


def test_one_change_has_one_issue_its_project_and_its_person_judged(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    everything = judged(deps, *map(epic, EPICS), *map(busy, range(100, 160)))
    assert everything == {"issue": 63, "project": 3, "person": 4}
    assert judged(deps, busy(100, moved(7, 5, DOING, DONE))) == {"issue": 1, "project": 1, "person": 1}


def test_a_task_is_judged_with_its_subtasks(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    judged(deps, epic(2), busy(100), subtask(200, 100), subtask(201, 100))
    assert judged(deps, busy(100, moved(7, 5, DOING, DONE)))["issue"] == 3


def test_a_change_that_no_interval_follows_from_touches_nobody_else(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    judged(deps, epic(2), busy(100))
    edited = replace(busy(100), summary="Said better", updated=at(9))
    assert judged(deps, edited) == {"issue": 1, "project": 0, "person": 0}


def test_who_held_a_task_before_is_not_judged_again(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    handed_on = item(8, 3, "assignee", "bob", "ada")
    judged(deps, epic(2), busy(100, handed_on))
    assert judged(deps, busy(100, handed_on, moved(7, 5, DOING, DONE)))["person"] == 1


def test_a_project_that_a_task_has_left_is_judged_with_the_one_it_is_in(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    left = item(8, 3, "IssueParentAssociation", "1", "2")
    judged(deps, epic(1), epic(2), epic(3), busy(100, left))
    assert judged(deps, busy(100, left, moved(7, 5, DOING, DONE)))["project"] == 2


def test_a_subtask_has_the_project_of_its_task_judged(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    judged(deps, epic(2), busy(100), subtask(200, 100))
    started = subtask(200, 100, moved(9, 3, TODO, DOING))
    assert judged(deps, started) == {"issue": 2, "project": 1, "person": 0}


def test_what_is_known_already_has_nothing_judged(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    judged(deps, epic(2), busy(100))
    assert judged(deps, busy(100)) == {"issue": 0, "project": 0, "person": 0}
