"""What the templates of /policy print. Made by `policy` and `policy_form`."""

from collections.abc import Mapping
from dataclasses import dataclass

from phasewise.web.values import Chrome


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Input:
    """One field as it was filled in. `choices` make it a list to choose from, `ticks` boxes to tick; else
    `kind` is its type. `problem` is what is wrong with it, or empty."""

    key: str
    label: str
    value: str = ""
    hint: str = ""
    unit: str = ""
    kind: str = "text"
    choices: tuple[Choice, ...] = ()
    ticks: tuple[Choice, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class StrengthInput:
    """How strong one rule is, in general and by phase; `is_open` where a phase has its own or is wrong."""

    general: Input
    by_phase: tuple[Input, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class PolicyFormPage:
    """The form. `problem` says that something is wrong below, or what happened meanwhile."""

    chrome: Chrome
    team: str
    seen: str
    remark: str
    limits: tuple[Input, ...]
    calendar: tuple[Input, ...]
    speaking: tuple[Input, ...]
    strengths: tuple[StrengthInput, ...]
    zones: tuple[str, ...]
    back: str
    problem: str
    problems: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A finding that only one of the policies has."""

    opens: bool
    rule: str
    name: str
    when: str


@dataclass(frozen=True, slots=True)
class PolicyPreviewPage:
    """What would change, what it would have found, and the fields that make it so."""

    chrome: Chrome
    team: str
    seen: str
    remark: str
    changes: tuple[ChangeRow, ...]
    opened: int
    closed: int
    opened_now: int
    closed_now: int
    notes: tuple[str, ...]
    found: tuple[FoundRow, ...]
    fields: Mapping[str, str]
    back: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    since: str
    by: str
    remark: str
    in_force: bool
    changes: tuple[ChangeRow, ...]


@dataclass(frozen=True, slots=True)
class TeamLink:
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """What is in force for a team, and how it came about."""

    chrome: Chrome
    team: str
    is_default: bool
    teams: tuple[TeamLink, ...]
    scope: str
    members: tuple[str, ...]
    since: str
    facts: tuple[tuple[str, str], ...]
    strengths: tuple[tuple[str, str, bool], ...]
    mapping: tuple[tuple[str, str], ...]
    leave: tuple[tuple[str, str], ...]
    edit: str
    versions: tuple[VersionRow, ...]
