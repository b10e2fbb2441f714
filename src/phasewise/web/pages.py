"""The pages for people: the portfolio, and what every page needs: files, the address, errors as pages.

The values come from `present`, the facts from usecases/show_portfolio.
"""

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import HTMLResponse, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from phasewise.core.model import Phase
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.portfolio import Portfolio
from phasewise.usecases.show_portfolio import show_portfolio
from phasewise.web.deps import AsOf, Given
from phasewise.web.failing import answer_browsers
from phasewise.web.here import Noted
from phasewise.web.kept import Keeping
from phasewise.web.portfolio_choices import DEFAULT_WEEKS, Asked, Show, Which, shown_of
from phasewise.web.portfolio_file import file_columns
from phasewise.web.present import empty_page, portfolio_page
from phasewise.web.stay_tables import WITH_DAYS
from phasewise.web.stay_tables import stays as stays_of
from phasewise.web.tables import TableAsked, file_of
from phasewise.web.templates import STATIC_FOLDER, render

router = APIRouter(include_in_schema=False)


class KeptFiles(StaticFiles):
    """Files that a browser may keep for a day: most are named with a digest of their content anyway."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=86400"
        return response


def serve_files(app: FastAPI) -> None:
    """Serve style sheets, scripts, fonts."""
    app.mount("/static", KeptFiles(directory=STATIC_FOLDER), name="static")


def dress_pages(app: FastAPI) -> None:
    """Pack what is sent, note it, and answer browsers' errors as pages. Call it after the problem handlers
    are in place: they go on answering everybody else."""
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=6)
    app.add_middleware(Noted)
    answer_browsers(app)


@router.get("/", response_class=HTMLResponse)
def get_portfolio(
    deps: Given,
    keep: Keeping,
    as_of: AsOf,
    ordered: TableAsked,
    table: Which = Which.PROJECTS,
    show: Show = "all",
    weeks: Annotated[int, Query(ge=4, le=260)] = DEFAULT_WEEKS,
    team: Annotated[str | None, Query(max_length=64)] = None,
    person: Annotated[str | None, Query(max_length=255)] = None,
    phase: Phase | None = None,
    stays: bool = False,
) -> Response:
    """The portfolio, of all or of a team. `weeks` is how far back the ribbons reach; `show`, `person` and
    `phase` choose the rows; `stays` adds the ribbons as a table."""
    instant = None if as_of is None else rfc3339(as_of)
    of_stays = table is Which.STAYS
    sorts = (None, ordered.sort) if of_stays else (ordered.sort, None)
    asked = Asked(
        show, weeks, instant, sorts[0], team or None, person or None, phase, stays or of_stays, sorts[1]
    )

    def facts() -> Portfolio:
        with_done = show == "done" or asked.picks
        return show_portfolio(deps, as_of, weeks=weeks, with_done=with_done, team=asked.team)

    if ordered.format is not None:
        found = facts()
        rows = shown_of(found, asked)
        if of_stays:
            return file_of("stays", stays_of(rows).rows, WITH_DAYS, ordered)
        return file_of("portfolio", rows, file_columns(found), ordered)
    return keep.page(lambda: portfolio_html(facts(), asked))


def portfolio_html(facts: Portfolio, asked: Asked) -> str:
    """The page, or what to do while there is no project to show."""
    if not facts.projects and not facts.done and asked.team is None:
        return render("pages/empty.html", empty_page(facts, asked))
    return render("pages/portfolio.html", portfolio_page(facts, asked))
