"""Whether an address that was typed in a browser leads to the public network. The set-up asks."""

import ipaddress
import socket
from urllib.parse import urlsplit

SETTING = "PHASEWISE_ALLOW_PRIVATE_NETWORK=1"


def require_public(url: str) -> None:
    """ValueError for plain http, and for a host whose name leads into a private network: whoever reaches the
    set-up page must not reach through it what only this machine can."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "smtps"):
        raise ValueError(f"without TLS a token could be read on its way; set {SETTING} if that is wanted")
    require_public_host(parts.hostname or "")


def require_public_host(host: str) -> None:
    """The same for a host alone. A name that cannot be resolved is left to whoever asks there next."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return
    if any(not ipaddress.ip_address(str(one).partition("%")[0]).is_global for one in found):
        raise ValueError(f"{host} is in a private network; set {SETTING} if that is wanted")
