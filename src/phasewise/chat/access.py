"""Where the chat is: the address of an incoming webhook, a secret as a whole. `bootstrap` makes it."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

SHAPE = "must be the address of an incoming webhook: https://hooks.slack.com/services/..."
TEAMS_HOSTS = (".webhook.office.com", ".logic.azure.com", ".powerplatform.com", ".powerautomate.com")
"""Where Microsoft Teams listens. Everybody else takes what Slack takes."""


@dataclass(frozen=True, slots=True)
class ChatAccess:
    """Who knows the address may post there. `host` may be shown; `is_teams`: it takes cards only."""

    url: str = field(repr=False)
    host: str
    is_teams: bool


def chat_access(url: str) -> ChatAccess:
    """What an address says; ValueError, without the address, for anything but https, or http to this very
    machine."""
    try:
        parts = urlsplit(url.strip())
        host, port_is_fine = parts.hostname or "", parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError(SHAPE) from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))
    if not host or not is_safe or not port_is_fine or parts.username or not url.strip().isprintable():
        raise ValueError(SHAPE)
    return ChatAccess(url.strip(), host, f".{host}".endswith(TEAMS_HOSTS))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
