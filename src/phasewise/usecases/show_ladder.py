"""What was done about findings, and their waivers, for the API, the pages and the command line."""

from phasewise.core.ladder import Grant
from phasewise.core.model import Instant, Phase, Rule, Strength
from phasewise.store import sites
from phasewise.store.boards import Page
from phasewise.store.ladder import Step
from phasewise.store.ladder_pages import STEP_PLACE, Shown, count_steps, steps_page
from phasewise.store.waivers import WAIVER_PLACE, Waiver, count_asked, waivers_page
from phasewise.usecases.as_of.findings import waiver_shown
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import listing, moment
from phasewise.usecases.paging import Paging, Place, cut
from phasewise.usecases.views import LadderListed, Listing, WaiverListed

LADDER = "ladder"
WAIVERS = "waivers"

__all__ = ["LADDER", "STEP_PLACE", "WAIVERS", "WAIVER_PLACE", "Shown", "show_ladder", "show_waivers"]


def show_ladder(deps: Deps, as_of: Instant | None, asked: Paging, shown: Shown) -> Listing[LadderListed]:
    """One page of what was begun before `as_of` (None: until now), newest first, as it is now."""
    with moment(deps, as_of) as at:
        page = Page(asked.limit + 1, asked.after)
        found, last = cut(
            steps_page(at.connection, at.site_id, at.as_of + 1, shown, page), asked, _step_place
        )
        return listing(at, LADDER, [_step(step) for step in found], last)


def show_waivers(
    deps: Deps, as_of: Instant | None, asked: Paging, state: Grant | None
) -> Listing[WaiverListed]:
    """One page of the waivers asked for before `as_of` (None: until now), newest first."""
    with moment(deps, as_of) as at:
        page = Page(asked.limit + 1, asked.after)
        rows = waivers_page(at.connection, at.site_id, at.as_of + 1, state, page)
        found, last = cut(rows, asked, _waiver_place)
        items = [
            WaiverListed(
                **waiver_shown(one, at.as_of + 1).model_dump(),
                finding=":".join(map(str, one.finding)),
                holds=one.holds_at(at.as_of),
            )
            for one in found
        ]
        return listing(at, WAIVERS, items, last)


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


def _step_place(step: Step) -> Place:
    return step.taken_at, step.key


def _waiver_place(waiver: Waiver) -> Place:
    return waiver.asked_at, waiver.waiver_id


def _step(step: Step) -> LadderListed:
    return LadderListed(
        finding=":".join(map(str, step.id)),
        key=step.key,
        rule=step.rule,
        person=step.person,
        issue=str(step.issue_id),
        strength=step.strength,
        dry=step.is_dry,
        taken_at=step.taken_at,
        said=step.said,
        answered=step.answered,
        move=step.move,
        moved_issue=None if step.moved_issue is None else str(step.moved_issue),
        moved_from=step.moved_from,
        moved_to=step.moved_to,
        moved_at=step.moved_at,
        told=step.told,
        told_at=step.told_at,
        note=step.note,
        closed_at=step.closed_at,
    )
