"""The facts of the pages of records: what show_records finds out, and the pages of web put into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from phasewise.core.ab_tests import AbTest, Clash
from phasewise.core.decisions import Decision, KillCriterion
from phasewise.core.deliverables import Deliverable, DeliverableState, Slot
from phasewise.core.model import Instant
from phasewise.core.plan import Plan
from phasewise.core.results import Result
from phasewise.store.project_records import Kept
from phasewise.usecases.as_of.plans import PlanAt
from phasewise.usecases.portfolio import SyncFacts, Ticket


@dataclass(frozen=True, slots=True)
class PageGround:
    """What every page is made on; days are those where the team is, `asked` the instant asked for."""

    as_of: Instant
    asked: Instant | None
    now: Instant
    zone: str
    today: date
    sync: SyncFacts


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One version of a plan, as its last edit has it, and since when it counts; None: it never did."""

    kept: Kept[Plan]
    accepted: Instant | None


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Everything recorded of a project. `last` is the newest edit of its plan, `shown` the plan that is
    compared with what was spent: the one that counts, unless another version was asked for. `states` has the
    slots that are begun. `people` are those whom Jira knows, id and name: for whoever may write."""

    ground: PageGround
    epic: Ticket
    is_gone: bool
    may_write: bool
    shows_people: bool
    owner: str | None
    people: tuple[tuple[str, str], ...]
    last: Kept[Plan] | None
    versions: tuple[PlanVersion, ...]
    shown: PlanAt | None
    states: Mapping[Slot, DeliverableState]
    deliverables: Mapping[Slot, Kept[Deliverable]]
    decisions: tuple[Kept[Decision], ...]
    criteria: tuple[Kept[KillCriterion], ...]
    tests: tuple[Kept[AbTest], ...]
    results: tuple[Kept[Result], ...]

    def name_of(self, person: str) -> str:
        """What somebody is called, or nothing."""
        return dict(self.people).get(person, "") if person else ""


@dataclass(frozen=True, slots=True)
class AbTestOf:
    """An A/B test and its project."""

    project: Ticket
    name: str
    test: AbTest


@dataclass(frozen=True, slots=True)
class AbTestFacts:
    """The A/B tests of all projects, in the order in which they begin, and where they clash."""

    ground: PageGround
    tests: tuple[AbTestOf, ...]
    clashes: tuple[Clash[AbTestOf], ...]
