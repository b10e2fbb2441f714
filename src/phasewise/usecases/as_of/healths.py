"""The proposed health of projects at an instant: one number for the API, the pages and the reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from phasewise.core.calendar import TICKS_PER_DAY
from phasewise.core.figures import ProjectFigures
from phasewise.core.findings import seen_at
from phasewise.core.health import Health, OpenTrouble, Spending, health_of
from phasewise.core.model import Finding
from phasewise.core.plan import Plan
from phasewise.store.finding_pages import serious_findings
from phasewise.usecases.moment import Moment


@dataclass(frozen=True, slots=True)
class Standing:
    """What a project is judged by: its warnings and breaches that are open and not waived, and the plan that
    counts."""

    found: Sequence[Finding]
    plan: Plan | None


def standings_at(at: Moment, plans: Mapping[int, Plan], project_ids: Iterable[int]) -> dict[int, Standing]:
    """Of each of these projects."""
    ids = list(project_ids)
    found = serious_findings(at.connection, at.site_id, at.as_of, ids, at.strengths)
    return {project: Standing(found.get(project, ()), plans.get(project)) for project in ids}


def health_at(at: Moment, project: int, figures: ProjectFigures, standing: Standing) -> Health:
    """The health of a project at the instant.

    Only what has the project as its own counts, as in `findings_open`: what is about how somebody works
    colours no project.
    """
    at = at.of_project(project)
    seen = [one for one in (seen_at(finding, at.as_of) for finding in standing.found) if one is not None]
    return health_of([_trouble(at, one) for one in seen], spending_at(at, figures, standing.plan))


def _trouble(at: Moment, seen: Finding) -> OpenTrouble:
    since = seen.breach_at or seen.start
    return OpenTrouble(seen.rule, seen.severity, at.calendar.working_ticks(since, at.as_of))


def spending_at(at: Moment, figures: ProjectFigures, plan: Plan | None) -> Spending | None:
    """In weeks, of the phases that the plan is about; None without an accepted plan."""
    if plan is None:
        return None
    week = TICKS_PER_DAY * at.calendar.week_days_at(at.as_of)
    spent = {phase: one.effort.at(at.as_of, at.calendar) / week for phase, one in figures.by_phase.items()}
    return Spending(*(round(one, 3) for one in (plan.spent_weeks(spent), plan.likely_weeks, plan.high_weeks)))
