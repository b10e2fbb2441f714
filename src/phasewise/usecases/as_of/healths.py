"""The proposed health of projects at an instant: one number for the API, the pages and the reports."""

from collections.abc import Iterable, Mapping

from phasewise.core.calendar import TICKS_PER_DAY
from phasewise.core.figures import ProjectFigures
from phasewise.core.findings import seen_at
from phasewise.core.health import Health, OpenTrouble, Spending, health_of
from phasewise.core.model import Finding
from phasewise.core.plan import Plan
from phasewise.usecases.moment import Moment


def health_at(
    at: Moment, project: int, found: Iterable[Finding], figures: ProjectFigures, plan: Plan | None
) -> Health:
    """The health of a project by its findings that are open and not waived, and by its accepted plan.

    Only what has the project as its own counts, as in `findings_open`: what is about how somebody works
    colours no project.
    """
    at = at.of_project(project)
    own = (seen_at(one, at.as_of) for one in found if one.project == project)
    return health_of([_trouble(at, one) for one in own if one is not None], _spending(at, figures, plan))


def healths_at(
    at: Moment,
    found: Mapping[int, Iterable[Finding]],
    figures: Mapping[int, ProjectFigures],
    plans: Mapping[int, Plan],
) -> dict[int, Health]:
    """The same of many, by project."""
    return {
        project: health_at(at, project, found.get(project, ()), some, plans.get(project))
        for project, some in figures.items()
    }


def _trouble(at: Moment, seen: Finding) -> OpenTrouble:
    since = seen.breach_at or seen.start
    return OpenTrouble(seen.rule, seen.severity, at.calendar.working_ticks(since, at.as_of))


def _spending(at: Moment, figures: ProjectFigures, plan: Plan | None) -> Spending | None:
    """In weeks, of the phases that the plan is about."""
    if plan is None:
        return None
    week = TICKS_PER_DAY * at.calendar.week_days_at(at.as_of)
    spent = {phase: one.effort.at(at.as_of, at.calendar) / week for phase, one in figures.by_phase.items()}
    return Spending(*(round(one, 3) for one in (plan.spent_weeks(spent), plan.likely_weeks, plan.high_weeks)))
