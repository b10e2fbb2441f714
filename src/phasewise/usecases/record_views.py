"""The JSON of what Jira cannot hold: the plan and the deliverables of a project, and the project with them.

Weeks have 3 decimals; days are `2026-12-01`. Called where projects are shown.
"""

from datetime import date

from pydantic import BaseModel

from phasewise.core.deliverables import Audience, DeliverableState, Slot
from phasewise.core.model import Phase
from phasewise.core.plan import PlanState
from phasewise.usecases.views import ProjectListed, Stamp, TaskListed, VisitShown


class PhasePlanned(BaseModel):
    """A later phase: its weeks, null where it is `not_needed`, and what was spent of them."""

    low_weeks: float | None
    likely_weeks: float | None
    high_weeks: float | None
    not_needed: str | None
    spent_weeks: float
    variance_weeks: float | None
    remaining_weeks: float
    closed: bool


class PlanShown(BaseModel):
    """The plan that counts, or the draft where none was accepted yet. `spent_weeks` are those in the phases
    that are needed, `research_weeks` and `none_weeks` are apart from them. `tasks_planned` is how many tasks
    there were when it was accepted."""

    version: int
    state: PlanState
    saved_at: Stamp
    reason: str
    method: str
    data: str
    success_metric: str
    presented_on: date | None
    audience: str
    feedback: str
    planned_weeks: float
    spent_weeks: float
    variance_weeks: float
    remaining_weeks: float
    research_weeks: float
    none_weeks: float
    tasks_planned: int | None
    tasks_now: int | None
    scope_growth_percent: float | None
    by_phase: dict[Phase, PhasePlanned]


class ReviewShown(BaseModel):
    """A deliverable was shown to somebody."""

    on: date
    kind: Audience
    audience: str
    feedback: str
    actions: str


class DeliverableShown(BaseModel):
    """What a phase delivers, where it was begun."""

    phase: Phase
    slot: Slot
    state: DeliverableState
    optional: bool
    link: str
    version: str
    review_on: date | None
    ready_on: date | None
    reviews: list[ReviewShown]


class ProjectShown(ProjectListed):
    """One project with its visits and tasks, its plan and what was delivered."""

    visits: list[VisitShown]
    tasks: list[TaskListed]
    plan: PlanShown | None
    deliverables: list[DeliverableShown]
