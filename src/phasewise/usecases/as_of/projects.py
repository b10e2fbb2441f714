"""Projects as they stood at an instant. Called by show_projects, export_table and audit_history."""

from collections.abc import Iterable, Mapping, Sequence

from phasewise.core.calendar import TICKS_PER_DAY, Ticks, days
from phasewise.core.figures import RECENT_MS, PhaseFigures, ProjectFigures, VisitFigures, settle
from phasewise.core.model import Instant, Kind
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store.boards import IssueRow, find_issue
from phasewise.store.derived import figures_of, intervals_of
from phasewise.store.past import projects_before
from phasewise.store.record_nouns import plans_of
from phasewise.usecases.as_of.healths import Standing, health_at, standings_at
from phasewise.usecases.as_of.tasks import seen
from phasewise.usecases.moment import Moment
from phasewise.usecases.views import HealthShown, PhaseNumbers, ProjectListed, VisitShown


def project_rows(at: Moment, issues: Sequence[IssueRow]) -> list[ProjectListed]:
    """The projects as they stood; one that had not begun is left out."""
    ids = [issue.id for issue in issues]
    figures = figures_at(at, ids, since=at.as_of)
    owners = owners_at(at, ids)
    standings = standings_at(at, plans_of(at.connection, at.site_id, ids, at.asked), ids)
    return [
        project_row(at, issue, figures[issue.id], owners[issue.id], standings[issue.id])
        for issue in issues
        if issue.id in owners
    ]


def figures_at(
    at: Moment, project_ids: Iterable[int], since: Instant | None = None
) -> dict[int, ProjectFigures]:
    """The figures of these projects, right at the instant; with `since`, visits that ended before it may be
    left out, so that a long history costs no more than a short one.

    What is stored is right for every instant after the project's last change, whatever its history is long;
    only for an earlier instant is the history read again, of all such projects together; their
    figures are of that instant alone, not of every one after `settled_at`.
    """
    ids = list(project_ids)
    figures = figures_of(at.connection, at.site_id, ids, at.as_of, since)
    changed = [project for project in ids if project not in figures]
    lately = at.as_of - RECENT_MS
    for project, epic, lives in projects_before(at.connection, at.site_id, changed, at.as_of, lately):
        figures[project] = settle(project, epic, lives, at.of_project(project).calendar, cut=at.as_of)
    return {project: figures[project] for project in ids}


def owners_at(at: Moment, project_ids: Sequence[int]) -> dict[int, str | None]:
    """The assignee of each epic at the instant; an epic that had not begun is left out."""
    owners: dict[int, str | None] = {}
    for epic, intervals in intervals_of(at.connection, at.site_id, project_ids).items():
        begun = [interval for interval in intervals if interval.start < at.as_of]
        if begun:
            owners[epic] = begun[-1].person
    return owners


def project_at(at: Moment, key: str) -> tuple[IssueRow, str | None]:
    """The project with this key, former key or id, and its owner. Raises NotFoundError."""
    issue = find_issue(at.connection, at.site_id, key)
    owners = owners_at(at, [issue.id]) if issue is not None and issue.kind is Kind.PROJECT else {}
    if issue is None or issue.id not in owners:
        raise NotFoundError(_("There is no project with this key or id, or there was none at that time"))
    return issue, owners[issue.id]


def project_row(
    at: Moment, issue: IssueRow, figures: ProjectFigures, owner: str | None, standing: Standing
) -> ProjectListed:
    """The project as it stood, with the plan that counted then."""
    at, plan = at.of_project(issue.id), standing.plan
    health = health_at(at, issue.id, figures, standing)
    effort = figures.effort.at(at.as_of, at.calendar)
    return ProjectListed(
        id=str(issue.id),
        key=issue.key,
        summary=issue.summary,
        url=at.url(issue.key),
        team=at.policies.team_of(issue.id),
        state=figures.state,
        phases_now=list(figures.phases_now),
        last_phase=figures.last_phase,
        idle_since=figures.idle_since,
        owner=owner,
        people=_recent(figures.last_active, at.as_of),
        loops=figures.loops,
        effort_days=days(effort),
        touched_days=days(figures.touched.at(at.as_of, at.calendar)),
        elapsed_days=days(figures.elapsed.at(at.as_of, at.calendar)),
        planned_weeks=None if plan is None else round(plan.likely_weeks, 3),
        spent_weeks=weeks(effort, at.calendar.week_days_at(at.as_of)),
        findings_open=len(standing.found),
        health=HealthShown(colour=health.colour, reason=health.reason, arguments=dict(health.arguments)),
        removed_at=seen(issue.removed_at, at.as_of),
        by_phase={phase: _phase_numbers(at, numbers) for phase, numbers in figures.by_phase.items()},
    )


def visit_row(at: Moment, project: int, figures: VisitFigures) -> VisitShown:
    at, visit = at.of_project(project), figures.visit
    return VisitShown(
        phase=visit.phase,
        start=visit.start,
        end=seen(visit.end, at.as_of),
        is_return=visit.is_return,
        effort_days=days(figures.effort.at(at.as_of, at.calendar)),
        touched_days=days(figures.touched.at(at.as_of, at.calendar)),
        elapsed_days=days(figures.elapsed.at(at.as_of, at.calendar)),
    )


def weeks(ticks: Ticks, week_days: int) -> float:
    """Working weeks, rounded once, to 3 decimals."""
    return round(ticks / (TICKS_PER_DAY * week_days), 3)


def _phase_numbers(at: Moment, figures: PhaseFigures) -> PhaseNumbers:
    return PhaseNumbers(
        tasks=figures.tasks,
        tasks_done=figures.tasks_done,
        visits=figures.visits,
        effort_days=days(figures.effort.at(at.as_of, at.calendar)),
        touched_days=days(figures.touched.at(at.as_of, at.calendar)),
    )


def _recent(last_active: Mapping[str, Instant | None], as_of: Instant) -> list[str]:
    """Who had active time in the last 28 days."""
    return sorted(person for person, end in last_active.items() if end is None or end > as_of - RECENT_MS)
