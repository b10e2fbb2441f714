"""The plan and the deliverables of a project as the API shows them. Called by show_projects."""

from phasewise.core.deliverables import OPTIONAL, PHASE_OF, Deliverable, Slot
from phasewise.core.model import Phase
from phasewise.core.plan import PhaseAgainstPlan
from phasewise.store.project_records import Recorded
from phasewise.store.record_nouns import DELIVERABLE
from phasewise.usecases.as_of.plans import PlanAt, slots_in
from phasewise.usecases.record_views import DeliverableShown, PhasePlanned, PlanShown, ReviewShown


def plan_row(one: PlanAt) -> PlanShown:
    """A plan with what was spent against it."""
    plan, against, growth = one.plan, one.against, one.growth
    percent = None if growth is None else growth.percent
    return PlanShown(
        version=plan.version,
        state=plan.state,
        saved_at=one.kept.at,
        reason=plan.reason,
        method=plan.method,
        data=plan.data,
        success_metric=plan.success_metric,
        presented_on=plan.presented_on,
        audience=plan.audience,
        feedback=plan.feedback,
        planned_weeks=round(against.planned, 3),
        spent_weeks=round(against.spent, 3),
        variance_weeks=round(against.variance, 3),
        remaining_weeks=round(against.remaining, 3),
        research_weeks=round(against.apart[Phase.RESEARCH], 3),
        none_weeks=round(against.apart[Phase.NONE], 3),
        tasks_planned=None if growth is None else growth.planned,
        tasks_now=None if growth is None else growth.now,
        scope_growth_percent=None if percent is None else round(percent, 1),
        by_phase={row.plan.phase: _phase(row) for row in against.phases},
    )


def _phase(row: PhaseAgainstPlan) -> PhasePlanned:
    plan, variance = row.plan, row.variance
    return PhasePlanned(
        low_weeks=plan.low if plan.is_needed else None,
        likely_weeks=plan.likely if plan.is_needed else None,
        high_weeks=plan.high if plan.is_needed else None,
        not_needed=plan.not_needed or None,
        spent_weeks=round(row.spent, 3),
        variance_weeks=None if variance is None else round(variance, 3),
        remaining_weeks=round(row.remaining, 3),
        closed=row.is_closed,
    )


def deliverable_rows(recorded: Recorded) -> list[DeliverableShown]:
    """The slots that are begun, in the order of the phases."""
    filled = {one.value.slot: one.value for one in recorded.latest(DELIVERABLE)}
    states = slots_in(recorded)
    return [
        _deliverable(filled.get(slot, Deliverable(slot, states[slot]))) for slot in Slot if slot in states
    ]


def _deliverable(one: Deliverable) -> DeliverableShown:
    return DeliverableShown(
        phase=PHASE_OF[one.slot],
        slot=one.slot,
        state=one.state,
        optional=one.slot in OPTIONAL,
        link=one.link,
        version=one.version,
        review_on=one.review_on,
        ready_on=one.ready_on,
        reviews=[
            ReviewShown(
                on=review.on,
                kind=review.kind,
                audience=review.audience,
                feedback=review.feedback,
                actions=review.actions,
            )
            for review in one.reviews
        ],
    )
