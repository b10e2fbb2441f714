"""/account: who one is here, the password, where one is signed in, and API tokens. Included by `app`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.model import Instant
from phasewise.core.rights import Role
from phasewise.errors import BadRequestError, ForbiddenError
from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import _, marked
from phasewise.store.tokens import Token
from phasewise.terms import role_name
from phasewise.usecases.accounts.administer import role_words
from phasewise.usecases.accounts.own import (
    NewPassword,
    change_password,
    choose_language,
    end_own_session,
    own_sessions,
)
from phasewise.usecases.accounts.session import Known
from phasewise.usecases.deps import Deps
from phasewise.usecases.issue_token import READ, SCOPES, IssuedToken, create_token, list_tokens, revoke_token
from phasewise.usecases.show_frame import show_frame
from phasewise.web.dates import Dates
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.freshness import plain_chrome
from phasewise.web.templates import render
from phasewise.web.values import Chrome
from phasewise.web.visitors import Visiting, client_of, keep_signed_in

router = APIRouter(include_in_schema=False)

NO_ACCOUNT = marked("Sign in first: there is no account behind this page yet")
BROWSER_LONGEST = 60
PROGRAMS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: str
    browser: str
    address: str
    since: str
    seen: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class TokenRow:
    id: str
    name: str
    scope: str
    state: str
    used: str
    can_revoke: bool


@dataclass(frozen=True, slots=True)
class TokenWanted:
    """What stands in the form that makes a token: what was typed, where that was refused."""

    name: str = ""
    scope: str = READ
    days: str = "90"


@dataclass(frozen=True, slots=True)
class AccountPage:
    """`issued` is a token that was just made: it is shown this once. `with_tokens`: the tokens were to go
    with the password. Of a password itself nothing is ever written into a page."""

    email: str | None
    name: str
    role: str
    sessions: tuple[SessionRow, ...]
    tokens: tuple[TokenRow, ...]
    scopes: tuple[str, ...]
    has_password: bool
    is_admin: bool
    chrome: Chrome
    languages: tuple[tuple[str, str], ...] = tuple(LANGUAGES.items())
    language: str = ""
    issued: IssuedToken | None = None
    wrong: str = ""
    said: str = ""
    wanted: TokenWanted = TokenWanted()
    with_tokens: bool = False


@router.get("/account", response_class=HTMLResponse)
def get_account(deps: Given, visitor: Visiting) -> HTMLResponse:
    """One's own account; on a machine without accounts, how to make the first one."""
    return _shown(deps, visitor.known)


@router.post("/account/password")
def post_password(deps: Given, visitor: Visiting, request: Request, form: Form) -> Response:
    """Another password; this browser gets a new session, all others end, and tokens where that is asked."""
    known, new = _known(visitor.known), form.get("password", "")
    try:
        if new != form.get("again", ""):
            raise BadRequestError(_("The two passwords are not the same"))
        wanted = NewPassword(form.get("current", ""), new, with_tokens="tokens" in form)
        signed_in = change_password(deps, known, wanted, client_of(request))
    except BadRequestError as error:
        return _shown(deps, known, wrong=f"{error}.", status=422, with_tokens="tokens" in form)
    answer = RedirectResponse("/account", 303)
    keep_signed_in(answer, deps, signed_in)
    return answer


@router.post("/account/language")
def post_language(deps: Given, visitor: Visiting, form: Form) -> Response:
    """In which language one has the pages."""
    choose_language(deps, _known(visitor.known), form.get("language", ""))
    return RedirectResponse("/account", 303)


@router.post("/account/sessions")
def post_sessions(deps: Given, visitor: Visiting, form: Form) -> Response:
    """End one session, or all but this one."""
    end_own_session(deps, _known(visitor.known), form.get("session") or None)
    return RedirectResponse("/account", 303)


@router.post("/account/tokens", response_class=HTMLResponse)
def post_token(deps: Given, visitor: Visiting, form: Form) -> HTMLResponse:
    """A new token, shown once."""
    try:
        days = int(form.get("days", "90") or "0")
        issued = create_token(deps, form.get("name", ""), form.get("scope", "read"), days)
    except ValueError:
        wrong, status = _("Days must be a whole number."), 422
    except (BadRequestError, ForbiddenError) as error:
        wrong, status = f"{error}.", error.http_status
    else:
        return _shown(deps, visitor.known, issued=issued)
    return _shown(deps, visitor.known, wrong=wrong, status=status, wanted=_wanted(form))


@router.post("/account/tokens/{token_id}/revoke")
def post_revoke(deps: Given, token_id: Annotated[str, Path(max_length=36)]) -> Response:
    """Refuse a token from now on."""
    revoke_token(deps, token_id)
    return RedirectResponse("/account", 303)


def _wanted(form: Mapping[str, str]) -> TokenWanted:
    return TokenWanted(**{name: form[name] for name in ("name", "scope", "days") if name in form})


def _known(known: Known | None) -> Known:
    if known is None:
        raise ForbiddenError(_(NO_ACCOUNT))
    return known


def _shown(
    deps: Deps,
    known: Known | None,
    *,
    issued: IssuedToken | None = None,
    wrong: str = "",
    status: int = 200,
    wanted: TokenWanted = TokenWanted(),
    with_tokens: bool = False,
) -> HTMLResponse:
    dates = Dates(deps.policy.calendar.zone, deps.now())
    account = known and known.account
    page = AccountPage(
        email=account.email if account else None,
        name=account.name if account else "",
        role=role_words(account) if account and account.leads else role_name(deps.asker.role),
        sessions=_sessions(deps, known, dates) if known else (),
        tokens=tuple(_token(token, deps.now(), dates) for token in reversed(list_tokens(deps))),
        scopes=tuple(scope for scope, least in SCOPES.items() if deps.asker.may(least)),
        has_password=bool(account and account.password),
        is_admin=deps.asker.may(Role.ADMIN),
        language=(account and account.language) or "",
        issued=issued,
        wrong=wrong,
        wanted=wanted,
        with_tokens=with_tokens,
        chrome=plain_chrome(show_frame(deps)),
    )
    return HTMLResponse(render("pages/account.html", page), status)


def _sessions(deps: Deps, known: Known, dates: Dates) -> tuple[SessionRow, ...]:
    return tuple(
        SessionRow(
            id=one.session_id,
            browser=browser_name(one.browser),
            address=one.address,
            since=in_words(one.created_at, dates),
            seen=in_words(one.seen_at, dates),
            is_this=one.digest == known.session.digest,
        )
        for one in own_sessions(deps, known)
    )


def _token(token: Token, now: Instant, dates: Dates) -> TokenRow:
    is_over = token.expires_at is not None and token.expires_at <= now
    if token.revoked_at is not None:
        state = _("revoked on %(day)s", day=dates.day(token.revoked_at))
    elif token.expires_at is None:
        state = _("until it is revoked")
    else:
        day = dates.day(token.expires_at)
        state = _("ran out on %(day)s", day=day) if is_over else _("until %(day)s", day=day)
    return TokenRow(
        id=token.token_id,
        name=token.name,
        scope=token.scope,
        state=state,
        used=_("never used")
        if token.last_used_at is None
        else _("used %(time)s", time=in_words(token.last_used_at, dates)),
        can_revoke=token.revoked_at is None and not is_over,
    )


def browser_name(header: str) -> str:
    """What people call the browser and its machine; what is not known by name as it calls itself."""
    program = next((name for mark, name in PROGRAMS if mark in header), "")
    system = next((name for mark, name in SYSTEMS if mark in header), "")
    if program:
        return _("%(program)s on %(system)s", program=program, system=system) if system else program
    return header[:BROWSER_LONGEST] or _("a browser without a name")


def in_words(at: Instant, dates: Dates) -> str:
    return f"{dates.day(at)}, {dates.time(at)}"
