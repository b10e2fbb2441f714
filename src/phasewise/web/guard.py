"""What holds for every answer: hosts that are served, forms that are taken, headers that bind a browser."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phasewise.web.problems import problem

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by address, not by name, from whatever keeps the process running."""
WEBHOOKS = "/webhooks/"
"""Jira may know us by another name than people do, and a delivery is vouched for by its signature."""
UNSUBSCRIBE = "/unsubscribe/"
"""Mail programs send this form, with no page of ours before it (RFC 8058): its address is the secret."""

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
OWN_FILES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with none at all a browser hides where our own forms come from
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ONE_YEAR = "max-age=31536000; includeSubDomains"
FOREIGN_FORM = "This was not sent by a page of Phasewise: open the page here and repeat it"


class Guard:
    """Refuses requests for hosts that are not ours (a page elsewhere may point its own name at this address),
    and forms that a page elsewhere has a browser send; sets the security headers. `base_url` is where users
    reach the service."""

    def __init__(self, app: ASGIApp, base_url: str) -> None:
        self._app = app
        base = urlsplit(base_url)
        self._hosts = LOOPBACK | {_without_port(base.netloc.lower())}
        self._always = dict(HEADERS)
        if base.scheme == "https":
            self._always["strict-transport-security"] = ONE_YEAR

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._set_headers(message, scope["path"])
            await send(message)

        await self._app_for(scope)(scope, receive, send_guarded)

    def _app_for(self, scope: Scope) -> ASGIApp:
        if not self._is_ours(scope):
            return problem(400, "This host is not served here; set PHASEWISE_BASE_URL to the address in use")
        # Forms are sent by POST; for anything else a page elsewhere would have to be allowed first.
        path = scope["path"]
        is_form = scope["method"] == "POST" and not _is_data(path) and path not in PROBES
        if is_form and not path.startswith(UNSUBSCRIBE) and not is_from_here(Headers(scope=scope)):
            return problem(403, FOREIGN_FORM)
        return self._app

    def _is_ours(self, scope: Scope) -> bool:
        hosts = Headers(scope=scope).getlist("host")
        asked = [_without_port(host.lower()) for host in hosts]
        if scope["path"] in PROBES or scope["path"].startswith(WEBHOOKS):
            return True
        return len(asked) == 1 and asked[0] in self._hosts

    def _set_headers(self, message: MutableMapping[str, Any], path: str) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._always.items():
            headers.setdefault(name, value)
        headers.setdefault("content-security-policy", NOTHING if _is_data(path) else OWN_FILES)
        if not path.startswith("/static/"):
            headers.setdefault("cache-control", "no-store")


def _is_data(path: str) -> bool:
    return path.startswith(("/api/", WEBHOOKS)) and path != "/api/docs"


def is_from_here(headers: Headers) -> bool:
    """Whether a page of ours had the browser send this: it says so itself (Sec-Fetch-Site; only where it
    trusts the connection), or names the page's origin. What says neither is sent by no browser of today."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    scheme, _, netloc = headers.get("origin", "").partition("://")
    return scheme in ("http", "https") and netloc.lower() == headers.get("host", "").lower()


def is_loopback_name(host: str) -> bool:
    """Whether a Host header names this machine to itself."""
    return _without_port(host.lower()) in LOOPBACK


def _without_port(netloc: str) -> str:
    """`host:8000` as `host`, `[::1]:8000` as `[::1]`."""
    if netloc.startswith("["):
        return netloc[: netloc.find("]") + 1]
    return netloc.partition(":")[0]
