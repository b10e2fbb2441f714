"""The form at /board/move: a lead gives the ticket of a card another status in Jira. `app` includes it."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.model import Group
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.terms import GROUP_WORDS, group_name
from phasewise.usecases.move_card import ToMove, card_to_move, move_card
from phasewise.web.dates import Dates
from phasewise.web.deps import Given
from phasewise.web.forms import Form
from phasewise.web.freshness import chrome_of
from phasewise.web.templates import render
from phasewise.web.values import Chrome, TicketLink
from phasewise.web.wording import safe_href

router = APIRouter(include_in_schema=False)
LARGEST_ID = 2**62
GROUPS = (Group.TODO, Group.ACTIVE, Group.WATCHING, Group.PAUSED, Group.DONE)


@dataclass(frozen=True, slots=True)
class WayGroup:
    """Statuses that mean the same, as (id, name)."""

    label: str
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MovePage:
    chrome: Chrome
    ticket: TicketLink
    issue: str
    stay: str
    now: str
    groups: tuple[WayGroup, ...]


@router.get("/board/move", response_class=HTMLResponse)
def get_move(deps: Given, issue: Annotated[int, Query(ge=0, lt=LARGEST_ID)]) -> HTMLResponse:
    """The form for one ticket."""
    return HTMLResponse(render("pages/move.html", _page(card_to_move(deps, issue))))


@router.post("/board/move")
def post_move(deps: Given, form: Form) -> Response:
    """Have it moved; the board says so."""
    try:
        issue, stay = int(form.get("issue", "")), int(form.get("stay", ""))
    except ValueError:
        raise BadRequestError(
            _("The form cannot be understood: load the board again and repeat it")
        ) from None
    if not 0 <= issue < LARGEST_ID:
        raise BadRequestError(_("The form cannot be understood: load the board again and repeat it"))
    key = move_card(deps, issue, stay, form.get("status", ""))
    return RedirectResponse(f"/board?{urlencode({'moved': key})}", 303)


def _page(found: ToMove) -> MovePage:
    dates = Dates(found.zone, found.as_of)
    ticket = found.ticket
    groups = [
        WayGroup(group_name(group), tuple((way.status, way.name) for way in found.ways if way.group is group))
        for group in GROUPS
    ]
    return MovePage(
        # It is left alone while it is filled in: a page that is live is put up to date under one's hands.
        chrome=chrome_of(found.sync, found.asked_at, dates, is_live=False),
        ticket=TicketLink(ticket.key, ticket.summary, safe_href(ticket.url)),
        issue=str(ticket.id),
        stay=str(found.stay),
        now=f"{found.now.name} ({_(GROUP_WORDS[found.now.group])})",
        groups=tuple(one for one in groups if one.ways),
    )
