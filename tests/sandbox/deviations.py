"""Where Jira is known to answer otherwise than its OpenAPI document says. The numbers are those of the facts
in docs/sandbox.md."""

import copy
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class Deviation:
    """`component` and `member` of the document are replaced by `schema`."""

    fact: int
    why: str
    component: str
    member: str
    schema: Schema


NULL_STRING: Schema = {"type": ["string", "null"]}

DEVIATIONS = (
    *(
        Deviation(12, "an empty side of a change is null", component, member, NULL_STRING)
        for component in ("ChangeDetails", "ChangeItemBean")
        for member in ("from", "fromString", "to", "toString")
    ),
    Deviation(
        3,
        "the last page's token is null or left out",
        "BulkChangelogResponseBean",
        "nextPageToken",
        NULL_STRING,
    ),
    Deviation(55, "a field may be text, such as the epic's key", "IssueBean", "fields", {"type": "object"}),
    Deviation(
        10, "bulk changelogs give epoch milliseconds", "Changelog", "created", {"type": ["string", "integer"]}
    ),
)


def with_deviations(components: Schema) -> Schema:
    """The components of a document, with what is known to differ."""
    changed = copy.deepcopy(components)
    for deviation in DEVIATIONS:
        if deviation.component in changed["schemas"]:
            changed["schemas"][deviation.component]["properties"][deviation.member] = deviation.schema
    return changed
