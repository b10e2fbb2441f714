"""A project's page: its phases, tasks, people, findings, how long things take. Called by web/projects."""

from collections.abc import Sequence

from phasewise.core.model import Instant
from phasewise.store.boards import issues_by_id
from phasewise.store.finding_pages import open_five_days
from phasewise.store.hands import names_of
from phasewise.store.project_pages import done_tasks, open_tasks
from phasewise.store.return_reasons import reasons_of
from phasewise.usecases.as_of.discreet import seen_by
from phasewise.usecases.as_of.healths import standings_at
from phasewise.usecases.as_of.project_flow import cycle_of, weeks_of
from phasewise.usecases.as_of.project_scene import row_of, scene_of
from phasewise.usecases.as_of.projects import project_at, project_row, visit_row
from phasewise.usecases.as_of.tasks import lives_of, standing_row
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment, sync_facts
from phasewise.usecases.project import ProjectPageFacts
from phasewise.usecases.records.show_records import accepted_of, records_at
from phasewise.usecases.views import TaskListed

WEEK_MS = 7 * 86_400_000
DONE_TASKS = 5
"""Done tasks shown unless all are asked for: the latest ones."""


def show_project_page(
    deps: Deps, key: str, as_of: Instant | None, *, weeks: int, all_tasks: bool = False
) -> ProjectPageFacts:
    """Everything about one project at `as_of` (None: now), by key, former key or id, with the visits of the
    last `weeks` weeks; of the done tasks only the latest, unless all are asked for.

    Raises NotFoundError if there is no such project, or was none yet.
    """
    with moment(deps, as_of) as at:
        epic, owner = project_at(at, key)
        at = at.of_project(epic.id)
        start = at.as_of - weeks * WEEK_MS
        scene = scene_of(at, epic, start)
        figures = scene.figures[epic.id]
        records = records_at(deps, at, epic, owner)
        counts = accepted_of(records)
        standing = standings_at(at, {} if counts is None else {epic.id: counts}, [epic.id])[epic.id]
        still_open = open_tasks(at.connection, at.site_id, epic.id, at.as_of)
        limit = None if all_tasks else DONE_TASKS
        done = done_tasks(at.connection, at.site_id, epic.id, at.as_of, limit)
        tasks, ever_active = _tasks(at, [*still_open, *done])
        people = {owner, *(task.assignee for task in tasks.values())} - {None, *scene.names}
        facts = ProjectPageFacts(
            as_of=at.as_of,
            now=deps.now(),
            zone=at.policy.calendar.zone,
            limits=at.limits,
            week_days=at.calendar.week_days_at(at.as_of),
            row=row_of(scene, start),
            listed=project_row(at, epic, figures, owner, standing),
            visits=tuple(
                visit_row(at, epic.id, one) for one in figures.visits if _reaches(one.visit.end, start)
            ),
            reasons=reasons_of(at.connection, at.site_id, epic.id, as_of),
            open=tuple(sorted((tasks[one] for one in still_open if one in tasks), key=_oldest_first)),
            done=tuple(tasks[one] for one in done if one in tasks),
            done_more=sum(one.tasks_done for one in figures.by_phase.values()) - len(done),
            ever_active=ever_active,
            severities=open_five_days(at.connection, at.site_id, at.as_of, still_open, at.strengths),
            names={**scene.names, **names_of(at.connection, at.site_id, filter(None, people))},
            cycle=cycle_of(at, epic.id),
            weeks=weeks_of(at, epic.id),
            sync=sync_facts(at),
            shows_people=deps.asker.sees_people,
            may_choose=deps.asker.leads_team(at.policies.team_of(epic.id)),
            records=records,
        )
        return seen_by(deps.asker, facts)


def _reaches(end: Instant | None, start: Instant) -> bool:
    return end is None or end > start


def _tasks(at: Moment, ids: Sequence[int]) -> tuple[dict[int, TaskListed], frozenset[str]]:
    """The tasks by id, and which of them were ever active."""
    issues, lives = issues_by_id(at.connection, at.site_id, ids), lives_of(at, ids)
    rows = {one: standing_row(at, issues[one], life) for one, life in lives.items() if one in issues}
    return rows, frozenset(str(one) for one, life in lives.items() if life.was_active(at.as_of))


def _oldest_first(task: TaskListed) -> tuple[float, int, str]:
    return (-task.age_days, len(task.key), task.key)
