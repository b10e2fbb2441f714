"""The page /ladder: what a lead is told, what was moved back, what a dry run would have done, and waivers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from phasewise.usecases.show_ladder import (
    LADDER,
    STEP_PLACE,
    WAIVER_PLACE,
    WAIVERS,
    Shown,
    ladder_counts,
    show_ladder,
    show_waivers,
)
from phasewise.usecases.show_work import Work, show_work
from phasewise.usecases.views import LadderListed, WaiverListed
from phasewise.web.dates import Dates
from phasewise.web.deps import Asked, Given, asked_of
from phasewise.web.templates import render
from phasewise.web.values import FilterLink, StateMark, WorkPage, WorkRow
from phasewise.web.work import Address, frame_of, issue_ids, links_of, when

router = APIRouter(include_in_schema=False)

TOLD = {
    "unanswered": "The question on the ticket has had no answer for a working day.",
    "repeated": "Started again after it was moved back: it is left alone.",
    "still_open": "Too many are still active a working day after one was moved back.",
}
WAIVER_MARKS = {
    "asked": StateMark("not_started", "Asked", ""),
    "granted": StateMark("done", "Granted", ""),
    "declined": StateMark("idle", "Declined", ""),
}
MOVED = {
    "pending": "being moved back",
    "done": "moved back",
    "refused": "could not be moved back",
    "dropped": "moved by somebody else",
    "none": "",
}
ABOUT = "What Phasewise did about findings in Jira, and what is left for a lead."
CHOICES = {
    Shown.TOLD: "For the lead",
    Shown.MOVED: "Moved back",
    Shown.DRY: "Dry run",
    Shown.ALL: "All",
}


@router.get("/ladder", response_class=HTMLResponse)
def get_ladder(
    deps: Given, asked: Annotated[Asked, Depends(asked_of(LADDER, STEP_PLACE))], show: Shown = Shown.TOLD
) -> HTMLResponse:
    """What was done about findings, latest first."""
    found = show_ladder(deps, asked.as_of, asked.paging, show)
    work = show_work(deps, issue_ids(row.issue for row in found.items))
    dates = Dates(work.zone, work.as_of)
    frame = _Frame(
        work, dates, asked, ladder_counts(deps), Address("/ladder", show, asked, found.next, "show")
    )
    return _shown(frame, CHOICES[show], tuple(_step(row, work, dates) for row in found.items))


@router.get("/waivers", response_class=HTMLResponse)
def get_waivers(
    deps: Given, asked: Annotated[Asked, Depends(asked_of(WAIVERS, WAIVER_PLACE))]
) -> HTMLResponse:
    """The waivers, latest first."""
    found = show_waivers(deps, asked.as_of, asked.paging, None)
    work = show_work(deps, ())
    dates = Dates(work.zone, work.as_of)
    frame = _Frame(work, dates, asked, ladder_counts(deps), Address("/waivers", None, asked, found.next))
    return _shown(frame, "Waivers", tuple(_waiver(row, dates) for row in found.items))


# ------------------------------------------------------------------ rows


def _step(row: LadderListed, work: Work, dates: Dates) -> WorkRow:
    time, day = when(row.taken_at, dates)
    links, _ = links_of([row.issue], work.tickets)
    told = TOLD.get(row.told or "", "")
    moved = " ".join(filter(None, (MOVED[row.move], _way(row))))
    words = (row.said or "").replace("_", " ")
    return WorkRow(
        time=time,
        day=day,
        name=row.rule.replace("_", " ").capitalize(),
        id=row.finding,
        tickets=links,
        target="",
        state=_mark(row, words),
        why=" ".join(filter(None, (told, moved and f"{moved.capitalize()}.", row.note))),
        command="",
    )


def _way(row: LadderListed) -> str:
    return f"from status {row.moved_from} to {row.moved_to}" if row.moved_to else ""


def _mark(row: LadderListed, words: str) -> StateMark:
    if row.dry:
        return StateMark("not_started", "Not written", words)
    if row.closed_at is not None:
        return StateMark("done", "Over", words)
    return StateMark("warn" if row.told else "active", "For the lead" if row.told else "Open", words)


def _waiver(row: WaiverListed, dates: Dates) -> WorkRow:
    time, day = when(row.asked_at, dates)
    mark = WAIVER_MARKS[row.state]
    by = f"by {row.decided_by}" if row.decided_by else ""
    command = f"phasewise waiver grant {row.id}" if row.state == "asked" else ""
    return WorkRow(
        time=time,
        day=day,
        name=row.person,
        id=row.finding,
        tickets=(),
        target=f"until {dates.day(row.until - 1)}",
        state=StateMark(mark.icon, mark.word, by),
        why=row.reason,
        command=command,
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
            FilterLink(label, self.counts[shown], f"/ladder?show={shown}", label == chosen)
            for shown, label in CHOICES.items()
        ]
        return (*links, FilterLink("Waivers", self.counts["asked"], "/waivers", chosen == "Waivers"))


def _shown(frame: _Frame, chosen: str, rows: Sequence[WorkRow]) -> HTMLResponse:
    page = WorkPage(
        chrome=frame_of(frame.work, frame.dates, frame.asked),
        title="Rules",
        about=ABOUT,
        columns=("When", "What", "Ticket", "State", "Why"),
        filters=frame.filters(chosen),
        rows=tuple(rows),
        nothing="There is nothing here.",
        older=frame.address.older,
        newest=frame.address.newest,
    )
    return HTMLResponse(render("pages/work.html", page))
