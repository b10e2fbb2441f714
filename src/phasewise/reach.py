"""Whether an address that was typed in a browser leads to the public network: asked before anything is asked
there, and of every connection that is made meanwhile. The set-up says when; `jira` and `mail` watch."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

SETTING = "PHASEWISE_ALLOW_PRIVATE_NETWORK=1"

_only_public: ContextVar[bool] = ContextVar("only_public", default=False)


class PrivateAddressError(OSError):
    """A connection led into a private network, though only the public one may be asked."""


@contextmanager
def only_public(*, unless: bool) -> Iterator[None]:
    """Until this ends, connections made here that lead into a private network are closed before anything is
    said there: a name may lead elsewhere than it did when it was checked."""
    before = _only_public.set(not unless)
    try:
        yield
    finally:
        _only_public.reset(before)


def watched(connected: socket.socket) -> socket.socket:
    """The same connection. Raises PrivateAddressError, and closes it, where it must not lead there."""
    if _only_public.get() and not _is_public(str(connected.getpeername()[0])):
        connected.close()
        raise PrivateAddressError(f"This name leads into a private network; set {SETTING} if that is wanted")
    return connected


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
    if not all(_is_public(str(one)) for one in found):
        raise ValueError(f"{host} is in a private network; set {SETTING} if that is wanted")


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global
