"""Changelog items become changes of the tracked fields, in one order, each once."""

import pytest
from tests.core.builders import (
    ANA,
    BEN,
    DOING,
    EPIC,
    HOUR,
    OTHER_EPIC,
    SHIPPED,
    TASK,
    TODO,
    change,
    history,
    issue,
    move,
    moves,
    paris,
)

from phasewise.core.history import in_order, is_incomplete, tracked_changes
from phasewise.core.model import HistoryItem, Issue, Kind, Tracked, TrackedFields

FIELDS = TrackedFields(phase="customfield_1", flag="customfield_2", epic_link="customfield_3")
KEYS = {"ML-1": EPIC, "ML-2": OTHER_EPIC}
MONDAY = paris("2026-03-02 10:00")


def tracked(*items: HistoryItem, kind: Kind = Kind.TASK, fields: TrackedFields = FIELDS) -> list[tuple]:
    return [(c.field, c.before, c.after) for c in tracked_changes(items, kind, fields, KEYS.get)]


def test_changes_are_sorted_by_time_then_by_numeric_history_id() -> None:
    late = history(MONDAY + HOUR, "status", DOING, SHIPPED, history_id=2)
    second = history(MONDAY, "status", TODO, DOING, history_id=10)
    first = history(MONDAY, "assignee", None, ANA, history_id=9)
    changes = tracked_changes([late, second, first], Kind.TASK, FIELDS, KEYS.get)
    assert [(c.at, c.history_id) for c in changes] == [(MONDAY, 9), (MONDAY, 10), (MONDAY + HOUR, 2)]


def test_a_history_that_came_twice_counts_once() -> None:
    both = [
        history(MONDAY, "status", TODO, DOING, history_id=5, item=0),
        history(MONDAY, "assignee", None, ANA, history_id=5, item=1),
    ]
    assert tracked(*both, *both) == tracked(*both)
    assert len(tracked(*both, *both)) == 2


def test_fields_are_known_by_id_or_name_in_any_case() -> None:
    fields = TrackedFields(phase="customfield_1", names=(("Phase", Tracked.PHASE),))
    items = [
        history(MONDAY, "Status", TODO, DOING, history_id=5),
        history(MONDAY, "phase", None, "r", history_id=6),
        history(MONDAY, "description", "x", "y", history_id=7),
    ]
    assert tracked(*items, fields=fields) == [
        (Tracked.STATUS, TODO, DOING),
        (Tracked.PHASE, None, "r"),
    ]


@pytest.mark.parametrize("field", ["IssueParentAssociation", "Epic Link", "Parent", "customfield_3"])
def test_the_epic_of_a_task_changes_under_several_names(field: str) -> None:
    assert tracked(history(MONDAY, field, str(EPIC), str(OTHER_EPIC))) == [
        (Tracked.PARENT, str(EPIC), str(OTHER_EPIC))
    ]


def test_an_epic_recorded_by_key_becomes_its_id_and_an_unknown_one_nothing() -> None:
    by_key = history(MONDAY, "Epic Link", "ML-1", "GONE-7", history_id=7)
    by_text = history(MONDAY, "Epic Link", None, "", before_text="ML-2", after_text="", history_id=8)
    assert tracked(by_key, by_text) == [
        (Tracked.PARENT, str(EPIC), None),
        (Tracked.PARENT, str(OTHER_EPIC), None),
    ]


def test_a_subtask_made_a_task_leaves_its_parent_for_the_epic() -> None:
    parent = history(MONDAY, "Parent", str(TASK), "", history_id=5, item=1)
    epic = history(MONDAY, "Epic Link", "", str(EPIC), history_id=5, item=0)
    assert tracked(epic, parent) == [(Tracked.PARENT, None, str(EPIC))]
    assert tracked(parent) == [(Tracked.PARENT, str(TASK), None)]


@pytest.mark.parametrize(("kind", "fields"), [(Kind.SUBTASK, 3), (Kind.PROJECT, 3), (Kind.OTHER, 0)])
def test_only_a_task_has_a_phase_and_an_epic_of_its_own(kind: Kind, fields: int) -> None:
    items = [
        history(MONDAY, "status", TODO, DOING, history_id=1),
        history(MONDAY, "assignee", ANA, BEN, history_id=2),
        history(MONDAY, "customfield_2", "[]", "[10019]", history_id=3),
        history(MONDAY, "customfield_1", None, "r", history_id=4),
        history(MONDAY, "IssueParentAssociation", None, "7", history_id=5),
        history(MONDAY, "customfield_3", None, "7", history_id=6),
    ]
    assert len(tracked(*items, kind=kind)) == fields


@pytest.mark.parametrize("nothing", [None, "", "[]"])
def test_nothing_is_written_in_several_ways(nothing: str | None) -> None:
    assert tracked(history(MONDAY, "customfield_2", "[10019]", nothing)) == [(Tracked.FLAG, "[10019]", None)]


def test_a_history_that_ends_in_the_current_values_is_complete() -> None:
    started = Issue(TASK, Kind.TASK, MONDAY, DOING, assignee=ANA, changes=(move(MONDAY + HOUR, TODO, DOING),))
    assert not is_incomplete(started)
    flagged = issue(created=MONDAY, changes=(change(MONDAY + 1, Tracked.FLAG, None, "[10019]"),))
    assert not is_incomplete(flagged)
    adopted = issue(created=MONDAY, changes=(change(MONDAY + 1, Tracked.PARENT, None, str(EPIC)),))
    assert not is_incomplete(adopted)


def test_a_history_cut_short_or_ending_elsewhere_is_incomplete() -> None:
    assert is_incomplete(issue(created=MONDAY, history_whole=False))
    assert is_incomplete(
        issue(
            created=MONDAY, changes=moves((MONDAY + HOUR, DOING), (MONDAY + 2 * HOUR, SHIPPED)), status=DOING
        )
    )
    assert is_incomplete(
        issue(created=MONDAY, changes=(change(MONDAY + 1, Tracked.FLAG, None, "[10019]"),), flagged=False)
    )


def test_a_subtask_that_changed_its_parent_is_complete_all_the_same() -> None:
    moved = (change(MONDAY + HOUR, Tracked.PARENT, "7", "8"),)
    assert not is_incomplete(Issue(TASK, Kind.SUBTASK, MONDAY, DOING, parent=9, changes=moved))
    assert is_incomplete(Issue(TASK, Kind.TASK, MONDAY, DOING, parent=9, changes=moved))


def test_the_last_change_is_found_in_whatever_order_they_came() -> None:
    steps = moves((MONDAY + HOUR, DOING), (MONDAY + 2 * HOUR, SHIPPED))
    assert in_order(steps[::-1] + steps) == list(steps)
    assert not is_incomplete(issue(created=MONDAY, changes=steps[::-1], status=SHIPPED))
