"""The board for the API and the pages: a lane per person, then the lane of unassigned tasks."""

from phasewise.core.model import Instant
from phasewise.usecases.as_of.board import lanes
from phasewise.usecases.as_of.board_lanes import LANES, WAITING, chosen_hands, lanes_of, page_of, sight_at
from phasewise.usecases.as_of.hands import HAND_PLACE, bare_hands, filled, place_of
from phasewise.usecases.as_of.of_team import limits_at
from phasewise.usecases.board import Board, Wanted
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment, sync_facts
from phasewise.usecases.paging import Paging, cut
from phasewise.usecases.views import Lane, Listing

BOARD = "board"
LANE_PLACE = HAND_PLACE


def show_board(deps: Deps, as_of: Instant | None, asked: Paging) -> Listing[Lane]:
    """One page of lanes by name, with everything in them that is not done; the last lane has no person."""
    with moment(deps, as_of) as at:
        left = [hand for hand in bare_hands(at) if asked.after is None or place_of(hand) > asked.after]
        page, last = cut(left, asked, place_of)
        return listing(at, BOARD, lanes(at, filled(at, page)), last)


def show_board_page(deps: Deps, as_of: Instant | None, wanted: Wanted) -> Board:
    """The lanes that a page shows, worst first, with the same numbers; of what is only active all lanes."""
    with moment(deps, as_of) as at:
        sight = sight_at(at, wanted)
        hands = chosen_hands(sight)
        shown = hands if wanted.only_active else page_of(hands, wanted.page)
        return Board(
            as_of=at.as_of,
            now=deps.now(),
            zone=at.policy.calendar.zone,
            limits=at.limits,
            team_limits=limits_at(at if wanted.team is None else at.of_team(wanted.team), wanted.team),
            lanes=lanes_of(sight, shown, waiting=None if wanted.person else WAITING),
            people=sum(hand.person is not None for hand in hands),
            pages=1 if wanted.only_active else max(1, -(-len(hands) // LANES)),
            phases=sight.phases(),
            sync=sync_facts(at),
            teams=at.policies.team_names(),
            may_move=deps.board_moves and as_of is None and deps.asker.leads_any,
        )
