"""The facts of the pages of findings: show_finding_list finds them, web/finding_pages says them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from phasewise.core.model import Group, Instant, Limits, Phase
from phasewise.store.finding_lists import FindingKey, FindingLine
from phasewise.usecases.as_of.frame import Frame
from phasewise.usecases.portfolio import Person, Ticket
from phasewise.usecases.views import FindingShown


@dataclass(frozen=True, slots=True)
class FindingList:
    """The findings in one state or in all, latest first; `is_cut` says that there are older ones. `names`
    are by person id, `tickets` (tasks and projects) by issue id. `shown_from` says from when everybody may
    see each, on the page of a person; `teams` are theirs, where there are several."""

    frame: Frame
    lines: tuple[FindingLine, ...]
    is_cut: bool
    names: Mapping[str, str]
    tickets: Mapping[int, Ticket]
    limits: Limits
    shown_from: Mapping[FindingKey, Instant | None] = field(default_factory=dict)
    teams: Mapping[FindingKey, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Basis:
    """One interval that a finding follows from, as far as it counts for it. `task` is what it counts as."""

    ticket: Ticket
    task: Ticket
    start: Instant
    end: Instant | None
    status: str
    group: Group
    phase: Phase


@dataclass(frozen=True, slots=True)
class OneFinding:
    """A finding with all that it follows from, and what was done about it. `team` is whose it is."""

    frame: Frame
    finding: FindingShown
    person: Person | None
    task: Ticket | None
    project: Ticket | None
    started_last: Ticket | None
    tickets: tuple[Ticket, ...]
    basis: tuple[Basis, ...]
    limits: Limits
    team: str
