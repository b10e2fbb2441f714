"""The portfolio: every project, everybody's lane, what is wrong, how fresh it is. Called by web/pages."""

from phasewise.core.model import Instant
from phasewise.core.rights import Role
from phasewise.store.ladder_pages import Shown, count_steps
from phasewise.store.waivers import count_asked
from phasewise.usecases.as_of.discreet import seen_by
from phasewise.usecases.as_of.flow import flow_at
from phasewise.usecases.as_of.gaps import gaps_at
from phasewise.usecases.as_of.hands import hands_under_way
from phasewise.usecases.as_of.of_team import limits_at, rows_of_team, seen_by_team
from phasewise.usecases.as_of.portfolio_lanes import lanes_of
from phasewise.usecases.as_of.portfolio_rows import rows_of
from phasewise.usecases.as_of.scene import scene_at
from phasewise.usecases.as_of.troubles import breached_since, troubles_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment, sync_facts
from phasewise.usecases.portfolio import ForLead, Portfolio

WEEK_MS = 7 * 86_400_000


def show_portfolio(
    deps: Deps, as_of: Instant | None, *, weeks: int, with_done: bool = False, team: str | None = None
) -> Portfolio:
    """Everything at `as_of` (None: now), with the stays of the last `weeks` weeks: of all, or of one team.
    Projects that are done are only counted, unless asked for. Raises BadRequestError for an instant in the
    future."""
    with moment(deps, as_of) as site:
        at = site if team is None else site.of_team(team)
        start = at.as_of - weeks * WEEK_MS
        scene = scene_at(at, start, with_done=with_done, hands=hands_under_way(at))
        found = troubles_of(scene)
        rows = rows_of(scene, found, start)
        # A row is the same whoever looks: what others do in a project of the team is in it, too.
        found, scene = seen_by_team(scene, found, team)
        projects, done_projects = (rows_of_team(at, some, team) for some in rows)
        troubles = tuple(trouble for _, trouble in found)
        midnight = at.calendar.midnight(at.calendar.local_date(at.as_of))
        lanes = lanes_of(scene, found)
        ours = None if team is None else at.policies.ours(team)
        facts = Portfolio(
            as_of=at.as_of,
            now=deps.now(),
            zone=at.policy.calendar.zone,
            weeks=weeks,
            limits=at.limits,
            projects=projects,
            done=len(scene.done),
            lanes=lanes.shown,
            lanes_more=lanes.more,
            active_more=lanes.more_active,
            troubles=troubles,
            breaches_today=breached_since(troubles, midnight),
            flow=flow_at(at, ours),
            sync=sync_facts(at),
            gaps=gaps_at(at, ours),
            jira_url=at.jira_url,
            done_projects=done_projects,
            teams=at.policies.team_names(),
            team_limits=limits_at(at, team),
            lead=_for_lead(at) if deps.asker.may(Role.LEAD) else ForLead(),
        )
        return seen_by(deps.asker, facts)


def _for_lead(at: Moment) -> ForLead:
    return ForLead(count_steps(at.connection, at.site_id, Shown.TOLD), count_asked(at.connection, at.site_id))
