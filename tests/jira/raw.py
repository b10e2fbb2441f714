"""Issues and histories as Jira sends them, small, to be varied by the tests."""

import json
from pathlib import Path
from typing import Any

from phasewise.jira.fields import FieldMap
from phasewise.jira.reading import RawIssue

PHASE, FLAG, EPIC_LINK, EPIC_LABEL = (
    "customfield_10048",
    "customfield_10021",
    "customfield_10014",
    "customfield_10011",
)
CLOUD = FieldMap(cloud=True, phase=PHASE, flag=FLAG, epic_link=EPIC_LINK)
DATA_CENTER = FieldMap(
    cloud=False,
    phase=PHASE,
    flag=FLAG,
    epic_link=EPIC_LINK,
    epic_label=EPIC_LABEL,
    names=(("phase", PHASE), ("flagged", FLAG), ("epic link", EPIC_LINK)),
    phase_options=frozenset({"10101", "10102"}),
)
RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text())


def issue(**fields: Any) -> dict[str, Any]:
    """A task in progress; the fields given replace or extend its own."""
    own = {
        "summary": "Try gradient boosting",
        "status": {"id": "3", "name": "In Progress", "statusCategory": {"key": "indeterminate"}},
        "issuetype": {"id": "10002", "name": "Task", "subtask": False, "hierarchyLevel": 0},
        "project": {"id": "10000", "key": "ML"},
        "assignee": {"accountId": "5b10", "displayName": "Ada"},
        "created": "2026-03-02T09:00:00.000+0100",
        "updated": "2026-03-09T10:03:11.123+0100",
    }
    return {"id": "10001", "key": "ML-1", "fields": {**own, **fields}}


def history(number: int, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "created": 1_772_438_400_000 + number,
        "author": {"accountId": "5b10"},
        "items": list(items),
        **more,
    }


def item(field: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    return {"field": field, "fieldtype": "jira", "from": before, "to": after, **more}


def raw(of: dict[str, Any] | None = None, *histories: Any, whole: bool = True, **fields: Any) -> RawIssue:
    return RawIssue(issue(**fields) if of is None else of, list(histories), whole)
