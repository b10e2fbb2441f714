"""Who asks: by the session of a browser, by a token, or on this machine while there is no account yet.

`deps` hands it to every route; `rights` says what each takes.
"""

import ipaddress
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import BackgroundTasks, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from phasewise.core.rights import ANONYMOUS_ADMIN, Asker, Role
from phasewise.errors import ForbiddenError, StoreError
from phasewise.i18n.speaking import _, speak
from phasewise.terms import role_name
from phasewise.usecases.accounts.administer import is_there_any_account
from phasewise.usecases.accounts.session import Known, SignedIn, known_by, note_seen
from phasewise.usecases.accounts.throttle import Client
from phasewise.usecases.deps import Deps
from phasewise.usecases.issue_token import holder_of, note_use
from phasewise.web.guard import is_from_here, is_loopback_name
from phasewise.web.here import is_for_people
from phasewise.web.problems import UnauthorisedError
from phasewise.web.rights import least_role, may_ask

FORWARDED = frozenset({"forwarded", "x-real-ip", "x-client-ip", "cf-connecting-ip", "true-client-ip", "via"})
READS = frozenset({"GET", "HEAD"})
DEVICE_SECONDS = 400 * 86_400
TOKEN_WANTED = "Send a token: Authorization: Bearer <token>, from `phasewise token create`"  # noqa: S105
TOKEN_REFUSED = "This token is unknown, expired or revoked; make one by `phasewise token create`"  # noqa: S105

bearer = HTTPBearer(auto_error=False, description="A token made by `phasewise token create`.")
"""For the OpenAPI document: routes under /api/v1 take a token."""


class Doors(Enum):
    """Until when the pages are open to whoever is on this machine."""

    UNTIL_ACCOUNTS = "until there is an account"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, and who is signed in. `note` writes down that they were here, once it was answered."""

    asker: Asker
    known: Known | None = None
    note: Callable[[], None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether they were let in without an account, because there is none yet."""
        return self.asker is ANONYMOUS_ADMIN

    @property
    def sees_people(self) -> bool:
        return self.asker.sees_people

    def leads(self, team: str) -> bool:
        """Whether they decide for this team; empty: for any, as a lead of all does."""
        return not self.asker.only_reads and self.asker.leads_team(team)

    def may_open(self, address: str) -> bool:
        """Whether a link to one of our pages leads them anywhere."""
        path = address.partition("?")[0]
        return least_role("GET", path) is None or (self is not NOBODY and may_ask(self.asker, "GET", path))


NOBODY = Visitor(Asker(Role.STAKEHOLDER, "nobody", only_reads=True))
"""Whoever asks for what is open to anyone."""

UNASKED = Visitor(Asker(Role.ADMIN, "unasked"))
"""Where nobody had to say who they are: every link is shown, whoever follows one is asked then."""

_current: ContextVar[Visitor] = ContextVar("visitor", default=UNASKED)


def current_visitor() -> Visitor:
    """Who asked the request that is being answered; pages say so."""
    return _current.get()


def outside() -> None:
    """The page that is being answered is for somebody who is not in yet: it leads nowhere else."""
    _current.set(NOBODY)


async def enter(request: Request, background: BackgroundTasks) -> Visitor:
    """Who asks, if they may. Raises UnauthorisedError, ForbiddenError; leads browsers to the login page."""
    least = least_role(request.method, request.scope["route"].path)
    if least is None:
        return NOBODY
    visitor = await run_in_threadpool(_visitor, request)
    if visitor is None:
        raise _to_login(request) or UnauthorisedError(TOKEN_WANTED)
    if visitor.known is not None and visitor.known.account.language and is_for_people(request.scope["path"]):
        speak(visitor.known.account.language)
    asker = visitor.asker
    if not may_ask(asker, request.method, request.scope["route"].path):
        raise ForbiddenError(
            _(
                "This takes the role %(least)s; you are signed in as %(role)s",
                least=role_name(least),
                role=role_name(asker.role),
            )
        )
    if asker.only_reads and request.method not in READS:
        raise ForbiddenError(_("This token only reads; make one of the scope admin"))
    if visitor.note is not None:
        background.add_task(_quietly, visitor.note)
    _current.set(visitor)
    return visitor


Visiting = Annotated[Visitor, Depends(enter)]


def _visitor(request: Request) -> Visitor | None:
    deps: Deps = request.app.state.deps
    is_api, token = request.scope["path"].startswith("/api/"), token_of(request)
    if token is not None and is_api:
        return by_token(deps, token)
    cookie = request.cookies.get(session_cookie(deps))
    known = known_by(deps, cookie) if cookie else None
    if known is not None:
        if is_api and request.method not in READS and not is_from_here(request.headers):
            raise ForbiddenError(_("This was not sent by a page of Phasewise; programs send a token"))
        note = partial(note_seen, deps, known.session.digest) if known.is_news else None
        return Visitor(known.asker, known, note)
    if not is_api and is_open(request):
        return Visitor(ANONYMOUS_ADMIN)
    return None if token is None else by_token(deps, token)


def is_let_in(request: Request) -> bool:
    """Whether whoever asked this is somebody still: the session may have been ended since, the token revoked.
    While the store does not answer they are."""
    try:
        return _visitor(request) is not None
    except UnauthorisedError:
        return False
    except StoreError:
        return True


def token_of(request: Request) -> str | None:
    """What was sent as a Bearer token; None where there was nothing of the kind."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def by_token(deps: Deps, token: str) -> Visitor:
    """Who holds the token. Raises UnauthorisedError for one that is not good (any more)."""
    holder = holder_of(deps, token)
    if holder is None:
        raise UnauthorisedError(TOKEN_REFUSED)
    return Visitor(holder.asker, None, partial(note_use, deps, holder.token_id) if holder.is_news else None)


def is_open(request: Request) -> bool:
    """Whether whoever asks is let in without an account: on this machine, while there is none."""
    doors: Doors = request.app.state.doors
    if doors is Doors.NEVER or not is_this_machine(request):
        return False
    if doors is Doors.ALWAYS:
        return True
    # People reach it by another name: through a proxy, which need not say that it is one.
    is_local = is_loopback_name(urlsplit(request.app.state.deps.base_url).netloc)
    return is_local and not _has_accounts(request)


def _has_accounts(request: Request) -> bool:
    """Whether there is an account. Once there is one there always is: it is not asked again."""
    state = request.app.state
    state.has_accounts = state.has_accounts or is_there_any_account(state.deps)
    return bool(state.has_accounts)


def is_passed_on(request: Request) -> bool:
    """Whether a proxy says that it asks for somebody else."""
    return any(name in FORWARDED or name.startswith("x-forwarded-") for name in request.headers)


def is_this_machine(request: Request) -> bool:
    """Whether it was asked on this machine. Behind a proxy everything seems to be."""
    if request.client is None or is_passed_on(request):
        return False
    try:
        loopback = ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
    return loopback and is_loopback_name(request.headers.get("host", ""))


def _to_login(request: Request) -> HTTPException | None:
    """The way to the login page, for browsers; they come back to where they wanted to go."""
    path = request.scope["path"]
    is_page = "text/html" in request.headers.get("accept", "") and not path.startswith("/api/")
    if not is_page or request.method not in READS:
        return None
    query = request.url.query
    back = f"{path}?{query}" if query else path
    address = "/login" if back == "/" else f"/login?{urlencode({'next': back})}"
    return HTTPException(303, "Sign in first", {"location": address})


def _quietly(note: Callable[[], None]) -> None:
    """Write it down where that can be done now; the answer does not hang on it."""
    with suppress(StoreError):
        note()


# ------------------------------------------------------------------ cookies


def session_cookie(deps: Deps) -> str:
    return f"{_prefix(deps)}phasewise-session"


def device_cookie(deps: Deps) -> str:
    return f"{_prefix(deps)}phasewise-device"


def provider_cookie(deps: Deps) -> str:
    return f"{_prefix(deps)}phasewise-provider"


def _prefix(deps: Deps) -> str:
    """A browser takes a `__Host-` cookie only from us, over TLS, for the whole host."""
    return "__Host-" if deps.base_url.startswith("https://") else ""


def client_of(request: Request) -> Client:
    """Who asks, as far as the request tells."""
    address = request.client.host if request.client else ""
    device = request.cookies.get(device_cookie(request.app.state.deps))
    return Client(address, request.headers.get("user-agent", ""), device)


def keep_signed_in(response: Response, deps: Deps, signed_in: SignedIn) -> None:
    """Give the browser its cookies: the session's ends with it, the other one says that it was here."""
    keep_cookie(response, deps, session_cookie(deps), signed_in.cookie)
    keep_cookie(response, deps, device_cookie(deps), signed_in.device, DEVICE_SECONDS)


def keep_cookie(response: Response, deps: Deps, name: str, value: str, seconds: int | None = None) -> None:
    is_secure = deps.base_url.startswith("https://")
    response.set_cookie(name, value, seconds, path="/", secure=is_secure, httponly=True, samesite="lax")


def drop_cookie(response: Response, deps: Deps, name: str) -> None:
    is_secure = deps.base_url.startswith("https://")
    response.delete_cookie(name, path="/", secure=is_secure, httponly=True, samesite="lax")
