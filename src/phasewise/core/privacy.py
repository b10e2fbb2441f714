"""Who may see a finding from when: a hint about how somebody works is theirs alone at first. Called wherever
findings are shown.
"""

from collections.abc import Collection

from phasewise.core.calendar import NEVER, Calendar, ticks_of
from phasewise.core.model import Finding, Instant, Limits, Rule

PRIVATE: Collection[Rule] = frozenset(
    {Rule.NOTHING_ACTIVE, Rule.WATCHING_OVER_CAP, Rule.PAUSED_OVER_CAP, Rule.FLIP_FLOP}
)
"""The hints about how somebody works."""


def visible_to_person(finding: Finding) -> Instant | None:
    """From when the person sees it whom it is about, or whose the ticket was; None where there is nobody."""
    return None if finding.person is None else finding.start


def visible_to_lead(finding: Finding, calendar: Calendar, limits: Limits) -> Instant | None:
    """From when everybody else sees it: at once, or `private_days` later; None if that never comes."""
    alone = ticks_of(limits.private_days)
    if finding.rule not in PRIVATE or not alone:
        return finding.start
    shown = calendar.first_after(calendar.position(finding.start) + alone)
    return None if shown >= NEVER else shown
