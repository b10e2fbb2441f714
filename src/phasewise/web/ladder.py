"""The page /ladder: what a lead is told, what was moved back, what a dry run would have done, and waivers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.ladder import Grant, Said
from phasewise.core.model import Rule
from phasewise.errors import BadRequestError, ConflictError, NotFoundError, PhasewiseError
from phasewise.i18n.speaking import _, marked
from phasewise.terms import rule_name
from phasewise.usecases.decide_waivers import decide_waiver
from phasewise.usecases.own_teams import teams_of_findings
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
    speaks_in_jira,
    status_names,
)
from phasewise.usecases.show_work import Work, show_work
from phasewise.usecases.split_task import split_task
from phasewise.usecases.undo_moves import undo_move
from phasewise.usecases.views import LadderListed, WaiverListed
from phasewise.web import audit, waive, work_tables
from phasewise.web.dates import Dates
from phasewise.web.deps import Asked, Given, asked_of
from phasewise.web.finding_words import MOVED, SAID
from phasewise.web.finding_words import WAIVERS as WAIVERS_AS
from phasewise.web.forms import Form
from phasewise.web.here import Here, current_here
from phasewise.web.ladder_values import LadderPage, LadderRow
from phasewise.web.tables import Asked as TableOf
from phasewise.web.tables import TableAsked, file_of
from phasewise.web.templates import render
from phasewise.web.values import FilterLink, Link, StateMark, WorkTable
from phasewise.web.work import Address, frame_of, issue_ids, links_of, when
from phasewise.web.work_tables import paging_of, table_of

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
ABOUT_WAIVERS = marked("Who may go on with what a finding is about, until when, and why.")
NO_WAIVER = marked(
    "Nobody has a waiver. Somebody asks for one by answering the question of Phasewise on a ticket in Jira; "
    "a lead gives one on the page of a finding."
)
NO_SUCH_WAIVER = marked("No waiver is in this state.")
EMPTY = {
    Shown.TOLD: marked("Nothing is left for a lead."),
    Shown.MOVED: marked("No ticket was moved back."),
    Shown.DRY: marked("No dry run has listed anything: dry_run in the policy lists what would be written."),
    Shown.ALL: marked("Nothing was done about a finding yet."),
}
SILENT = marked("No rule goes further than being shown here, so nothing is said in Jira.")
PLAIN = TableOf()
CHOICES = {
    Shown.TOLD: marked("For the lead"),
    Shown.MOVED: marked("Moved back"),
    Shown.DRY: marked("Dry run"),
    Shown.ALL: marked("All"),
}


@router.get("/ladder", response_class=HTMLResponse)
def get_ladder(
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(LADDER, STEP_PLACE))],
    table: TableAsked,
    show: Shown = Shown.TOLD,
) -> Response:
    """What was done about findings, latest first."""
    if table.format is not None:
        found = show_ladder(deps, asked.as_of, paging_of(asked.paging, table), show)
        return file_of("ladder", found.items, work_tables.steps(), table)
    return _ladder(deps, asked, show, table)


@router.post("/ladder/undo")
def post_undo(deps: Given, form: Form) -> Response:
    """Undo a move; where that cannot be, the list says why."""
    try:
        undo_move(deps, form.get("key", ""), deps.asker.name)
    except (ConflictError, NotFoundError) as error:
        return _ladder(deps, Asked(None, Paging(LIMIT)), Shown.MOVED, problem=error)
    return RedirectResponse("/ladder?show=moved", 303)


@router.post("/ladder/split")
def post_split(deps: Given, form: Form) -> Response:
    """Have a task's sibling made; where that cannot be, the list says why."""
    try:
        split_task(deps, form.get("task", ""), deps.asker.name)
    except (ConflictError, NotFoundError) as error:
        return _ladder(deps, Asked(None, Paging(LIMIT)), Shown.ALL, problem=error)
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
        return _waivers(deps, Asked(None, Paging(LIMIT)), problem=error)
    return RedirectResponse("/waivers", 303)


def _ladder(
    deps: Given,
    asked: Asked,
    show: Shown,
    table: TableOf = PLAIN,
    problem: PhasewiseError | None = None,
) -> HTMLResponse:
    found = show_ladder(deps, asked.as_of, paging_of(asked.paging, table), show)
    here = current_here() if problem is None else Here("/ladder", (("show", show.value),))
    shown, framed = table_of(found, work_tables.steps(), table, here)
    work = show_work(deps, issue_ids(row.issue for row in shown))
    dates = Dates(work.zone, work.as_of)
    around = Address("/ladder", show, asked, framed.next_of(found.next), "show")
    frame = _Frame(work, dates, ladder_counts(deps), around, framed)
    names = status_names(deps)
    teams = teams_of_findings(deps, (row.finding for row in shown))
    rows = tuple(replace(_step(row, work, dates, names), team=teams.get(row.finding, "")) for row in shown)
    nothing = "" if rows else _nothing(deps, show)
    return _shown(frame, CHOICES[show], rows, nothing, problem)


@router.get("/waivers", response_class=HTMLResponse)
def get_waivers(
    deps: Given,
    asked: Annotated[Asked, Depends(asked_of(WAIVERS, WAIVER_PLACE))],
    table: TableAsked,
    state: Grant | None = None,
) -> Response:
    """The waivers, latest first, in one state or in all."""
    if table.format is not None:
        found = show_waivers(deps, asked.as_of, paging_of(asked.paging, table), state)
        return file_of("waivers", found.items, work_tables.waivers(), table)
    return _waivers(deps, asked, state, table)


def _waivers(
    deps: Given,
    asked: Asked,
    state: Grant | None = None,
    table: TableOf = PLAIN,
    problem: PhasewiseError | None = None,
) -> HTMLResponse:
    found = show_waivers(deps, asked.as_of, paging_of(asked.paging, table), state)
    here = current_here() if problem is None else Here("/waivers")
    shown, framed = table_of(found, work_tables.waivers(), table, here)
    work = show_work(deps, ())
    dates = Dates(work.zone, work.as_of)
    around = Address("/waivers", state, asked, framed.next_of(found.next))
    frame = _Frame(work, dates, ladder_counts(deps), around, framed)
    teams = teams_of_findings(deps, (row.finding for row in shown))
    rows = tuple(replace(_waiver(row, dates), team=teams.get(row.finding, "")) for row in shown)
    nothing = "" if rows else _(NO_WAIVER) if state is None else _(NO_SUCH_WAIVER)
    return _shown(frame, WAIVERS_LIST, rows, nothing, problem)


def _nothing(deps: Given, show: Shown) -> str:
    """Why the list is empty, and what would fill it."""
    told = _(EMPTY[show])
    return told if speaks_in_jira(deps) else f"{told} {_(SILENT)}"


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
    counts: Mapping[str, int]
    address: Address
    table: WorkTable

    def filters(self, chosen: str) -> tuple[FilterLink, ...]:
        """The lists, and how long each is; of the waivers those that wait for a lead."""
        links = [
            FilterLink(_(label), self.counts[shown], f"/ladder?show={shown}", label == chosen)
            for shown, label in CHOICES.items()
        ]
        return (*links, FilterLink(_(WAIVERS_LIST), self.counts["asked"], "/waivers", chosen == WAIVERS_LIST))

    def states(self) -> tuple[FilterLink, ...]:
        """The waivers in each state."""
        chosen = self.address.state
        every = FilterLink(_("All"), 0, "/waivers", chosen is None)
        one_by_one = (
            FilterLink(_(WAIVERS_AS[one.value][1]), 0, f"/waivers?state={one}", one == chosen)
            for one in Grant
        )
        return every, *one_by_one


def _shown(
    frame: _Frame, chosen: str, rows: Sequence[LadderRow], nothing: str, problem: PhasewiseError | None
) -> HTMLResponse:
    is_waivers = chosen == WAIVERS_LIST
    page = LadderPage(
        chrome=frame_of(frame.work, frame.dates, frame.address.asked),
        title=_("Waivers") if is_waivers else _("In Jira"),
        about=_(ABOUT_WAIVERS) if is_waivers else _(ABOUT),
        table=frame.table,
        filters=frame.filters(chosen),
        rows=tuple(rows),
        nothing=nothing,
        older=frame.address.older,
        newest=frame.address.newest,
        todo=None if rows else Link(_("How strong each rule is"), "/policy"),
        states=frame.states() if is_waivers else (),
        problem="" if problem is None else str(problem),
    )
    return HTMLResponse(render("pages/ladder.html", page), 200 if problem is None else problem.http_status)
