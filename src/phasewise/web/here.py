"""Where the reader is: the address asked for, and the past day in it, which every link of the frame keeps.

`templates.render` gives it to every page; `pages` notes it for each request.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from phasewise.core.model import Instant
from phasewise.errors import BadRequestError
from phasewise.i18n.languages import ENGLISH, chosen
from phasewise.i18n.speaking import _, marked, speak
from phasewise.usecases.instants import parse_instant

LONGEST = 4_000
"""Characters of an address that are carried on: a longer query was not made by our own links."""

PASSING = ("as_of", "cursor", "page", "format")
"""Parameters that are of one instant, or of one part of a list."""

NAVIGATION = (
    (marked("Portfolio"), "p", "/", ("/", "/projects")),
    (marked("Board"), "b", "/board", ("/board",)),
    (marked("Findings"), "f", "/rules", ("/rules",)),
    (marked("Untidy"), "u", "/untidy", ("/untidy",)),
    (marked("People"), "t", "/people", ("/people",)),
    (marked("Review"), "v", "/review", ("/review",)),
    (marked("Report"), "e", "/reports", ("/reports",)),
    (marked("Policy"), "r", "/policy", ("/policy",)),
    (marked("Work"), "w", "/deliveries", ("/deliveries", "/effects", "/ladder", "/waivers")),
)
"""Label, key (after g), address, and the addresses it stands for: those that begin with one of them."""


@dataclass(frozen=True, slots=True)
class NavLink:
    label: str
    key: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Here:
    """The path and the parameters of a request. `as_of` is the instant asked for, as it was written, if it
    can be understood."""

    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    as_of: str | None = None

    def at(self, href: str) -> str:
        """A local address, at the same instant as this page."""
        if self.as_of is None:
            return href
        return f"{href}{'&' if '?' in href else '?'}{urlencode({'as_of': self.as_of})}"

    def changed(self, **changes: str | None) -> str:
        """This address with other values of some parameters; None leaves one out. A change leads to the
        first part of a list."""
        left_out = {*changes, "cursor", "page", "format"}
        kept = [(name, value) for name, value in self.query if name not in left_out]
        return address(self.path, [*kept, *((name, value) for name, value in changes.items() if value)])

    def without(self, *names: str) -> "Here":
        """The same, with some parameters left out."""
        return replace(self, query=tuple(one for one in self.query if one[0] not in names))

    @property
    def instant(self) -> Instant | None:
        """The instant asked for; None: now."""
        return None if self.as_of is None else parse_instant(self.as_of, "as_of")

    @property
    def now(self) -> str:
        """This address without its instant."""
        return address(self.path, [(name, value) for name, value in self.query if name not in PASSING])

    @property
    def changes(self) -> str:
        """What changed since the instant of this page; of a page of now, in the last week."""
        return address("/changes", [] if self.as_of is None else [("from", self.as_of)])

    @property
    def words(self) -> str:
        """What is searched for."""
        return dict(self.query).get("q", "") if self.path == "/search" else ""

    @property
    def navigation(self) -> tuple[NavLink, ...]:
        return tuple(
            NavLink(_(label), key, self.at(href), any(self._is_in(one) for one in places))
            for label, key, href, places in NAVIGATION
        )

    def _is_in(self, place: str) -> bool:
        return self.path == place or (place != "/" and self.path.startswith(f"{place}/"))


def address(path: str, query: Iterable[tuple[str, str]]) -> str:
    """A path with its parameters."""
    text = urlencode(list(query))
    return f"{path}?{text}" if text else path


def path_of(*parts: str) -> str:
    """A local path of these parts, whatever is in them."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


def with_instant(href: str, as_of: str | None) -> str:
    """A local address at an instant; None: now."""
    path, _, query = href.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name not in PASSING]
    return address(path, kept + ([] if as_of is None else [("as_of", as_of)]))


def here_of(scope: Scope) -> Here:
    """What a request asked for."""
    raw = scope.get("query_string", b"")[:LONGEST].decode("latin-1")
    query = tuple(parse_qsl(raw, errors="replace"))
    return Here(scope["path"], query, _instant(dict(query).get("as_of")))


def _instant(text: str | None) -> str | None:
    try:
        return text if text is None or parse_instant(text, "as_of") is not None else None
    except BadRequestError:
        return None


# ------------------------------------------------------------------ noted for each request

_here: ContextVar[Here] = ContextVar("here")


class Noted:
    """Notes where each request is, and the language that its browser asks for (`visitors`: unless an account
    has chosen another): threads that answer it see the same. Programs are spoken to in English."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _here.set(here_of(scope))
            speak(
                chosen(Headers(scope=scope).get("accept-language"))
                if is_for_people(scope["path"])
                else ENGLISH
            )
        await self._app(scope, receive, send)


def is_for_people(path: str) -> bool:
    """Whether there is a page at this address, and not what programs read."""
    return not path.startswith("/api/") or path == "/api/docs"


def current_here() -> Here:
    """Where the request is that is being answered; outside of one, the portfolio."""
    return _here.get(Here())
