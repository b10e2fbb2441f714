"""What the pages of a review print. Made by `review_page`."""

from dataclasses import dataclass

from phasewise.store.reviews import Review
from phasewise.web.report_values import Event
from phasewise.web.tables import Framed
from phasewise.web.values import Chrome, Problem, StateMark


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A decision that can be made: `key` is the one to press."""

    value: str
    key: str
    label: str
    about: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """How long the review takes: `seconds` so far, `text` as minutes and seconds, `percent` of its limit."""

    seconds: int
    text: str
    percent: int
    is_over: bool
    is_running: bool


@dataclass(frozen=True, slots=True)
class ReviewScreen:
    """One exception. `later` leads to the next one without a decision; `problem` says what was wrong with the
    form, in which all that was typed stands."""

    chrome: Chrome
    address: str
    name: str
    place: str
    title: str
    href: str | None
    health: StateMark | None
    facts: tuple[str, ...]
    problems: tuple[Problem, ...]
    asks: str
    events: tuple[Event, ...]
    choices: tuple[ChoiceRow, ...]
    text: str
    until: str
    today: str
    later: str
    clock: Clock
    problem: str


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """What was decided about an exception; `href` leads back to it."""

    title: str
    label: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class FoldedRow:
    """A project with nothing wrong, in one line."""

    name: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class ReviewEnd:
    """What was decided, what is fine, and the way to the draft; `left` exceptions were not decided."""

    chrome: Chrome
    address: str
    left: int
    decided: tuple[DecidedRow, ...]
    folded: tuple[FoldedRow, ...]
    clock: Clock
    draft: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class PastRow:
    """A review of before, and how long it took."""

    day: str
    by: str
    length: str
    exceptions: str


@dataclass(frozen=True, slots=True)
class ReviewStart:
    """What waits, and what the last ones took. `teams` (name, address, whether it is this one) where there
    are several."""

    chrome: Chrome
    team: str
    line: str
    teams: tuple[tuple[str, str, bool], ...]
    table: Framed[Review]
    past: tuple[PastRow, ...]
    goes_on: str
