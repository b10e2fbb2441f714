"""What was never recorded: the plan of a project past Research, what a phase delivers whose tasks are done.

Nobody is asked for it on a day, and no review is made longer by it: `due` shows it below what asks. It is
what `project_without_plan` and `deliverable_missing` find, whether or not the site has begun to record.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from phasewise.core.deliverables import Slot
from phasewise.core.model import Phase, State
from phasewise.core.unrecorded import NONE_SKIPPED, has_begun, is_past_research, lacking_now
from phasewise.store.boards import Page, projects_at
from phasewise.store.record_nouns import plans_of
from phasewise.usecases.as_of.plans import slot_states
from phasewise.usecases.as_of.projects import figures_at
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import Ticket


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
        now, plan = figures[project], plans.get(project)
        if now.state is State.DONE or not has_begun(now):
            continue
        slots = lacking_now(now, states.get(project, {}), plan.skipped if plan else NONE_SKIPPED)
        has_no_plan = plan is None and is_past_research(now)
        if has_no_plan or slots:
            ticket = Ticket(epic.id, epic.key, epic.summary, at.url(epic.key))
            found.append(Lacking(ticket, has_no_plan, slots))
    return tuple(found)
