"""Tasks for the API and the pages: the list, and one of them with its intervals."""

from dataclasses import dataclass

from phasewise.core.model import Group, Instant, Kind, Phase
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store.boards import (
    KEY_PLACE,
    IssueRow,
    Page,
    TaskFilter,
    find_issue,
    find_project,
    issues_by_id,
    tasks_at,
)
from phasewise.usecases.as_of.tasks import Life, interval_rows, lives_of, task_row, task_rows
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, listing, moment
from phasewise.usecases.paging import Paging, cut
from phasewise.usecases.views import Listing, SubtaskShown, TaskListed, TaskShown

TASKS = "tasks"
TASK_PLACE = KEY_PLACE


@dataclass(frozen=True, slots=True)
class AskedTasks:
    """Which tasks; None: all. `project` is an issue id or a key, `person` a person id."""

    project: str | None = None
    person: str | None = None
    phase: Phase | None = None
    group: Group | None = None


def show_tasks(deps: Deps, as_of: Instant | None, asked: Paging, wanted: AskedTasks) -> Listing[TaskListed]:
    """One page of the tasks existing at `as_of` (None: now), by key."""
    with moment(deps, as_of) as at:
        project = find_project(at.connection, at.site_id, wanted.project)
        filtered = TaskFilter(project, wanted.person, wanted.phase, wanted.group)
        page = Page(asked.limit + 1, asked.after)
        found = tasks_at(at.connection, at.site_id, at.as_of, filtered, page)
        issues, last = cut(found, asked, IssueRow.place_of)
        return listing(at, TASKS, task_rows(at, issues), last)


def show_task(deps: Deps, key: str, as_of: Instant | None) -> TaskShown:
    """One task, by key, former key or id. A removed one is still shown, with `removed_at`.

    Raises NotFoundError if there is no such task (a sub-task is none), or was none yet.
    """
    with moment(deps, as_of) as at:
        issue = find_issue(at.connection, at.site_id, key)
        lives = lives_of(at, [issue.id]) if issue is not None and issue.kind is Kind.TASK else {}
        if issue is None or issue.id not in lives or issue.created >= at.as_of:
            raise NotFoundError(_("There is no task with this key or id, or there was none at that time"))
        return _task(at, issue, lives[issue.id])


def _task(at: Moment, issue: IssueRow, life: Life) -> TaskShown:
    subtasks = issues_by_id(at.connection, at.site_id, life.subtasks)
    return TaskShown(
        **dict(task_row(at, issue, life)),
        intervals=interval_rows(life.own, at.as_of),
        subtasks=[
            SubtaskShown(
                id=str(subtask.id),
                key=subtask.key,
                summary=subtask.summary,
                intervals=interval_rows(life.subtasks[subtask.id], at.as_of),
            )
            for subtask in sorted(subtasks.values(), key=IssueRow.place_of)
            if subtask.created < at.as_of
        ],
    )
