"""What a first synchronisation asks Jira for, so that the floor and the peers can be sent the same way."""

from collections.abc import Iterable, Iterator
from itertools import islice

SCOPE = "(project is not EMPTY) ORDER BY created ASC, key ASC"
PHASE, FLAG, EPIC_LINK, EPIC_NAME = (
    "customfield_10048",
    "customfield_10021",
    "customfield_10014",
    "customfield_10011",
)
"""The ids of the sandbox's own fields; the export uses the same."""

FIELDS = [
    "summary",
    "status",
    "issuetype",
    "project",
    "parent",
    "assignee",
    "created",
    "updated",
    "timeoriginalestimate",
    "subtasks",
    PHASE,
    FLAG,
    EPIC_LINK,
    EPIC_NAME,
]
CLOUD_IDS, OFFSET_IDS = 5000, 1000
CLOUD_READ, OFFSET_READ = 100, 50
THREADS = 12
"""As many requests at once as Phasewise has under way (`phasewise.jira.stream.IN_FLIGHT`)."""


def batches(ids: Iterable[int], is_cloud: bool) -> Iterator[list[int]]:
    """The ids as a read takes them."""
    left = iter(ids)
    while some := list(islice(left, CLOUD_READ if is_cloud else OFFSET_READ)):
        yield some
