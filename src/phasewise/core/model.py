"""The nouns of the field: issues, their history, and what is derived from them.

Everyone imports from here; nothing here computes. An instant is an `int`: milliseconds since
1970-01-01T00:00Z. A Jira issue id is an `int`; persons, statuses and options are Jira's own id strings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from phasewise.core.values import value

Instant = int


class Phase(StrEnum):
    """The six phases in their order, and `none` for a task whose phase is empty or unmapped."""

    RESEARCH = "research"
    DATA_EXPLORATION = "data_exploration"
    MODELING = "modeling"
    PRODUCTIZATION = "productization"
    AB_TESTING = "ab_testing"
    RESULTS_ANALYSIS = "results_analysis"
    NONE = "none"


PHASES: tuple[Phase, ...] = tuple(phase for phase in Phase if phase is not Phase.NONE)
"""The six, in order, without `none`."""

PHASE_RANK: Mapping[Phase, int] = {Phase.NONE: 0, **{phase: n for n, phase in enumerate(PHASES, 1)}}
"""1 for Research up to 6 for Results Analysis; `none` is 0, before all of them."""


class Group(StrEnum):
    """Status group: what a status means for the two rules."""

    TODO = "todo"
    ACTIVE = "active"
    WATCHING = "watching"
    PAUSED = "paused"
    DONE = "done"


class Kind(StrEnum):
    """What an issue is, from the level of its current type (for all its history)."""

    PROJECT = "project"
    TASK = "task"
    SUBTASK = "subtask"
    OTHER = "other"


class Tracked(StrEnum):
    """The fields whose changes cut the life of an issue into intervals."""

    STATUS = "status"
    PHASE = "phase"
    ASSIGNEE = "assignee"
    PARENT = "parent"
    FLAG = "flag"


class Rule(StrEnum):
    """The two rules, then the hygiene findings, then the detectors."""

    ONE_ACTIVE = "one_active"
    FIVE_DAYS = "five_days"
    NO_PHASE = "no_phase"
    NO_PROJECT = "no_project"
    NO_ASSIGNEE = "no_assignee"
    NOTHING_ACTIVE = "nothing_active"
    UNMAPPED_STATUS = "unmapped_status"
    UNMAPPED_PHASE_OPTION = "unmapped_phase_option"
    ESTIMATE_TOO_LONG = "estimate_too_long"
    WATCHING_OVER_CAP = "watching_over_cap"
    PAUSED_OVER_CAP = "paused_over_cap"
    PROJECT_WITHOUT_PLAN = "project_without_plan"
    DELIVERABLE_MISSING = "deliverable_missing"
    FLIP_FLOP = "flip_flop"
    RABBIT_HOLE = "rabbit_hole"


class Strength(StrEnum):
    """How far a rule goes: not shown, shown, one comment, a comment that asks for a reason, moved back."""

    OFF = "off"
    SHOW = "show"
    NUDGE = "nudge"
    ASK = "ask"
    ACT = "act"


class Severity(StrEnum):
    HINT = "hint"
    WARNING = "warning"
    BREACH = "breach"


class State(StrEnum):
    """What a project is doing; the first that holds, in this order."""

    DONE = "done"
    ACTIVE = "active"
    WATCHING = "watching"
    PAUSED = "paused"
    IDLE = "idle"
    NOT_STARTED = "not_started"


# ------------------------------------------------------------------ what Jira says (the input)


@value(frozen=True, slots=True)
class HistoryItem:
    """One item of one changelog history, as Jira sent it.

    `field` is the `fieldId` where Jira gave one, else the `field` name. `before` and `after` are the raw
    ids (`from`, `to`; None where Jira has none); the texts are what was displayed then, cut to 255
    characters.
    """

    history_id: int
    item: int
    at: Instant
    author: str | None
    field: str
    before: str | None
    after: str | None
    before_text: str | None = None
    after_text: str | None = None


@dataclass(frozen=True, slots=True)
class IssueRecord:
    """One issue as read from Jira, with its whole history: what the sync hands to the store.

    `parent_key` is set instead of `parent_id` where only a key is known (Data Center's Epic Link).
    `history_whole` is False when not every history came. `matched` says that the scope JQL itself matched
    it (False: it came along as the epic or a sub-task of a matched task). `phase_option` and
    `phase_option_name` are the option of the phase field, if one is known. All text is already clean
    (no NUL, no lone surrogate).
    """

    id: int
    key: str
    summary: str
    space_id: str
    space_key: str
    type_id: str
    type_name: str
    kind: Kind
    status_id: str
    status_name: str
    status_category: str
    phase_option: str | None
    phase_option_name: str | None
    assignee: str | None
    assignee_name: str | None
    parent_id: int | None
    parent_key: str | None
    flagged: bool
    created: Instant
    updated: Instant
    estimate_seconds: int | None
    history: tuple[HistoryItem, ...]
    history_whole: bool
    matched: bool = True


@dataclass(frozen=True, slots=True)
class TrackedFields:
    """Which of a site's field ids (and history names) stand for the tracked fields.

    `status`, `assignee` and the parent's own names are the same on every site; these three are not.
    `names` are further names by which histories that give no field id mention one of them.
    """

    phase: str | None = None
    flag: str | None = None
    epic_link: str | None = None
    names: tuple[tuple[str, Tracked], ...] = ()


@value(frozen=True, slots=True)
class Change:
    """One change of one tracked field. Parents are issue ids as digits; a flag is set when not empty."""

    at: Instant
    history_id: int
    item: int
    field: Tracked
    before: str | None
    after: str | None


@value(frozen=True, slots=True)
class Issue:
    """What the core computes from: current values, and the changes that led to them.

    `parent` is the epic of a task, the task of a sub-task, None for an epic. `estimate_days` is the
    original estimate in working days. `history_whole` is False when not every history came.
    """

    id: int
    kind: Kind
    created: Instant
    status: str
    phase_option: str | None = None
    assignee: str | None = None
    parent: int | None = None
    flagged: bool = False
    removed_at: Instant | None = None
    history_whole: bool = True
    estimate_days: float | None = None
    changes: tuple[Change, ...] = ()


# ------------------------------------------------------------------ how it is read


@dataclass(frozen=True, slots=True)
class SiteMapping:
    """Status id -> group and option id -> phase, already resolved (category defaults, then the policy's own).

    A status id not in `groups` reads as `todo` and is unmapped; so is one listed in `unmapped_statuses`,
    which has a group by its category but was never confirmed. An option id not in `phases` reads as `none`.
    """

    groups: Mapping[str, Group]
    phases: Mapping[str, Phase]
    unmapped_statuses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """A team's calendar. `weekdays` are 0 (Monday) to 6; `country` is ISO 3166-1 alpha-2, `subdivision` as
    the `holidays` package names it; `extra` and `removed` are ISO dates made working or free."""

    zone: str = "UTC"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    country: str | None = None
    subdivision: str | None = None
    extra: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the rules, in the units their names say. `version` is the policy version."""

    version: int = 1
    one_active: int = 1
    five_days: float = 5.0
    grace_minutes: float = 15.0
    watching: int = 2
    paused: int = 2
    private_days: float = 1.0


@dataclass(frozen=True, slots=True)
class Strengths:
    """The strength of each rule, and where a phase has its own; what neither names is shown."""

    rules: Mapping[Rule, Strength] = field(default_factory=dict)
    phases: Mapping[Phase, Mapping[Rule, Strength]] = field(default_factory=dict)

    def of(self, rule: Rule, phase: Phase) -> Strength:
        """The strength of a rule for what is in a phase."""
        return self.phases.get(phase, {}).get(rule, self.rules.get(rule, Strength.SHOW))


@dataclass(frozen=True, slots=True)
class Policy:
    """What a team decided: limits, calendar, and its own groups (by status id) and phases (by option id).

    `leave` is by person id the first and the last day of each, as ISO dates.
    `strengths` and `language` (en, fr, ja, ru, zh) are of what is said in Jira; in a `dry_run` nothing is
    written there, and what would have been is listed.
    """

    limits: Limits = Limits()
    calendar: CalendarRules = CalendarRules()
    leave: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    status_overrides: Mapping[str, Group] = field(default_factory=dict)
    phase_overrides: Mapping[str, Phase] = field(default_factory=dict)
    strengths: Strengths = Strengths()
    language: str = "en"
    dry_run: bool = False


# ------------------------------------------------------------------ what is derived


@value(frozen=True, slots=True)
class Interval:
    """`[start, end)` of one issue's life inside which everything is constant; `end` None while it lasts.

    `group` already reads `active` as `paused` while flagged. `project` is an epic in the store, or None.
    For a sub-task `phase` is `none` and `project` None: those are the task's.
    """

    issue: int
    start: Instant
    end: Instant | None
    status: str
    group: Group
    phase: Phase
    person: str | None
    project: int | None
    flagged: bool


@value(frozen=True, slots=True)
class Piece:
    """A maximal stretch in which a task (or one of its sub-tasks) is active, in one phase and one project.

    The pieces of a task are disjoint. Time in which only a sub-task is active outside the task's own life
    has no phase and no project: it is no piece.
    """

    task: int
    start: Instant
    end: Instant | None
    phase: Phase
    project: int | None


@value(frozen=True, slots=True)
class Visit:
    """A stay of a project in a phase. `end` None while its last piece lasts."""

    phase: Phase
    start: Instant
    end: Instant | None
    is_return: bool


@value(frozen=True, slots=True)
class Evidence:
    """A stretch `[start, end)` of one interval (`issue`, `interval_start`) that a finding follows from.

    `counts_as` is the task that the interval counts as (the parent, for a sub-task).
    """

    issue: int
    interval_start: Instant
    start: Instant
    end: Instant | None
    counts_as: int


@value(frozen=True, slots=True)
class Finding:
    """One finding over all known history, open stretches being drawn on for ever.

    Seen at `as_of` it exists only if `known_from < as_of` (a stretch over the limit is not a finding until
    it has lasted longer than the grace; a warning may lie in the future). `breach_at` is when a warning
    becomes a breach, if it ever does; `end` is None while nothing known ends it. Of `evidence`, what
    starts at or after `as_of` is not seen then; the issues of a finding are the `counts_as` of what is seen.
    """

    rule: Rule
    severity: Severity
    start: Instant
    known_from: Instant
    end: Instant | None
    person: str | None = None
    task: int | None = None
    project: int | None = None
    breach_at: Instant | None = None
    policy_version: int = 1
    evidence: tuple[Evidence, ...] = ()
    detail: Mapping[str, str | int | float | None] = field(default_factory=dict)
