"""What was never recorded: the plan of a project past Research, what a phase delivers whose tasks are done.

Nobody is asked for it on a day, and no review is made longer by it: `due` shows it below what asks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from phasewise.core.deliverables import DeliverableState, Slot, missing
from phasewise.core.figures import ProjectFigures
from phasewise.core.model import PHASES, Phase, State
from phasewise.core.plan import Plan
from phasewise.store.boards import Page, projects_at
from phasewise.store.record_nouns import plans_of
from phasewise.usecases.as_of.plans import slot_states
from phasewise.usecases.as_of.projects import figures_at
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import Ticket

OVER = (State.DONE, State.NOT_STARTED)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A project with what is missing of it: its plan, and slots by phase."""

    project: Ticket
    plan: bool
    slots: Mapping[Phase, tuple[Slot, ...]]


def lacking_at(at: Moment) -> tuple[Lacking, ...]:
    """The projects that go on and lack something, by key."""
    epics = {epic.id: epic for epic in projects_at(at.connection, at.site_id, at.as_of, Page())}
    figures = figures_at(at, epics)
    states, plans = slot_states(at, epics), plans_of(at.connection, at.site_id, epics, at.asked)
    found = []
    for project, epic in epics.items():
        if figures[project].state in OVER:
            continue
        slots = dict(_open_slots(figures[project], states.get(project, {}), plans.get(project)))
        has_no_plan = project not in plans and _is_past_research(figures[project])
        if has_no_plan or slots:
            ticket = Ticket(epic.id, epic.key, epic.summary, at.url(epic.key))
            found.append(Lacking(ticket, has_no_plan, slots))
    return tuple(found)


def _is_past_research(figures: ProjectFigures) -> bool:
    return any(figures.by_phase[phase].visits for phase in PHASES if phase is not Phase.RESEARCH)


def _open_slots(
    figures: ProjectFigures, states: Mapping[Slot, DeliverableState], plan: Plan | None
) -> Iterator[tuple[Phase, tuple[Slot, ...]]]:
    """Of phases whose tasks are all done; Research delivers the plan, which is told by itself."""
    skipped = {one.phase for one in plan.phases if not one.is_needed} if plan else set()
    for phase in PHASES:
        numbers = figures.by_phase[phase]
        slots = tuple(slot for slot in missing(states, phase) if slot is not Slot.PLAN)
        if slots and phase not in skipped and 0 < numbers.tasks == numbers.tasks_done:
            yield phase, slots
