"""Reviews, and what was decided in them. Called by usecases/reviews."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, literal, select, tuple_, update

from phasewise.core.model import Instant
from phasewise.core.review import ReviewChoice
from phasewise.store.boards import Page
from phasewise.store.review_tables import review_decisions, reviews
from phasewise.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Review:
    """`exceptions` is how many there were when it began; `ended_at`, `seconds` are None while it goes on."""

    review_id: str
    team: str
    week: str
    by: str
    began_at: Instant
    exceptions: int
    ended_at: Instant | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about one exception."""

    choice: ReviewChoice
    text: str
    at: Instant
    by: str


def begin(connection: Connection, site_id: int, review: Review) -> Review:
    """Keep a new one, under an id of its own."""
    row = {
        "site_id": site_id,
        "review_id": uuid4().hex,
        "team": review.team,
        "week": review.week,
        "by": review.by[:255],
        "began_at": review.began_at,
        "exceptions": review.exceptions,
    }
    connection.execute(reviews.insert().values(row))
    return _review({**row, "ended_at": None, "seconds": None})


def review_by_id(connection: Connection, site_id: int, review_id: str) -> Review | None:
    which = (reviews.c.site_id == site_id, reviews.c.review_id == review_id)
    row = connection.execute(select(reviews).where(*which)).mappings().one_or_none()
    return None if row is None else _review(dict(row))


def last_reviews(connection: Connection, site_id: int, team: str, limit: int) -> list[Review]:
    """The team's, the latest first."""
    which = (reviews.c.site_id == site_id, reviews.c.team == team)
    statement = select(reviews).where(*which).order_by(reviews.c.began_at.desc()).limit(limit)
    return [_review(dict(row)) for row in connection.execute(statement).mappings()]


def reviews_page(connection: Connection, site_id: int, before: Instant, page: Page) -> list[Review]:
    """Those of all teams that were begun before an instant, the latest first."""
    place = (reviews.c.began_at, reviews.c.review_id)
    statement = select(reviews).where(reviews.c.site_id == site_id, reviews.c.began_at < before)
    if page.after is not None:
        statement = statement.where(tuple_(*place) < tuple_(*map(literal, page.after)))
    statement = statement.order_by(*(column.desc() for column in place)).limit(page.limit)
    return [_review(dict(row)) for row in connection.execute(statement).mappings()]


def decide(connection: Connection, site_id: int, review_id: str, name: str, decided: Decided) -> None:
    """Keep it in the place of the one before."""
    row = {
        "site_id": site_id,
        "review_id": review_id,
        "name": name,
        "choice": decided.choice.value,
        "text": decided.text,
        "decided_at": decided.at,
        "decided_by": decided.by[:255],
    }
    upsert(connection, review_decisions, [row])


def decisions_of(connection: Connection, site_id: int, review_id: str) -> Mapping[str, Decided]:
    """By the name of what they are about."""
    c = review_decisions.c
    statement = select(c.name, c.choice, c.text, c.decided_at, c.decided_by)
    statement = statement.where(c.site_id == site_id, c.review_id == review_id)
    return {
        name: Decided(ReviewChoice(choice), text, at, by)
        for name, choice, text, at, by in connection.execute(statement)
    }


def end(connection: Connection, site_id: int, review_id: str, at: Instant, seconds: int) -> None:
    which = (reviews.c.site_id == site_id, reviews.c.review_id == review_id, reviews.c.ended_at.is_(None))
    connection.execute(update(reviews).where(*which).values(ended_at=at, seconds=seconds))


def _review(row: dict[str, object]) -> Review:
    return Review(**{name: value for name, value in row.items() if name != "site_id"})  # type: ignore[arg-type]
