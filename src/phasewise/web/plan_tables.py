"""The table of a plan: what sorts it, what its file has. Called by plan_page, project_tables and records."""

from enum import StrEnum

from phasewise.core.plan import PhaseAgainstPlan
from phasewise.i18n.speaking import marked
from phasewise.usecases.as_of.plans import PlanAt
from phasewise.web.columns import phase_column
from phasewise.web.tables import Column, Table

DIGITS = 3


class Which(StrEnum):
    """The only table of the page."""

    PLAN = "plan"


def plan(shown: PlanAt | None) -> Table[PhaseAgainstPlan]:
    """A line a later phase, in their order; none without a plan. Weeks of a phase that is not needed are not
    known, but for those that were spent in it."""
    columns: tuple[Column[PhaseAgainstPlan], ...] = (
        phase_column(lambda line: line.plan.phase),
        Column("planned_weeks", marked("Planned weeks"), lambda line: _if_needed(line, line.plan.likely)),
        Column("spent_weeks", marked("Spent"), lambda line: round(line.spent, DIGITS)),
        Column("difference", marked("Difference"), _difference),
        Column("remaining", marked("Remaining"), lambda line: _if_needed(line, line.remaining)),
        Column("low", "low", lambda line: _if_needed(line, line.plan.low)),
        Column("high", "high", lambda line: _if_needed(line, line.plan.high)),
        Column("closed", "closed", lambda line: line.is_closed),
        Column("not_needed", "not_needed", lambda line: line.plan.not_needed or None),
    )
    return Table(Which.PLAN, () if shown is None else shown.against.phases, columns, 5)


def is_ahead(line: PhaseAgainstPlan) -> bool:
    """Whether nothing was spent in it yet, and there is time for it: no difference is told."""
    return not line.spent and not line.is_closed


def _difference(line: PhaseAgainstPlan) -> float | None:
    return None if line.variance is None or is_ahead(line) else round(line.variance, DIGITS)


def _if_needed(line: PhaseAgainstPlan, weeks: float) -> float | None:
    return round(weeks, DIGITS) if line.plan.is_needed else None
