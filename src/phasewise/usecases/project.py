"""The facts of a project's page: what show_project_page finds out, and web/project_page puts into words.

Instants are milliseconds since the epoch; durations are working days and say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from phasewise.core.model import Instant, Limits, Phase, Severity
from phasewise.store.return_reasons import Chosen, VisitId
from phasewise.usecases.portfolio import Person, ProjectFacts, SyncFacts, Ticket
from phasewise.usecases.record_facts import RecordFacts
from phasewise.usecases.views import ProjectListed, TaskListed, VisitShown


@dataclass(frozen=True, slots=True)
class Finish:
    """A task that was finished, and the age it had then; None where its history is incomplete."""

    ticket: Ticket
    at: Instant
    days: float | None


@dataclass(frozen=True, slots=True)
class Cycle:
    """What was finished in the last `weeks` weeks, oldest first, and the age by which half and 85 % of it
    was; None where nothing has an age."""

    weeks: int
    finished: tuple[Finish, ...]
    half: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class WeekWork:
    """The effort of one report week by phase, in working days of people; `end` may lie ahead."""

    label: str
    start: Instant
    end: Instant
    days: Mapping[Phase, float]
    total: float


@dataclass(frozen=True, slots=True)
class ProjectPageFacts:
    """Everything that the page shows. `row` and `listed` are what the portfolio and the API say of it; `open`
    are its tasks not done, the oldest first, `done` the latest of those that are, `ever_active` the ids of
    those that ever were active; `severities` are those of the five-day rule, by task; `records` is what leads
    recorded. Whoever asks may know who does what (`shows_people`), and choose the reasons of returns."""

    as_of: Instant
    now: Instant
    zone: str
    limits: Limits
    week_days: int
    row: ProjectFacts
    listed: ProjectListed
    visits: tuple[VisitShown, ...]
    reasons: Mapping[VisitId, Chosen]
    open: tuple[TaskListed, ...]
    done: tuple[TaskListed, ...]
    done_more: int
    ever_active: frozenset[str]
    severities: Mapping[int, Severity]
    names: Mapping[str, str]
    cycle: Cycle
    weeks: tuple[WeekWork, ...]
    sync: SyncFacts
    shows_people: bool
    may_choose: bool
    records: RecordFacts

    def person(self, person: str | None) -> Person | None:
        return None if person is None else Person(person, self.names.get(person))
