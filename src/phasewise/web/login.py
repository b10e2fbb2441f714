"""/login, /logout, /welcome, /password: coming in, and choosing a password. Included by `app`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.errors import BadRequestError, NotFoundError, TooOftenError
from phasewise.i18n.speaking import _, marked
from phasewise.usecases.accounts.administer import is_there_any_account
from phasewise.usecases.accounts.federated import begin_at_provider, sign_in_from_provider
from phasewise.usecases.accounts.links import (
    OVER,
    account_of_link,
    become_first_admin,
    choose_password,
    forgotten,
    is_first_link,
)
from phasewise.usecases.accounts.session import SignedIn, sign_out
from phasewise.usecases.accounts.sign_in import sign_in
from phasewise.usecases.deps import Deps
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.freshness import BARE_CHROME
from phasewise.web.templates import render
from phasewise.web.values import Chrome
from phasewise.web.visitors import (
    client_of,
    drop_cookie,
    keep_cookie,
    keep_signed_in,
    outside,
    provider_cookie,
    session_cookie,
)

router = APIRouter(include_in_schema=False)

PROVIDER_SECONDS = 600
WRONG = marked("This e-mail address and this password do not belong together.")
SENT = marked("If there is an account with this address, a link is on its way. It is good for an hour.")
NO_MAIL = marked(
    "No mail can be sent from here. Ask an admin for a link; they make one with phasewise user passwd."
)


@dataclass(frozen=True, slots=True)
class LoginPage:
    """The form to sign in by. `provider` names the identity provider, None where there is none."""

    back: str
    provider: str | None
    email: str = ""
    wrong: str = ""
    has_accounts: bool = True
    chrome: Chrome = BARE_CHROME


@dataclass(frozen=True, slots=True)
class ForgottenPage:
    said: str = ""
    can_mail: bool = True
    chrome: Chrome = BARE_CHROME


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """The form to choose a password by: for an account, or for the first one, whose address is asked for
    (`typed`: what was given)."""

    email: str | None
    name: str = ""
    wrong: str = ""
    typed: str = ""
    with_tokens: bool = False
    chrome: Chrome = BARE_CHROME


@router.get("/login", response_class=HTMLResponse)
def get_login(deps: Given, back: Annotated[str, Query(alias="next", max_length=4000)] = "/") -> HTMLResponse:
    """The form."""
    return _page("login", LoginPage(local_path(back), _name(deps), has_accounts=is_there_any_account(deps)))


@router.post("/login")
def post_login(deps: Given, request: Request, form: Form) -> Response:
    """A new session, and back to where one wanted to go."""
    email, back = form.get("email", ""), local_path(form.get("next", "/"))
    try:
        signed_in = sign_in(deps, email, form.get("password", ""), client_of(request))
    except TooOftenError as error:
        answer = _page("login", LoginPage(back, _name(deps), email, f"{error}."), 429)
        answer.headers["retry-after"] = str(error.wait_seconds)
        return answer
    if signed_in is None:
        return _page("login", LoginPage(back, _name(deps), email, _(WRONG)), 401)
    # Whoever was signed in here before is so no longer: the new session has a new secret.
    _end(deps, request)
    return _into(deps, signed_in, back)


@router.get("/login/provider")
def get_provider(
    deps: Given, back: Annotated[str, Query(alias="next", max_length=4000)] = "/"
) -> RedirectResponse:
    """To the identity provider."""
    url, kept = begin_at_provider(deps, local_path(back))
    answer = RedirectResponse(url, 303)
    keep_cookie(answer, deps, provider_cookie(deps), kept, PROVIDER_SECONDS)
    return answer


@router.get("/login/provider/back")
def get_provider_back(
    deps: Given,
    request: Request,
    state: Annotated[str, Query(max_length=4000)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Back from the identity provider, which says who it is."""
    kept = request.cookies.get(provider_cookie(deps), "")
    signed_in, back = sign_in_from_provider(deps, kept, state, code, client_of(request))
    _end(deps, request)
    answer = _into(deps, signed_in, back)
    drop_cookie(answer, deps, provider_cookie(deps))
    return answer


@router.post("/logout")
def post_logout(deps: Given, request: Request) -> Response:
    """The end of this browser's session."""
    _end(deps, request)
    answer = RedirectResponse("/login", 303)
    answer.headers["clear-site-data"] = '"cache"'
    drop_cookie(answer, deps, session_cookie(deps))
    return answer


@router.get("/login/forgotten", response_class=HTMLResponse)
def get_forgotten(deps: Given) -> HTMLResponse:
    """The form to ask for a link."""
    can_mail = deps.mailer is not None
    return _page("forgotten", ForgottenPage("" if can_mail else _(NO_MAIL), can_mail))


@router.post("/login/forgotten", response_class=HTMLResponse)
def post_forgotten(deps: Given, request: Request, form: Form) -> HTMLResponse:
    """The same answer, whoever asks."""
    if deps.mailer is None:
        return _page("forgotten", ForgottenPage(_(NO_MAIL), can_mail=False))
    forgotten(deps, form.get("email", ""), client_of(request))
    return _page("forgotten", ForgottenPage(_(SENT)))


@router.get("/welcome/{secret}", response_class=HTMLResponse)
def get_welcome(deps: Given, secret: str) -> HTMLResponse:
    """The form by which the first admin comes in."""
    if not is_first_link(deps, secret):
        raise NotFoundError(_(OVER))
    return _page("choose", ChoosePage(None))


@router.post("/welcome/{secret}")
def post_welcome(deps: Given, request: Request, secret: str, form: Form) -> Response:
    """The first admin, signed in."""
    email, name = form.get("email", ""), form.get("name", "")
    try:
        password = _twice(form)
        signed_in = become_first_admin(deps, secret, (email, name), password, client_of(request))
    except BadRequestError as error:
        return _page("choose", ChoosePage(None, name, f"{error}.", email), 422)
    return _into(deps, signed_in, "/")


@router.get("/password/{secret}", response_class=HTMLResponse)
def get_password(deps: Given, secret: str) -> HTMLResponse:
    """The form to choose a password by."""
    account = account_of_link(deps, secret)
    if account is None:
        raise NotFoundError(_(OVER))
    return _page("choose", ChoosePage(account.email, account.name))


@router.post("/password/{secret}")
def post_password(deps: Given, request: Request, secret: str, form: Form) -> Response:
    """The password is chosen, and its owner signed in."""
    try:
        signed_in = choose_password(
            deps, secret, _twice(form), client_of(request), with_tokens="tokens" in form
        )
    except BadRequestError as error:
        account = account_of_link(deps, secret)
        email = account.email if account else None
        return _page("choose", ChoosePage(email, wrong=f"{error}.", with_tokens="tokens" in form), 422)
    return _into(deps, signed_in, "/")


def local_path(text: str) -> str:
    """An address of this site as it was given; the portfolio for anything else."""
    is_local = text.startswith("/") and text[1:2] != "/" and "\\" not in text and text.isprintable()
    return text if is_local else "/"


def _twice(form: Form) -> str:
    """The new password. Raises BadRequestError where it was not written twice alike."""
    password = form.get("password", "")
    if password != form.get("again", ""):
        raise BadRequestError(_("The two passwords are not the same"))
    return password


def _into(deps: Deps, signed_in: SignedIn, back: str) -> Response:
    answer = RedirectResponse(back, 303)
    keep_signed_in(answer, deps, signed_in)
    return answer


def _name(deps: Deps) -> str | None:
    return None if deps.provider is None else deps.provider.access.name


def _end(deps: Deps, request: Request) -> None:
    cookie = request.cookies.get(session_cookie(deps))
    if cookie:
        sign_out(deps, cookie)


def _page(name: str, page: LoginPage | ForgottenPage | ChoosePage, status: int = 200) -> HTMLResponse:
    outside()
    return HTMLResponse(render(f"pages/{name}.html", page), status)
