"""What the template of the portfolio prints, but for rows and lanes; and the table behind ribbons."""

from dataclasses import dataclass

from phasewise.web.values import (
    Axis,
    Choice,
    Chrome,
    Figure,
    FilterLink,
    Head,
    Lane,
    LegendEntry,
    Link,
    PhaseTag,
    Row,
    Unknown,
)


@dataclass(frozen=True, slots=True)
class StayRow:
    """One row of the table behind ribbons."""

    phase: PhaseTag
    start: str
    end: str
    days: str
    is_return: bool


@dataclass(frozen=True, slots=True)
class StayGroup:
    """Stays of one project that stand one after the other."""

    name: str
    key: str
    rows: tuple[StayRow, ...]


@dataclass(frozen=True, slots=True)
class StayTable:
    """The table behind ribbons, as `stay_tables` makes it. `is_asked`: the address names its order;
    `has_days`: each stay says how long it took."""

    heads: tuple[Head, ...]
    files: tuple[Link, ...]
    is_asked: bool
    groups: tuple[StayGroup, ...]
    has_days: bool


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    chrome: Chrome
    date_line: str
    figures: tuple[Figure, ...]
    legend: tuple[LegendEntry, ...]
    filters: tuple[FilterLink, ...]
    axis: Axis
    rows: tuple[Row, ...]
    heads: tuple[Head, ...]
    files: tuple[Link, ...]
    nothing_shown: str
    done_fold: FilterLink | None
    rule_line: str
    active_count: int
    lanes: tuple[Lane, ...]
    unknowns: tuple[Unknown, ...]
    lead_note: str = ""
    lanes_more: str = ""
    choices: tuple[Choice, ...] = ()
    everything: str | None = None
    stays: StayTable | None = None
    stays_href: str = "/"


@dataclass(frozen=True, slots=True)
class EmptyPage:
    """No project yet: what is going on, and the steps that lead on."""

    chrome: Chrome
    title: str
    text: str
    steps: tuple[str, ...]
