"""The facts of the board page: what show_board finds out, and web/board puts into words."""

from collections.abc import Mapping
from dataclasses import dataclass

from phasewise.core.model import Instant, Limits, Phase
from phasewise.core.values import value
from phasewise.usecases.portfolio import CardFacts, Person, SyncFacts


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the board: one team's lanes, one person's, the cards of one phase, only what is `active`;
    `page` counts from 1."""

    person: str | None = None
    phase: Phase | None = None
    only_active: bool = False
    page: int = 1
    team: str | None = None


@value(frozen=True, slots=True)
class BoardLane:
    """One person's cards, oldest first in each group; `person` None: nobody's. `active` counts as the
    one-active rule does; `broken_since` is when that limit was broken; `waiting_more` counts the cards not
    started that are left out. `limits` are the person's; None: the page's."""

    person: Person | None
    cards: tuple[CardFacts, ...]
    active: int
    broken_since: Instant | None = None
    waiting_more: int = 0
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """One page of lanes, worst first and then by name. `people` counts all lanes of persons, `phases` the
    cards under way by phase, of a stand-up the active ones; both of all pages. `teams` are those to choose
    from, where there are several; `may_move`: whoever asks may give tickets another status. `team_limits` are
    the limits that count for what is shown, each once."""

    as_of: Instant
    now: Instant
    zone: str
    limits: Limits
    lanes: tuple[BoardLane, ...]
    people: int
    pages: int
    phases: Mapping[Phase, int]
    sync: SyncFacts
    teams: tuple[str, ...] = ()
    may_move: bool = False
    team_limits: tuple[Limits, ...] = ()
