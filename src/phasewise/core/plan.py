"""The plan that Research delivers, and what was spent against it, in weeks per phase.

Called where plans are recorded, and where projects are shown. Weeks are numbers as people type them; what is
computed from them is rounded once, at output.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from phasewise.core.model import PHASES, Phase

PLANNED: tuple[Phase, ...] = PHASES[1:]
"""The phases after Research: those that a plan is about."""

APART = (Phase.RESEARCH, Phase.NONE)
"""Where time is spent that no plan is about: it is shown beside the plan, and in no variance."""


class PlanState(StrEnum):
    DRAFT = "draft"
    PRESENTED = "presented"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """The weeks of one later phase; with a reason in `not_needed` there are none."""

    phase: Phase
    low: float = 0.0
    likely: float = 0.0
    high: float = 0.0
    not_needed: str = ""

    @property
    def is_needed(self) -> bool:
        return not self.not_needed


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a plan; `phases` are the five later ones, in order. An accepted one is frozen: what
    comes after it is another version, with a `reason`."""

    version: int
    state: PlanState
    phases: tuple[PhasePlan, ...]
    method: str = ""
    data: str = ""
    success_metric: str = ""
    reason: str = ""
    presented_on: date | None = None
    audience: str = ""
    feedback: str = ""

    @property
    def needed(self) -> tuple[PhasePlan, ...]:
        """The phases that the project will go through."""
        return tuple(one for one in self.phases if one.is_needed)

    @property
    def skipped(self) -> frozenset[Phase]:
        """The phases that are not needed."""
        return frozenset(one.phase for one in self.phases if not one.is_needed)

    @property
    def likely_weeks(self) -> float:
        """What is planned: the sum of likely over the phases that are needed."""
        return sum(one.likely for one in self.needed)

    @property
    def high_weeks(self) -> float:
        return sum(one.high for one in self.needed)

    def spent_weeks(self, spent: Mapping[Phase, float]) -> float:
        """Of the weeks spent by phase those in the phases that are needed."""
        return sum(spent.get(one.phase, 0.0) for one in self.needed)


@dataclass(frozen=True, slots=True)
class PhaseAgainstPlan:
    """One later phase: what is planned, the weeks spent, and whether it is closed."""

    plan: PhasePlan
    spent: float
    is_closed: bool

    @property
    def variance(self) -> float | None:
        """Weeks spent beyond the likely ones, negative below them; None for a phase that is not needed."""
        return self.spent - self.plan.likely if self.plan.is_needed else None

    @property
    def remaining(self) -> float:
        """Weeks still planned: none once the phase is closed."""
        return 0.0 if self.is_closed else max(0.0, self.plan.likely - self.spent)


@dataclass(frozen=True, slots=True)
class AgainstPlan:
    """The plan against what was spent; `apart` are the weeks spent in Research and without a phase."""

    phases: tuple[PhaseAgainstPlan, ...]
    apart: Mapping[Phase, float] = field(default_factory=dict)

    @property
    def planned(self) -> float:
        return sum(one.plan.likely for one in self._needed)

    @property
    def spent(self) -> float:
        """Weeks spent in the phases that are needed."""
        return sum(one.spent for one in self._needed)

    @property
    def variance(self) -> float:
        return self.spent - self.planned

    @property
    def remaining(self) -> float:
        return sum(one.remaining for one in self.phases)

    @property
    def _needed(self) -> Iterable[PhaseAgainstPlan]:
        return [one for one in self.phases if one.plan.is_needed]


def against_plan(plan: Plan, spent: Mapping[Phase, float], closed: Container[Phase]) -> AgainstPlan:
    """The plan against the weeks `spent` by phase; `closed` are the phases that are over."""
    rows = (PhaseAgainstPlan(one, spent.get(one.phase, 0.0), one.phase in closed) for one in plan.phases)
    return AgainstPlan(tuple(rows), {phase: spent.get(phase, 0.0) for phase in APART})


def closed_phases(
    tasks: Mapping[Phase, tuple[int, int]], delivered: Container[Phase], plan: Plan | None
) -> frozenset[Phase]:
    """The phases that are over: not needed, or with their deliverable accepted and every task done.

    `tasks` are how many there are and how many of them are done, `delivered` the phases whose deliverable is
    accepted. A phase without a task is over with its deliverable.
    """
    skipped = plan.skipped if plan else frozenset()
    over = (phase for phase in PHASES if phase in delivered and _all_done(tasks.get(phase, (0, 0))))
    return skipped.union(over)


def _all_done(tasks: tuple[int, int]) -> bool:
    there, done = tasks
    return there == done


@dataclass(frozen=True, slots=True)
class Growth:
    """How many tasks the project had when its plan was accepted, and how many it has now, done ones too."""

    planned: int
    now: int

    @property
    def percent(self) -> float | None:
        """By how much the scope grew; None where nothing was there when it was planned."""
        return 100.0 * (self.now - self.planned) / self.planned if self.planned else None
