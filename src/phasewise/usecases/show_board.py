"""The board for the API and the pages: a lane per person by name, then the lane of unassigned tasks."""

from phasewise.core.model import Instant
from phasewise.usecases.as_of.board import lanes
from phasewise.usecases.as_of.hands import HAND_PLACE, hands_at, place_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.paging import Paging, cut
from phasewise.usecases.views import Lane, Listing

BOARD = "board"
LANE_PLACE = HAND_PLACE


def show_board(deps: Deps, as_of: Instant | None, asked: Paging) -> Listing[Lane]:
    """One page of lanes, with everything in them that is not done; the last lane has no person."""
    with moment(deps, as_of) as at:
        left = [hand for hand in hands_at(at) if asked.after is None or place_of(hand) > asked.after]
        page, last = cut(left, asked, place_of)
        return listing(at, BOARD, lanes(at, page), last)
