"""People for the API and the pages, by name. There is no order by outcome, here or anywhere."""

from phasewise.core.model import Instant
from phasewise.usecases.as_of.hands import HAND_PLACE, bare_hands, filled, place_of
from phasewise.usecases.as_of.people import person_rows
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.paging import Paging, cut
from phasewise.usecases.views import Listing, PersonShown

PEOPLE = "people"
PERSON_PLACE = HAND_PLACE


def show_people(deps: Deps, as_of: Instant | None, asked: Paging) -> Listing[PersonShown]:
    """One page of those who have a task that is not done, or had active time in the last 14 days."""
    with moment(deps, as_of) as at:
        people = [hand for hand in bare_hands(at) if hand.person is not None]
        left = [hand for hand in people if asked.after is None or place_of(hand) > asked.after]
        page, last = cut(left, asked, place_of)
        return listing(at, PEOPLE, person_rows(at, filled(at, page)), last)
