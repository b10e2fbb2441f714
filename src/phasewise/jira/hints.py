"""What a delivery can tell: which issues to read again. `receive_deliveries` asks.

A payload is partial, late and out of order, so only ids are taken from it, and from a deletion, of which Jira
tells nothing elsewhere, its instant (docs/webhooks.md).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from phasewise.core.model import Instant
from phasewise.jira.payload import PayloadError, read_payload

ISSUE, COMMENT, CENSUS = "issue", "comment", "census"
UNKNOWN_EVENT = "unknown event"
NO_ISSUE = "names no issue"
OTHER_SITE = "of another Jira site"
OWN_COMMENT = "our own comment"

EVENTS = {
    "jira:issue_created": ISSUE,
    "jira:issue_updated": ISSUE,
    "jira:issue_deleted": ISSUE,
    "jira:issue_moved": ISSUE,
    "jira:issue_archived": ISSUE,
    "jira:issue_restored": ISSUE,
    "issue_created": ISSUE,
    "issue_moved": ISSUE,
    "issue_updated": ISSUE,
    "issue_deleted": ISSUE,
    "issue_archived": ISSUE,
    "issue_restored": ISSUE,
    "jira:worklog_updated": ISSUE,
    "worklog_created": ISSUE,
    "worklog_updated": ISSUE,
    "worklog_deleted": ISSUE,
    "comment_created": COMMENT,
    "comment_updated": COMMENT,
    "comment_deleted": COMMENT,
    "issuelink_created": ISSUE,
    "issuelink_deleted": ISSUE,
    "attachment_created": ISSUE,
    "attachment_deleted": ISSUE,
    "issue_property_set": ISSUE,
    "issue_property_deleted": ISSUE,
    "project_created": "a new project has no issues yet",
    "project_updated": CENSUS,
    "project_deleted": CENSUS,
    "project_soft_deleted": CENSUS,
    "project_restored_deleted": CENSUS,
    "project_archived": CENSUS,
    "project_unarchived": CENSUS,
    "project_restored_archived": CENSUS,
}
"""What is done about an event by name; what is none of the three words is the reason why it is ignored."""

DELETIONS = frozenset({"jira:issue_deleted", "issue_deleted"})

IGNORED_FAMILIES = {
    "sprint_": "sprints are not followed",
    "board_": "boards are not followed",
    "jira:version_": "versions are not followed",
    "version_": "versions are not followed",
    "user_": "people are read with their issues",
    "option_": "settings of Jira are not followed",
}

LONGEST_EVENT = 255
LARGEST_ID = 2**63 - 1
ISSUE_ADDRESS = re.compile(r"/rest/api/[^/]+/issue/([0-9]{1,19})(?:/|$)")
NUMBERED_ADDRESS = re.compile(r"/rest/api/[^/]+/(?:issue/)?([0-9]{1,19})$")
COMMENT_TYPES = frozenset({"issue_commented", "issue_comment_edited", "issue_comment_deleted"})


@dataclass(frozen=True, slots=True)
class Hint:
    """What one delivery tells. `ignored` is the reason why nothing follows from it, whatever issues it names;
    `census` asks which issues there still are. `actor` is who commented, where that is all the event tells;
    `address` is the one that Jira gives to what it is about."""

    event: str
    issue_ids: tuple[int, ...] = ()
    ignored: str | None = None
    census: bool = False
    actor: str | None = None
    address: str | None = None


def hint_of(payload: dict[str, Any]) -> Hint:
    """What the payload tells, whatever is missing in it."""
    named = payload.get("webhookEvent")
    event = named[:LONGEST_EVENT] if isinstance(named, str) else ""
    address = next(_addresses(payload), None)
    what = EVENTS.get(event) or _family(event)
    if what == CENSUS:
        return Hint(event, census=True, address=address)
    ids = tuple(dict.fromkeys(_issue_ids(payload)))
    if what not in (ISSUE, COMMENT):
        return Hint(event, ids, ignored=what, address=address)
    actor = _commenter(payload) if what == COMMENT or _only_comments(payload) else None
    return Hint(event, ids, None if ids else NO_ISSUE, actor=actor, address=address)


def told_at(body: bytes) -> Instant | None:
    """The instant at which Jira says that it happened; None where it says none."""
    try:
        at = read_payload(body).get("timestamp")
    except PayloadError:
        return None
    return at if isinstance(at, int) and not isinstance(at, bool) and 0 < at <= LARGEST_ID else None


def is_of(address: str | None, urls: tuple[str, ...]) -> bool:
    """Whether `address` is of one of the hosts of `urls`. What has no address, or no readable one, may be."""
    host = _host(address) if address else None
    return host is None or host in _hosts(urls)


def _family(event: str) -> str:
    return next((why for start, why in IGNORED_FAMILIES.items() if event.startswith(start)), UNKNOWN_EVENT)


def _issue_ids(payload: dict[str, Any]) -> Iterator[int]:
    issue, link = _object(payload, "issue"), _object(payload, "issueLink")
    yield from _ids(issue.get("id"), link.get("sourceIssueId"), link.get("destinationIssueId"))
    yield from _found(NUMBERED_ADDRESS, issue.get("self"))
    for part in ("comment", "worklog", "attachment", "property"):
        about = _object(payload, part)
        yield from _ids(about.get("issueId"))
        yield from _found(ISSUE_ADDRESS, about.get("self"))


def _ids(*values: object) -> Iterator[int]:
    for value in values:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID:
            yield value


def _found(pattern: re.Pattern[str], address: object) -> Iterator[int]:
    found = pattern.search(address.partition("?")[0]) if isinstance(address, str) else None
    if found:
        yield from _ids(found[1])


def _addresses(payload: dict[str, Any]) -> Iterator[str]:
    for part in (
        "issue",
        "comment",
        "worklog",
        "attachment",
        "property",
        "project",
        "sprint",
        "board",
        "user",
    ):
        address = _object(payload, part).get("self")
        if isinstance(address, str) and address:
            yield address


@lru_cache(maxsize=16)
def _hosts(urls: tuple[str, ...]) -> frozenset[tuple[str, int | None] | None]:
    return frozenset(_host(url) for url in urls)


def _host(address: str) -> tuple[str, int | None] | None:
    """Name and port of an address; a usual port counts as none: a proxy often changes http into https."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return parts.hostname.rstrip("."), None if port in (80, 443) else port


def _only_comments(payload: dict[str, Any]) -> bool:
    """Whether an event of the issue, as Data Center sends it, tells of a comment and of nothing else."""
    kind = payload.get("issue_event_type_name")
    items = _object(payload, "changelog").get("items")
    return isinstance(kind, str) and kind in COMMENT_TYPES and not items


def _commenter(payload: dict[str, Any]) -> str | None:
    comment = _object(payload, "comment")
    for person in (_object(payload, "user"), _object(comment, "updateAuthor"), _object(comment, "author")):
        for name in ("accountId", "key", "name"):
            if isinstance(person.get(name), str) and person[name]:
                return str(person[name])
    return None


def _object(whole: dict[str, Any], name: str) -> dict[str, Any]:
    value = whole.get(name)
    return value if isinstance(value, dict) else {}
