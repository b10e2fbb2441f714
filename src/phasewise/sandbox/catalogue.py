"""The standard content of a fresh site: ids that never change, whatever the language.

`world` builds a site from it; the scripted team and the tests name things by these constants.
"""

from typing import Any

from phasewise.sandbox.model import Field, IssueType, Named, Option, Space, Status, Transition

# Company-managed types; a team-managed space has its own.
EPIC, STORY, TASK, SUBTASK, BUG = "10000", "10001", "10002", "10003", "10004"
TEAM_EPIC, TEAM_STORY, TEAM_TASK, TEAM_BUG, TEAM_SUBTASK = "10030", "10031", "10032", "10033", "10034"

TODO, IN_PROGRESS, IN_REVIEW, TESTING, BLOCKED, DONE = "10000", "3", "10070", "10071", "10072", "10002"
TEAM_TODO, TEAM_IN_PROGRESS, TEAM_DONE = "10080", "10081", "10082"

PRIORITIES = (("1", "Highest"), ("2", "High"), ("3", "Medium"), ("4", "Low"), ("5", "Lowest"))
MEDIUM = "3"
RESOLVED_DONE, RESOLVED_WONT_DO = "10000", "10001"

PHASE_FIELD = "customfield_10048"
FLAG_FIELD = "customfield_10021"
EPIC_LINK_FIELD = "customfield_10014"
EPIC_NAME_FIELD = "customfield_10011"
SPRINT_FIELD = "customfield_10020"
RANK_FIELD = "customfield_10019"

RESEARCH, DATA_EXPLORATION, MODELING, PRODUCTIZATION, AB_TESTING, RESULTS_ANALYSIS = (
    str(10101 + n) for n in range(6)
)
PHASE_OPTIONS = (
    (RESEARCH, "Research"),
    (DATA_EXPLORATION, "Data Exploration"),
    (MODELING, "Modeling"),
    (PRODUCTIZATION, "Productization"),
    (AB_TESTING, "A/B Testing"),
    (RESULTS_ANALYSIS, "Results Analysis"),
)
IMPEDIMENT = "10019"

ML, DS, GROW = "10000", "10001", "10002"
"""The ids of the three spaces: two company-managed, and one team-managed on Cloud."""

SELECT = "com.atlassian.jira.plugin.system.customfieldtypes:select"
CHECKBOXES = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"
TEXT = "com.atlassian.jira.plugin.system.customfieldtypes:textfield"
GREENHOPPER = "com.pyxis.greenhopper.jira:"

CATEGORIES: dict[str, tuple[int, str, str, str]] = {
    "undefined": (1, "No Category", "medium-gray", "TODO"),
    "new": (2, "To Do", "blue-gray", "TODO"),
    "indeterminate": (4, "In Progress", "yellow", "IN_PROGRESS"),
    "done": (3, "Done", "green", "DONE"),
}
"""Category key -> (id, English name, colour, what the newer workflow endpoints call it)."""


def standard_types(*, team_managed: bool) -> list[IssueType]:
    """All issue types; those of the team-managed space only where there is one."""
    shared = [
        IssueType(EPIC, "Epic", 1, False),
        IssueType(STORY, "Story", 0, False),
        IssueType(TASK, "Task", 0, False),
        IssueType(SUBTASK, "Sub-task", -1, True),
        IssueType(BUG, "Bug", 0, False),
    ]
    own = [
        IssueType(TEAM_EPIC, "Epic", 1, False, GROW),
        IssueType(TEAM_STORY, "Story", 0, False, GROW),
        IssueType(TEAM_TASK, "Task", 0, False, GROW),
        IssueType(TEAM_BUG, "Bug", 0, False, GROW),
        IssueType(TEAM_SUBTASK, "Sub-task", -1, True, GROW),
    ]
    return shared + own if team_managed else shared


def standard_statuses(*, team_managed: bool) -> list[Status]:
    """All statuses, likewise."""
    shared = [
        Status(TODO, "To Do", "new"),
        Status(IN_PROGRESS, "In Progress", "indeterminate"),
        Status(IN_REVIEW, "In Review", "indeterminate"),
        Status(TESTING, "Testing", "indeterminate"),
        Status(BLOCKED, "Blocked", "indeterminate"),
        Status(DONE, "Done", "done"),
    ]
    own = [
        Status(TEAM_TODO, "To Do", "new", GROW),
        Status(TEAM_IN_PROGRESS, "In Progress", "indeterminate", GROW),
        Status(TEAM_DONE, "Done", "done", GROW),
    ]
    return shared + own if team_managed else shared


_STATUS_NAMES = {
    TODO: "To Do",
    IN_PROGRESS: "In Progress",
    IN_REVIEW: "In Review",
    TESTING: "Testing",
    BLOCKED: "Blocked",
    DONE: "Done",
    TEAM_TODO: "To Do",
    TEAM_IN_PROGRESS: "In Progress",
    TEAM_DONE: "Done",
}


def _from_anywhere(first: int, *statuses: str) -> tuple[Transition, ...]:
    return tuple(Transition(str(first + 10 * n), _STATUS_NAMES[to], to) for n, to in enumerate(statuses))


def _directed() -> tuple[Transition, ...]:
    """A workflow with arrows, other transition ids, and a screen that asks for a resolution."""
    working = frozenset({IN_PROGRESS, IN_REVIEW, TESTING, BLOCKED})
    return (
        Transition("111", "In Progress", IN_PROGRESS, frozenset({TODO, IN_REVIEW, TESTING, BLOCKED})),
        Transition("121", "In Review", IN_REVIEW, frozenset({IN_PROGRESS})),
        Transition("131", "Testing", TESTING, frozenset({IN_PROGRESS, IN_REVIEW})),
        Transition("141", "Blocked", BLOCKED, working - {BLOCKED}),
        Transition("151", "Done", DONE, working, ("resolution",), ("resolution",)),
        Transition("161", "To Do", TODO, working | {DONE}),
    )


def standard_spaces(*, team_managed: bool) -> list[Space]:
    """Two company-managed spaces with different workflows, and a third: team-managed where Jira has that."""
    types = (EPIC, STORY, TASK, SUBTASK, BUG)
    statuses = (TODO, IN_PROGRESS, IN_REVIEW, TESTING, BLOCKED, DONE)
    own_types = (TEAM_EPIC, TEAM_STORY, TEAM_TASK, TEAM_BUG, TEAM_SUBTASK)
    own_statuses = (TEAM_TODO, TEAM_IN_PROGRESS, TEAM_DONE)
    simple = _from_anywhere(11, *statuses)
    third = (
        Space(GROW, "GROW", "Growth", own_types, own_statuses, _from_anywhere(11, *own_statuses), True)
        if team_managed
        else Space(GROW, "GROW", "Growth", types, statuses, simple)
    )
    return [
        Space(ML, "ML", "Machine Learning", types, statuses, simple),
        Space(DS, "DS", "Data Science", types, statuses, _directed()),
        third,
    ]


def priorities() -> list[Named]:
    return [Named(id, name) for id, name in PRIORITIES]


def resolutions() -> list[Named]:
    return [Named(RESOLVED_DONE, "Done"), Named(RESOLVED_WONT_DO, "Won't Do")]


_SYSTEM_FIELDS = """
issuetype|Issue Type|issuetype||issuetype,type
status|Status|status||status
project|Project|project||project
parent|Parent|||parent
summary|Summary|string||summary
description|Description|string||description
assignee|Assignee|user||assignee
reporter|Reporter|user||reporter
creator|Creator|user||creator
priority|Priority|priority||priority
resolution|Resolution|resolution||resolution
resolutiondate|Resolved|datetime||resolutiondate,resolved
created|Created|datetime||created,createdDate
updated|Updated|datetime||updated,updatedDate
statuscategorychangedate|Status Category Changed|datetime||statusCategoryChangedDate
labels|Labels|array|string|labels
duedate|Due date|date||due,duedate
timeoriginalestimate|Original estimate|number||originalEstimate,timeoriginalestimate
timeestimate|Remaining Estimate|number||remainingEstimate,timeestimate
subtasks|Sub-tasks|array|issuelinks|subtasks
issuelinks|Linked Issues|array|issuelinks|
comment|Comment|comments-page||comment
issuekey|Key|||id,issue,issuekey,key
"""


def system_fields() -> list[Field]:
    """Fields every site has."""
    found = []
    for line in _SYSTEM_FIELDS.strip().splitlines():
        id, name, kind, of, clauses = line.split("|")
        schema: dict[str, Any] = {"type": kind, "system": id} if kind else {}
        if of:
            schema["items"] = of
        found.append(Field(id, name, schema, tuple(clauses.split(",")) if clauses else ()))
    return found


def custom_fields() -> list[Field]:
    """Phase and flag, and what the Agile part of Jira adds."""
    phases = {id: Option(id, name) for id, name in PHASE_OPTIONS}
    return [
        _custom(PHASE_FIELD, "Phase", "option", SELECT, phases),
        _custom(
            FLAG_FIELD,
            "Flagged",
            "array",
            CHECKBOXES,
            {IMPEDIMENT: Option(IMPEDIMENT, "Impediment")},
            "option",
        ),
        _custom(EPIC_LINK_FIELD, "Epic Link", "any", GREENHOPPER + "gh-epic-link"),
        _custom(EPIC_NAME_FIELD, "Epic Name", "string", GREENHOPPER + "gh-epic-label"),
        _custom(SPRINT_FIELD, "Sprint", "array", GREENHOPPER + "gh-sprint", items="json"),
        _custom(RANK_FIELD, "Rank", "any", GREENHOPPER + "gh-lexo-rank"),
    ]


def _custom(
    id: str,
    name: str,
    kind: str,
    custom: str,
    options: dict[str, Option] | None = None,
    items: str | None = None,
) -> Field:
    number = int(id.removeprefix("customfield_"))
    schema: dict[str, Any] = {"type": kind, "custom": custom, "customId": number}
    if items:
        schema["items"] = items
    return Field(id, name, schema, (f"cf[{number}]", name), options or {})


LINK_TYPES = {
    "10000": ("Blocks", "is blocked by", "blocks"),
    "10003": ("Relates", "relates to", "relates to"),
}
"""Id -> name, and what the inward and the outward end are called."""
