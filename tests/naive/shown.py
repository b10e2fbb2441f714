"""The product's nouns in the naive reading's terms, so that the two can be compared as they are."""

from fractions import Fraction

from phasewise.core.calendar import TICKS_PER_DAY
from phasewise.core.figures import PhaseFigures, ProjectFigures, Tally, VisitFigures
from tests.naive.judged import Core
from tests.naive.projects import FOUR_WEEKS, PhaseTime, ProjectTime, Visit, VisitTime


def plain(noun: object) -> tuple[object, ...]:
    """A slotted dataclass as a tuple, enumerations as their text."""
    values = [getattr(noun, name) for name in noun.__slots__]  # type: ignore[attr-defined]
    return tuple(str(value) if isinstance(value, str) else value for value in values)


class Shown:
    """The product's figures at an instant, in the naive reading's terms."""

    def __init__(self, core: Core, as_of: int) -> None:
        self.core, self.as_of = core, as_of

    def days(self, tally: Tally) -> Fraction:
        return Fraction(tally.at(self.as_of, self.core.calendar), TICKS_PER_DAY)

    def project(self, one: ProjectFigures) -> ProjectTime:
        recent = self.as_of - FOUR_WEEKS
        return ProjectTime(
            state=str(one.state),
            phases_now=tuple(str(phase) for phase in one.phases_now),
            last_phase=None if one.last_phase is None else str(one.last_phase),
            idle_since=one.idle_since,
            loops=one.loops,
            effort=self.days(one.effort),
            touched=self.days(one.touched),
            elapsed=self.days(one.elapsed),
            by_phase={str(phase): self.phase(numbers) for phase, numbers in one.by_phase.items()},
            visits=tuple(self.visit(visit) for visit in one.visits),
            people=frozenset(p for p, end in one.last_active.items() if end is None or end > recent),
        )

    def phase(self, one: PhaseFigures) -> PhaseTime:
        times = self.days(one.effort), self.days(one.touched)
        return PhaseTime(one.tasks, one.tasks_done, one.visits, *times)

    def visit(self, one: VisitFigures) -> VisitTime:
        visit = Visit(str(one.visit.phase), one.visit.start, one.visit.end, one.visit.is_return)
        times = self.days(one.effort), self.days(one.touched), self.days(one.elapsed)
        return VisitTime(visit, *times)
