"""What the service was told, wrote, reported and was decided in it, as tables."""

from collections.abc import Iterator

from pydantic import BaseModel

from phasewise.store.audit_log import Entry, entries_at
from phasewise.store.boards import Page
from phasewise.store.effect_pages import EffectRow, effects_page
from phasewise.store.inbox import DeliveryRow, deliveries_at
from phasewise.store.reports import Report, mail_counts, reports_page
from phasewise.store.reviews import Review, reviews_page
from phasewise.usecases.as_of.work_rows import delivery_row, effect_row, entry_row, report_row
from phasewise.usecases.moment import Moment
from phasewise.usecases.report_views import ReportListed
from phasewise.usecases.tables.pages import in_pages, until
from phasewise.usecases.views import DeliveryShown, EffectShown, EntryShown, Stamp


class ReviewExported(BaseModel):
    """A review of what was wrong in a team; `ended_at` and `seconds` are null while it goes on."""

    id: str
    team: str
    week: str
    by: str
    began_at: Stamp
    ended_at: Stamp | None
    exceptions: int
    seconds: int | None


def deliveries(at: Moment) -> Iterator[DeliveryShown]:
    """Those received before the instant, by our own clock; in the state they have now."""

    def page(after: Page) -> list[DeliveryRow]:
        return deliveries_at(at.connection, at.site_id, until(at), None, after)

    for found in in_pages(page, lambda row: (row.received_at, row.delivery_id)):
        yield from map(delivery_row, found)


def effects(at: Moment) -> Iterator[EffectShown]:
    """Those made before the instant, by our own clock; as they are now."""

    def page(after: Page) -> list[EffectRow]:
        return effects_page(at.connection, at.site_id, until(at), None, after)

    for found in in_pages(page, lambda row: (row.created_at, row.key)):
        yield from map(effect_row, found)


def reports(at: Moment) -> Iterator[ReportListed]:
    """Those of weeks that ended by the instant, of every team."""

    def page(after: Page) -> list[Report]:
        return reports_page(at.connection, at.site_id, None, after, at.as_of)

    for found in in_pages(page, lambda row: (row.instant, row.team)):
        mails = mail_counts(at.connection, at.site_id, found)
        yield from (report_row(one, mails.get((one.team, one.week))) for one in found)


def reviews(at: Moment) -> Iterator[ReviewExported]:
    """Those begun before the instant, by our own clock, of every team, latest first; as they are now."""

    def page(after: Page) -> list[Review]:
        return reviews_page(at.connection, at.site_id, until(at), after)

    for found in in_pages(page, lambda one: (one.began_at, one.review_id)):
        for one in found:
            yield ReviewExported(
                id=one.review_id,
                team=one.team,
                week=one.week,
                by=one.by,
                began_at=one.began_at,
                ended_at=one.ended_at,
                exceptions=one.exceptions,
                seconds=one.seconds,
            )


def audit_log(at: Moment) -> Iterator[EntryShown]:
    """What was written before the instant, by our own clock, latest first."""

    def page(after: Page) -> list[Entry]:
        return entries_at(at.connection, at.site_id, until(at), after)

    for found in in_pages(page, lambda one: (one.at, one.entry_id)):
        yield from map(entry_row, found)
