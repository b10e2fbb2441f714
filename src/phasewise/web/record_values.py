"""What the templates of records print: sections with facts, tables and forms. Made by record_pages."""

from dataclasses import dataclass

from phasewise.core.plan import PhaseAgainstPlan
from phasewise.web.tables import Framed
from phasewise.web.values import Chrome, PhaseTag, StateMark


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `kind` is text, area, date, url, decimal, select or check; `value` what is typed,
    `problem` what is wrong with it; `options` are value and label. `most` is how many characters it takes."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    problem: str = ""
    hint: str = ""
    required: bool = False
    most: int = 200
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FieldRow:
    """Fields that belong together, under a phase."""

    phase: PhaseTag
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: `after` is the edit it was made from. `summary` is what opens it; empty: it is open anyway.
    `problem` is about all of it."""

    anchor: str
    action: str
    button: str
    after: int
    fields: tuple[Field, ...]
    rows: tuple[FieldRow, ...] = ()
    summary: str = ""
    is_open: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and a text, which may lead somewhere."""

    label: str
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that is recorded. `anchor` is its id on the page."""

    anchor: str
    title: str
    note: str = ""
    mark: StateMark | None = None
    phase: PhaseTag | None = None
    facts: tuple[Fact, ...] = ()
    lines: tuple[str, ...] = ()
    empty: str = ""
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class PlanBar:
    """Planned and spent weeks of one phase on a common scale, in percent of its width: `low` to `high` as a
    band, `likely` as a line, `spent` as a bar. `over` is what of it is beyond likely."""

    phase: PhaseTag
    low: float
    likely: float
    high: float
    spent: float
    texts: tuple[str, ...]
    note: str
    tone: str


@dataclass(frozen=True, slots=True)
class PlanTable:
    """Plan against actual, a row a phase; `total` are the sums, `apart` what no plan is about."""

    frame: Framed[PhaseAgainstPlan]
    bars: tuple[PlanBar, ...]
    total: tuple[str, ...]
    apart: str
    growth: str
    growth_tone: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of one project's records. `notice` tells of somebody else's edit."""

    chrome: Chrome
    title: str
    name: str
    key: str
    tabs: tuple[Tab, ...]
    notice: str
    table: PlanTable | None
    sections: tuple[Section, ...]
