"""A review of what is wrong in a team: begun, gone through, ended. Called by web/review.

What a decision means outside (a waiver, a pivot) is done by the use case that is about it; here it is kept,
for the draft of the weekly report and the audit log.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from phasewise.core.model import Instant
from phasewise.core.review import ExceptionKind, ReviewChoice, length_ms
from phasewise.errors import BadRequestError, ConflictError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import reviews, sites
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.db import Connection
from phasewise.store.reviews import Decided, Review
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.own_teams import require_lead_of_team
from phasewise.usecases.records.due import due_at

TEXT_MOST = 1000
SHOWN = 8
"""Reviews whose length is shown."""

NEEDS_TEXT = frozenset({ReviewChoice.HELP, ReviewChoice.WAIVE, ReviewChoice.PIVOT, ReviewChoice.STOP})


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A review with its decisions, by the name of what they are about."""

    review: Review
    decided: Mapping[str, Decided]
    now: Instant

    @property
    def seconds(self) -> int:
        """How long it took, or takes so far."""
        if self.review.seconds is not None:
            return self.review.seconds
        moments = (self.review.began_at, *(one.at for one in self.decided.values()), self.now)
        return length_ms(moments) // 1000


def asks_by_project(deps: Deps) -> dict[int, int]:
    """How many records ask for somebody now or within a week, by project."""
    with moment(deps, None) as at:
        found: dict[int, int] = {}
        for one in due_at(at):
            found[one.project.id] = found.get(one.project.id, 0) + 1
        return found


def list_reviews(deps: Deps, team: str) -> list[Review]:
    """The latest first; the one that goes on is among them."""
    with deps.database.read() as connection:
        return reviews.last_reviews(connection, deps.site_id, team, SHOWN)


def begin_review(deps: Deps, team: str, week: str, exceptions: int) -> Review:
    """Begin one, or go on with the one that was not ended. Raises ForbiddenError for another's team."""
    require_lead_of_team(deps, team)
    now = deps.now()

    def work(connection: Connection) -> Review:
        for one in reviews.last_reviews(connection, deps.site_id, team, SHOWN):
            if one.ended_at is None and one.week == week and one.by == deps.asker.name:
                return one
        review = Review("", team, week, deps.asker.name, now, exceptions)
        begun = reviews.begin(connection, deps.site_id, review)
        entry = entry_of(deps.asker, now, "review.began", team, team=team, week=week)
        add_entry(connection, deps.site_id, entry)
        return begun

    return deps.database.transact(work)


def show_review(deps: Deps, review_id: str) -> ReviewFacts:
    """One review. Raises NotFoundError, ForbiddenError for another's team."""
    with deps.database.read() as connection:
        review = reviews.review_by_id(connection, deps.site_id, review_id)
        if review is None:
            raise NotFoundError(_("There is no such review"))
        decided = reviews.decisions_of(connection, deps.site_id, review_id)
    require_lead_of_team(deps, review.team)
    return ReviewFacts(review, decided, deps.now())


def checked_text(choice: ReviewChoice, text: str) -> str:
    """What was said to a decision. Raises BadRequestError where something must be said, or it is too long."""
    text = text.strip()
    if choice in NEEDS_TEXT and not text:
        raise BadRequestError(_("Say it in a few words: who helps, or why. The report shows it"))
    if len(text) > TEXT_MOST:
        raise BadRequestError(_("Say it in at most %(most)s characters", most=TEXT_MOST))
    return text


def keep_decision(deps: Deps, review_id: str, name: str, choice: ReviewChoice, text: str) -> None:
    """Keep what was decided about an exception, in the audit log too. Raises as `show_review`, ConflictError
    where the review is over."""
    facts, text = show_review(deps, review_id), checked_text(choice, text)
    review = facts.review
    kind, _dash, subject = name.partition("-")
    if kind not in set(ExceptionKind) or not subject:
        raise NotFoundError(_("There is no such thing to decide on"))
    if review.ended_at is not None:
        raise ConflictError(_("This review is over; begin another one"))
    now = deps.now()

    def work(connection: Connection) -> None:
        decided = Decided(choice, text, now, deps.asker.name)
        reviews.decide(connection, deps.site_id, review_id, name, decided)
        detail = {"team": review.team, "week": review.week, "kind": kind, "text": text}
        add_entry(connection, deps.site_id, entry_of(deps.asker, now, f"review.{choice}", subject, **detail))
        sites.raise_revision(connection, deps.site_id)

    deps.database.transact(work)


def end_review(deps: Deps, review_id: str) -> ReviewFacts:
    """It is over; how long it took is kept. Once more changes nothing."""
    facts = show_review(deps, review_id)
    if facts.review.ended_at is None:
        with deps.database.write() as connection:
            reviews.end(connection, deps.site_id, review_id, facts.now, facts.seconds)
            detail = {"team": facts.review.team, "week": facts.review.week, "seconds": facts.seconds}
            entry = entry_of(deps.asker, facts.now, "review.ended", facts.review.team, **detail)
            add_entry(connection, deps.site_id, entry)
    return show_review(deps, review_id)
