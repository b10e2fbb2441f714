"""What a world tells its listeners, and what Jira calls it. `hooks` makes deliveries of it."""

from typing import NamedTuple

from phasewise.sandbox.changes import Item
from phasewise.sandbox.model import Change, Comment, Issue


class Event(NamedTuple):
    """Something that happened to an issue. `kind` is Jira's `webhookEvent`, `type_name` its event type."""

    kind: str
    type_name: str | None
    at: int
    user: str | None
    issue: Issue
    changes: tuple[Change, ...] = ()
    comment: Comment | None = None


def event_type(items: list[Item]) -> str:
    """The event type of an edit."""
    names = {item[0].field for item in items}
    if names == {"assignee"}:
        return "issue_assigned"
    return "issue_generic" if "status" in names else "issue_updated"
