"""The pages /deliveries and /effects: what Jira told, what we did outside, for whoever runs the service."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from phasewise.core.model import Instant
from phasewise.store.effects import EffectState
from phasewise.store.inbox import DELIVERY_PLACE, STATES, DeliveryState
from phasewise.usecases.portfolio import Ticket
from phasewise.usecases.show_deliveries import DELIVERIES, show_deliveries
from phasewise.usecases.show_effects import EFFECT_PLACE, EFFECTS, show_effects
from phasewise.usecases.show_work import Work, show_work
from phasewise.usecases.views import DeliveryShown, EffectShown, Listing
from phasewise.web.dates import Dates
from phasewise.web.deps import Asked, Given, asked_of
from phasewise.web.freshness import chrome_of
from phasewise.web.templates import render
from phasewise.web.values import Chrome, FilterLink, StateMark, TicketLink, WorkPage, WorkRow
from phasewise.web.wording import count, safe_href

router = APIRouter(include_in_schema=False)

TICKETS_IN_A_ROW = 3
DELIVERY_MARKS = {
    "pending": StateMark("not_started", "Waiting", ""),
    "applied": StateMark("done", "Applied", ""),
    "ignored": StateMark("idle", "Ignored", ""),
    "failed": StateMark("bad", "Failed", ""),
}
EFFECT_MARKS = {
    EffectState.DUE: StateMark("not_started", "Due", ""),
    EffectState.CLAIMED: StateMark("active", "Under way", ""),
    EffectState.DONE: StateMark("done", "Done", ""),
    EffectState.FAILED: StateMark("bad", "Failed", ""),
    EffectState.UNKNOWN: StateMark("warn", "Unknown", ""),
}
ABOUT_DELIVERIES = (
    "What Jira told by webhooks. Each names tickets that are then read again; what is lost, the poll finds."
)
ABOUT_EFFECTS = "What Phasewise does outside: writes to Jira, and mails. Each is done once, or shown here."


@router.get("/deliveries", response_class=HTMLResponse)
def get_deliveries(
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(DELIVERIES, DELIVERY_PLACE))],
    state: DeliveryState | None = None,
) -> HTMLResponse:
    """The deliveries, latest first, in one state or in all."""
    found = show_deliveries(deps, asked.as_of, asked.paging, state)
    work = show_work(deps, issue_ids(number for row in found.items for number in row.issue_ids))
    return HTMLResponse(render("pages/work.html", deliveries_page(found, work, state, asked)))


@router.get("/effects", response_class=HTMLResponse)
def get_effects(
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(EFFECTS, EFFECT_PLACE))],
    state: EffectState | None = None,
) -> HTMLResponse:
    """The effects, latest first, in one state or in all."""
    found = show_effects(deps, asked.as_of, asked.paging, state)
    work = show_work(deps, issue_ids(row.target for row in found.items))
    return HTMLResponse(render("pages/work.html", effects_page(found, work, state, asked)))


def deliveries_page(
    found: Listing[DeliveryShown], work: Work, state: DeliveryState | None, asked: Asked
) -> WorkPage:
    dates = Dates(work.zone, work.as_of)
    choices = [(name, DELIVERY_MARKS[name].word, work.deliveries[name]) for name in STATES]
    address = Address("/deliveries", state, asked, found.next)
    return WorkPage(
        chrome=frame_of(work, dates, asked),
        title="Deliveries",
        about=ABOUT_DELIVERIES,
        columns=("Received", "Event", "Tickets", "State", "Why"),
        filters=address.filters(choices),
        rows=tuple(_delivery(row, work.tickets, dates) for row in found.items),
        nothing=_nothing("delivery", None if state is None else DELIVERY_MARKS[state]),
        older=address.older,
        newest=address.newest,
    )


def effects_page(
    found: Listing[EffectShown], work: Work, state: EffectState | None, asked: Asked
) -> WorkPage:
    dates = Dates(work.zone, work.as_of)
    choices = [(name, EFFECT_MARKS[name].word, work.effects[name]) for name in EffectState]
    address = Address("/effects", state, asked, found.next)
    return WorkPage(
        chrome=frame_of(work, dates, asked),
        title="Effects",
        about=ABOUT_EFFECTS,
        columns=("Made", "What", "Target", "State", "Why"),
        filters=address.filters(choices),
        rows=tuple(_effect(row, work.tickets, dates) for row in found.items),
        nothing=_nothing("effect", None if state is None else EFFECT_MARKS[state]),
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
        name=row.event or "no event named",
        id=row.id,
        tickets=links,
        target=more,
        state=_mark(DELIVERY_MARKS[row.state], row.attempts),
        why=row.reason or "",
        command=f"phasewise replay {shlex.quote(row.id)}" if row.state == "failed" else "",
    )


def _effect(row: EffectShown, tickets: Mapping[int, Ticket], dates: Dates) -> WorkRow:
    time, day = when(row.created_at, dates)
    links, _ = links_of([row.target], tickets)
    again = row.state in (EffectState.FAILED, EffectState.UNKNOWN)
    return WorkRow(
        time=time,
        day=day,
        name=row.kind.capitalize(),
        id=row.key,
        tickets=links,
        target="" if links else row.target,
        state=_mark(EFFECT_MARKS[EffectState(row.state)], row.attempts),
        why=row.last_error or "",
        command=f"phasewise redo {shlex.quote(row.key)}" if again else "",
    )


def when(at: Instant, dates: Dates) -> tuple[str, str]:
    return f"{dates.local(at):%H:%M:%S}", dates.day(at)


def _mark(mark: StateMark, attempts: int) -> StateMark:
    tried = count(attempts, "attempt") if attempts else ""
    return StateMark(mark.icon, mark.word, tried)


def links_of(issues: Sequence[str], tickets: Mapping[int, Ticket]) -> tuple[tuple[TicketLink, ...], str]:
    """The first few tickets by their key, or by their id where they are not known; and how many more."""
    numbers = [int(issue) for issue in issues if issue.isdecimal()]
    shown = tuple(_link(number, tickets.get(number)) for number in numbers[:TICKETS_IN_A_ROW])
    rest = len(numbers) - len(shown)
    return shown, f"and {rest:,} more" if rest else ""


def _link(number: int, ticket: Ticket | None) -> TicketLink:
    if ticket is None:
        return TicketLink(f"id {number}", "Not a ticket in scope, as far as is known", None)
    return TicketLink(ticket.key, ticket.summary, safe_href(ticket.url))


def issue_ids(named: Iterable[str]) -> set[int]:
    return {int(issue) for issue in named if issue.isdecimal() and len(issue) < 19}


# ------------------------------------------------------------------ the frame


def frame_of(work: Work, dates: Dates, asked: Asked) -> Chrome:
    return chrome_of(work.sync, work.now, dates, is_live=asked.as_of is None)


def _nothing(noun: str, mark: StateMark | None) -> str:
    return f"There is no {noun} yet." if mark is None else f"There is no {noun} in the state “{mark.word}”."


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
        every = FilterLink("All", sum(n for *_, n in choices), self._href(None), self.state is None)
        return every, *(
            FilterLink(label, n, self._href(state), state == self.state) for state, label, n in choices
        )

    @property
    def older(self) -> str | None:
        return None if self.next is None else self._href(self.state, self.next)

    @property
    def newest(self) -> str | None:
        return None if self.asked.paging.after is None else self._href(self.state)
