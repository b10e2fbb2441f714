"""A real Chromium before a real server on the loopback: what people see, not what templates say."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from phasewise.web import live, pages
from phasewise.web.guard import Guard
from phasewise.web.pages import dress_pages, portfolio_html, serve_files
from phasewise.web.present import Asked
from phasewise.web.problems import add_problem_handlers
from tests.browser import sample
from tests.browser.chromium import launch
from tests.browser.serving import serving
from tests.story.commands import PATIENCE_SECONDS

expect.set_options(timeout=PATIENCE_SECONDS * 1000)
"""Playwright's own five seconds are the machine's affair: it may be busy with something else."""


def sample_app() -> FastAPI:
    """The product's pages over made-up facts: `?case=` chooses among those of `sample.CASES`."""
    app = FastAPI(openapi_url=None)
    add_problem_handlers(app)
    app.add_middleware(Guard, base_url="http://127.0.0.1")

    @app.get("/")
    def portfolio(request: Request) -> HTMLResponse:
        facts = sample.CASES[request.query_params.get("case", "portfolio")]
        show = request.query_params.get("show", "all")
        return HTMLResponse(portfolio_html(facts, Asked(show=show)))  # type: ignore[arg-type]

    @app.get("/crash")
    def crash() -> None:
        raise RuntimeError("on purpose")

    app.state.live = live.Live(lambda: 0)
    app.include_router(live.router)
    serve_files(app)
    app.include_router(pages.router)
    dress_pages(app)
    return app


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the pages are served."""
    with serving(sample_app()) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ended with its module: while it lives, no other test of its process can have an event loop."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def browser_complaints() -> Iterator[list[str]]:
    """What the browser's console says: the test fails if it leaves anything in here."""
    complaints: list[str] = []
    yield complaints
    assert complaints == []


@pytest.fixture
def open_page(chromium: Browser, address: str, browser_complaints: list[str]) -> Iterator[OpenPage]:
    """Opens a path: `open_page("/", width=390, scheme="dark")`; other options are the browser context's."""
    contexts: list[BrowserContext] = []

    def open_path(path: str = "/", *, width: int = 1440, scheme: str = "light", **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: browser_complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: browser_complaints.append(str(error)))
        page.goto(address + path)
        return page

    yield open_path
    for context in contexts:
        context.close()
