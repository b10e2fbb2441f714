"""How the tests call a scripted Jira: with a clock that does not wait and a client that is closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.jira.scripted import Reply, Script, ScriptedJira, Seen, StillClock, scripted

from phasewise.jira.access import JiraAccess
from phasewise.jira.client import JiraClient
from phasewise.jira.clock import Clock
from phasewise.jira.retry import Patience
from phasewise.jira.wire import Bounds

TOKEN = "s3cret-token"
SERVER = {"deploymentType": "Cloud", "serverTime": "2026-09-27T10:03:11.123+0000", "serverTitle": "Test"}
ME = {"accountId": "5b10", "displayName": "Ada", "timeZone": "America/New_York"}


def access_of(url: str, **more: Any) -> JiraAccess:
    return JiraAccess(url=url, email="ada@example.com", token=TOKEN, scope="project = MLP", **more)


@contextmanager
def client_of(
    jira: ScriptedJira, clock: StillClock | None = None, patience: Patience | None = None, **bounds: Any
) -> Iterator[JiraClient]:
    """A client of the scripted Jira whose waits take no time."""
    still = clock or StillClock()
    client = JiraClient(
        access_of(jira.url),
        clock=Clock(still.sleep, still.monotonic, still.now),
        patience=patience,
        bounds=Bounds(**bounds) if bounds else None,
    )
    try:
        yield client
    finally:
        client.close()


@contextmanager
def calling(script: Script, **more: Any) -> Iterator[tuple[JiraClient, ScriptedJira]]:
    """Serve the script and call it."""
    with scripted(script) as jira, client_of(jira, **more) as client:
        yield client, jira


def in_turn(*replies: Reply) -> Script:
    """Answer with one reply after the other; the last one for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def by_path(routes: dict[str, Reply | Callable[[Seen], Reply]]) -> Script:
    """Answer by the path; what is not named is a 404."""

    def script(seen: Seen) -> Reply:
        found = routes.get(seen.path, Reply({"errorMessages": ["not here"]}, status=404))
        return found if isinstance(found, Reply) else found(seen)

    return script


def cloud(**routes: Reply | Callable[[Seen], Reply]) -> Script:
    """A Cloud site that answers who it is; `search`, `issues`, `changelog` and `count` are the test's."""
    return by_path(
        {
            "/rest/api/2/serverInfo": Reply(SERVER),
            "/rest/api/2/myself": Reply(ME),
            "/rest/api/3/search/jql": routes.get("search", Reply({"issues": [], "isLast": True})),
            "/rest/api/3/issue/bulkfetch": routes.get("issues", Reply({"issues": []})),
            "/rest/api/3/changelog/bulkfetch": routes.get("changelog", Reply({"issueChangeLogs": []})),
            "/rest/api/3/search/approximate-count": routes.get("count", Reply({"count": 0})),
        }
    )
