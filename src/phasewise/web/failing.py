"""What a browser gets when something is wrong: a page that says what, since when, and what to do.

`pages` puts it in the place of the problem documents, which everybody else goes on getting.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from phasewise.errors import PhasewiseError, StoreError
from phasewise.i18n.speaking import _, marked
from phasewise.usecases.show_frame import show_frame
from phasewise.web.dates import Dates
from phasewise.web.freshness import BARE_CHROME, chrome_of, no_store_chrome
from phasewise.web.here import Here, here_of
from phasewise.web.retold import retold
from phasewise.web.templates import render
from phasewise.web.values import Chrome, ErrorPage, Link
from phasewise.web.visitors import NOBODY, UNASKED, current_visitor

if TYPE_CHECKING:
    from phasewise.usecases.deps import Deps

Handler = Callable[[Request, Exception], Response]

TODO = {
    404: marked("Keys and ids of projects, tasks and people can be searched for, former keys too."),
    422: marked("Take back what was changed in the address, or begin again from one of these."),
    503: marked(
        "Nothing is lost: what Jira tells meanwhile is read later. Load this page again in a moment."
    ),
}
TITLES = (marked("Database"), marked("Not possible now"))
"""Those of errors.py that are not among the titles of `problems`, for the catalogues."""

BEFORE = marked("It may be there now, and not have been at the instant that was asked for.")


def answer_browsers(app: FastAPI) -> None:
    """Answer the errors of `app` as pages where a page was asked for. Call it after the problem handlers are
    in place."""
    for kind in (PhasewiseError, RequestValidationError, HTTPException, Exception):
        handler = cast("Handler", app.exception_handlers[kind])
        app.exception_handlers[kind] = _as_page_for_browsers(handler)


def wants_page(request: Request) -> bool:
    """Whether a browser asks for a page: everything under /api/ answers problem documents to everybody."""
    path = request.scope["path"]
    return "text/html" in request.headers.get("accept", "") and not path.startswith("/api/")


def _as_page_for_browsers(handler: Handler) -> Handler:
    """The same problem, said as a page where a page was asked for."""

    def handle(request: Request, error: Exception) -> Response:
        answer = handler(request, error)
        if not wants_page(request):
            return answer
        problem = json.loads(bytes(answer.body))
        chrome = _chrome(request, isinstance(error, StoreError) and error.http_status >= 500)
        page = _error_page(request, chrome, answer.status_code, problem["title"], problem["detail"])
        kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        page.headers.update(kept)
        return page

    return handle


def _error_page(request: Request, chrome: Chrome, status: int, title: str, text: str) -> HTMLResponse:
    here = here_of(request.scope)
    is_past = status == 404 and here.as_of is not None
    text = retold(text)
    page = ErrorPage(
        chrome=chrome,
        status=status,
        title=_(title),
        text=text if text.endswith((".", "。")) else f"{text}.",
        todo=_(BEFORE if is_past else TODO.get(status, "")),
        links=_links(here, status, is_past=is_past),
    )
    # An instant that cannot be shown is not carried on.
    return HTMLResponse(render("pages/error.html", page, Here(here.path) if status == 422 else here), status)


def _links(here: Here, status: int, *, is_past: bool) -> tuple[Link, ...]:
    found = [Link(_("Look now"), here.now)] if is_past else []
    if status == 503 and here.path.startswith("/"):
        found.append(Link(_("Load again"), here.changed()))
    return (*found, Link(_("Go to the portfolio"), "/"), Link(_("Help"), "/help"))


# ------------------------------------------------------------------ how fresh the data is, even now


def _chrome(request: Request, is_store_gone: bool) -> Chrome:
    """The frame with how fresh the data is now. An application without a store has none to tell of."""
    deps: Deps | None = getattr(request.app.state, "deps", None)
    if deps is None:
        return BARE_CHROME
    if not is_store_gone:
        try:
            # Whoever sees an error need not be signed in.
            visitor = current_visitor()
            frame = show_frame(replace(deps, asker=NOBODY.asker if visitor is UNASKED else visitor.asker))
            return chrome_of(frame.sync, frame.now, Dates(frame.zone, frame.as_of), is_live=False)
        except StoreError:
            pass  # as when it was what went wrong
    return no_store_chrome()
