"""The rows of the portfolio page: figures, people, troubles and stays of a project. By show_portfolio."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from phasewise.core.calendar import days
from phasewise.core.figures import RECENT_MS, ProjectFigures, VisitFigures
from phasewise.core.model import Finding, Group, Instant, Severity
from phasewise.store.portfolio import done_starts
from phasewise.store.record_nouns import plans_of
from phasewise.usecases.as_of.hands import BY_ACTIVITY
from phasewise.usecases.as_of.healths import Standing, health_at, spending_at
from phasewise.usecases.as_of.projects import weeks
from phasewise.usecases.as_of.scene import Scene, ticket_of
from phasewise.usecases.as_of.tasks import seen
from phasewise.usecases.as_of.troubles import projects_of
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import Member, PhaseNow, ProjectFacts, Stay, Ticket, Trouble


@dataclass(frozen=True, slots=True)
class Work:
    """What goes on in one project: its tasks by group, everybody's active tickets in it, its troubles,
    and of its own findings those that make its health."""

    groups: dict[int, Group] = field(default_factory=dict)
    active: defaultdict[str, list[Ticket]] = field(default_factory=lambda: defaultdict(list))
    troubles: list[Trouble] = field(default_factory=list)
    serious: list[Finding] = field(default_factory=list)


def rows_of(
    scene: Scene, troubles: Iterable[tuple[Finding, Trouble]], start: Instant
) -> tuple[tuple[ProjectFacts, ...], tuple[ProjectFacts, ...]]:
    """The projects that are not done and, where the scene has their figures, those that are; each with the
    stays that reach beyond `start`."""
    at = scene.at
    work = _work(scene, troubles)
    since = done_starts(at.connection, at.site_id, at.as_of, scene.done & scene.figures.keys())
    plans = plans_of(at.connection, at.site_id, list(scene.figures), at.asked)
    rows = {
        project: replace(
            _row(scene, project, work[project], start, since.get(project)),
            health=health_at(at, project, figures, Standing(work[project].serious, plans.get(project))),
            spending=spending_at(at, figures, plans.get(project)),
        )
        for project, figures in scene.figures.items()
    }
    return (
        tuple(row for project, row in rows.items() if project not in scene.done),
        tuple(row for project, row in rows.items() if project in scene.done),
    )


def _work(scene: Scene, troubles: Iterable[tuple[Finding, Trouble]]) -> defaultdict[int, Work]:
    """By project. A task in several hands counts once, in the most active group it has."""
    projects: defaultdict[int, Work] = defaultdict(Work)
    for hand in scene.hands:
        for held in hand.tasks:
            project = scene.project_of(held.task.id)
            if project is None or held.group is Group.TODO:
                continue
            work = projects[project]
            groups = (held.group, work.groups.get(held.task.id, held.group))
            work.groups[held.task.id] = min(groups, key=BY_ACTIVITY.index)
            if held.group is Group.ACTIVE and hand.person is not None:
                work.active[hand.person].append(ticket_of(scene.at, held.task))
    for finding, trouble in troubles:
        for project in projects_of(scene, finding):
            projects[project].troubles.append(trouble)
        if finding.project is not None and finding.severity is not Severity.HINT:
            projects[finding.project].serious.append(finding)
    return projects


def _row(scene: Scene, project: int, work: Work, start: Instant, done_since: Instant | None) -> ProjectFacts:
    at, figures = scene.at.of_project(project), scene.figures[project]
    idle = figures.idle_since
    return ProjectFacts(
        epic=scene.epics[project],
        state=figures.state,
        state_since=done_since,
        phases_now=_phases_now(at, figures),
        last_phase=figures.last_phase,
        idle_since=idle,
        idle_days=0.0 if idle is None else days(at.calendar.working_ticks(idle, at.as_of)),
        loops=figures.loops,
        effort_weeks=weeks(figures.effort.at(at.as_of, at.calendar), at.calendar.week_days_at(at.as_of)),
        elapsed_weeks=weeks(figures.elapsed.at(at.as_of, at.calendar), at.calendar.week_days_at(at.as_of)),
        tickets=Counter(work.groups.values()),
        members=_members(scene, figures.last_active, work),
        troubles=tuple(work.troubles),
        stays=tuple(_stay(at, one) for one in figures.visits if _reaches(one.visit.end, start)),
    )


def _reaches(end: Instant | None, start: Instant) -> bool:
    return end is None or end > start


def _phases_now(at: Moment, figures: ProjectFigures) -> tuple[PhaseNow, ...]:
    """The active phases in their order, each with the length of the stay that is still open."""
    lasting = {one.visit.phase: one for one in figures.visits if seen(one.visit.end, at.as_of) is None}
    return tuple(
        PhaseNow(phase, days(lasting[phase].elapsed.at(at.as_of, at.calendar)))
        for phase in figures.phases_now
    )


def _members(scene: Scene, last_active: Mapping[str, Instant | None], work: Work) -> tuple[Member, ...]:
    """Who had active time in the last 28 days: those with an active ticket first, then the latest."""
    as_of = scene.at.as_of
    last = {person: as_of if end is None else end for person, end in last_active.items()}
    recent = [person for person, end in last.items() if end > as_of - RECENT_MS]
    recent.sort(key=lambda person: (person not in work.active, -last[person], person))
    return tuple(Member(scene.person(person), tuple(work.active.get(person, ()))) for person in recent)


def _stay(at: Moment, figures: VisitFigures) -> Stay:
    visit = figures.visit
    return Stay(
        phase=visit.phase,
        start=visit.start,
        end=seen(visit.end, at.as_of),
        is_return=visit.is_return,
        elapsed_days=days(figures.elapsed.at(at.as_of, at.calendar)),
    )
