"""Ready-made values: what the templates print, and nothing they would have to work out.

`present` and `lanes` build them from the facts of a use case; only templates read them.
"""

from dataclasses import dataclass

from phasewise.core.values import value


@dataclass(frozen=True, slots=True)
class PhaseTag:
    """A phase as a coloured square and its name. `number` is 1 to 6 in order, 0 without a phase."""

    number: int
    name: str
    short: str


@value(frozen=True, slots=True)
class Segment:
    """One bar of a ribbon: `x` and `width` in percent of the axis, the height by the phase's number."""

    number: int
    x: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the time axis at `x` percent; `label` is empty where there is never room for it, and else
    shown where the axis has so many pixels."""

    x: float
    label: str
    from_width: int


@dataclass(frozen=True, slots=True)
class Axis:
    """The time axis that all ribbons share. `today_x` is where `as_of` stands, in percent."""

    ticks: tuple[Tick, ...]
    today_x: float
    today_label: str
    pill_width: int


@value(frozen=True, slots=True)
class Ribbon:
    """`label` says in words what the picture shows."""

    label: str
    segments: tuple[Segment, ...]


@value(frozen=True, slots=True)
class Problem:
    """A finding in words: what, and since when with what to do. `tone` is bad, warn or hint."""

    tone: str
    text: str
    note: str
    href: str | None


@value(frozen=True, slots=True)
class Avatar:
    """A person on a project. `title` says who, and on which ticket; `busy` without one is an empty ring."""

    initials: str
    title: str
    href: str | None
    busy: bool


@value(frozen=True, slots=True)
class StateMark:
    icon: str
    word: str
    reason: str


@value(frozen=True, slots=True)
class Row:
    """One project of the portfolio. `weeks_tone` is bad beyond the plan, `health` the proposed one;
    `more_problems` counts the problems after the first, `problems_cut` says how many of them are not
    listed."""

    anchor: str
    key: str
    name: str
    href: str
    ribbon: Ribbon
    phases: tuple[PhaseTag, ...]
    phase_note: str
    weeks: str
    weeks_note: str
    weeks_tone: str
    state: StateMark
    health: StateMark
    people: tuple[Avatar, ...]
    people_more: str
    problems: tuple[Problem, ...]
    more_problems: int
    problems_cut: str


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`points` are SVG coordinates in a box of 56 by 18; `label` carries the numbers in words."""

    points: str
    end_x: float
    end_y: float
    label: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure. `href` opens the tickets behind the number in Jira, if there are few enough."""

    label: str
    value: str
    unit: str
    note: str
    tone: str
    href: str | None
    spark: Sparkline | None = None


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column, with the link that sorts by it. `order` is ascending, descending, or empty."""

    name: str
    title: str
    href: str | None
    order: str


@dataclass(frozen=True, slots=True)
class FilterLink:
    """One choice of what is shown, with how much there is of it, where that is counted."""

    label: str
    count: int | None
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list can be narrowed by: what is chosen, and the links to the rest."""

    label: str
    chosen: str
    links: tuple[FilterLink, ...]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A phase, with how many projects are in it; the link picks these."""

    phase: PhaseTag
    count: int
    href: str
    current: bool


@value(frozen=True, slots=True)
class Pips:
    """One pip a working day. `classes` are full, empty or over; `width` is in pixels."""

    classes: tuple[str, ...]
    width: int


@value(frozen=True, slots=True)
class Card:
    """An active ticket in a lane."""

    key: str
    title: str
    href: str | None
    phase: PhaseTag
    project: str
    age: str
    age_note: str
    tone: str
    pips: Pips


@value(frozen=True, slots=True)
class SmallCard:
    key: str
    title: str
    href: str | None
    phase: PhaseTag
    mark: str


@value(frozen=True, slots=True)
class LaneColumn:
    title: str
    cards: tuple[SmallCard, ...]
    more: str


@value(frozen=True, slots=True)
class Lane:
    """One person's lane; `note` says what is wrong with it, in `tone`."""

    anchor: str
    name: str
    initials: str
    note: str
    tone: str
    active: tuple[Card, ...]
    empty_text: str
    columns: tuple[LaneColumn, ...]


@dataclass(frozen=True, slots=True)
class Freshness:
    """When Jira was last read. `tone` is ok, warn or bad."""

    tone: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Banner:
    """Something about the whole page that must not be missed: what, and what to do."""

    tone: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A gap in what is known, and how to close it; `href` leads to what it is about."""

    text: str
    todo: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Chrome:
    """What every page shows around its content. `revision` is None where the page never changes. `moment`
    is the past instant that it shows, in words, empty for now; `day` and `today` are dates as forms take
    them."""

    freshness: Freshness | None
    banner: Banner | None
    footer: str
    revision: int | None = None
    moment: str = ""
    day: str = ""
    today: str = ""


@dataclass(frozen=True, slots=True)
class TicketLink:
    key: str
    title: str
    href: str | None


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A delivery or an effect. `command` is what a person may do about it."""

    time: str
    day: str
    name: str
    id: str
    tickets: tuple[TicketLink, ...]
    target: str
    state: StateMark
    why: str
    command: str


@dataclass(frozen=True, slots=True)
class WorkTable:
    """What frames the rows of a WorkPage: the heads of their five cells, the ways to the other parts of a
    sorted table, its files; `note` says what was left out."""

    heads: tuple[Head, ...]
    files: tuple[Link, ...]
    text: str = ""
    before: str | None = None
    after: str | None = None
    note: str = ""

    @property
    def is_sorted(self) -> bool:
        return any(head.order for head in self.heads)

    def next_of(self, cursor: str | None) -> str | None:
        """Where the older rows begin; a sorted table has parts of its own."""
        return None if self.is_sorted else cursor


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Deliveries or effects, newest first unless they are sorted otherwise. `todo` is a label and an address
    that help where there is nothing."""

    chrome: Chrome
    title: str
    about: str
    table: WorkTable
    filters: tuple[FilterLink, ...]
    rows: tuple[WorkRow, ...]
    nothing: str
    older: str | None
    newest: str | None
    todo: Link | None = None
    states: tuple[FilterLink, ...] = ()


@dataclass(frozen=True, slots=True)
class FramedPage:
    """A page that shows nothing but what its template says."""

    chrome: Chrome


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong; `todo` is what may help, `links` lead on."""

    chrome: Chrome
    status: int
    title: str
    text: str
    todo: str
    links: tuple[Link, ...]
