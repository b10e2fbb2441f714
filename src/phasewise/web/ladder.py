"""The page /ladder: what a lead is told, what was moved back, what a dry run would have done, and waivers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.ladder import Grant, Said
from phasewise.core.model import Rule
from phasewise.errors import BadRequestError, ConflictError, NotFoundError
from phasewise.i18n.speaking import _, marked
from phasewise.terms import rule_name
from phasewise.usecases.decide_waivers import decide_waiver
from phasewise.usecases.paging import LIMIT, Paging
from phasewise.usecases.show_ladder import (
    LADDER,
    STEP_PLACE,
    WAIVER_PLACE,
    WAIVERS,
    Shown,
    ladder_counts,
    show_ladder,
    show_waivers,
    status_names,
)
from phasewise.usecases.show_work import Work, show_work
from phasewise.usecases.split_task import split_task
from phasewise.usecases.undo_moves import undo_move
from phasewise.usecases.views import LadderListed, WaiverListed
from phasewise.web import audit, waive
from phasewise.web.dates import Dates
from phasewise.web.deps import Asked, Given, asked_of
from phasewise.web.finding_words import MOVED, SAID
from phasewise.web.finding_words import WAIVERS as WAIVERS_AS
from phasewise.web.forms import Form
from phasewise.web.ladder_values import LadderPage, LadderRow
from phasewise.web.templates import render
from phasewise.web.values import FilterLink, StateMark
from phasewise.web.work import Address, frame_of, issue_ids, links_of, when

router = APIRouter(include_in_schema=False)
router.include_router(waive.router)
router.include_router(audit.router)

TOLD = {
    "unanswered": marked("The question on the ticket has had no answer for a working day."),
    "repeated": marked("Started again after it was moved back: it is left alone."),
    "still_open": marked("Too many are still active a working day after one was moved back."),
}
WAIVERS_LIST = marked("Waivers")
ABOUT = marked("What Phasewise did about findings in Jira, and what is left for a lead.")
CHOICES = {
    Shown.TOLD: marked("For the lead"),
    Shown.MOVED: marked("Moved back"),
    Shown.DRY: marked("Dry run"),
    Shown.ALL: marked("All"),
}


@router.get("/ladder", response_class=HTMLResponse)
def get_ladder(
    deps: Given, asked: Annotated[Asked, Depends(asked_of(LADDER, STEP_PLACE))], show: Shown = Shown.TOLD
) -> HTMLResponse:
    """What was done about findings, latest first."""
    return _ladder(deps, asked, show)


@router.post("/ladder/undo")
def post_undo(deps: Given, form: Form) -> Response:
    """Undo a move; where that cannot be, the list says why."""
    try:
        undo_move(deps, form.get("key", ""), deps.asker.name)
    except (ConflictError, NotFoundError) as error:
        return _ladder(deps, Asked(None, Paging(LIMIT)), Shown.MOVED, str(error), error.http_status)
    return RedirectResponse("/ladder?show=moved", 303)


@router.post("/ladder/split")
def post_split(deps: Given, form: Form) -> Response:
    """Have a task's sibling made; where that cannot be, the list says why."""
    try:
        split_task(deps, form.get("task", ""), deps.asker.name)
    except (ConflictError, NotFoundError) as error:
        return _ladder(deps, Asked(None, Paging(LIMIT)), Shown.ALL, str(error), error.http_status)
    return RedirectResponse("/effects", 303)


@router.post("/waivers/decide")
def post_decide(deps: Given, form: Form) -> Response:
    """Grant or decline what was asked for."""
    states = {"grant": Grant.GRANTED, "decline": Grant.DECLINED}
    state = states.get(form.get("decision", ""))
    if state is None:
        raise BadRequestError(_("Say whether to grant or to decline"))
    try:
        decide_waiver(deps, form.get("waiver", ""), state, deps.asker.name)
    except (ConflictError, NotFoundError) as error:
        return _waivers(deps, Asked(None, Paging(LIMIT)), str(error), error.http_status)
    return RedirectResponse("/waivers", 303)


def _ladder(deps: Given, asked: Asked, show: Shown, problem: str = "", status: int = 200) -> HTMLResponse:
    found = show_ladder(deps, asked.as_of, asked.paging, show)
    work = show_work(deps, issue_ids(row.issue for row in found.items))
    dates = Dates(work.zone, work.as_of)
    frame = _Frame(
        work, dates, asked, ladder_counts(deps), Address("/ladder", show, asked, found.next, "show")
    )
    names = status_names(deps)
    rows = tuple(_step(row, work, dates, names) for row in found.items)
    return _shown(frame, CHOICES[show], rows, problem, status)


@router.get("/waivers", response_class=HTMLResponse)
def get_waivers(
    deps: Given, asked: Annotated[Asked, Depends(asked_of(WAIVERS, WAIVER_PLACE))]
) -> HTMLResponse:
    """The waivers, latest first."""
    return _waivers(deps, asked)


def _waivers(deps: Given, asked: Asked, problem: str = "", status: int = 200) -> HTMLResponse:
    found = show_waivers(deps, asked.as_of, asked.paging, None)
    work = show_work(deps, ())
    dates = Dates(work.zone, work.as_of)
    frame = _Frame(work, dates, asked, ladder_counts(deps), Address("/waivers", None, asked, found.next))
    return _shown(frame, WAIVERS_LIST, tuple(_waiver(row, dates) for row in found.items), problem, status)


# ------------------------------------------------------------------ rows


def _step(row: LadderListed, work: Work, dates: Dates, names: Mapping[str, str]) -> LadderRow:
    time, day = when(row.taken_at, dates)
    links, __ = links_of([row.issue], work.tickets)
    told = _(TOLD.get(row.told or "", ""))
    moved = " ".join(filter(None, (_(MOVED[row.move]), _way(row, names))))
    words = _(SAID[Said(row.said)]) if row.said else ""
    is_open = row.closed_at is None and not row.dry
    return LadderRow(
        time=time,
        day=day,
        name=rule_name(Rule(row.rule)),
        id=row.finding,
        tickets=links,
        target="",
        state=_mark(row, words),
        why=" ".join(filter(None, (told, moved and _begun(f"{moved}."), row.note and _begun(row.note)))),
        command="",
        undo=row.key if row.move == "done" and not row.dry else "",
        waive=waive.waive_href(row.finding) if is_open else "",
        split=row.issue if is_open and _is_over_age(row) else "",
    )


def _is_over_age(row: LadderListed) -> bool:
    return row.rule == Rule.FIVE_DAYS and row.said in (Said.NUDGE_BREACH, Said.ASK_BREACH)


def _begun(sentence: str) -> str:
    """As the beginning of a line."""
    return sentence[:1].upper() + sentence[1:]


def _way(row: LadderListed, names: Mapping[str, str]) -> str:
    """Its statuses by name; by id where Jira has forgotten them."""
    before, after = (names.get(status or "", status) for status in (row.moved_from, row.moved_to))
    return _("from %(before)s to %(after)s", before=before, after=after) if after else ""


def _mark(row: LadderListed, words: str) -> StateMark:
    if row.dry:
        return StateMark("not_started", _("Not written"), words)
    if row.closed_at is not None:
        return StateMark("done", _("Over"), words)
    return StateMark("warn" if row.told else "active", _("For the lead") if row.told else _("Open"), words)


def _waiver(row: WaiverListed, dates: Dates) -> LadderRow:
    time, day = when(row.asked_at, dates)
    icon, word = WAIVERS_AS[row.state]
    by = _("by %(name)s", name=row.decided_by) if row.decided_by else ""
    return LadderRow(
        time=time,
        day=day,
        name=row.person,
        id=row.finding,
        tickets=(),
        target=_("until %(day)s", day=dates.day(row.until - 1)),
        state=StateMark(icon, _(word), by),
        why=row.reason,
        command="",
        waiver=row.id if row.state == "asked" else "",
    )


# ------------------------------------------------------------------ the frame


@dataclass(frozen=True, slots=True)
class _Frame:
    work: Work
    dates: Dates
    asked: Asked
    counts: Mapping[str, int]
    address: Address

    def filters(self, chosen: str) -> tuple[FilterLink, ...]:
        """The lists, and how long each is; of the waivers those that wait for a lead."""
        links = [
            FilterLink(_(label), self.counts[shown], f"/ladder?show={shown}", label == chosen)
            for shown, label in CHOICES.items()
        ]
        return (*links, FilterLink(_(WAIVERS_LIST), self.counts["asked"], "/waivers", chosen == WAIVERS_LIST))


def _shown(frame: _Frame, chosen: str, rows: Sequence[LadderRow], problem: str, status: int) -> HTMLResponse:
    page = LadderPage(
        chrome=frame_of(frame.work, frame.dates, frame.asked),
        title=_("Rules"),
        about=_(ABOUT),
        columns=(_("When"), _("What"), _("Ticket"), _("State"), _("Why")),
        filters=frame.filters(chosen),
        rows=tuple(rows),
        nothing=_("There is nothing here."),
        older=frame.address.older,
        newest=frame.address.newest,
        problem=problem,
    )
    return HTMLResponse(render("pages/ladder.html", page), status)
