"""The pages /deliveries and /effects: what Jira told, what we did outside, for whoever runs the service."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from phasewise.core.model import Instant
from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.store.effects import EffectState
from phasewise.store.inbox import DELIVERY_PLACE, STATES, DeliveryState
from phasewise.usecases.portfolio import Ticket
from phasewise.usecases.show_deliveries import DELIVERIES, show_deliveries
from phasewise.usecases.show_effects import EFFECT_PLACE, EFFECTS, show_effects
from phasewise.usecases.show_work import Work, show_work
from phasewise.usecases.views import DeliveryShown, EffectShown
from phasewise.web import work_tables
from phasewise.web.dates import Dates
from phasewise.web.deps import Asked, Given, asked_of
from phasewise.web.freshness import chrome_of
from phasewise.web.here import here_of
from phasewise.web.retold import retold
from phasewise.web.tables import TableAsked, file_of
from phasewise.web.templates import render
from phasewise.web.values import Chrome, FilterLink, StateMark, TicketLink, WorkPage, WorkRow, WorkTable
from phasewise.web.wording import safe_href
from phasewise.web.work_tables import paging_of, table_of

router = APIRouter(include_in_schema=False)

TICKETS_IN_A_ROW = 3
DELIVERY_MARKS = {
    "pending": StateMark("not_started", marked("Waiting"), ""),
    "applied": StateMark("done", marked("Applied"), ""),
    "ignored": StateMark("idle", marked("Ignored"), ""),
    "failed": StateMark("bad", marked("Failed"), ""),
}
EFFECT_MARKS = {
    EffectState.DUE: StateMark("not_started", marked("Due"), ""),
    EffectState.CLAIMED: StateMark("active", marked("Under way"), ""),
    EffectState.DONE: StateMark("done", marked("Done"), ""),
    EffectState.FAILED: StateMark("bad", marked("Failed"), ""),
    EffectState.UNKNOWN: StateMark("warn", marked("Unknown"), ""),
}
KINDS = {
    "comment": marked("Comment"),
    "transition": marked("Transition"),
    "mail": marked("Mail"),
    "split": marked("Split"),
    "post": marked("Post"),
    "field": marked("Field"),
    "link": marked("Link"),
}
"""What is done outside, by kind."""
ABOUT_DELIVERIES = marked(
    "What Jira told by webhooks. Each names tickets that are then read again; what is lost, the poll finds."
)
ABOUT_EFFECTS = marked(
    "What Phasewise does outside: writes to Jira, and mails. Each is done once, or shown here."
)


@router.get("/deliveries", response_class=HTMLResponse)
def get_deliveries(
    request: Request,
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(DELIVERIES, DELIVERY_PLACE))],
    table: TableAsked,
    state: DeliveryState | None = None,
) -> Response:
    """The deliveries, latest first, in one state or in all."""
    found = show_deliveries(deps, asked.as_of, paging_of(asked.paging, table), state)
    if table.format is not None:
        return file_of("deliveries", found.items, work_tables.deliveries(), table)
    rows, framed = table_of(found, work_tables.deliveries(), table, here_of(request.scope))
    work = show_work(deps, issue_ids(number for row in rows for number in row.issue_ids))
    around = Address("/deliveries", state, asked, framed.next_of(found.next))
    return HTMLResponse(render("pages/work.html", deliveries_page(rows, work, framed, around)))


@router.get("/effects", response_class=HTMLResponse)
def get_effects(
    request: Request,
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(EFFECTS, EFFECT_PLACE))],
    table: TableAsked,
    state: EffectState | None = None,
) -> Response:
    """The effects, latest first, in one state or in all."""
    found = show_effects(deps, asked.as_of, paging_of(asked.paging, table), state)
    if table.format is not None:
        return file_of("effects", found.items, work_tables.effects(), table)
    rows, framed = table_of(found, work_tables.effects(), table, here_of(request.scope))
    work = show_work(deps, issue_ids(row.target for row in rows))
    around = Address("/effects", state, asked, framed.next_of(found.next))
    return HTMLResponse(render("pages/work.html", effects_page(rows, work, framed, around)))


def deliveries_page(
    rows: Sequence[DeliveryShown], work: Work, framed: WorkTable, address: "Address"
) -> WorkPage:
    dates, state = Dates(work.zone, work.as_of), address.state
    choices = [(name, _(DELIVERY_MARKS[name].word), work.deliveries[name]) for name in STATES]
    return WorkPage(
        chrome=frame_of(work, dates, address.asked),
        title=_("Deliveries"),
        about=_(ABOUT_DELIVERIES),
        table=framed,
        filters=address.filters(choices),
        rows=tuple(_delivery(row, work.tickets, dates) for row in rows),
        nothing=_("There is no delivery yet.")
        if state is None
        else _("There is no delivery in the state “%(state)s”.", state=_(DELIVERY_MARKS[state].word)),
        older=address.older,
        newest=address.newest,
    )


def effects_page(rows: Sequence[EffectShown], work: Work, framed: WorkTable, address: "Address") -> WorkPage:
    dates, state = Dates(work.zone, work.as_of), EffectState(address.state) if address.state else None
    choices = [(name, _(EFFECT_MARKS[name].word), work.effects[name]) for name in EffectState]
    return WorkPage(
        chrome=frame_of(work, dates, address.asked),
        title=_("Effects"),
        about=_(ABOUT_EFFECTS),
        table=framed,
        filters=address.filters(choices),
        rows=tuple(_effect(row, work.tickets, dates) for row in rows),
        nothing=_("There is no effect yet.")
        if state is None
        else _("There is no effect in the state “%(state)s”.", state=_(EFFECT_MARKS[state].word)),
        older=address.older,
        newest=address.newest,
    )


# ------------------------------------------------------------------ rows


def _delivery(row: DeliveryShown, tickets: Mapping[int, Ticket], dates: Dates) -> WorkRow:
    time, day = when(row.received_at, dates)
    links, more = links_of(row.issue_ids, tickets)
    return WorkRow(
        time=time,
        day=day,
        name=row.event or _("no event named"),
        id=row.id,
        tickets=links,
        target=more,
        state=_mark(DELIVERY_MARKS[row.state], row.attempts),
        why=retold(row.reason or ""),
        command=f"phasewise replay {shlex.quote(row.id)}" if row.state == "failed" else "",
    )


def _effect(row: EffectShown, tickets: Mapping[int, Ticket], dates: Dates) -> WorkRow:
    time, day = when(row.created_at, dates)
    links, __ = links_of([row.target], tickets)
    again = row.state in (EffectState.FAILED, EffectState.UNKNOWN)
    return WorkRow(
        time=time,
        day=day,
        name=_(KINDS.get(row.kind, row.kind.capitalize())),
        id=row.key,
        tickets=links,
        target="" if links else row.target,
        state=_mark(EFFECT_MARKS[EffectState(row.state)], row.attempts),
        why=retold(row.last_error or ""),
        command=f"phasewise redo {shlex.quote(row.key)}" if again else "",
    )


def when(at: Instant, dates: Dates) -> tuple[str, str]:
    return f"{dates.local(at):%H:%M:%S}", dates.day(at)


def _mark(mark: StateMark, attempts: int) -> StateMark:
    tried = ngettext("%(num)s attempt", "%(num)s attempts", attempts) if attempts else ""
    return StateMark(mark.icon, _(mark.word), tried)


def links_of(issues: Sequence[str], tickets: Mapping[int, Ticket]) -> tuple[tuple[TicketLink, ...], str]:
    """The first few tickets by their key, or by their id where they are not known; and how many more."""
    numbers = [int(issue) for issue in issues if issue.isdecimal()]
    shown = tuple(_link(number, tickets.get(number)) for number in numbers[:TICKETS_IN_A_ROW])
    rest = len(numbers) - len(shown)
    return shown, _("and %(rest)s more", rest=rest) if rest else ""


def _link(number: int, ticket: Ticket | None) -> TicketLink:
    if ticket is None:
        return TicketLink(f"id {number}", _("Not a ticket in scope, as far as is known"), None)
    return TicketLink(ticket.key, ticket.summary, safe_href(ticket.url))


def issue_ids(named: Iterable[str]) -> set[int]:
    return {int(issue) for issue in named if issue.isdecimal() and len(issue) < 19}


# ------------------------------------------------------------------ the frame


def frame_of(work: Work, dates: Dates, asked: Asked) -> Chrome:
    return chrome_of(work.sync, work.now, dates, is_live=asked.as_of is None)


@dataclass(frozen=True, slots=True)
class Address:
    """The addresses around a page: other states (the parameter `name`), what is older, and the newest."""

    path: str
    state: str | None
    asked: Asked
    next: str | None
    name: str = "state"

    def _href(self, state: str | None, cursor: str | None = None) -> str:
        values = {self.name: state, "cursor": cursor}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{self.path}?{query}" if query else self.path

    def filters(self, choices: Sequence[tuple[str, str, int]]) -> tuple[FilterLink, ...]:
        """`choices` are state, label and count."""
        every = FilterLink(_("All"), sum(n for *__, n in choices), self._href(None), self.state is None)
        return every, *(
            FilterLink(label, n, self._href(state), state == self.state) for state, label, n in choices
        )

    @property
    def older(self) -> str | None:
        return None if self.next is None else self._href(self.state, self.next)

    @property
    def newest(self) -> str | None:
        return None if self.asked.paging.after is None else self._href(self.state)
