"""The table of the reviews of before, as /review shows it and as a file. Called by review and review_page."""

from collections.abc import Sequence
from enum import StrEnum

from phasewise.i18n.speaking import marked
from phasewise.store.reviews import Review
from phasewise.usecases.instants import rfc3339
from phasewise.web.log_words import who_words
from phasewise.web.tables import Column, Table


class Which(StrEnum):
    """The only table of the page."""

    PAST = "past"


def _minutes(one: Review) -> float | None:
    return None if one.seconds is None else round(one.seconds / 60, 2)


COLUMNS: tuple[Column[Review], ...] = (
    Column("day", marked("Day"), lambda one: one.began_at, lambda one: rfc3339(one.began_at)),
    Column("by", marked("By"), lambda one: who_words(one.by), lambda one: one.by),
    Column("exceptions", marked("Exceptions"), lambda one: one.exceptions),
    Column("minutes", marked("Minutes"), _minutes),
    Column("week", "week", lambda one: one.week),
    Column("id", "id", lambda one: one.review_id),
)
"""How long a review took is said of the meeting: whoever began it is put in no order but by name."""


def past(reviews: Sequence[Review]) -> Table[Review]:
    """Those that ended, the latest first."""
    return Table(Which.PAST, [one for one in reviews if one.seconds is not None], COLUMNS, 4)
