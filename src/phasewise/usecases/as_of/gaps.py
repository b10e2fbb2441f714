"""What is known to be missing or unclear in the store. Called by show_portfolio."""

from phasewise.core.model import Policy, Rule
from phasewise.store import counts, sites
from phasewise.store.portfolio import open_by_rule
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import Gaps


def gaps_at(at: Moment, policy: Policy) -> Gaps:
    """Tickets by their findings at the instant; everything else as it is now."""
    state = sites.sync_state(at.connection, at.site_id)
    held = counts.count_all(at.connection, at.site_id)
    rules = open_by_rule(at.connection, at.site_id, at.as_of, (Rule.NO_PHASE, Rule.NO_PROJECT))
    unmapped = sites.site_mapping(at.connection, at.site_id, policy).unmapped_statuses
    options = sites.phase_options(at.connection, at.site_id)
    return Gaps(
        incomplete=held.incomplete,
        unreadable=held.unreadable,
        without_phase=rules.get(Rule.NO_PHASE, 0),
        without_project=rules.get(Rule.NO_PROJECT, 0),
        unmapped_statuses=tuple(
            status.name for status in sites.statuses(at.connection, at.site_id) if status.id in unmapped
        ),
        unmapped_options=tuple(
            option.name
            for option in options
            if option.phase is None and option.id not in policy.phase_overrides
        ),
        no_access=tuple(state.no_access),
        warnings=tuple(warning["text"] for warning in state.warnings),
    )
