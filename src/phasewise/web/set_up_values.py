"""What the page of a set-up step prints. Made by `set_up_pages`."""

from dataclasses import dataclass, field

from phasewise.web.freshness import BARE_CHROME
from phasewise.web.values import Chrome


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step in the list of all: `href` is None for one that waits for another."""

    label: str
    href: str | None
    is_current: bool
    is_passed: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to type or to choose. `kind` is an input's, or area for several lines; `options` (value,
    text) make it a choice."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was looked at: `tone` is ok, warn or bad, and `word` says the same."""

    tone: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class MeaningRow:
    """A value of Jira, about how many issues have it, and what it is taken for."""

    name: str
    value: str
    count: str
    means: str


@dataclass(frozen=True, slots=True)
class Meanings:
    """A table of values, each with the choice of what it means."""

    heading: str
    about: str
    rows: tuple[MeaningRow, ...]
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Several:
    """The same few things to type for each of several: a heading, what it is about, and a group for each.
    `names` are those that can be typed there, told under `names_about`, with how many `more` there are."""

    heading: str
    about: str
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    names_about: str = ""
    names: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class SetUpPage:
    """One step. `more` are further buttons (value of `do`, label), `copies` what is to be pasted."""

    name: str
    title: str
    lead: str
    steps: tuple[StepLink, ...]
    edit: int
    button: str
    entries: tuple[Entry, ...] = ()
    several: Several | None = None
    tables: tuple[Meanings, ...] = ()
    lines: tuple[Line, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    wrong: str = ""
    chrome: Chrome = field(default=BARE_CHROME)


@dataclass(frozen=True, slots=True)
class DonePage:
    """All is written; `href` is where the service proper will answer."""

    href: str
    chrome: Chrome = field(default=BARE_CHROME)
