"""A field of an issue that is set: the phase, the epic, the assignee. Called by usecases/doing.

Jira has no condition for an edit: whoever sets a field looks first, and again where an answer was lost.
"""

from dataclasses import dataclass
from typing import Any

from phasewise.jira.reading import PERSON_IDS, Row
from phasewise.jira.retry import Caller
from phasewise.jira.sending import Sent, send_once
from phasewise.jira.trouble import BrokenAnswerError, RefusalError
from phasewise.jira.wire import Request
from phasewise.jira.writes import NOT_FOUND

ASSIGNEE = "assignee"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a field is to be. `field` is Jira's id of it; `value` the id of an option, a person or a parent,
    or the key of the epic in Data Center's field for it."""

    field: str
    value: str


class FieldWrites:
    """Fields of the issues of one Jira. `value_of` and `form_of` raise JiraError, `put` returns what became
    of it."""

    def __init__(self, caller: Caller, *, is_cloud: bool) -> None:
        self._caller = caller
        self._is_cloud = is_cloud
        self._api = f"/rest/api/{3 if is_cloud else 2}"

    def value_of(self, issue_id: int, wish: Wish) -> str | None:
        """What the field is now, as a wish says it; None: it is empty. RefusalError (404) where the issue is
        gone."""
        fields = self._get(f"/issue/{issue_id}", {"fields": wish.field}).get("fields")
        if not isinstance(fields, dict):
            raise BrokenAnswerError(f"Jira's answer for issue {issue_id} has no fields", retryable=True)
        value = fields.get(wish.field)
        if not isinstance(value, dict):
            return str(value) if value else None
        names = PERSON_IDS if wish.field == ASSIGNEE else ("id", "key")
        return next((str(value[name]) for name in names if value.get(name)), "something without an id")

    def form_of(self, wish: Wish) -> Any:
        """The value as Jira takes it. ValueError where Jira no longer knows the person."""
        if wish.field == ASSIGNEE:
            return {"accountId": wish.value} if self._is_cloud else {"name": self._user_name(wish.value)}
        is_key = not wish.value.isdigit()
        return wish.value if is_key else {"id": wish.value}

    def put(self, issue_id: int, wish: Wish, form: Any) -> Sent:
        """Set it, at most once."""
        body = {"fields": {wish.field: form}}
        return send_once(
            self._caller, Request("PUT", f"{self._api}/issue/{issue_id}", None, body, is_write=True)
        )

    def _user_name(self, key: str) -> str:
        """Data Center assigns by names, and only keys last."""
        try:
            name = self._get("/user", {"key": key}).get("name")
        except RefusalError as error:
            if error.status != NOT_FOUND:
                raise
            name = None
        if not name:
            raise ValueError(f"Jira no longer knows the person {key[:100]!r}")
        return str(name)

    def _get(self, path: str, params: Any) -> Row:
        data, _ = self._caller.once(Request("GET", self._api + path, params))
        if not isinstance(data, dict):
            raise BrokenAnswerError("Jira's answer has another shape than it should", retryable=True)
        return data
