"""Links from an issue to a page of ours, which Jira shows beside it. Called by usecases/doing.

Jira knows a link by its global id: putting it again replaces it, and nobody has two.
"""

from dataclasses import dataclass

from phasewise.jira.retry import Caller
from phasewise.jira.sending import Sent, send_once
from phasewise.jira.trouble import RefusalError
from phasewise.jira.wire import Request
from phasewise.jira.writes import NOT_FOUND


@dataclass(frozen=True, slots=True)
class RemoteLink:
    """A page of ours, under the name that Jira knows it by."""

    global_id: str
    url: str
    title: str


class RemoteLinks:
    """The links of the issues of one Jira. `url_of` raises JiraError, `put` returns what became of it."""

    def __init__(self, caller: Caller, *, is_cloud: bool) -> None:
        self._caller = caller
        self._api = f"/rest/api/{3 if is_cloud else 2}"

    def url_of(self, issue_id: int, global_id: str) -> str | None:
        """Where the link leads, None where there is none or no such issue."""
        asked = Request("GET", self._path(issue_id), {"globalId": global_id})
        try:
            found, _ = self._caller.once(asked)
        except RefusalError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        target = found.get("object") if isinstance(found, dict) else None
        url = target.get("url") if isinstance(target, dict) else None
        return url if isinstance(url, str) else None

    def put(self, issue_id: int, link: RemoteLink) -> Sent:
        """Make it, or put another in its place."""
        target = {"url": link.url, "title": link.title}
        body = {"globalId": link.global_id, "object": target, "relationship": "recorded in"}
        return send_once(self._caller, Request("POST", self._path(issue_id), None, body, is_write=True))

    def _path(self, issue_id: int) -> str:
        return f"{self._api}/issue/{issue_id}/remotelink"
