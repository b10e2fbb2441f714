"""Which Jira is meant by what somebody typed, and what it holds that could be watched. `init` calls it."""

from dataclasses import dataclass

from phasewise.errors import JiraError
from phasewise.jira import jql
from phasewise.jira.access import JiraAccess
from phasewise.jira.client import CLOUD, JiraClient
from phasewise.jira.pasted import addresses
from phasewise.jira.retry import Patience

MOST_PROJECTS = 12
SOMEBODY_WAITS = Patience(tries=2, first_seconds=0.5, failing_seconds=20, total_seconds=30)


@dataclass(frozen=True, slots=True)
class FoundJira:
    """A Jira that answers at `url`, and how it describes itself. On Cloud a token needs an e-mail address."""

    url: str
    title: str
    version: str
    is_cloud: bool


def find_jira(typed: str) -> FoundJira:
    """The Jira at an address as it was typed or pasted, whatever page of it that is.

    Raises ValueError where it is no address, JiraError where no Jira answers there.
    """
    first: JiraError | None = None
    for url in addresses(typed):
        client = _client(JiraAccess(url=url, token=""))
        try:
            server = client.server()
        except JiraError as error:
            first = first or error
            if error.status is None:  # nobody answers at that host, whatever the path
                break
            continue
        finally:
            client.close()
        return FoundJira(url, server.title, server.version, client.deployment == CLOUD)
    assert first is not None  # noqa: S101 - there is always an address to ask at
    raise first


def projects_to_watch(access: JiraAccess) -> str:
    """A scope to propose: the Jira projects that the account can see, or none where these are too many to
    be meant. Raises JiraError, also where the token is refused."""
    client = _client(access)
    try:
        client.myself()
        keys = client.project_keys(MOST_PROJECTS + 1)
    finally:
        client.close()
    if not 0 < len(keys) <= MOST_PROJECTS:
        return ""
    return f"project in ({', '.join(jql.quote(key) for key in keys)})"


def _client(access: JiraAccess) -> JiraClient:
    return JiraClient(access, patience=SOMEBODY_WAITS)
