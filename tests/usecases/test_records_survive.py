"""Every kind of record survives a full load, a move, a backup; the second of two is always told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.store.records import epic
from tests.usecases.effecting import office
from tests.usecases.recording import NOW, PLAN, recorder, story
from tests.usecases.test_records_in_jira import an_epic
from tests.web.story import tell

from phasewise.core.deliverables import Slot
from phasewise.core.rights import Asker, Role
from phasewise.store import record_nouns
from phasewise.store.backup import backup, restore
from phasewise.store.db import Database
from phasewise.store.project_records import EditedMeanwhileError, Kept, Noun, latest
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.records.decide import decide, set_criterion
from phasewise.usecases.records.record_plan import record_plan
from phasewise.usecases.records.record_test import record_result, record_test
from phasewise.usecases.records.save_deliverable import save_deliverable

ONE = "0" * 12
Save = Callable[[Deps, str, Mapping[str, str], int], Kept[Any]]


def named(use_case: Any, name: str) -> Save:
    return lambda deps, key, fields, after: use_case(deps, key, name, fields, after)


KINDS: dict[str, tuple[Save, Mapping[str, str], Mapping[str, str]]] = {
    "plan": (record_plan, PLAN, {"method": "Theirs"}),
    "deliverable": (named(save_deliverable, Slot.PROTOTYPE), {"version": "a1"}, {"version": "b2"}),
    "decision": (named(decide, ONE), {"choice": "go", "why": "It works"}, {"why": "It does not"}),
    "kill_criterion": (named(set_criterion, ONE), {"text": "AUC", "by": "2027-06-01"}, {"text": "Theirs"}),
    "ab_test": (named(record_test, ONE), {"title": "Ranking"}, {"title": "Prices"}),
    "result": (named(record_result, ONE), {"verdict": "won", "effect": "+2 %"}, {"effect": "+9 %"}),
}
"""How each kind is saved, with what, and what somebody else would have it say."""


def record_all(deps: Deps, key: str) -> None:
    for save, fields, _other in KINDS.values():
        save(deps, key, fields, 0)


def recorded(deps: Deps) -> dict[str, list[Kept[Any]]]:
    nouns = [noun for noun in vars(record_nouns).values() if isinstance(noun, Noun)]
    with deps.database.read() as connection:
        return {noun.word: latest(connection, deps.site_id, noun, None, None) for noun in nouns}


def test_there_is_a_way_to_save_every_kind(sqlite_database: Database) -> None:
    deps = recorder(sqlite_database)
    record_all(deps, "ML-1")
    kept = recorded(deps)
    assert kept.keys() == KINDS.keys()
    assert {len(some) for some in kept.values()} == {1}


def test_records_go_with_an_epic_that_moves_and_stay_through_a_full_synchronisation(
    sqlite_database: Database,
) -> None:
    with office(sqlite_database) as at:
        moved = an_epic(at)
        record_all(at.deps, at.desk.issue(moved).key)
        before = recorded(at.deps)
        at.desk.world.move(at.desk.now, at.desk.world.service_user, moved, "DS")
        at.wait(60)
        at.desk.sync(full=True)
        judge(at.deps)
        assert at.desk.issue(moved).key.startswith("DS-")
        assert recorded(at.deps) == before


def test_records_come_back_from_a_backup(sqlite_database: Database, tmp_path: Path) -> None:
    deps = recorder(sqlite_database)
    record_all(deps, "ML-1")
    before = recorded(deps)
    backup(deps.database, tmp_path / "copy.db")
    for save, fields, other in KINDS.values():
        save(deps, "ML-1", {**fields, **other}, 1)
    assert recorded(deps) != before
    restore(deps.database, tmp_path / "copy.db")
    assert recorded(deps) == before


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_who_edit_the_same_the_second_is_told_and_the_first_stays(
    sqlite_database: Database, kind: str
) -> None:
    save, fields, other = KINDS[kind]
    deps = recorder(sqlite_database)
    second = replace(deps, asker=Asker(Role.LEAD, "eve@example.com"))
    for after in (0, 1):
        first = save(deps, "ML-1", {**fields, "agreed_by": f"Ada {after}", "data": f"{after}"}, after)
        with pytest.raises(EditedMeanwhileError):
            save(second, "ML-1", {**fields, **other}, after)
        assert recorded(deps)[kind] == [first]


def test_records_stay_when_the_same_issues_are_told_again_under_another_key(
    sqlite_database: Database,
) -> None:
    deps = recorder(sqlite_database)
    record_all(deps, "ML-1")
    before = recorded(deps)
    tell(deps, [epic(1, key="DS-7", space_key="DS", updated=NOW), *story()[1:]])
    assert recorded(deps) == before
    assert KINDS["plan"][0](deps, "DS-7", PLAN, 0) == before["plan"][0]
