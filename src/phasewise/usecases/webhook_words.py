"""How to register the webhook by hand, and why Jira may not reach it, in words. `check_webhook` asks."""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

KINDS = {
    "jira:issue": "Issue",
    "comment": "Comment",
    "worklog": "Worklog",
    "issuelink": "Issue link",
    "attachment": "Attachment",
    "issue_property": "Issue property",
    "project": "Project",
}
"""How Jira's own page groups the events, by the start of their names."""


def by_hand(jira_url: str, address: str, events: Sequence[str], signs: bool) -> str:
    """What to click and to paste, in one line. `signs`: whether this Jira has a field for the secret."""
    steps = [f"URL {address}"]
    if signs:
        steps.append("secret: the value of PHASEWISE_WEBHOOK_SECRET")
    steps += ["exclude body: off", "JQL: empty", f"events: {_grouped(events)}"]
    page = f"{jira_url.rstrip('/')}/plugins/servlet/webhooks"
    return f"an administrator of Jira opens {page} and creates a WebHook with {'; '.join(steps)}"


def _grouped(events: Sequence[str]) -> str:
    """`Issue (created, updated, deleted), Comment (created, ...)`."""
    groups: dict[str, list[str]] = {}
    for event in events:
        start = max((kind for kind in KINDS if event.startswith(f"{kind}_")), key=len)
        groups.setdefault(KINDS[start], []).append(event.removeprefix(f"{start}_").replace("_", " "))
    return ", ".join(f"{kind} ({', '.join(verbs)})" for kind, verbs in groups.items())


def may_not_reach(address: str, jira_url: str, *, is_cloud: bool) -> str | None:
    """Why Jira will probably not reach an address; None where it may."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if is_cloud and (parts.scheme != "https" or _is_private(host)):
        return (
            f"Jira Cloud cannot reach {address}: it needs https, a certificate that is trusted everywhere "
            "and a public name; set PHASEWISE_BASE_URL"
        )
    if not is_cloud and _is_local(host) and not _is_local(urlsplit(jira_url).hostname or ""):
        return f"{address} is of this machine alone, and Jira is elsewhere: set PHASEWISE_BASE_URL"
    return None


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return _is_local(host) or "." not in host


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
