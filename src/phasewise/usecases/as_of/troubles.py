"""The open findings, with everything that a page says about them. Called by show_portfolio."""

from collections.abc import Iterable

from phasewise.core.findings import lasting, started_last, to_look_at
from phasewise.core.model import Finding, Group, Instant, Rule, Severity
from phasewise.core.rules import five_days
from phasewise.core.timeline import clip_intervals
from phasewise.usecases.as_of.scene import Scene
from phasewise.usecases.as_of.tasks import Life
from phasewise.usecases.portfolio import Trouble


def troubles_of(scene: Scene) -> list[tuple[Finding, Trouble]]:
    """Every open finding and what is said about it."""
    return [(finding, _trouble(scene, finding)) for finding in scene.findings]


def projects_of(scene: Scene, finding: Finding) -> set[int]:
    """The projects with which a finding stands: a person's, with those of the tasks it follows from now."""
    if finding.rule is Rule.ONE_ACTIVE:
        return {project for task in lasting(finding) if (project := scene.project_of(task)) is not None}
    return set() if finding.project is None else {finding.project}


def breached_since(troubles: Iterable[Trouble], start: Instant) -> int:
    """How many of them became a breach at `start` or later."""
    return sum(trouble.severity is Severity.BREACH and trouble.since >= start for trouble in troubles)


def _trouble(scene: Scene, finding: Finding) -> Trouble:
    named = to_look_at(finding)
    last = started_last(finding)
    return Trouble(
        rule=finding.rule,
        severity=finding.severity,
        since=_since(finding),
        tickets=tuple(scene.tickets[task] for task in named if task in scene.tickets),
        person=None if finding.person is None else scene.person(finding.person),
        started_last=scene.tickets.get(last) if last in named else None,
        breach_at=finding.breach_at or _breach_ahead(scene, finding),
        age_days=_age_days(scene, finding),
        detail=finding.detail,
        limits=scene.at.policies.for_finding(finding).limits_at(scene.at.as_of),
    )


def _since(finding: Finding) -> Instant:
    """When it became a breach, else when it started. Having nothing active is a finding only after a working
    day, but it is for longer that nothing has been."""
    if finding.rule is Rule.NOTHING_ACTIVE:
        return min((one.start for one in finding.evidence), default=finding.start)
    return finding.breach_at or finding.start


def _ageing(scene: Scene, finding: Finding) -> Life | None:
    """The task of a five-day finding."""
    if finding.rule is not Rule.FIVE_DAYS or finding.task is None:
        return None
    return scene.lives.get(finding.task)


def _age_days(scene: Scene, finding: Finding) -> float | None:
    life = _ageing(scene, finding)
    return None if life is None else life.age_days(scene.at)


def _breach_ahead(scene: Scene, finding: Finding) -> Instant | None:
    """When a warning becomes a breach if its task stays active; None while it is not."""
    at, life = scene.at, _ageing(scene, finding)
    if life is None or life.now(at.as_of).group is not Group.ACTIVE:
        return None
    own, *subtasks = (clip_intervals(one, at.as_of) for one in (life.own, *life.subtasks.values()))
    counts = at.policies.for_task(own)
    found = five_days(own, subtasks, counts.calendar, counts.limits_at(at.as_of), at.policies.leave)
    return found[-1].breach_at if found else None
