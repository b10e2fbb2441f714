"""Projects for the API and the pages: the list, and one of them with its visits and tasks."""

from phasewise.core.model import Instant
from phasewise.core.plan import PlanState
from phasewise.store.boards import KEY_PLACE, IssueRow, Page, TaskFilter, projects_at, tasks_at
from phasewise.store.project_records import recorded
from phasewise.usecases.as_of.discreet import seen_by
from phasewise.usecases.as_of.healths import standings_at
from phasewise.usecases.as_of.plans import plan_at
from phasewise.usecases.as_of.projects import figures_at, project_at, project_row, project_rows, visit_row
from phasewise.usecases.as_of.record_rows import deliverable_rows, plan_row
from phasewise.usecases.as_of.tasks import task_rows
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, listing, moment
from phasewise.usecases.paging import Paging, cut
from phasewise.usecases.record_views import ProjectShown
from phasewise.usecases.views import Listing, ProjectListed

PROJECTS = "projects"
PROJECT_PLACE = KEY_PLACE


def show_projects(deps: Deps, as_of: Instant | None, asked: Paging) -> Listing[ProjectListed]:
    """One page of the projects existing at `as_of` (None: now), by key."""
    with moment(deps, as_of) as at:
        page = Page(asked.limit + 1, asked.after)
        issues, last = cut(projects_at(at.connection, at.site_id, at.as_of, page), asked, IssueRow.place_of)
        return listing(at, PROJECTS, seen_by(deps.asker, project_rows(at, issues)), last)


def show_project(deps: Deps, key: str, as_of: Instant | None) -> ProjectShown:
    """One project, by key, former key or id. A removed one is still shown, with `removed_at`.

    Raises NotFoundError if there is no such project, or was none yet.
    """
    with moment(deps, as_of) as at:
        return seen_by(deps.asker, _project(at, *project_at(at, key)))


def _project(at: Moment, issue: IssueRow, owner: str | None) -> ProjectShown:
    figures = figures_at(at, [issue.id])[issue.id]
    records = recorded(at.connection, at.site_id, issue.id, at.asked)
    plan = plan_at(at, records, figures)
    counts = plan.plan if plan is not None and plan.plan.state is PlanState.ACCEPTED else None
    standing = standings_at(at, {} if counts is None else {issue.id: counts}, [issue.id])[issue.id]
    listed = project_row(at, issue, figures, owner, standing)
    tasks = tasks_at(at.connection, at.site_id, at.as_of, TaskFilter(project=issue.id), Page())
    return ProjectShown(
        **dict(listed),
        visits=[visit_row(at, issue.id, visit) for visit in figures.visits],
        tasks=task_rows(at, tasks),
        plan=None if plan is None else plan_row(plan),
        deliverables=deliverable_rows(records),
    )
