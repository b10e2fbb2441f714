"""What each phase delivers: its slots, how far each is, who saw it and what they said.

Called where deliverables are recorded, and where it is asked whether a phase is over. Slots are advice, never
a lock: a phase may begin without them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phasewise.core.ab_tests import AbState
from phasewise.core.model import Phase
from phasewise.core.results import ResultState


class Slot(StrEnum):
    """Those of people's own; the plan, the A/B tests and the result are records by themselves."""

    PLAN = "plan"
    EDA_NOTEBOOK = "eda_notebook"
    CORE_QUERIES = "core_queries"
    PROTOTYPE = "prototype"
    EVALUATION_REPORT = "evaluation_report"
    CHECKLIST = "checklist"
    MERGE = "merge"
    CODE_REVIEW = "code_review"
    AB_TEST = "ab_test"
    REPORT = "report"
    RESULT = "result"


SLOTS: Mapping[Phase, tuple[Slot, ...]] = {
    Phase.RESEARCH: (Slot.PLAN,),
    Phase.DATA_EXPLORATION: (Slot.EDA_NOTEBOOK, Slot.CORE_QUERIES),
    Phase.MODELING: (Slot.PROTOTYPE, Slot.EVALUATION_REPORT),
    Phase.PRODUCTIZATION: (Slot.CHECKLIST, Slot.MERGE, Slot.CODE_REVIEW),
    Phase.AB_TESTING: (Slot.AB_TEST,),
    Phase.RESULTS_ANALYSIS: (Slot.REPORT, Slot.RESULT),
}
PHASE_OF: Mapping[Slot, Phase] = {slot: phase for phase, slots in SLOTS.items() for slot in slots}
OPTIONAL = frozenset({Slot.CORE_QUERIES})
ELSEWHERE = frozenset({Slot.PLAN, Slot.AB_TEST, Slot.RESULT})
"""Slots that are filled by a record of another kind."""


class DeliverableState(StrEnum):
    MISSING = "missing"
    DRAFT = "draft"
    PRESENTED = "presented"
    ACCEPTED = "accepted"
    REWORK = "rework"


class Audience(StrEnum):
    INTERNAL = "internal"
    EXTERNAL = "external"


class Check(StrEnum):
    """What code must be before it is handed over: the checklist of Productization."""

    COMMENTS = "comments"
    FORMAT = "format"
    ROWS_IN = "rows_in"
    ROWS_OUT = "rows_out"
    ERRORS = "errors"
    FEATURE_IMPORTANCE = "feature_importance"
    INTEGRATION_TESTS = "integration_tests"


@dataclass(frozen=True, slots=True)
class Review:
    """A deliverable was shown to somebody."""

    on: date
    kind: Audience = Audience.INTERNAL
    audience: str = ""
    feedback: str = ""
    actions: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """One check that holds: who says so, since when."""

    check: Check
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Deliverable:
    """What is in a slot. `review_on` is when it will be shown, `reviews` when it was; a merge has the day
    from which it is `ready_on` to be deployed, a checklist its `ticks`, a code review its persons, by id."""

    slot: Slot
    state: DeliverableState = DeliverableState.DRAFT
    link: str = ""
    version: str = ""
    shared_with: str = ""
    review_on: date | None = None
    reviews: tuple[Review, ...] = ()
    ready_on: date | None = None
    ticks: tuple[Tick, ...] = ()
    author: str = ""
    scientist: str = ""
    engineer: str = ""

    @property
    def unticked(self) -> tuple[Check, ...]:
        """The checks that are still open."""
        done = {tick.check for tick in self.ticks}
        return tuple(check for check in Check if check not in done)

    @property
    def is_review_due(self) -> bool:
        """Whether it is to be shown on a day and was not since."""
        return self.review_on is not None and all(one.on < self.review_on for one in self.reviews)


OF_TESTS = (
    (AbState.RUNNING, DeliverableState.PRESENTED),
    (AbState.PLANNED, DeliverableState.DRAFT),
    (AbState.ENDED, DeliverableState.ACCEPTED),
)


def state_of(slot: Slot, states: Collection[str]) -> DeliverableState:
    """How far a slot is, by the states of the records that are in it, at least one: A/B testing has delivered
    once a test ended and none is planned or runs, results are delivered once each of them is complete."""
    if slot is Slot.AB_TEST:
        return next((state for known, state in OF_TESTS if known in states), DeliverableState.MISSING)
    if slot is Slot.RESULT:
        is_complete = set(states) == {ResultState.COMPLETE}
        return DeliverableState.ACCEPTED if is_complete else DeliverableState.DRAFT
    (state,) = states
    return DeliverableState(state)


class Progress(StrEnum):
    """How far a phase is with what it delivers."""

    NOTHING = "nothing"
    PARTIAL = "partial"
    COMPLETE = "complete"


def progress(states: Mapping[Slot, DeliverableState], phase: Phase) -> Progress:
    """Complete once every slot of the phase that is not optional is accepted."""
    slots = SLOTS[phase]
    if not missing(states, phase):
        return Progress.COMPLETE
    nothing = DeliverableState.MISSING
    is_begun = any(states.get(slot, nothing) is not nothing for slot in slots)
    return Progress.PARTIAL if is_begun else Progress.NOTHING


def missing(states: Mapping[Slot, DeliverableState], phase: Phase) -> tuple[Slot, ...]:
    """What a phase still has to deliver: the slots that are needed and not accepted."""
    needed = (slot for slot in SLOTS[phase] if slot not in OPTIONAL)
    return tuple(slot for slot in needed if states.get(slot) is not DeliverableState.ACCEPTED)


def delivered(states: Mapping[Slot, DeliverableState]) -> frozenset[Phase]:
    """The phases of which everything was accepted."""
    return frozenset(phase for phase in SLOTS if progress(states, phase) is Progress.COMPLETE)


def reviewed_by_two(author: str, scientist: str, engineer: str) -> bool:
    """Whether a scientist and an engineer reviewed it, two people and neither of them the author."""
    return bool(scientist and engineer) and len({author, scientist, engineer}) == 3


def ticked(before: Iterable[Tick], checks: Iterable[Check], by: str, on: date) -> tuple[Tick, ...]:
    """The checks that hold now, each under the name of who ticked it first."""
    known = {tick.check: tick for tick in before}
    return tuple(known.get(check, Tick(check, by, on)) for check in Check if check in set(checks))
