"""The facts of the pages of people: what show_person and show_capacity find out, and web puts into words."""

from dataclasses import dataclass

from phasewise.core.model import Limits, Phase
from phasewise.core.weeks import Week
from phasewise.usecases.as_of.frame import Frame
from phasewise.usecases.finding_list import FindingList
from phasewise.usecases.portfolio import CardFacts, Person, Ticket


@dataclass(frozen=True, slots=True)
class Loaded:
    """One person: what they have in hand, and of each week the working days with an active ticket, of the
    `work_days` that it has for them, up to the instant."""

    person: Person
    active: tuple[Ticket, ...]
    watching: int
    paused: int
    days: tuple[float, ...]
    away: tuple[float, ...]
    work_days: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Capacity:
    """Everybody by name; `teams` are those to choose from, where there are several."""

    frame: Frame
    weeks: tuple[Week, ...]
    people: tuple[Loaded, ...]
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stint:
    """Working days that a person was at work on a project in a phase, in one week; on these tickets."""

    project: Ticket | None
    phase: Phase
    days: float
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class WeekOf:
    """A week of a person, the longest stint first; `days` with an active ticket of `work_days`."""

    week: Week
    days: float
    work_days: float
    away: float
    stints: tuple[Stint, ...]


@dataclass(frozen=True, slots=True)
class OnePerson:
    """Somebody's own page, the same for everybody who may see it: `cards` are all in hand, `done` what they
    finished in the last 7 days, `weeks` the latest first."""

    frame: Frame
    person: Person
    limits: Limits
    cards: tuple[CardFacts, ...]
    done: tuple[CardFacts, ...]
    weeks: tuple[WeekOf, ...]
    findings: FindingList
