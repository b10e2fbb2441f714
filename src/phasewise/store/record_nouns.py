"""Which records there are, and the questions about them that others ask. Called where projects are shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from phasewise.core.ab_tests import AbTest
from phasewise.core.decisions import Decision, KillCriterion
from phasewise.core.deliverables import PHASE_OF, Deliverable, DeliverableState, Slot
from phasewise.core.model import Instant, Phase
from phasewise.core.plan import Plan, PlanState
from phasewise.core.results import Result, ResultState
from phasewise.store.project_records import Kept, Noun, entered, latest

PLAN = Noun("plan", Plan)
DELIVERABLE = Noun("deliverable", Deliverable)
DECISION = Noun("decision", Decision)
KILL_CRITERION = Noun("kill_criterion", KillCriterion)
AB_TEST = Noun("ab_test", AbTest)
RESULT = Noun("result", Result)


def accepted_plans(
    connection: Connection, site_id: int, projects: Iterable[int] | None, before: Instant | None
) -> dict[int, Kept[Plan]]:
    """The plan that counts for each of these projects (None: all): the version accepted last `before` an
    instant (None: now). Who has only a draft is left out."""
    kept = latest(connection, site_id, PLAN, projects, before, PlanState.ACCEPTED.value)
    return {one.of.project: one for one in kept}


def plans_of(
    connection: Connection, site_id: int, projects: Iterable[int] | None, as_of: Instant | None
) -> dict[int, Plan]:
    """The same, without when and by whom."""
    kept = accepted_plans(connection, site_id, projects, as_of)
    return {project: one.value for project, one in kept.items()}


def acceptances(
    connection: Connection, site_id: int, projects: Sequence[int]
) -> Mapping[int, Mapping[Phase, list[Instant]]]:
    """When deliverables of these projects were accepted, by phase, in order; the plan is that of Research."""
    found: defaultdict[int, defaultdict[Phase, list[Instant]]] = defaultdict(lambda: defaultdict(list))
    for of, at in entered(connection, site_id, PLAN, projects, PlanState.ACCEPTED.value):
        found[of.project][Phase.RESEARCH].append(at)
    for of, at in entered(connection, site_id, RESULT, projects, ResultState.COMPLETE.value):
        found[of.project][Phase.RESULTS_ANALYSIS].append(at)
    for of, at in entered(connection, site_id, DELIVERABLE, projects, DeliverableState.ACCEPTED.value):
        found[of.project][PHASE_OF[Slot(of.name)]].append(at)
    for phases in found.values():
        for instants in phases.values():
            instants.sort()
    return found
