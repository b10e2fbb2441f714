"""The read side of the ladder: what a lead is told, what was moved back, what a dry run would have done.

Called by show_ladder and the portfolio.
"""

from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal, or_, select, tuple_

from phasewise.core.ladder import Move
from phasewise.core.model import Instant
from phasewise.store.boards import Page
from phasewise.store.ladder import Step, step_of
from phasewise.store.upsert import SITE
from phasewise.store.work_tables import ladder

MOVES = (Move.PENDING, Move.DONE, Move.UNDOING, Move.UNDONE)
"""A ticket went back, or is about to."""

STEP_PLACE = (int, str)
"""Shape of a place among steps, newest first: taken_at, key."""


class Shown(StrEnum):
    """Which steps: what the lead is told of, what was moved back, what a dry run would have written, all."""

    TOLD = "told"
    MOVED = "moved"
    DRY = "dry"
    ALL = "all"


def _which(shown: Shown) -> ColumnElement[bool]:
    moved = ladder.c.moved_at.is_not(None) & ladder.c.move.in_(MOVES)
    return {
        Shown.TOLD: ladder.c.told_at.is_not(None) & ladder.c.closed_at.is_(None),
        Shown.MOVED: moved & ladder.c.is_dry.is_(False),
        Shown.DRY: ladder.c.is_dry & or_(ladder.c.said.is_not(None), moved),
        Shown.ALL: ladder.c.issue_id.is_not(None),
    }[shown]


def steps_page(connection: Connection, site_id: int, before: Instant, shown: Shown, page: Page) -> list[Step]:
    """The steps taken before an instant, newest first, as they are now."""
    place = tuple_(ladder.c.taken_at, ladder.c.key)
    statement = select(ladder).where(ladder.c.site_id == site_id, ladder.c.taken_at < before, _which(shown))
    if page.after is not None:
        statement = statement.where(place < tuple_(*map(literal, page.after)))
    statement = statement.order_by(ladder.c.taken_at.desc(), ladder.c.key.desc()).limit(page.limit)
    return [step_of(row) for row in connection.execute(statement)]


def count_steps(connection: Connection, site_id: int, shown: Shown) -> int:
    """How many there are."""
    return connection.scalar(_counted(shown), {"site": site_id}) or 0


@cache
def _counted(shown: Shown) -> Select[Any]:
    return select(func.count()).select_from(ladder).where(ladder.c.site_id == SITE, _which(shown))
