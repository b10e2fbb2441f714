"""Tickets without a phase, an epic or an assignee, or with what is not mapped. Called by web/untidy."""

from phasewise.core.model import Instant
from phasewise.usecases.as_of.frame import frame_at
from phasewise.usecases.as_of.untidy_rows import untidy_lines, untidy_tickets
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.untidy import UntidyList

MOST = 2_000
"""Findings that the page looks at: the latest."""


def show_untidy(deps: Deps, as_of: Instant | None, team: str | None = None) -> UntidyList:
    """The tickets that hygiene found something about at `as_of` (None: now) and that is still so then: of one
    team, or of all."""
    with moment(deps, as_of) as at:
        found = untidy_lines(at, MOST + 1)
        return UntidyList(
            frame=frame_at(deps, at),
            tickets=untidy_tickets(at, found[:MOST], team),
            is_cut=len(found) > MOST,
            may_set=as_of is None and deps.board_moves and deps.asker.leads_any,
            is_off=not deps.board_moves,
            teams=at.policies.team_names(),
        )
