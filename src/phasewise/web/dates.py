"""Dates in the team's time zone, as the reader's language writes them. Called by present and its parts."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from phasewise.core.model import Instant
from phasewise.i18n.speaking import language
from phasewise.i18n.writing import DAY, DAY_OF_YEAR, FULL, LONG, MONTH, SHORT_WEEKDAY, WEEKDAY, date_text

EARLIEST: Instant = -62_135_510_400_000
"""The second day of the year 1: anything before it has no date in zones west of UTC."""


@lru_cache(maxsize=8_192)
def _local_day(zone: ZoneInfo, at: Instant) -> date:
    """The date of an instant. Kept: a page names the same instants again and again, and so does the next."""
    return datetime.fromtimestamp(max(at, EARLIEST) / 1000, zone).date()


class Dates:
    """Dates in one zone, seen from `as_of`."""

    def __init__(self, zone: str, as_of: Instant) -> None:
        self.zone = ZoneInfo(zone)
        self.as_of = as_of
        self.language = language()
        self._year = self.local(as_of).year

    def local(self, at: Instant) -> datetime:
        return datetime.fromtimestamp(max(at, EARLIEST) / 1000, self.zone)

    def day(self, at: Instant) -> str:
        """`Nov 19`; with the year, `Nov 19, 2025`, where it is not the one of `as_of`."""
        day = _local_day(self.zone, at)
        return date_text(day, DAY if day.year == self._year else DAY_OF_YEAR, self.language)

    def long_day(self, at: Instant) -> str:
        """`November 19, 2026`."""
        return self._text(at, LONG)

    def full_day(self, at: Instant) -> str:
        """`Thursday, November 19, 2026`."""
        return self._text(at, FULL)

    def weekday(self, at: Instant) -> str:
        return self._text(at, WEEKDAY)

    def short_weekday(self, at: Instant) -> str:
        """`Thu`."""
        return self._text(at, SHORT_WEEKDAY)

    def month(self, at: Instant) -> str:
        """`Nov`."""
        return self._text(at, MONTH)

    def time(self, at: Instant) -> str:
        """`09:40`."""
        return f"{self.local(at):%H:%M}"

    def _text(self, at: Instant, form: str) -> str:
        return date_text(_local_day(self.zone, at), form, self.language)
