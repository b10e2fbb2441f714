"""The pages for people: the portfolio, and what a browser gets instead of it when something is wrong.

`app` calls `add_pages` once; the values come from `present`, the facts from usecases/show_portfolio.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any, cast

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from phasewise.errors import PhasewiseError
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.portfolio import Portfolio
from phasewise.usecases.show_portfolio import show_portfolio
from phasewise.web.deps import AsOf, Given
from phasewise.web.freshness import BARE_CHROME
from phasewise.web.present import DEFAULT_WEEKS, Asked, Show, empty_page, portfolio_page
from phasewise.web.templates import STATIC_FOLDER, render
from phasewise.web.values import ErrorPage

router = APIRouter(include_in_schema=False)
Handler = Callable[[Request, Exception], Response]


class KeptFiles(StaticFiles):
    """Files that a browser may keep for a day: most are named with a digest of their content anyway."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=86400"
        return response


def add_pages(app: FastAPI) -> None:
    """Serve the pages and their files, and answer browsers' errors as pages. Call it after the problem
    handlers are in place: they go on answering everybody else."""
    app.mount("/static", KeptFiles(directory=STATIC_FOLDER), name="static")
    app.include_router(router)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=6)
    for kind in (PhasewiseError, RequestValidationError, HTTPException, Exception):
        handler = cast("Handler", app.exception_handlers[kind])
        app.exception_handlers[kind] = _as_page_for_browsers(handler)


@router.get("/", response_class=HTMLResponse)
def get_portfolio(
    deps: Given,
    as_of: AsOf,
    show: Show = "all",
    weeks: Annotated[int, Query(ge=4, le=260)] = DEFAULT_WEEKS,
) -> HTMLResponse:
    """The portfolio. `weeks` is how far back the ribbons reach; `show` chooses the rows."""
    facts = show_portfolio(deps, as_of, weeks=weeks, with_done=show == "done")
    asked = Asked(show=show, weeks=weeks, as_of=None if as_of is None else rfc3339(as_of))
    return HTMLResponse(portfolio_html(facts, asked))


def portfolio_html(facts: Portfolio, asked: Asked) -> str:
    """The page, or what to do while there is no project to show."""
    if not facts.projects and not facts.done:
        return render("pages/empty.html", empty_page(facts, asked))
    return render("pages/portfolio.html", portfolio_page(facts, asked))


def error_page(status: int, title: str, text: str) -> HTMLResponse:
    """An error for people: what went wrong, and the way back."""
    page = ErrorPage(chrome=BARE_CHROME, status=status, title=title, text=text)
    return HTMLResponse(render("pages/error.html", page), status)


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
        page = error_page(answer.status_code, problem["title"], problem["detail"])
        kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        page.headers.update(kept)
        return page

    return handle
