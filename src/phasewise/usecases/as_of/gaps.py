"""What is known to be missing or unclear in the store. Called by show_portfolio."""

from phasewise.core.model import Rule
from phasewise.store import counts, sites
from phasewise.store.portfolio import open_by_rule
from phasewise.store.teams import Ours
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import Gaps

GAPS = (Rule.NO_PHASE, Rule.NO_PROJECT)
COUNTED = frozenset({"unreadable", "unmapped_statuses", "unmapped_phase_options", "no_access"})
"""Warnings of the last synchronisation about what is counted here, and shown with what to do."""


def gaps_at(at: Moment, ours: Ours | None = None) -> Gaps:
    """Tickets by their findings at the instant; everything else as it is now. Of a team those in its
    projects; what Jira does not show, and what is not mapped, is nobody's alone."""
    state = at.state
    rules = open_by_rule(at.connection, at.site_id, at.as_of, GAPS, at.strengths, ours)
    warnings = state.warnings if at.asker.sees_people else ()
    statuses = sites.statuses(at.connection, at.site_id)
    options = sites.phase_options(at.connection, at.site_id)
    mapping = sites.mapping_of(statuses, options, at.newest)
    return Gaps(
        incomplete=counts.count_incomplete(at.connection, at.site_id, at.as_of, ours),
        unreadable=counts.count_unreadable(at.connection, at.site_id),
        without_phase=rules.get(Rule.NO_PHASE, 0),
        without_project=rules.get(Rule.NO_PROJECT, 0),
        unmapped_statuses=tuple(one.name for one in statuses if one.id in mapping.unmapped_statuses),
        unmapped_options=tuple(one.name for one in options if one.id not in mapping.phases),
        no_access=tuple(state.no_access),
        warnings=tuple(one["text"] for one in warnings if one["code"] not in COUNTED),
    )
