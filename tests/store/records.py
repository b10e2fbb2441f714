"""Builders of what Jira said, for the tests of the store and of judging."""

from dataclasses import replace
from typing import Any

from phasewise.core.model import HistoryItem, IssueRecord, Kind

DAY = 86_400_000
MONDAY = 1_772_409_600_000  # 2026-03-02T00:00Z
TODO, DOING, WAITING, DONE = "1", "3", "4", "5"
NAMES = {TODO: ("To Do", "new"), DOING: ("In Progress", "indeterminate"), DONE: ("Done", "done")}
PHASE_FIELD = "customfield_10050"


def at(days: float) -> int:
    """The instant so many days after Monday 2 March 2026, 00:00 UTC."""
    return MONDAY + round(days * DAY)


def item(
    number: int, days: float, field: str, before: str | None, after: str | None, **texts: Any
) -> HistoryItem:
    return HistoryItem(number, 0, at(days), "ada", field, before, after, **texts)


def moved(number: int, days: float, before: str, after: str) -> HistoryItem:
    """A change of status."""
    return item(number, days, "status", before, after)


def task(id: int, *history: HistoryItem, **values: Any) -> IssueRecord:
    """A task created on Monday; its status is where the history leaves it."""
    statuses = [entry.after for entry in history if entry.field == "status"]
    status = values.pop("status", statuses[-1] if statuses else TODO)
    name, category = NAMES.get(status, (f"Status {status}", "indeterminate"))
    record = IssueRecord(
        id=id,
        key=f"ML-{id}",
        summary=f"Issue {id}",
        space_id="10000",
        space_key="ML",
        type_id="10001",
        type_name="Task",
        kind=Kind.TASK,
        status_id=status,
        status_name=name,
        status_category=category,
        phase_option=None,
        phase_option_name=None,
        assignee=None,
        assignee_name=None,
        parent_id=None,
        parent_key=None,
        flagged=False,
        created=at(0),
        updated=max([at(0), *(entry.at for entry in history)]),
        estimate_seconds=None,
        history=history,
        history_whole=True,
    )
    return replace(record, **values)


def epic(id: int, *history: HistoryItem, **values: Any) -> IssueRecord:
    return task(id, *history, kind=Kind.PROJECT, type_name="Epic", **values)


def subtask(id: int, parent: int, *history: HistoryItem, **values: Any) -> IssueRecord:
    return task(id, *history, kind=Kind.SUBTASK, type_name="Sub-task", parent_id=parent, **values)
