"""What a weekly report says, as facts: no words of any language, only codes with their arguments.

Built by usecases/reports, frozen by the store, put into words where it is shown or sent. Instants are
milliseconds since the epoch; durations are working days or weeks and say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from phasewise.core.ab_tests import AbState
from phasewise.core.deliverables import DeliverableState, Slot
from phasewise.core.due import DueKind
from phasewise.core.health import CLEAR, Colour, Health
from phasewise.core.model import Group, Instant, Phase, Rule, Severity, State
from phasewise.core.plain import from_plain, to_plain
from phasewise.core.returns import ReturnReason
from phasewise.core.values import value

VERSION = 2
"""Of what is frozen: a later shape reads an earlier one. From 2 on records have lists of their own."""


@value(frozen=True, slots=True)
class Person:
    """`name` is None where Jira never told it."""

    id: str
    name: str | None


@value(frozen=True, slots=True)
class Ticket:
    """A project or a task; `url` is its page in Jira."""

    id: int
    key: str
    summary: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody typed, as typed; `by` is who."""

    text: str
    by: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Override:
    """A health that a lead chose in the place of the proposed one, with the reason that is shown."""

    colour: Colour
    reason: str
    by: str
    at: Instant


@dataclass(frozen=True, slots=True)
class OnIt:
    """Somebody and the working days of the week with an active ticket of the project; `active` are those
    that are active at the instant."""

    person: Person
    days: float
    active: tuple[Ticket, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A visit of the project to a phase, that reaches beyond where the ribbon begins; `end` None: it
    lasts."""

    phase: Phase
    start: Instant
    end: Instant | None
    is_return: bool


@dataclass(frozen=True, slots=True)
class PhaseMove:
    """The project came into a phase. `came_from` is the phase of the visit that began before; `reason` is
    why it went back, where somebody chose one."""

    phase: Phase
    at: Instant
    is_return: bool
    came_from: Phase | None = None
    reason: ReturnReason | None = None


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A task that came into `done` and still is. `age_days`: how long it was active, None where its history
    is incomplete. `person` is whose it was."""

    ticket: Ticket
    phase: Phase
    at: Instant
    person: Person | None
    age_days: float | None


@dataclass(frozen=True, slots=True)
class TaskStarted:
    """A task that became active for the first time, as whose."""

    ticket: Ticket
    phase: Phase
    at: Instant
    person: Person | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding that is open and not waived at the instant. `id` is rule:subject:start, `since` when it
    became a breach or else started, `days_open` the working days since. `limit` is that of its rule: active
    tickets, or working days; `is_new`: it was none at the report before."""

    id: str
    rule: Rule
    severity: Severity
    since: Instant
    days_open: float
    tickets: tuple[Ticket, ...] = ()
    person: Person | None = None
    breach_at: Instant | None = None
    age_days: float | None = None
    limit: float | None = None
    is_new: bool = False
    detail: Mapping[str, str | int | float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhaseSpent:
    """A phase of an accepted plan in weeks; `likely_weeks` None: it is not needed. `variance_weeks` are those
    spent beyond the likely ones."""

    phase: Phase
    likely_weeks: float | None
    spent_weeks: float
    variance_weeks: float | None
    remaining_weeks: float
    closed: bool


@dataclass(frozen=True, slots=True)
class PlanSpent:
    """The accepted plan against what was spent, in weeks of the phases that are needed."""

    version: int
    planned_weeks: float
    spent_weeks: float
    variance_weeks: float
    remaining_weeks: float
    phases: tuple[PhaseSpent, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectDigest:
    """One project. `spent_weeks` is its effort, `week_days` what the week added to it in working days;
    `planned_weeks` None: there is no accepted plan. `health` is the proposed one."""

    id: int
    key: str
    summary: str
    url: str | None
    state: State
    phases_now: tuple[Phase, ...] = ()
    last_phase: Phase | None = None
    idle_since: Instant | None = None
    idle_days: float = 0.0
    owner: Person | None = None
    people: tuple[OnIt, ...] = ()
    spent_weeks: float = 0.0
    week_days: float = 0.0
    elapsed_days: float = 0.0
    planned_weeks: float | None = None
    plan: PlanSpent | None = None
    loops: int = 0
    findings_open: int = 0
    tasks: int = 0
    tasks_done: int = 0
    health: Health = CLEAR
    override: Override | None = None
    remark: Remark | None = None
    ribbon: tuple[Span, ...] = ()
    phase_moves: tuple[PhaseMove, ...] = ()
    finished: tuple[TaskDone, ...] = ()
    started: tuple[TaskStarted, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_new: bool = False
    """It did not exist at the report before."""

    @property
    def colour(self) -> Colour:
        """What is shown: the override where there is one."""
        return self.health.colour if self.override is None else self.override.colour

    @property
    def is_change(self) -> bool:
        """Whether anything but the passing of time happened since the report before."""
        return bool(self.is_new or self.phase_moves or self.finished or self.started)


@dataclass(frozen=True, slots=True)
class InHand:
    """An active ticket of somebody, since when it is active, and its age by the five-day rule."""

    ticket: Ticket
    project: Ticket | None
    phase: Phase
    since: Instant
    age_days: float


@dataclass(frozen=True, slots=True)
class PersonDigest:
    """Who is on what. `days` are the working days of the week with an active ticket, `away_days` those of
    leave; `problems` those of the person and of no task: too much at once, nothing at all."""

    person: Person
    days: float
    away_days: float = 0.0
    active: tuple[InHand, ...] = ()
    waiting: Mapping[Group, int] = field(default_factory=dict)
    over_limit: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekShare:
    """`kept` is the compliance, 0 to 1; None without active time. All three are None where fewer than two
    people were active: then it would be somebody's number."""

    label: str
    start: Instant
    end: Instant
    kept: float | None
    active_days: float | None
    over_days: float | None


@dataclass(frozen=True, slots=True)
class Compliance:
    """The week, the eight before it (oldest first), and the compliance of those eight together: None where
    there is none, or where numbers are withheld."""

    week: WeekShare
    before: tuple[WeekShare, ...] = ()
    usual: float | None = None


@dataclass(frozen=True, slots=True)
class WaiverGiven:
    """A waiver that was granted since the report before: who may go on with what, why, until when."""

    finding_id: str
    rule: Rule
    person: Person
    reason: str
    until: Instant
    by: str
    at: Instant
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided, from the audit log: `action` is a code (`policy.changed`),
    `project` the one that it is about."""

    action: str
    subject: str
    by: str
    at: Instant
    detail: Mapping[str, Any] = field(default_factory=dict)
    project: Ticket | None = None


@dataclass(frozen=True, slots=True)
class AbTestTold:
    """An A/B test that runs, or that ended or was called off since the report before; `is_new`: it came to be
    so since then. `traffic` is in percent."""

    project: Ticket
    title: str
    state: AbState
    starts_on: date | None = None
    ends_on: date | None = None
    surface: str = ""
    traffic: float | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """What is in a slot was presented, accepted or sent back since the report before and still is so, or was
    shown to somebody once more."""

    project: Ticket
    slot: Slot
    state: DeliverableState
    at: Instant


@dataclass(frozen=True, slots=True)
class Asked:
    """What asks for somebody on a day, within a week or already: `late_days` is 0 up to that day. `what` says
    it in people's own words; a review has its `slot`."""

    kind: DueKind
    project: Ticket
    on: date
    late_days: int = 0
    what: str = ""
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """A project of which nothing was heard since an instant: no change of any of its tickets."""

    ticket: Ticket
    since: Instant


@dataclass(frozen=True, slots=True)
class Unknown:
    """What we do not know. Counts are of issues; `silent` are projects that are not done."""

    incomplete: int = 0
    unreadable: int = 0
    without_phase: int = 0
    without_project: int = 0
    unmapped_statuses: tuple[str, ...] = ()
    unmapped_options: tuple[str, ...] = ()
    no_access: tuple[str, ...] = ()
    silent: tuple[Silent, ...] = ()
    never_synced: bool = False
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh the data was when the report was made. `read_up_to`: everything before it is in the report;
    None before the first complete synchronisation. `error` is what Jira last said, where it went wrong."""

    read_up_to: Instant | None = None
    synced_at: Instant | None = None
    is_stale: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the projects, people and problems of the report. `finished`, `started`, `moves` and `returns` are
    since the report before; `by_state` and `by_colour` have every state and colour."""

    projects: int = 0
    people: int = 0
    breaches: int = 0
    warnings: int = 0
    hints: int = 0
    finished: int = 0
    started: int = 0
    moves: int = 0
    returns: int = 0
    by_state: Mapping[State, int] = field(default_factory=dict)
    by_colour: Mapping[Colour, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Digest:
    """One report: of a team, for a week `[start, end)`, as it was known at `instant` (the end, or earlier
    while the week runs). What changed is counted from `since`, the instant of the report before.

    `projects` are worst first; of those that are done only those that were not at the report before, `done`
    counts them all. Each problem stands in one place: with its project, its person, or loose.
    `ribbon_start` is where the ribbons begin.
    """

    team: str
    week: str
    start: Instant
    end: Instant
    instant: Instant
    since: Instant
    zone: str
    ribbon_start: Instant
    compliance: Compliance
    freshness: Freshness = Freshness()
    remark: Remark | None = None
    totals: Totals = Totals()
    projects: tuple[ProjectDigest, ...] = ()
    people: tuple[PersonDigest, ...] = ()
    loose_problems: tuple[Problem, ...] = ()
    """Of tasks that are in no project."""
    waivers: tuple[WaiverGiven, ...] = ()
    decisions: tuple[Decision, ...] = ()
    tests: tuple[AbTestTold, ...] = ()
    delivered: tuple[Delivered, ...] = ()
    due: tuple[Asked, ...] = ()
    unknown: Unknown = Unknown()
    done: int = 0
    version: int = VERSION

    @property
    def is_running(self) -> bool:
        """Whether the week was not over yet."""
        return self.instant < self.end


class ReportState(StrEnum):
    """`draft`: computed anew whenever it is looked at; `frozen`: its numbers stay; `sent`; `skipped`: by
    somebody; `archived`: frozen too late to be sent."""

    DRAFT = "draft"
    FROZEN = "frozen"
    SENT = "sent"
    SKIPPED = "skipped"
    ARCHIVED = "archived"


def to_json(digest: Digest) -> dict[str, Any]:
    """The digest as plain JSON: the same facts give the same text, sorted or not."""
    body: dict[str, Any] = to_plain(digest)
    return body


def from_json(body: Mapping[str, Any]) -> Digest:
    """The digest that `to_json` made this of, also in an earlier release. ValueError where it is none."""
    return from_plain(Digest, body)
