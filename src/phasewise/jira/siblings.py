"""A task is split: its sibling is made beside it, with the same epic and phase, linked. By usecases/doing.

A sibling carries its marker and its link from its first moment, so that whoever does not know whether it was
made can look among the links of the original, which Jira reads from its database and from no index.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from phasewise.jira.reading import Row, rows_in
from phasewise.jira.retry import Caller
from phasewise.jira.sending import Outcome, Sent, send_once
from phasewise.jira.trouble import BrokenAnswerError, RefusalError
from phasewise.jira.wire import Request
from phasewise.jira.writes import MARKER, NOT_FOUND

LINK_NAMES = ("issue split", "relates")
"""The types of links that say it best, in lower case; without them any other one."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """The task to make: `fields` are Jira's, by id."""

    original: int
    fields: Mapping[str, Any]
    key: str


class Siblings:
    """Siblings in one Jira. `made` and `link_type` raise JiraError, `create` returns what became of it."""

    def __init__(self, caller: Caller, *, is_cloud: bool) -> None:
        self._caller = caller
        self._api = f"/rest/api/{3 if is_cloud else 2}"

    def made(self, original: int, key: str) -> str | None:
        """The key of the sibling that carries `key`; None if there is none. RefusalError (404) where the
        original is gone."""
        fields = self._get(f"/issue/{original}", {"fields": "issuelinks"}).get("fields")
        links = fields.get("issuelinks") if isinstance(fields, dict) else None
        for link in links if isinstance(links, list) else ():
            for end in ("inwardIssue", "outwardIssue"):
                other = link.get(end) if isinstance(link, dict) else None
                if isinstance(other, dict) and self._marker(str(other.get("id"))) == key:
                    return str(other.get("key"))
        return None

    def link_type(self) -> str | None:
        """The id of the type of link that is made; None where this Jira has no links."""
        try:
            found = rows_in(self._get("/issueLinkType", None), "issueLinkTypes")
        except RefusalError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        ids = {str(row.get("name")).casefold(): str(row["id"]) for row in found if "id" in row}
        return next((ids[name] for name in LINK_NAMES if name in ids), next(iter(ids.values()), None))

    def create(self, sibling: Sibling, link_type: str) -> Sent:
        """Make it, at most once; the answer is its key."""
        link = {"type": {"id": link_type}, "inwardIssue": {"id": str(sibling.original)}}
        body = {
            "fields": dict(sibling.fields),
            "update": {"issuelinks": [{"add": link}]},
            "properties": [{"key": MARKER, "value": {"effect": sibling.key}}],
        }
        sent = send_once(self._caller, Request("POST", f"{self._api}/issue", None, body, is_write=True))
        if sent.outcome is not Outcome.APPLIED:
            return sent
        made = sent.answer.get("key") if isinstance(sent.answer, dict) else None
        if not isinstance(made, str):
            return replace(sent, outcome=Outcome.UNKNOWN, said="Jira's answer does not name the new issue")
        return replace(sent, answer=made)

    def _marker(self, issue_id: str) -> str | None:
        if not (issue_id.isascii() and issue_id.isdigit()):
            return None
        try:
            value = self._get(f"/issue/{issue_id}/properties/{MARKER}", None).get("value")
        except RefusalError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        return value.get("effect") if isinstance(value, dict) else None

    def _get(self, path: str, params: Any) -> Row:
        data, _ = self._caller.once(Request("GET", self._api + path, params))
        if not isinstance(data, dict):
            raise BrokenAnswerError("Jira's answer has another shape than it should", retryable=True)
        return data
