"""The facts of the portfolio page: what show_portfolio finds out, and web/present puts into words.

Instants are milliseconds since the epoch; durations are working days and say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from phasewise.core.digest import Person as Person
from phasewise.core.digest import Ticket as Ticket
from phasewise.core.health import CLEAR, Health, Spending
from phasewise.core.model import Group, Instant, Limits, Phase, Rule, Severity, State
from phasewise.core.send_times import Overdue
from phasewise.core.values import value


@value(frozen=True, slots=True)
class Trouble:
    """A finding that is open at `as_of`, with the severity that it has then.

    `since` is when it started, or became a breach. `tickets` are those it names; `started_last` is one of
    them; `detail` is what the rule noted down. `limits` are those that count for it; None: the page's.
    """

    rule: Rule
    severity: Severity
    since: Instant
    tickets: tuple[Ticket, ...] = ()
    person: Person | None = None
    started_last: Ticket | None = None
    breach_at: Instant | None = None
    age_days: float | None = None
    detail: Mapping[str, str | int | float | None] = field(default_factory=dict)
    limits: Limits | None = None


@value(frozen=True, slots=True)
class Stay:
    """A visit of a project to a phase, inside the shown time. `elapsed_days` is the whole visit's."""

    phase: Phase
    start: Instant
    end: Instant | None
    is_return: bool
    elapsed_days: float


@value(frozen=True, slots=True)
class PhaseNow:
    """A phase that is active, and for how long the current stay in it lasts."""

    phase: Phase
    days: float


@value(frozen=True, slots=True)
class Member:
    """Someone with active time in a project in the last 28 days; `active` are their active tickets in it."""

    person: Person
    active: tuple[Ticket, ...]


@value(frozen=True, slots=True)
class ProjectFacts:
    """One project. `tickets` counts its tasks by the group they are in; `idle_days` is working time."""

    epic: Ticket
    state: State
    state_since: Instant | None
    phases_now: tuple[PhaseNow, ...]
    last_phase: Phase | None
    idle_since: Instant | None
    idle_days: float
    loops: int
    effort_weeks: float
    elapsed_weeks: float
    tickets: Mapping[Group, int]
    members: tuple[Member, ...]
    troubles: tuple[Trouble, ...]
    stays: tuple[Stay, ...]
    health: Health = CLEAR
    spending: Spending | None = None


@value(frozen=True, slots=True)
class CardFacts:
    """A task in somebody's lane. `age_days` is set for active ones. `limits` are those that count for it;
    None: the page's. `team` is whose it is, on the board."""

    ticket: Ticket
    project: Ticket | None
    phase: Phase
    group: Group
    age_days: float | None = None
    severity: Severity | None = None
    flagged: bool = False
    limits: Limits | None = None
    team: str = ""


@value(frozen=True, slots=True)
class LaneFacts:
    """What one person has in hand; `person` None: nobody. The numbers of more count what is cut off."""

    person: Person | None
    active: tuple[CardFacts, ...]
    todo: tuple[CardFacts, ...]
    parked: tuple[CardFacts, ...]
    done: tuple[CardFacts, ...]
    todo_more: int = 0
    parked_more: int = 0
    done_more: int = 0
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """Tasks done in each of the last weeks, oldest first, and the 85th percentile of their cycle time in
    working days (None where none was done): of the four weeks up to that one."""

    finished: tuple[int, ...]
    cycle_days: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """How fresh the data is. `synced_at` is None before the first complete synchronisation; `is_stale` says
    that it is longer ago than polling explains; `stopped` why Jira is asked nothing more. `revision` is of
    what is shown, `overdue` the weekly report that should have been sent."""

    synced_at: Instant | None
    error: str | None = None
    error_at: Instant | None = None
    is_stale: bool = False
    backfill_done: int = 0
    backfill_total: int = 0
    stopped: str | None = None
    stopped_at: Instant | None = None
    revision: int = 0
    overdue: Overdue | None = None


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is known to be missing or unclear, in issues, statuses and options."""

    incomplete: int = 0
    unreadable: int = 0
    without_phase: int = 0
    without_project: int = 0
    unmapped_statuses: tuple[str, ...] = ()
    unmapped_options: tuple[str, ...] = ()
    no_access: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForLead:
    """What waits for a lead: findings that were told, and waivers that were asked for."""

    told: int = 0
    waivers: int = 0


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything the page shows. `projects` are those not done; `done_projects` are only there if they were
    asked for, while `done` counts them either way. `troubles` are all open findings, each once. `zone` is
    the team's time zone, `now` the moment of asking. `lanes` are those to show; `lanes_more` people have one
    beside them, with the tickets `active_more`. `teams` are those to choose from, and `team_limits` the
    limits that count for what is shown, each once."""

    as_of: Instant
    now: Instant
    zone: str
    weeks: int
    limits: Limits
    projects: tuple[ProjectFacts, ...]
    done: int
    lanes: tuple[LaneFacts, ...]
    troubles: tuple[Trouble, ...]
    breaches_today: int
    flow: Flow
    sync: SyncFacts
    gaps: Gaps
    jira_url: str | None = None
    done_projects: tuple[ProjectFacts, ...] = ()
    lead: ForLead = ForLead()
    lanes_more: int = 0
    active_more: tuple[Ticket, ...] = ()
    teams: tuple[str, ...] = ()
    team_limits: tuple[Limits, ...] = ()
