"""What differs between two reports of a team: project by project, and in sum. Called by show_difference."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from phasewise.core.digest import Digest, Problem, ProjectDigest, Ticket
from phasewise.core.health import Colour
from phasewise.core.model import Phase, Severity, State


@dataclass(frozen=True, slots=True)
class Side:
    """A project in one of the two reports. `last_phase` is what a page says where no phase is active; alone
    it makes no difference."""

    state: State
    colour: Colour
    phases_now: tuple[Phase, ...]
    spent_weeks: float
    planned_weeks: float | None
    loops: int
    tasks: int
    tasks_done: int
    last_phase: Phase | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ProjectDifference:
    """A project, as it was and as it is; None where it is not in that report. Its warnings and breaches that
    are new, those that are gone, and those that are in both and `turned` from one into the other."""

    project: Ticket
    before: Side | None
    after: Side | None
    opened: tuple[Problem, ...] = ()
    closed: tuple[Problem, ...] = ()
    turned: tuple[Problem, ...] = ()

    @property
    def is_change(self) -> bool:
        return self.before != self.after or bool(self.opened or self.closed or self.turned)


@dataclass(frozen=True, slots=True)
class Difference:
    """From the week `before` to the week `after`: the projects that differ, in the order of the later report,
    and the compliance of both weeks. `opened`, `closed` and `turned` are of what is no project's: of people,
    and of tasks without a project."""

    team: str
    before: str
    after: str
    projects: tuple[ProjectDifference, ...]
    unchanged: int
    kept_before: float | None
    kept_after: float | None
    opened: tuple[Problem, ...] = ()
    closed: tuple[Problem, ...] = ()
    turned: tuple[Problem, ...] = ()


def difference(before: Digest, after: Digest) -> Difference:
    """What differs between two reports of the same team."""
    then, now = _by_id(before), _by_id(after)
    order = [*now, *(project for project in then if project not in now)]
    rows = [_project(then.get(project), now.get(project)) for project in order]
    changed = tuple(row for row in rows if row.is_change)
    loose_then, loose_now = _of_no_project(before), _of_no_project(after)
    return Difference(
        team=after.team,
        before=before.week,
        after=after.week,
        projects=changed,
        unchanged=len(rows) - len(changed),
        kept_before=before.compliance.week.kept,
        kept_after=after.compliance.week.kept,
        opened=_but(loose_now, loose_then),
        closed=_but(loose_then, loose_now),
        turned=_turned(loose_then, loose_now),
    )


def _by_id(digest: Digest) -> dict[int, ProjectDigest]:
    return {project.id: project for project in digest.projects}


def _project(before: ProjectDigest | None, after: ProjectDigest | None) -> ProjectDifference:
    shown = after or before
    assert shown is not None  # noqa: S101 - it came from one of the two
    then = _serious(() if before is None else before.problems)
    now = _serious(() if after is None else after.problems)
    return ProjectDifference(
        project=Ticket(shown.id, shown.key, shown.summary, shown.url),
        before=_side(before),
        after=_side(after),
        opened=_but(now, then),
        closed=_but(then, now),
        turned=_turned(then, now),
    )


def _of_no_project(digest: Digest) -> list[Problem]:
    theirs = (problem for one in digest.people for problem in one.problems)
    return _serious((*theirs, *digest.loose_problems))


def _side(project: ProjectDigest | None) -> Side | None:
    if project is None:
        return None
    return Side(
        state=project.state,
        colour=project.colour,
        phases_now=project.phases_now,
        spent_weeks=project.spent_weeks,
        planned_weeks=project.planned_weeks,
        loops=project.loops,
        tasks=project.tasks,
        tasks_done=project.tasks_done,
        last_phase=project.last_phase,
    )


def _serious(found: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in found if problem.severity is not Severity.HINT]


def _but(some: Iterable[Problem], others: Iterable[Problem]) -> tuple[Problem, ...]:
    known = {problem.id for problem in others}
    return tuple(problem for problem in some if problem.id not in known)


def _turned(before: Iterable[Problem], after: Iterable[Problem]) -> tuple[Problem, ...]:
    """A warning that became a breach is the same finding, and so is one that leave made a warning again."""
    severities = {problem.id: problem.severity for problem in before}
    return tuple(
        problem for problem in after if severities.get(problem.id, problem.severity) is not problem.severity
    )
