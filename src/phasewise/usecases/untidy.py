"""The facts of untidy tickets: show_untidy finds them, set_missing fills gaps, web/untidy says them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from phasewise.core.model import Instant, Rule
from phasewise.i18n.speaking import marked
from phasewise.store.untidy import Held
from phasewise.usecases.as_of.frame import Frame
from phasewise.usecases.portfolio import Person, Ticket


class Missing(StrEnum):
    """What a ticket may be given."""

    PHASE = "phase"
    EPIC = "epic"
    ASSIGNEE = "assignee"


NAMED: Mapping[Missing, str] = {
    Missing.PHASE: marked("phase"),
    Missing.EPIC: marked("epic"),
    Missing.ASSIGNEE: marked("assignee"),
}
WHICH: Mapping[Rule, Missing] = {
    Rule.NO_PHASE: Missing.PHASE,
    Rule.NO_PROJECT: Missing.EPIC,
    Rule.NO_ASSIGNEE: Missing.ASSIGNEE,
}
UNTIDY = (*WHICH, Rule.UNMAPPED_STATUS, Rule.UNMAPPED_PHASE_OPTION, Rule.ESTIMATE_TOO_LONG)
"""The hygiene findings about a ticket."""

OFF = marked("Setting fields is turned off: whoever runs Phasewise can set PHASEWISE_BOARD_MOVES=1")
DRY = marked("This is a dry run: nothing is written to Jira until dry_run is taken out of the policy")
GONE = marked("There is no such ticket any more, or nothing is missing on it; load the list again")


def is_empty(held: Held, what: Missing) -> bool:
    """Whether Jira has nothing there: what it has may still mean nothing to us."""
    return {
        Missing.PHASE: held.phase_option,
        Missing.EPIC: held.parent,
        Missing.ASSIGNEE: held.assignee,
    }[what] is None


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is wrong with a ticket since an instant. `fills` is what would set it right, where Jira
    has nothing there."""

    rule: Rule
    since: Instant
    fills: Missing | None


@dataclass(frozen=True, slots=True)
class UntidyTicket:
    """A ticket with all that is wrong with it, oldest first, and the team whose it is."""

    ticket: Ticket
    project: Ticket | None
    person: Person | None
    gaps: tuple[Gap, ...]
    team: str

    @property
    def since(self) -> Instant:
        return self.gaps[0].since


@dataclass(frozen=True, slots=True)
class UntidyList:
    """The untidy tickets, those first that have been it for longest. `may_set`: whoever asks may set what is
    missing, now; `is_off`: nobody may, because it is turned off. `teams` are those to choose from."""

    frame: Frame
    tickets: tuple[UntidyTicket, ...]
    is_cut: bool
    may_set: bool
    is_off: bool
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to choose; `is_near`: of the same Jira project."""

    value: str
    label: str
    is_near: bool = True


@dataclass(frozen=True, slots=True)
class ToSet:
    """A ticket and what it may be given, by what is missing."""

    frame: Frame
    ticket: Ticket
    choices: Mapping[Missing, tuple[Choice, ...]]
