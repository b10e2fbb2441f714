"""What the templates of a report print: ready-made texts with their addresses. Made by the parts."""

from dataclasses import dataclass

from phasewise.mail.message import Image


@dataclass(frozen=True, slots=True)
class Linked:
    """A text, and the list behind it; None where there is none to open."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its label below; `tone` is bad, warn, ok or empty."""

    number: str
    label: str
    tone: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a section. `mark` stands before it in its tone, `lead` is said first, linked to `href`;
    `note` is its context."""

    text: str
    mark: str = "·"
    tone: str = ""
    lead: str = ""
    href: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """`more` says how many are left out, and where they are; `nothing` what is said where there is none."""

    title: str
    points: tuple[Point, ...]
    more: Linked | None = None
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A month of the axis: `width` in percent up to the next one."""

    label: str
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """A project. `ribbon` is None where none is drawn; `path` says in words what it shows."""

    name: str
    href: str | None
    phase: str
    phase_number: int
    weeks: Linked
    note: str
    mark: str
    tone: str
    health: str
    why: str
    path: str
    remark: str
    ribbon: Image | None


@dataclass(frozen=True, slots=True)
class Work:
    """An active ticket of somebody; `tone` is bad where it is over its limit."""

    key: str
    title: str
    href: str | None
    days: str
    tone: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody and what they have in hand; `note` where there is nothing, or more to say."""

    name: str
    href: str | None
    work: tuple[Work, ...]
    note: str
    tone: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A report in one language for one audience. Empty parts are not printed; `changes` has the records,
    too."""

    lang: str
    subject: str
    title: str
    preview: str
    date_line: str
    freshness: str
    warning: str
    remark: str
    remark_by: str
    figures: tuple[Figure, ...]
    totals: tuple[Linked, ...]
    attention: Section
    changes: tuple[Section, ...]
    axis_title: str
    axis: tuple[Tick, ...]
    rows: tuple[Row, ...]
    rows_title: str
    heads: tuple[str, str, str]
    rows_more: Linked | None
    people_title: str
    people: tuple[Person, ...]
    people_more: Linked | None
    closing: tuple[Section, ...]
    button: Linked
    footer: tuple[Linked, ...]
