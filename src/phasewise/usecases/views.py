"""The JSON of the API: what show_* answer, and what pages and exports are made from.

Instants are ints inside (milliseconds) and RFC 3339 in JSON; durations are working days with 3 decimals;
issue ids are strings. A Stamp that is None is an end still open, or something that never happened.
"""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, PlainSerializer, WithJsonSchema

from phasewise.core.health import Colour, HealthReason
from phasewise.core.model import Group, Phase, Rule, Severity, State, Strength
from phasewise.usecases.instants import rfc3339

Stamp = Annotated[
    int,
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
Days = float
Item = TypeVar("Item")


class Freshness(BaseModel):
    """How fresh the data is: part of every list. `lag_seconds` is how long ago Jira's clock showed the
    watermark; `stale` says that this is longer than the polling interval explains."""

    last_success_at: Stamp | None
    watermark: Stamp | None
    mode: Literal["webhook+poll", "poll"]
    lag_seconds: float | None
    stale: bool
    last_error: str | None


class Backfill(BaseModel):
    """Progress of the first load, in issues."""

    done: int
    total: int


class Warned(BaseModel):
    """Something the last synchronisation found that somebody should look at."""

    code: str
    text: str


class SyncShown(Freshness):
    """The freshness, and how far the first load is."""

    backfill: Backfill


class Readiness(SyncShown):
    """What `/readyz` judges by. `oldest_delivery_seconds` is how long the delivery that waits longest does;
    `stopped_reason` says why Jira is asked nothing more."""

    oldest_delivery_seconds: float | None
    stopped_reason: str | None


class Sync(SyncShown):
    """The whole of `/api/v1/sync`. `issues` are live ones; `unreadable` counts what Jira sent and could not
    be read, `waiting` what still has to be derived again."""

    inbox_pending: int
    inbox_failed: int
    issues: int
    issues_incomplete: int
    removed: int
    unreadable: int
    waiting: int
    warnings: list[Warned]
    no_access: list[str]


class Listing(BaseModel, Generic[Item]):
    """One page of a list, as history stood at `as_of`. `next` is the cursor of the next page."""

    items: list[Item]
    next: str | None
    as_of: Stamp
    sync: Freshness


class PhaseNumbers(BaseModel):
    """One phase of a project; `tasks` by their project and phase at `as_of`."""

    tasks: int
    tasks_done: int
    visits: int
    effort_days: Days
    touched_days: Days


class VisitShown(BaseModel):
    """A stay of a project in a phase."""

    phase: Phase
    start: Stamp
    end: Stamp | None
    is_return: bool
    effort_days: Days
    touched_days: Days
    elapsed_days: Days


class HealthShown(BaseModel):
    """The health of a project, proposed by rule: `arguments` are what the words of the reason need."""

    colour: Colour
    reason: HealthReason
    arguments: dict[str, str | int | float]


class ProjectListed(BaseModel):
    """A project as the list shows it. `owner` and `people` are person ids."""

    id: str
    key: str
    summary: str
    url: str | None
    team: str
    state: State
    phases_now: list[Phase]
    last_phase: Phase | None
    idle_since: Stamp | None
    owner: str | None
    people: list[str]
    loops: int
    effort_days: Days
    touched_days: Days
    elapsed_days: Days
    planned_weeks: float | None
    spent_weeks: float
    findings_open: int
    health: HealthShown
    removed_at: Stamp | None
    by_phase: dict[Phase, PhaseNumbers]


class TaskListed(BaseModel):
    """A task as the list shows it. `project` is the epic's issue id, `assignee` a person id."""

    id: str
    key: str
    summary: str
    url: str | None
    project: str | None
    phase: Phase
    status_group: Group
    assignee: str | None
    age_days: Days
    flagged: bool
    history_incomplete: bool
    removed_at: Stamp | None


class IntervalShown(BaseModel):
    """A stretch of an issue's life in which everything is constant. `id` is issue:start in milliseconds."""

    id: str
    start: Stamp
    end: Stamp | None
    status_id: str
    status_group: Group
    phase: Phase
    assignee: str | None
    project: str | None
    flagged: bool


class SubtaskShown(BaseModel):
    """A sub-task, which counts as its task: here so that evidence about it can be looked up."""

    id: str
    key: str
    summary: str
    intervals: list[IntervalShown]


class TaskShown(TaskListed):
    """One task with the intervals of its life."""

    intervals: list[IntervalShown]
    subtasks: list[SubtaskShown]


class PersonShown(BaseModel):
    """What a person has in hand, as task keys. `over_limit` compares `active` with the limit right now,
    without the grace that a finding grants."""

    id: str
    display_name: str | None
    team: str
    active: list[str]
    watching: list[str]
    paused: list[str]
    done_last_7_days: int
    done_keys: list[str]
    over_limit: bool


class WaiverShown(BaseModel):
    """Who may go on with what a finding is about, why, until when; `state` says whether it was granted."""

    id: str
    person: str
    reason: str
    until: Stamp
    state: Literal["asked", "granted", "declined"]
    asked_at: Stamp
    decided_by: str | None
    decided_at: Stamp | None


class WaiverListed(WaiverShown):
    """A waiver in the list of all: the id of its `finding`, and whether it `holds` at the instant."""

    finding: str
    holds: bool


class LadderListed(BaseModel):
    """What was done about a finding (its id), in whole, as it is now. `key` names the effect that is its
    comment; statuses are Jira's ids. `dry`: nothing of it was written."""

    finding: str
    key: str
    rule: str
    person: str | None
    issue: str
    strength: Strength
    dry: bool
    taken_at: Stamp
    said: str | None
    answered: bool
    move: str
    moved_issue: str | None
    moved_from: str | None
    moved_to: str | None
    moved_at: Stamp | None
    told: str | None
    told_at: Stamp | None
    note: str | None
    closed_at: Stamp | None


class StepShown(BaseModel):
    """What was done about a finding, as it is now. `said` is what its comment on `issue` says, None: nothing
    yet; `move` whether a ticket went back, `note` why it could not. `dry`: it was listed only."""

    strength: Strength
    issue: str | None
    said: str | None
    answered: bool
    move: str
    note: str | None
    lead_told_at: Stamp | None
    lead_told: str | None
    dry: bool


class FindingShown(BaseModel):
    """A finding. `id` is rule:subject:start in milliseconds; `issues` by id, `evidence` by time.

    `visible_from` is when everybody may see it, `visible_from_person` when the person may.
    """

    id: str
    rule: Rule
    severity: Severity
    state: Literal["open", "closed", "waived"]
    person: str | None
    project: str | None
    task: str | None
    issues: list[str]
    started_last: str | None
    start: Stamp
    breach_at: Stamp | None
    end: Stamp | None
    visible_from: Stamp | None
    visible_from_person: Stamp | None
    policy_version: int
    evidence: list[str]
    detail: dict[str, str | int | float | None]
    waiver: WaiverShown | None
    done: StepShown | None


class Erased(BaseModel):
    """What an erased person is called from now on."""

    pseudonym: str


class EntryShown(BaseModel):
    """What somebody decided or did: `action` to `subject`, `detail` as it was then. `address` is where it was
    asked from, null on the command line."""

    id: str
    at: Stamp
    actor: str
    action: str
    subject: str
    detail: dict[str, str | int | float | bool | list[str] | None]
    address: str | None


class WeekCompliance(BaseModel):
    """How far the team kept to one active ticket per person in a report week; null without active time. Of
    one team all three are null where fewer than two of its people had any: it would be somebody's number."""

    label: str
    start: Stamp
    end: Stamp
    compliance: float | None
    active_person_days: float | None
    over_person_days: float | None


class DeliveryShown(BaseModel):
    """What Jira told in one webhook. `issue_id` is the first of `issue_ids`, the issues that it names;
    `reason` says why it was ignored or failed."""

    id: str
    received_at: Stamp
    event: str
    issue_id: str | None
    issue_ids: list[str]
    state: Literal["pending", "applied", "ignored", "failed"]
    reason: str | None
    attempts: int


class EffectShown(BaseModel):
    """Something done outside: a write to Jira, or a mail. `target` is an issue id or a mail address;
    `last_error` says why it failed, waits, or was not needed any more."""

    key: str
    kind: str
    target: str
    state: Literal["due", "claimed", "done", "failed", "unknown"]
    attempts: int
    created_at: Stamp
    next_at: Stamp | None
    last_error: str | None
    done_at: Stamp | None


class Card(BaseModel):
    """A task on the board. `warning` and `breach` are those of the five-day rule; at most one is set."""

    key: str
    id: str
    summary: str
    project: str | None
    phase: Phase
    status_group: Group
    age_days: Days
    warning: bool
    breach: bool
    flagged: bool


class Lane(BaseModel):
    """One person's cards; the lane of unassigned cards has no person."""

    person: str | None
    display_name: str | None
    over_limit: bool
    cards: list[Card]
