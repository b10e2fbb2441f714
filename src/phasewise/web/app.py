"""The web application: every route and everything that holds for all of them. Made by `cli` and tests."""

from collections.abc import Callable
from dataclasses import replace

from fastapi import Depends, FastAPI

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
    people_pages,
    policy,
    projects,
    records,
    review,
    search,
    untidy,
    why,
    work,
)
from phasewise.web.guard import Guard
from phasewise.web.pages import add_pages
from phasewise.web.problems import add_problem_handlers
from phasewise.web.reports import add_reports
from phasewise.web.users import add_accounts
from phasewise.web.visitors import Doors, enter
from phasewise.web.webhooks import add_intake, storing

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
        dependencies=[Depends(enter)],
    )
    app.state.deps = deps and replace(deps, base_url=base_url)
    app.state.doors, app.state.has_accounts = doors, False
    app.state.live = live.Live(lambda: show_revision(app.state.deps))
    if deps is not None:
        app.state.kept = kept.Kept(Watch(deps.database).state)
    add_problem_handlers(app)
    app.add_middleware(Guard, base_url=base_url)
    add_intake(app, deps, on_delivery)  # the first: routes are tried in their order, and these are asked most
    app.include_router(health.router)
    app.include_router(live.router)
    app.include_router(metrics.router)
    app.include_router(api.router)
    app.include_router(api_reports.router)
    app.include_router(api_docs.router)
    app.include_router(work.router)
    app.include_router(ladder.router)
    add_accounts(app)
    for pages in (frame_pages, finding_pages, people_pages, search, changes, untidy):
        app.include_router(pages.router)
    app.include_router(board.router)
    app.include_router(move.router)
    app.include_router(projects.router)
    app.include_router(records.router)
    app.include_router(due.router)
    app.include_router(why.router)
    app.include_router(policy.router)
    add_reports(app)
    add_pages(app)
    app.include_router(begin.router)
    app.include_router(review.router)
    app.add_middleware(metrics.Timed)
    return app
