"""The webhooks that Jira has: looked at, registered, put right. `check_webhook` asks.

Cloud, Data Center 10 and the Data Centers before it each have their own JSON for the same thing. Given the
others', Data Center 10 answers 201 and leaves out the secret and the filter without a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from phasewise.jira.reading import Row, rows_in
from phasewise.jira.retry import Caller
from phasewise.jira.sending import Sent, send_once
from phasewise.jira.wire import Request

OLD, NEW = "/rest/webhooks/1.0/webhook", "/rest/jira-webhook/1.0/webhooks"
NEW_FROM = 10
"""The Data Center release that came with the new path, and with signatures."""
MOST_HOOKS = 1_000
NAME = "Phasewise"
FILTER = "issue-related-events-section"

EVERYWHERE = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "worklog_created",
    "worklog_updated",
    "worklog_deleted",
    "issuelink_created",
    "issuelink_deleted",
    "attachment_created",
    "attachment_deleted",
    "project_updated",
    "project_deleted",
)
CLOUD_ONLY = (
    "issue_property_set",
    "issue_property_deleted",
    "project_soft_deleted",
    "project_restored_deleted",
    "project_archived",
    "project_restored_archived",
)
"""Of what `hints` can use, the names that a deployment's own list of events has; others it might refuse."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as Jira has it; `path` is where it is changed, `is_signed` None where Jira does not say."""

    path: str
    name: str
    url: str
    events: tuple[str, ...]
    jql: str
    is_enabled: bool
    has_body: bool
    is_signed: bool | None


class WebhookAdmin:
    """The webhooks of one Jira, for an account that may administer it."""

    def __init__(self, caller: Caller, *, is_cloud: bool, major: int) -> None:
        self._caller = caller
        self._is_new = not is_cloud and major >= NEW_FROM
        self._path = NEW if self._is_new else OLD
        self.is_cloud = is_cloud
        self.signs = is_cloud or self._is_new

    @property
    def events(self) -> tuple[str, ...]:
        """The events that this Jira has and that tell us something."""
        return EVERYWHERE + (CLOUD_ONLY if self.is_cloud else ())

    def hooks(self) -> list[Hook]:
        """All of them. JiraError: 401, 403 or 404 where the account may not look."""
        params = {"limit": MOST_HOOKS} if self._is_new else None
        data, _ = self._caller.call(Request("GET", self._path, params))
        rows = data.get("values") if isinstance(data, dict) else data
        return [self._hook(row) for row in rows_in({"list": rows}, "list") if _number(row)]

    def register(self, url: str, secret: str | None) -> Sent:
        """A new webhook for `url`. The secret is for signatures, and sent only where there are any."""
        return self._send("POST", self._path, self._body(NAME, url, self.events, "", secret))

    def repair(self, hook: Hook, url: str, secret: str | None) -> Sent:
        """Add what the hook lacks; its name, its filter and events of others stay."""
        events = tuple(dict.fromkeys((*hook.events, *self.events)))
        return self._send("PUT", hook.path, self._body(hook.name, url, events, hook.jql, secret))

    def _body(self, name: str, url: str, events: tuple[str, ...], jql: str, secret: str | None) -> Row:
        made: Row = {"name": name or NAME, "url": url, "events": list(events)}
        if self._is_new:
            settings = {"EXCLUDE_BODY": "false", "FILTERS": jql, **({"SECRET": secret} if secret else {})}
            return {**made, "active": True, "scopeType": "global", "configuration": settings}
        made |= {"enabled": True, "excludeBody": False, "filters": {FILTER: jql}}
        return {**made, "secret": secret} if secret and self.signs else made

    def _hook(self, row: Row) -> Hook:
        settings = _object(row.get("configuration"))
        if self._is_new:
            jql, enabled = settings.get("FILTERS"), row.get("active", True)
            excluded = str(settings.get("EXCLUDE_BODY")).lower() == "true"
        else:
            jql, enabled = _object(row.get("filters")).get(FILTER), row.get("enabled", True)
            excluded = row.get("excludeBody") is True
        events, signed = row.get("events"), row.get("isSigned")
        return Hook(
            path=f"{self._path}/{_number(row)}",
            name=str(row.get("name") or ""),
            url=str(row.get("url") or ""),
            events=tuple(map(str, events)) if isinstance(events, list) else (),
            jql=str(jql or "").strip(),
            is_enabled=enabled is not False,
            has_body=not excluded,
            is_signed=signed if isinstance(signed, bool) else None,
        )

    def _send(self, method: str, path: str, body: Row) -> Sent:
        return send_once(self._caller, Request(method, path, None, body, is_write=True))


def _number(row: Row) -> str:
    """The number of a hook, which the old JSON has only at the end of `self`; empty where there is none."""
    told = str(row.get("id") or urlsplit(str(row.get("self") or "")).path.rpartition("/")[2])
    return told if told.isascii() and told.isdigit() else ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
