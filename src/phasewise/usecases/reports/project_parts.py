"""The projects of a report, worst first. Called by build_digest."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phasewise.core.calendar import days
from phasewise.core.digest import OnIt, Person, PlanSpent, Problem, ProjectDigest, Ticket
from phasewise.core.health import Colour, Health
from phasewise.core.model import Finding, Group, Severity, State
from phasewise.store.boards import IssueRow
from phasewise.usecases.as_of.healths import Standing
from phasewise.usecases.as_of.projects import project_row
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.reports.ground import Ground, nobody_yet
from phasewise.usecases.reports.happened import Happened, moves_of, spans_of
from phasewise.usecases.reports.problems import is_personal
from phasewise.usecases.reports.recorded import plans_spent
from phasewise.usecases.reports.work import WeekWork

Found = Sequence[tuple[Finding, Problem]]
COLOURS, STATES = tuple(Colour), tuple(State)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands with the projects, by project: findings, what happened, the work of the week, the active
    tickets of each person at the instant, and plans against what was spent."""

    found: Mapping[int, Found]
    happened: Happened
    work: WeekWork
    active: Mapping[int, Mapping[str, list[Ticket]]]
    plans: Mapping[int, PlanSpent]


def projects_of(
    ground: Ground, found: Found, happened: Happened, work: WeekWork
) -> tuple[ProjectDigest, ...]:
    """Red ones first; of one colour those that work first, then by key."""
    theirs: defaultdict[int, list[tuple[Finding, Problem]]] = defaultdict(list)
    for finding, problem in found:
        if finding.project is not None and not is_personal(finding):
            theirs[finding.project].append((finding, problem))
    around = Around(theirs, happened, work, _active_by_project(ground), plans_spent(ground))
    rows = [(_project(ground, issue, around), issue) for issue in ground.projects.values()]
    return tuple(row for row, _ in sorted(rows, key=lambda each: _worst_first(*each)))


def _project(ground: Ground, issue: IssueRow, around: Around) -> ProjectDigest:
    at, project = ground.at.of_project(issue.id), issue.id
    found, figures = around.found.get(project, ()), ground.figures[project]
    serious = [finding for finding, problem in found if problem.severity is not Severity.HINT]
    standing = Standing(serious, ground.plans.get(project))
    row = project_row(at, issue, figures, ground.owners[project], standing)
    idle = row.idle_since
    return ProjectDigest(
        id=project,
        key=row.key,
        summary=row.summary,
        url=row.url,
        state=row.state,
        phases_now=tuple(row.phases_now),
        last_phase=row.last_phase,
        idle_since=idle,
        idle_days=0.0 if idle is None else days(at.calendar.working_ticks(idle, at.as_of)),
        owner=nobody_yet(row.owner),
        people=_people(ground, project, around),
        spent_weeks=row.spent_weeks,
        week_days=around.work.effort.get(project, 0.0),
        elapsed_days=row.elapsed_days,
        planned_weeks=row.planned_weeks,
        plan=around.plans.get(project),
        loops=row.loops,
        findings_open=row.findings_open,
        tasks=sum(one.tasks for one in row.by_phase.values()),
        tasks_done=sum(one.tasks_done for one in row.by_phase.values()),
        health=Health(row.health.colour, row.health.reason, row.health.arguments),
        ribbon=spans_of(ground, project),
        phase_moves=moves_of(ground, project),
        finished=tuple(around.happened.finished.get(project, ())),
        started=tuple(around.happened.started.get(project, ())),
        problems=tuple(problem for _, problem in found),
        is_new=issue.created >= ground.wanted.since,
    )


def _people(ground: Ground, project: int, around: Around) -> tuple[OnIt, ...]:
    """Who had an active ticket of the project in the week, or has one: by name, as everywhere."""
    worked, active = around.work.by_project.get(project, {}), around.active.get(project, {})
    names = ground.scene.names
    people = sorted(worked.keys() | active.keys(), key=lambda one: (names.get(one, "").casefold(), one))
    return tuple(OnIt(Person(one, None), worked.get(one, 0.0), tuple(active.get(one, ()))) for one in people)


def _active_by_project(ground: Ground) -> dict[int, dict[str, list[Ticket]]]:
    scene = ground.scene
    found: dict[int, dict[str, list[Ticket]]] = {}
    for hand in scene.hands:
        for held in hand.tasks:
            project = scene.project_of(held.task.id)
            if hand.person is not None and project is not None and Group.ACTIVE in held.groups:
                mine = found.setdefault(project, {}).setdefault(hand.person, [])
                mine.append(ticket_of(ground.at, held.task))
    return found


def _worst_first(row: ProjectDigest, issue: IssueRow) -> tuple[int, bool, int, tuple[str, int, str]]:
    is_done = row.state is State.DONE
    return COLOURS.index(row.colour), is_done, STATES.index(row.state), issue.place_of()
