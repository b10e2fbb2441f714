"""What the templates of /ladder and /waivers print. Made by `ladder` and `waive`."""

from dataclasses import dataclass

from phasewise.web.values import Chrome, TicketLink, WorkPage, WorkRow


@dataclass(frozen=True, slots=True)
class LadderRow(WorkRow):
    """One step or waiver. `undo` is the key of a move that can be undone, `waive` where the finding is
    waived, `waiver` the id of one that waits for a lead, `split` the task that can be split; empty: no such
    button. They are for leads of the `team`."""

    undo: str = ""
    waive: str = ""
    waiver: str = ""
    split: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class LadderPage(WorkPage):
    """Steps or waivers, newest first. `problem` says why what was asked for was not done."""

    problem: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form as it was filled in; `problem` is what is wrong with it, or empty."""

    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class WaivePage:
    """The form that waives one finding. `facts` are label and text."""

    chrome: Chrome
    title: str
    finding: str
    facts: tuple[tuple[str, str], ...]
    tickets: tuple[TicketLink, ...]
    first_day: str
    until: Field
    reason: Field
