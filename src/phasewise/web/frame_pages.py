"""What belongs to every page: /help, and /at, which leads to a page as of a day. Included by `app`."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.show_frame import end_of_day, show_frame
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.freshness import chrome_of
from phasewise.web.here import with_instant
from phasewise.web.templates import render
from phasewise.web.values import FramedPage

router = APIRouter(include_in_schema=False)


@router.get("/help", response_class=HTMLResponse)
def get_help(deps: Given, as_of: AsOf) -> HTMLResponse:
    """The keys, how to read the pages, and where to go on."""
    frame = show_frame(deps, as_of)
    chrome = chrome_of(frame.sync, frame.now, Dates(frame.zone, frame.as_of), is_live=as_of is None)
    return HTMLResponse(render("pages/help.html", FramedPage(chrome)))


@router.get("/at")
def get_at(
    deps: Given,
    day: Annotated[str, Query(max_length=10)],
    back: Annotated[str, Query(max_length=4_000)] = "/",
) -> RedirectResponse:
    """Leads back to a page of this site as it was at the end of a day; today it is the page of now."""
    if not back.startswith("/") or back[1:2] in ("/", "\\") or not back.isprintable():
        raise BadRequestError(_("back is not a page of this site"))
    instant = end_of_day(deps, day)
    return RedirectResponse(with_instant(back, None if instant is None else rfc3339(instant)), 303)
