"""The application that runs while nothing is set: /setup, step by step, until somebody says begin.

`first_run` makes it; once it is complete, the service proper takes its place at the same address.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from phasewise.core.model import Instant
from phasewise.errors import BadRequestError, ConflictError, ForbiddenError, JiraError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.jira.signature import HEADER, is_signed
from phasewise.reach import only_public
from phasewise.usecases.check_webhook import check_webhook, put_webhook_right
from phasewise.usecases.checks import FINE, Checked
from phasewise.usecases.deps import Deps
from phasewise.usecases.set_up import answers
from phasewise.usecases.set_up.draft import Draft, DraftFile
from phasewise.usecases.set_up.mapping import Found, chosen, look, make_field
from phasewise.usecases.set_up.members import people_of
from phasewise.usecases.set_up.teams import teams
from phasewise.web.body import RefusedBodyError, Room, read_body
from phasewise.web.check_words import check_words
from phasewise.web.failing import answer_browsers, wants_page
from phasewise.web.forms import Form
from phasewise.web.guard import Guard
from phasewise.web.here import Noted
from phasewise.web.pages import serve_files
from phasewise.web.problems import add_problem_handlers, problem
from phasewise.web.set_up_pages import STEPS, Seen, labelled, may_open, next_step, set_up_page, told
from phasewise.web.set_up_values import DonePage, Line
from phasewise.web.templates import render
from phasewise.web.visitors import is_passed_on, outside

COOKIE = "phasewise-setup"
ADDRESS_MOST = 500
CLOSED = "Open the link that Phasewise printed when it started: only whoever has that may set it up"
NOT_YET = "Phasewise is not set up yet: open it in a browser"
ELSEWHERE = "Set it up on this machine, or serve with --host 0.0.0.0 and open the link that is printed then"


@dataclass
class Installation:
    """What is being set up. `opened` makes Deps of settings, as the service will; `complete` writes them,
    ends this, and returns where to go on; `has_mapping` says whether there is a phasewise.toml, which is left
    as it is. `code` is what a browser must bring, None on this machine alone;
    `address` where it is reached."""

    file: DraftFile
    opened: Callable[[Mapping[str, str]], Deps]
    complete: Callable[[Draft], str]
    address: str
    now: Callable[[], Instant]
    code: str | None = None
    may_be_private: bool = False
    today: Callable[[], date] = date.today
    has_mapping: Callable[[], bool] = lambda: False
    heard: bool = field(default=False)


Typed = Mapping[str, str]


def create_set_up_app(installation: Installation) -> FastAPI:
    """The application."""
    app = FastAPI(title="Phasewise set-up", openapi_url=None, redirect_slashes=False)
    app.state.installation, app.state.deps, app.state.room = installation, None, Room()
    add_problem_handlers(app)
    app.add_middleware(Guard, base_url=installation.address)
    app.get("/")(_begin)
    app.get("/setup")(_begin)
    app.get("/setup/{step}", response_class=HTMLResponse)(get_step)
    app.post("/setup/{step}")(post_step)
    app.post("/webhooks/jira")(hear)
    app.get("/healthz")(lambda: {"status": "ok"})
    app.get("/readyz")(lambda: problem(503, NOT_YET))
    serve_files(app)
    app.get("/{path:path}")(_elsewhere)
    app.add_middleware(Noted)
    answer_browsers(app)
    return app


def _given(request: Request) -> Installation:
    """What is set up, for whoever may. Raises ForbiddenError."""
    installation: Installation = request.app.state.installation
    brought = request.cookies.get(COOKIE, "") or request.query_params.get("code", "")
    if installation.code is not None and not hmac.compare_digest(
        brought.encode(), installation.code.encode()
    ):
        raise ForbiddenError(CLOSED)
    if installation.code is None and is_passed_on(request):
        raise ForbiddenError(ELSEWHERE)
    return installation


Given = Annotated[Installation, Depends(_given)]


def _begin(given: Given, code: Annotated[str, Query(max_length=200)] = "") -> Response:
    """To the first step that is open; the code of the link is kept in a cookie."""
    answer = RedirectResponse(f"/setup/{next_step(given.file.read())}", 303)
    if code:
        secure = given.address.startswith("https:")
        answer.set_cookie(COOKIE, code, httponly=True, samesite="strict", secure=secure)
    return answer


def _elsewhere(request: Request) -> Response:
    """Any other page, which will be there once all is set."""
    return RedirectResponse("/setup", 303) if wants_page(request) else problem(503, NOT_YET)


def get_step(given: Given, step: str) -> Response:
    """The page of a step; one that waits for another leads there."""
    draft = given.file.read()
    _require_step(step)
    if not may_open(step, draft):
        return RedirectResponse(f"/setup/{next_step(draft)}", 303)
    with only_public(unless=given.may_be_private):
        return HTMLResponse(_page(given, step, _seen(given, step, _with_secret(given, draft))))


def post_step(given: Given, step: str, form: Form) -> Response:
    """A step is taken, and leads to the next; or its page again, with what is wrong and what was typed."""
    with only_public(unless=given.may_be_private):
        return _step(given, step, form)


def _step(given: Installation, step: str, form: Form) -> Response:
    _require_step(step)
    draft = given.file.read()
    if not may_open(step, draft):
        return RedirectResponse(f"/setup/{next_step(draft)}", 303)
    typed = {name: value for name, value in form.items() if name not in ("edit", "do")}
    try:
        said = _taken(given, step, draft, form)
    except (BadRequestError, ConflictError, JiraError) as error:
        draft = given.file.read()
        seen = replace(_seen(given, step, draft), typed=typed, wrong=told(f"{error}"))
        return HTMLResponse(_page(given, step, seen), 409 if isinstance(error, ConflictError) else 422)
    if said is not None:
        seen = replace(_seen(given, step, given.file.read()), typed=typed, said=tuple(map(told, said)))
        return HTMLResponse(_page(given, step, seen))
    if step == "finish":
        return HTMLResponse(render("pages/set_up_done.html", DonePage(given.complete(given.file.read()))))
    return RedirectResponse(f"/setup/{next_step(given.file.read(), step)}", 303)


async def hear(request: Request) -> Response:
    """A delivery of Jira: whether it is signed with the secret that was given. It is not kept."""
    installation: Installation = request.app.state.installation
    room: Room = request.app.state.room
    secret = (await run_in_threadpool(installation.file.read)).get("WEBHOOK_SECRET")
    try:
        with room.share() as share:
            body = await read_body(request, share)
    except RefusedBodyError as error:
        return problem(error.status, str(error))
    if not secret or not is_signed(body, request.headers.getlist(HEADER), [secret.encode()]):
        return problem(401, "The delivery is not signed with a secret that is known here")
    installation.heard = True  # what it tells is read with everything else, at the first load
    return Response(status_code=204)


# ------------------------------------------------------------------ the steps


def _taken(given: Installation, step: str, draft: Draft, form: Typed) -> tuple[str, ...] | None:
    """Complete the step; where it stays open, what was done."""
    text, do = form.get("edit", "0"), form.get("do", "")
    edit = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    private = given.may_be_private
    match step:
        case "jira":
            found = answers.jira_at(form, may_be_private=private)
            given.file.keep_jira(edit, found.url, is_cloud=found.is_cloud)
        case "account":
            kept = given.file.keep(step, edit, values=answers.account(draft, form))
            if any(one.is_needed and one.has_it is False for one in answers.permissions(kept)):
                raise BadRequestError(_("The account lacks what is needed: see above"))
        case "scope":
            given.file.keep(step, edit, values={"JIRA_SCOPE": answers.scope(draft, form)[0]})
        case "mapping":
            return _map(given, draft, edit, form, do)
        case "calendar":
            team = teams(draft, form)
            given.file.keep(step, edit, values=answers.calendar(form), **team)
            return (_("the teams so far are kept"),) if do == "more" else None
        case "webhook":
            return _hook(given, edit, form, do)
        case "mail":
            typed = {**form, "none": do} if do == "none" else form
            kept = given.file.keep(step, edit, values=answers.mail(draft, typed, may_be_private=private))
            if do == "test":
                to = form.get("admin") or form.get("from", "")
                return (answers.send_test_mail(kept, to, given.now()),)
        case _:
            given.file.keep(step, edit)
    return None


def _map(given: Installation, draft: Draft, edit: int, form: Typed, do: str) -> tuple[str, ...] | None:
    deps = given.opened(draft.values)
    try:
        if do == "make":
            field_id, said = make_field(deps)
            given.file.keep("mapping", edit, values={"JIRA_PHASE_FIELD": field_id})
            return said
        field = form.get("field", draft.get("JIRA_PHASE_FIELD"))
        if field != draft.get("JIRA_PHASE_FIELD"):
            given.file.keep("mapping", edit, values={"JIRA_PHASE_FIELD": field})
            return (_("another field: see what its options are taken for"),)
        phases, statuses = chosen(look(deps, draft), form)
        given.file.keep(
            "mapping", edit, phases={**draft.phases, **phases}, statuses={**draft.statuses, **statuses}
        )
        return None
    finally:
        _close(deps)


def _hook(given: Installation, edit: int, form: Typed, do: str) -> tuple[str, ...] | None:
    base = form.get("base", "").rstrip("/")
    if not _is_address(base):
        raise BadRequestError(_("The address begins with https://"))
    draft = given.file.keep("webhook", edit, values={"BASE_URL": base})
    if do == "register":
        deps = given.opened(draft.values)
        try:
            report = put_webhook_right(deps, base)
        finally:
            _close(deps)
        if report.state != "ok":
            raise BadRequestError(report.checks[0].text)
        return (report.checks[0].text,)
    return () if do == "look" else None


def _is_address(text: str) -> bool:
    """Whether the service can be reached at it: what is kept once is opened with every step."""
    try:
        parts = urlsplit(text)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_bare = not (parts.username or parts.password or parts.query or parts.fragment)
    is_word = text.isprintable() and " " not in text and len(text) <= ADDRESS_MOST
    return parts.scheme in ("http", "https") and is_whole and is_bare and is_word


# ------------------------------------------------------------------ what a page is made of


def _seen(given: Installation, step: str, draft: Draft) -> Seen:
    """What the step's page shows besides what was typed. What cannot be found out now is said, not raised."""
    seen = Seen(
        draft, address=given.address, heard=given.heard, today=given.today(), has_mapping=given.has_mapping()
    )
    if step == "calendar":
        return replace(seen, people=_people(draft))
    if step not in ("mapping", "webhook"):
        return seen
    deps = given.opened(draft.values)
    try:
        if step == "mapping":
            return replace(seen, found=_found(deps, draft))
        base = draft.get("BASE_URL") or given.address
        return replace(seen, hook=tuple(_line(one) for one in check_webhook(deps, base).checks))
    except (BadRequestError, JiraError) as error:
        return replace(seen, wrong=told(str(error)))
    finally:
        _close(deps)


def _people(draft: Draft) -> tuple[str, ...]:
    """Nobody where Jira does not say: they can be typed all the same."""
    try:
        return tuple(people_of(draft))
    except BadRequestError:
        return ()


def _found(deps: Deps, draft: Draft) -> Found:
    return look(deps, draft)


def _line(one: Checked) -> Line:
    what, text = check_words(one)
    return Line("ok" if one.level == FINE else "warn", what, labelled(text))


def _with_secret(given: Installation, draft: Draft) -> Draft:
    """The draft with a secret for webhooks, made once."""
    if draft.get("WEBHOOK_SECRET") or not draft.passed:
        return draft
    return given.file.keep(draft.passed[-1], draft.edit, values={"WEBHOOK_SECRET": secrets.token_hex(32)})


def _page(given: Installation, step: str, seen: Seen) -> str:
    outside()
    return render("pages/set_up.html", set_up_page(step, seen))


def _require_step(step: str) -> None:
    if step not in dict(STEPS):
        raise NotFoundError(_("There is no such step of the set-up"))


def _close(deps: Deps) -> None:
    if deps.jira is not None:
        deps.jira.close()
    deps.database.close()
