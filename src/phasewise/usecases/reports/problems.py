"""What needs attention in a report, and since when. Called by build_digest."""

from phasewise.core.calendar import days
from phasewise.core.digest import Problem
from phasewise.core.findings import UNRECORDED, subject_of
from phasewise.core.model import Finding, Instant, Limits, Rule, Severity
from phasewise.store.findings import ABOUT_PERSONS
from phasewise.usecases.as_of.troubles import troubles_of
from phasewise.usecases.portfolio import Trouble
from phasewise.usecases.reports.ground import Ground, nobody_yet

SEVERITIES = tuple(reversed(Severity))


def problems_of(ground: Ground) -> list[tuple[Finding, Problem]]:
    """The open findings, worst first and then the longest open; only those of the team."""
    found = [
        (finding, _problem(ground, finding, trouble))
        for finding, trouble in troubles_of(ground.scene)
        if _is_of_team(ground, finding)
    ]
    return sorted(found, key=lambda each: place_of(each[1]))


def place_of(problem: Problem) -> tuple[int, bool, Instant, str]:
    """What was never recorded comes after all other hints."""
    return SEVERITIES.index(problem.severity), problem.rule in UNRECORDED, problem.since, problem.id


def is_personal(finding: Finding) -> bool:
    """Whether it is about how somebody works, and not about a task or a project."""
    return finding.rule in ABOUT_PERSONS


def _is_of_team(ground: Ground, finding: Finding) -> bool:
    if is_personal(finding) and finding.person is not None:
        return ground.has_member(finding.person)
    return ground.is_of_team(finding.project)


def _problem(ground: Ground, finding: Finding, trouble: Trouble) -> Problem:
    at = ground.at
    counts = at.policies.for_finding(finding)
    return Problem(
        id=f"{finding.rule}:{subject_of(finding)}:{finding.start}",
        rule=finding.rule,
        severity=finding.severity,
        since=trouble.since,
        days_open=days(counts.calendar.working_ticks(trouble.since, at.as_of)),
        tickets=trouble.tickets,
        person=nobody_yet(finding.person),
        breach_at=trouble.breach_at,
        age_days=trouble.age_days,
        limit=_limit(finding.rule, counts.limits_at(at.as_of)),
        is_new=finding.known_from >= ground.wanted.since,
        detail=finding.detail,
    )


def _limit(rule: Rule, limits: Limits) -> float | None:
    by_rule = {
        Rule.ONE_ACTIVE: limits.one_active,
        Rule.FIVE_DAYS: limits.five_days,
        Rule.ESTIMATE_TOO_LONG: limits.five_days,
        Rule.WATCHING_OVER_CAP: limits.watching,
        Rule.PAUSED_OVER_CAP: limits.paused,
    }
    return by_rule.get(rule)
