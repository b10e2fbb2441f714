"""The web application: every route and everything that holds for all of them. Made by `cli` and tests."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from fastapi import Depends, FastAPI
from starlette.routing import BaseRoute

from phasewise import __version__
from phasewise.store.watch import Watch
from phasewise.usecases.deps import Deps
from phasewise.usecases.show_sync import show_revision
from phasewise.web import (
    api,
    api_docs,
    api_reports,
    begin,
    board,
    changes,
    due,
    finding_pages,
    frame_pages,
    health,
    kept,
    ladder,
    live,
    metrics,
    move,
    pages,
    people_pages,
    policy,
    projects,
    records,
    review,
    search,
    untidy,
    webhooks,
    why,
    work,
)
from phasewise.web.guard import Guard
from phasewise.web.pages import dress_pages, serve_files
from phasewise.web.problems import add_problem_handlers
from phasewise.web.reports import add_reports
from phasewise.web.users import add_accounts
from phasewise.web.visitors import Doors, enter, is_let_in
from phasewise.web.webhooks import open_intake, storing

ABOUT = """Which phase every machine-learning project is in, computed from Jira's own history.

Instants are RFC 3339 in UTC; durations are working days with 3 decimals. Every list takes `as_of`, `limit`
and `cursor`. What is open has `end: null`. Errors are problem documents (RFC 9457)."""


def create_app(
    deps: Deps | None,
    base_url: str = "http://127.0.0.1:8000",
    on_delivery: Callable[[], None] = lambda: None,
    doors: Doors = Doors.UNTIL_ACCOUNTS,
) -> FastAPI:
    """The application. `base_url` is where users reach it: its host is served, besides the loopback names.
    `on_delivery` is called when deliveries of Jira were stored. `doors` says until when the pages are open on
    this machine.

    Without deps it only knows its own OpenAPI document.
    """
    app = FastAPI(
        title="Phasewise",
        version=__version__,
        description=ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=storing,
        routes=_routes(),
    )
    app.state.deps = deps and replace(deps, base_url=base_url)
    app.state.doors, app.state.has_accounts = doors, False
    app.state.live = live.Live(lambda: show_revision(app.state.deps), lets_in=is_let_in)
    if deps is not None:
        app.state.kept = kept.Kept(Watch(deps.database).state)
    add_problem_handlers(app)
    app.add_middleware(Guard, base_url=base_url)
    open_intake(app, deps, on_delivery)
    dress_pages(app)
    app.add_middleware(metrics.Timed)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """Every route, in the order in which they are tried: once for all applications of a process, since what
    FastAPI finds in their signatures is kept with them."""
    made = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(enter)])
    made.include_router(webhooks.router)  # the first, as it is asked most
    for part in (health, live, metrics, api, api_reports, api_docs, work, ladder):
        made.include_router(part.router)
    add_accounts(made)
    for part in (frame_pages, finding_pages, people_pages, search, changes, untidy):
        made.include_router(part.router)
    for part in (board, move, projects, records, due, why, policy):
        made.include_router(part.router)
    add_reports(made)
    serve_files(made)
    for part in (pages, begin, review):
        made.include_router(part.router)
    return made.routes
