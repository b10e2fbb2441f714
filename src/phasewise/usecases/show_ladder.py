"""What was done about findings, and their waivers, for the API, the pages and the command line."""

from phasewise.core.ladder import Grant
from phasewise.core.model import Instant, Phase, Rule, Strength
from phasewise.store import sites
from phasewise.store.boards import Page
from phasewise.store.ladder_pages import STEP_PLACE, Shown, count_steps, steps_page
from phasewise.store.waivers import WAIVER_PLACE, count_asked, waivers_page
from phasewise.usecases.as_of.ladder_rows import ladder_row, step_place, waiver_place, waiver_row
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.paging import Paging, cut
from phasewise.usecases.views import LadderListed, Listing, WaiverListed

LADDER = "ladder"
WAIVERS = "waivers"

__all__ = ["LADDER", "STEP_PLACE", "WAIVERS", "WAIVER_PLACE", "Shown", "show_ladder", "show_waivers"]


def show_ladder(deps: Deps, as_of: Instant | None, asked: Paging, shown: Shown) -> Listing[LadderListed]:
    """One page of what was begun before `as_of` (None: until now), newest first, as it is now."""
    with moment(deps, as_of) as at:
        page = Page(asked.limit + 1, asked.after)
        found, last = cut(steps_page(at.connection, at.site_id, at.as_of + 1, shown, page), asked, step_place)
        return listing(at, LADDER, [ladder_row(step) for step in found], last)


def show_waivers(
    deps: Deps, as_of: Instant | None, asked: Paging, state: Grant | None
) -> Listing[WaiverListed]:
    """One page of the waivers asked for before `as_of` (None: until now), newest first."""
    with moment(deps, as_of) as at:
        page = Page(asked.limit + 1, asked.after)
        rows = waivers_page(at.connection, at.site_id, at.as_of + 1, state, page)
        found, last = cut(rows, asked, waiver_place)
        return listing(at, WAIVERS, [waiver_row(one, at.as_of) for one in found], last)


def speaks_in_jira(deps: Deps) -> bool:
    """Whether a rule of any team goes further than being shown, in some phase."""
    with deps.database.read() as connection:
        strengths = [team.newest.policy.strengths for team in deps.rulebook(connection).teams]
    quiet = (Strength.OFF, Strength.SHOW)
    return any(one.of(rule, phase) not in quiet for one in strengths for rule in Rule for phase in Phase)


def ladder_counts(deps: Deps) -> dict[str, int]:
    """How many steps of each kind are shown, and how many waivers wait for a lead (`asked`)."""
    with deps.database.read() as connection:
        counts: dict[str, int] = {shown: count_steps(connection, deps.site_id, shown) for shown in Shown}
        counts["asked"] = count_asked(connection, deps.site_id)
    return counts


def status_names(deps: Deps) -> dict[str, str]:
    """What Jira calls its statuses, by id."""
    with deps.database.read() as connection:
        return {status.id: status.name for status in sites.statuses(connection, deps.site_id)}
