"""The page /board: one lane a person, or all active tickets oldest first for the stand-up.

`app` includes the router; the facts come from usecases/show_board, the cards from `board_cards`.
"""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from phasewise.core.model import PHASES, Instant, Phase
from phasewise.i18n.speaking import _, ngettext
from phasewise.terms import phase_name
from phasewise.usecases.board import Board, Wanted
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.show_board import show_board_page
from phasewise.web import wording
from phasewise.web.board_cards import BoardLane, CardView, lane_of, standup_of
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.freshness import chrome_of
from phasewise.web.kept import Keeping
from phasewise.web.templates import render
from phasewise.web.values import Chrome, PhaseTag
from phasewise.web.wording import phase_tag

router = APIRouter(include_in_schema=False)
View = Literal["lanes", "standup"]
STANDUP = 100
"""Tickets that a stand-up looks at, at most; they are the oldest."""


@dataclass(frozen=True, slots=True)
class BoardAsked:
    """What the address asks for; None and defaults are left out of addresses."""

    view: View = "lanes"
    person: str | None = None
    phase: Phase | None = None
    page: int = 1
    as_of: Instant | None = None
    team: str | None = None

    def href(self, **changes: str | None) -> str:
        """The address of this board with some parameters changed; a change leads to its first page."""
        values: dict[str, str | None] = {
            "view": None if self.view == "lanes" else self.view,
            "team": self.team,
            "person": self.person,
            "phase": self.phase,
            "as_of": None if self.as_of is None else rfc3339(self.as_of),
        }
        query = {name: value for name, value in (values | changes).items() if value}
        return f"/board?{urlencode(query)}" if query else "/board"


@dataclass(frozen=True, slots=True)
class ViewLink:
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Pager:
    """Where among the pages of lanes this one is, and the ways to its neighbours."""

    text: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class PhaseLink:
    """One phase to choose, with the cards under way in it."""

    phase: PhaseTag
    count: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The board by lanes, or the `cards` of a stand-up. `alone` leads back from one person to all."""

    chrome: Chrome
    date_line: str
    rule_line: str
    views: tuple[ViewLink, ...]
    teams: tuple[ViewLink, ...]
    phases: tuple[PhaseLink, ...]
    any_phase: str | None
    alone: str | None
    lanes: tuple[BoardLane, ...]
    cards: tuple[CardView, ...]
    is_standup: bool
    nothing: str
    cut: str
    pager: Pager | None
    may_move: bool
    moved: str


@router.get("/board", response_class=HTMLResponse)
def get_board(
    deps: Given,
    keep: Keeping,
    as_of: AsOf,
    view: View = "lanes",
    person: Annotated[str | None, Query(max_length=255)] = None,
    phase: Phase | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    team: Annotated[str | None, Query(max_length=64)] = None,
    moved: Annotated[str, Query(max_length=255)] = "",
) -> Response:
    """The board, or the part of it that is asked for."""
    asked = BoardAsked(view, person, phase, page, as_of, team)

    def made() -> str:
        facts = show_board_page(deps, as_of, Wanted(person, phase, view == "standup", page, team))
        return render("pages/board.html", board_page(facts, asked, moved))

    return keep.page(made)


def board_page(facts: Board, asked: BoardAsked, moved: str = "") -> BoardPage:
    """Everything that the template prints. `moved` is the key of a ticket that was just given a status."""
    dates = Dates(facts.zone, facts.as_of)
    is_standup = asked.view == "standup"
    cards = standup_of(facts) if is_standup else ()
    return BoardPage(
        chrome=chrome_of(facts.sync, facts.now, dates, is_live=asked.as_of is None),
        date_line=dates.full_day(facts.as_of),
        rule_line=wording.rule_line(*(facts.team_limits or (facts.limits,))),
        views=_views(asked),
        teams=_teams(facts, asked),
        phases=_phases(facts, asked),
        any_phase=asked.href(phase=None) if asked.phase else None,
        alone=asked.href(person=None) if asked.person else None,
        lanes=() if is_standup else tuple(_lane(n, facts, asked, dates) for n in range(len(facts.lanes))),
        cards=cards[:STANDUP],
        is_standup=is_standup,
        nothing=_nothing(asked),
        cut=ngettext(
            "The %(most)s oldest of %(num)s active ticket.",
            "The %(most)s oldest of %(num)s active tickets.",
            len(cards),
            most=STANDUP,
        )
        if len(cards) > STANDUP
        else "",
        pager=_pager(facts, asked),
        may_move=facts.may_move,
        moved=_("%(key)s is being moved in Jira. It changes its place here once Jira says so.", key=moved)
        if moved
        else "",
    )


def _lane(number: int, facts: Board, asked: BoardAsked, dates: Dates) -> BoardLane:
    lane = facts.lanes[number]
    href = None if lane.person is None else asked.href(person=lane.person.id)
    return lane_of(lane, f"lane-{number + 1}", facts.limits, dates, href)


def _views(asked: BoardAsked) -> tuple[ViewLink, ...]:
    lanes = ViewLink(_("By person"), asked.href(view=None), asked.view == "lanes")
    return lanes, ViewLink(_("Stand-up, oldest first"), asked.href(view="standup"), asked.view == "standup")


def _teams(facts: Board, asked: BoardAsked) -> tuple[ViewLink, ...]:
    """The teams to choose from, where there are several."""
    if not facts.teams:
        return ()
    every = ViewLink(_("All teams"), asked.href(team=None, person=None), asked.team is None)
    links = (ViewLink(name, asked.href(team=name, person=None), name == asked.team) for name in facts.teams)
    return every, *links


def _phases(facts: Board, asked: BoardAsked) -> tuple[PhaseLink, ...]:
    shown = [*PHASES, Phase.NONE] if facts.phases.get(Phase.NONE) or asked.phase is Phase.NONE else PHASES
    return tuple(
        PhaseLink(
            phase_tag(phase),
            facts.phases.get(phase, 0),
            asked.href(phase=phase),
            phase is asked.phase,
        )
        for phase in shown
    )


def _nothing(asked: BoardAsked) -> str:
    if asked.person is not None:
        return _("This person has nothing in hand here, and had no active ticket in the last 14 days.")
    if asked.phase is not None:
        return _("No ticket is under way in %(phase)s.", phase=phase_name(asked.phase))
    if asked.team is not None:
        return _("Nobody of this team has a ticket in hand, or had an active one in the last 14 days.")
    return _("No ticket is in anybody's hands.")


def _pager(facts: Board, asked: BoardAsked) -> Pager | None:
    if facts.pages <= 1:
        return None
    page = min(asked.page, facts.pages)
    return Pager(
        text=ngettext(
            "Page %(page)s of %(pages)s, %(num)s person",
            "Page %(page)s of %(pages)s, %(num)s people",
            facts.people,
            page=page,
            pages=facts.pages,
        ),
        before=asked.href(page=str(page - 1)) if page > 1 else None,
        after=asked.href(page=str(page + 1)) if page < facts.pages else None,
    )
