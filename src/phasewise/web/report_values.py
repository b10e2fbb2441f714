"""What the templates of a weekly report print, made of a digest by `report_body` and its parts."""

from dataclasses import dataclass

from phasewise.core.digest import ProjectDigest
from phasewise.web.compliance_chart import ComplianceChart
from phasewise.web.portfolio_values import StayTable
from phasewise.web.tables import Framed
from phasewise.web.values import (
    Axis,
    Chrome,
    Figure,
    Link,
    PhaseTag,
    Problem,
    Segment,
    StateMark,
    TicketLink,
    Unknown,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed, and who and when in small print."""

    text: str
    by: str


@dataclass(frozen=True, slots=True)
class ReportRibbon:
    label: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ReportProject:
    """A project as a row. `health` has the reason of the colour; `override` what a lead put in its place."""

    anchor: str
    key: str
    name: str
    href: str | None
    ribbon: ReportRibbon
    phases: tuple[PhaseTag, ...]
    phase_note: str
    weeks: str
    weeks_note: str
    weeks_tone: str
    health: StateMark
    override: Said | None
    people: tuple[str, ...]
    people_note: str
    week: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: an icon, a sentence, the ticket it is about, and when in small print."""

    icon: str
    text: str
    ticket: TicketLink | None
    note: str


@dataclass(frozen=True, slots=True)
class ProjectNews:
    """What changed in a project, under the lead's remark about it. `more` counts what is cut off."""

    key: str
    name: str
    href: str | None
    remark: Said | None
    events: tuple[Event, ...]
    more: str


@dataclass(frozen=True, slots=True)
class HandRow:
    """An active ticket; `tone` is bad where it is over its limit."""

    ticket: TicketLink
    project: str
    phase: PhaseTag
    age: str


@dataclass(frozen=True, slots=True)
class PersonWeek:
    name: str
    href: str | None
    initials: str
    hands: tuple[HandRow, ...]
    note: str
    tone: str
    days: str
    waiting: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a list: what, and in small print who, when and why."""

    text: str
    note: str
    href: str | None = None
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A list with its heading."""

    name: str
    title: str
    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ReportBody:
    """A report without its frame: the same for people of the team, and for whoever has a link."""

    remark: Said | None
    figures: tuple[Figure, ...]
    axis: Axis
    table: Framed[ProjectDigest]
    projects: tuple[ReportProject, ...]
    stays: StayTable
    problems: tuple[Problem, ...]
    problems_cut: str
    news: tuple[ProjectNews, ...]
    records: tuple[Facts, ...]
    people: tuple[PersonWeek, ...]
    chart: ComplianceChart | None
    compliance_line: str
    waivers: tuple[Fact, ...]
    decisions: tuple[Fact, ...]
    unknowns: tuple[Unknown, ...]
    shows_people: bool
    project_line: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a report stands: icon, word, and a sentence."""

    icon: str
    word: str
    note: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report of a team's week. `weeks` lead to the one before and the one after; `files` are the same as
    files, `mails` as it is sent; `can_edit` shows a lead what can be done with it."""

    chrome: Chrome
    title: str
    span: str
    team: str
    week: str
    state: Mark
    address: str
    before: Link | None
    after: Link | None
    compare: Link | None
    files: tuple[Link, ...]
    mails: tuple[Link, ...]
    can_edit: bool
    can_send: bool
    body: ReportBody
