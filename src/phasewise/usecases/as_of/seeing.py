"""Which findings whoever asks may see: some are somebody's own at first. Called where pages show findings."""

from phasewise.core.model import Finding, Instant
from phasewise.usecases.moment import Moment


def seen_from(at: Moment, finding: Finding) -> Instant | None:
    """From when everybody may see it; None: that never comes."""
    return at.policies.visible_to_lead(finding)


def may_see(at: Moment, finding: Finding) -> bool:
    """Whether everybody may see it at the instant, or whoever asks is the one whom it is about."""
    return is_seen(at, seen_from(at, finding), finding.person)


def is_seen(at: Moment, shown: Instant | None, person: str | None) -> bool:
    """The same of what everybody may see from `shown` on, and is about this person."""
    return (shown is not None and shown < at.as_of) or at.asker.sees_work_of(person)
